import { describeDuration } from '../../api/duration.ts';
import { clockTime, formatInstant, type Instant } from '../../core/time.ts';
import type { Explanation } from '../../view/explain/explanation.ts';
import type { Milestone, When } from '../../view/explain/outlook.ts';
import { ICONS } from '../../view/look.ts';
import type { Reason } from '../../view/reason.ts';
import type { Paint } from './paint.ts';
import { oneLine } from './printable.ts';
import { cell, table } from './table.ts';

/** More steps than these are counted only. */
const MOST_MILESTONES = 15;

/** Reasons whose sentence says what happened, and not what is waited for. */
const CAUSES: ReadonlySet<Reason['kind']> = new Set([
  'held',
  'inconclusive',
  'noReturn',
  'aborted',
  'deadline',
]);
/** Reasons that are over as soon as something moves. */
const MOVING: ReadonlySet<Reason['kind']> = new Set(['pods', 'oldPods', 'weight', 'router', 'working']);

/** An explanation for a person: how it is and why, what it waits for, what comes, what one can do. */
export function explanationText(explanation: Explanation, now: Instant, paint: Paint): readonly string[] {
  const { namespace, name, look, phase, reason, summary, since, facts, next, actions } = explanation;
  const head = `${paint('title', oneLine(`${namespace}/${name}`))}: ${paint(look, ICONS[look])} ${phase}`;
  const ago = since === null ? '' : `${clockTime(since)} (${describeDuration(Math.max(0, now - since))} ago)`;
  const still = MOVING.has(reason.kind) ? 'nothing changed since' : 'since';
  const age = ago === '' ? '' : `, ${still} ${ago}`;
  const wait = explanation.waitingFor;
  const waits = wait === null || !CAUSES.has(reason.kind) ? [] : [`waiting for ${wait}`];
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ['', paint('title', title), ...lines.map((line) => `  ${line}`)];
  return [
    `${head}${age}`,
    oneLine(summary),
    ...waits.map(oneLine),
    ...section('What is known:', facts.map(oneLine)),
    ...section('What happens next:', milestoneLines(next, now, paint)),
    ...section(
      'What you can do:',
      table(
        actions.map(({ command, effect }) => [cell(command), cell(effect, 'dim')]),
        paint,
      ),
    ),
  ];
}

function milestoneLines(next: readonly Milestone[], now: Instant, paint: Paint): readonly string[] {
  const shown =
    next.length > MOST_MILESTONES ? [...next.slice(0, MOST_MILESTONES - 1), ...next.slice(-1)] : next;
  const left = next.length - shown.length;
  const rows = shown.map(({ when, step, what }, i) => {
    const place = step === null ? '' : `step ${step.index + 1}/${step.total}: `;
    const skipped = left > 0 && i === shown.length - 1 ? `${left} more steps, then ` : '';
    return [cell(sayWhen(when, now)), cell(`${skipped}${place}${what}`)];
  });
  const isTimeless = next.every(({ when }) => when.kind === 'always');
  return table(isTimeless ? rows.map((row) => row.slice(1)) : rows, paint);
}

function sayWhen(when: When, now: Instant): string {
  switch (when.kind) {
    case 'at':
      return when.at <= now ? 'now' : `at ${clockTime(when.at)} (in ${describeDuration(when.at - now)})`;
    case 'notBefore':
      return when.at <= now
        ? 'then'
        : `${clockTime(when.at)} or later (in ${describeDuration(when.at - now)})`;
    case 'then':
    case 'always':
      return 'then';
    case 'soon':
      return 'once that is done';
    case 'promoted':
      return 'after a promotion';
    case 'opened':
      return 'once the gate is open';
    default:
      return when satisfies never;
  }
}

/** Fields of an explanation that are moments. */
const MOMENTS: ReadonlySet<string> = new Set([
  'since',
  'at',
  'until',
  'startedAt',
  'endsAt',
  'nextAt',
  'healthyAt',
]);

/** An explanation for machines: the same, with moments as RFC 3339. */
export function explanationJson(explanation: Explanation): string {
  const text = (key: string, value: unknown): unknown =>
    typeof value === 'number' && MOMENTS.has(key) ? formatInstant(value) : value;
  return JSON.stringify(explanation, text, 2);
}
