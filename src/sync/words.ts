import { managerText } from './conflict.ts';
import type { Drift, DriftedField } from './drift.ts';
import { problemLine } from './manifests/problem.ts';
import type { Outcome, Report, Verdict } from './report.ts';
import type { Commit } from './source.ts';

/** What a pass did, in one line: `a1b2c3d "message": 2 created, 1 changed, 14 unchanged, 1 pruned`. */
export function reportLine({ commit, counts }: Report): string {
  const parts = (['created', 'changed', 'unchanged', 'pruned', 'repaired'] as const)
    .filter((key) => counts[key] > 0)
    .map((key) => `${counts[key]} ${key}`);
  return `${commitName(commit)}: ${parts.length === 0 ? 'nothing to do' : parts.join(', ')}`;
}

/** How it stands, to be put behind a report: `healthy after 42 s`. The objects that say why come apart. */
export function verdictText(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'healthy':
      return `healthy after ${seconds(verdict.afterMs)}`;
    case 'failed':
      return 'not healthy';
    case 'late':
      return `not healthy after ${seconds(verdict.afterMs)}`;
    case 'superseded':
      return 'health is not known';
    default:
      return verdict satisfies never;
  }
}

/** The objects that are not healthy, a line each. */
export function verdictLines(verdict: Verdict): readonly string[] {
  return verdict.kind === 'failed' || verdict.kind === 'late' ? verdict.objects : [];
}

/** What is left to do and what is left alone, a line each. */
export function remarkLines({ pending, notes }: Report): readonly string[] {
  return [...pending, ...notes];
}

/** Why nothing of a commit was applied: a line for the commit, and one for each problem. */
export function refusalLines({
  commit,
  problems,
}: Outcome & { readonly kind: 'refused' }): readonly string[] {
  return [`${commitName(commit)}: nothing is applied, what was in force stays`, ...problems.map(problemLine)];
}

/** What differs from Git, a line for each field. Values of Secrets are not in it. */
export function driftLines({ object, fields }: Drift): readonly string[] {
  return fields.map((field) => `${object}${fieldText(field)}`);
}

function fieldText({ path, values, managers }: DriftedField): string {
  if (path === '') return ' is gone';
  const others = managers.map(managerText).filter((name) => name !== '');
  const who = others.length === 0 ? '' : ` (${others.join(', ')})`;
  const what = values === null ? 'is not as in Git' : `is ${values.live}, in Git ${values.git}`;
  return `: ${path} ${what}${who}`;
}

/** A commit for people: `a1b2c3d "message"`. */
export function commitName({ hash, message }: Commit): string {
  return `${hash.slice(0, 7)} "${message}"`;
}

function seconds(ms: number): string {
  const all = Math.round(ms / 1000);
  return all < 120 ? `${all} s` : `${Math.floor(all / 60)} min ${all % 60} s`;
}
