import { GROUP } from '../../api/keys.ts';
import type { Issue, Manifest } from '../../api/meta.ts';
import { at, isObject, keysOf } from '../../api/path.ts';
import type { Rollout } from '../../api/rollout.ts';
import { checkShape } from '../../api/shape.ts';
import {
  notSupportedYet,
  podTemplateWarnings,
  validateAnalysis,
  validateRollout,
} from '../../api/validate/index.ts';
import { type Finding, inOrder } from './finding.ts';
import { referenceIssues } from './references.ts';
import { type Placed, parseText, type Source } from './text.ts';

/** What a check of texts gives. */
export interface Checked {
  readonly findings: readonly Finding[];
  /** Number of objects of our API that were looked at. */
  readonly objects: number;
}

/**
 * Checks all objects of our API in some texts, each by itself and with the others. Other kinds are left
 * alone.
 */
export function check(sources: readonly Source[]): Checked {
  const parsed = sources.map((source) => ({ source, ...parseText(source) }));
  const placed = parsed.flatMap(({ objects }) => objects);
  const manifests = placed.flatMap(({ value }) => (isManifest(value) ? [value] : []));
  const flaws = parsed.flatMap(({ source, flaws: list }) =>
    list.map((flaw): Finding => ({ file: source.file, object: '', ...flaw, path: at('', ...flaw.path) })),
  );
  const ours = placed.filter(({ value }) => isOurs(value));
  const findings = ours.flatMap((object) => checkObject(object, manifests));
  const files = sources.map(({ file }) => file);
  return { findings: inOrder([...flaws, ...findings], files), objects: ours.length };
}

function checkObject(object: Placed, others: readonly Manifest[]): readonly Finding[] {
  const manifest = object.value as Manifest;
  const told = (severity: Finding['severity']) => (issue: Issue) => finding(object, severity, issue);
  const { wrong, unknown } = checkShape(manifest);
  if (wrong.length > 0) return [...wrong, ...unknown].map(told('error'));
  const own = [...unknown, ...issuesOf(manifest), ...notSupportedYet(manifest)];
  const around = referenceIssues(manifest, others);
  return [
    ...own.map(told('error')),
    ...around.errors.map(told('error')),
    ...[...warningsOf(manifest), ...around.warnings].map(told('warning')),
  ];
}

function issuesOf(manifest: Manifest): readonly Issue[] {
  switch (manifest.kind) {
    case 'Rollout':
      return validateRollout(manifest as Rollout);
    case 'AnalysisTemplate':
    case 'ClusterAnalysisTemplate':
    case 'AnalysisRun':
      return validateAnalysis(manifest);
    default:
      return [];
  }
}

function warningsOf(manifest: Manifest): readonly Issue[] {
  const template = manifest.kind === 'Rollout' ? (manifest as Rollout).spec.template : undefined;
  return template === undefined ? [] : podTemplateWarnings('spec.template', template);
}

function finding(object: Placed, severity: Finding['severity'], issue: Issue): Finding {
  const { kind, metadata } = object.value as Partial<Manifest>;
  return {
    file: object.file,
    ...object.place(keysOf(issue.path) ?? []),
    severity,
    object: `${kind ?? ''} ${metadata?.name ?? ''}`.trim(),
    path: issue.path,
    message: issue.message,
  };
}

function isManifest(value: unknown): value is Manifest {
  return isObject(value) && typeof value['kind'] === 'string' && isObject(value['metadata']);
}

function isOurs(value: unknown): boolean {
  return (
    isObject(value) && String(value['apiVersion']).startsWith(`${GROUP}/`) && isRolloutKind(value['kind'])
  );
}

/** The group is shared with other projects, whose kinds are none of our business. */
function isRolloutKind(kind: unknown): boolean {
  return ['Rollout', 'AnalysisTemplate', 'ClusterAnalysisTemplate', 'AnalysisRun', 'Experiment'].some(
    (ours) => ours === kind,
  );
}
