import type { MetricResult } from '../../../api/analysis.ts';
import {
  type EndReason,
  ending,
  endReason,
  isWorse,
  type JudgeState,
  type Verdict,
} from '../../compare/judge.ts';
import type { Plan } from '../../compare/plan.ts';
import { newMetric } from '../../compare/tally.ts';
import { describe } from '../../compare/words.ts';
import type { Instant } from '../../time.ts';
import type { Limits } from '../limits.ts';
import { latest } from '../record.ts';
import { keptIn } from './kept.ts';
import { type Party, planFor } from './party.ts';

/** How a metric that compares stands, and why where it has come to an end. */
export interface Standing {
  readonly phase: 'Running' | 'Successful' | 'Failed' | 'Inconclusive';
  readonly message: string | null;
}

/** What is known of the metrics of a party. */
export interface Known {
  readonly limits: Limits;
  readonly result: MetricResult | undefined;
}

const RUNNING: Standing = { phase: 'Running', message: null };

/**
 * How the metrics of a party stand: they are one decision, over all of their evidence. It fails on the
 * evidence of all together, and then it is the metric that says most which has failed; it ends early where
 * all are proven to be healthy and `endsByProof`; and else when each has been measured as often as it should.
 * Metrics that are not in it go on.
 */
export function standingsOf(
  party: Party,
  known: (name: string) => Known,
  endsByProof: boolean,
): ReadonlyMap<string, Standing> {
  const { names, plan } = party;
  const together = jointState(party, (name) => known(name).result);
  if (together === null) return new Map();
  const all = (phase: Standing['phase'], message: string): ReadonlyMap<string, Standing> =>
    new Map(names.map((name) => [name, { phase, message: unnamed(name, message) }]));
  if (together.verdict !== null) {
    const said = describe(plan, together, endReason(plan, together));
    const culprit = names.find((name) => said.startsWith(`${name}: `)) ?? names[0];
    const ended: Standing = { phase: together.verdict.phase, message: unnamed(culprit ?? '', said) };
    return new Map(names.map((name) => [name, name === culprit ? ended : RUNNING] as const));
  }
  if (together.provenSince !== null && plan.endsWhenProven && endsByProof)
    return all('Successful', sayEnd(party, together, 'proven'));
  const waitedMs = waited(names.map(known));
  if (waitedMs === null) return new Map();
  const end = ending(plan, together, { now: waitedMs, endedAt: 0 });
  if (end.kind === 'wait') return new Map();
  return all(end.phase, sayEnd(party, together, end.because));
}

/** The states of all metrics as one; null where none has been looked at yet. */
export function jointState(
  party: Party,
  resultOf: (name: string) => MetricResult | undefined,
): JudgeState | null {
  const { names, plan } = party;
  const states = names.map((name) => stateOf(party, name, resultOf(name)));
  const seen = states.filter((state) => state !== null);
  const [first] = seen;
  if (first === undefined) return null;
  const lookedAt = Math.max(...seen.map((state) => state.lookedAt ?? 0));
  const joint: JudgeState = {
    version: 1,
    frame: first.frame,
    lookedAt,
    metrics: plan.metrics.map((metric, i) => states[i]?.metrics[0] ?? newMetric(metric)),
    provenSince: provenSince(plan, states),
    verdict: null,
  };
  const told = (phase: Verdict['phase']) => seen.find(({ verdict }) => verdict?.phase === phase)?.verdict;
  const failed =
    told('Failed') ?? (isWorse(plan, joint) ? ({ phase: 'Failed', at: lookedAt } as const) : null);
  // A gate pauses what nothing else has failed.
  return { ...joint, verdict: failed ?? told('Inconclusive') ?? null };
}

/** Up to when a metric has looked; null: it has not yet. */
export function lookOf(party: Party, name: string, result: MetricResult | undefined): Instant | null {
  return stateOf(party, name, result)?.lookedAt ?? null;
}

function stateOf(party: Party, name: string, result: MetricResult | undefined): JudgeState | null {
  const plan = planFor(party, name);
  return plan === null ? null : (keptIn(plan, latest(result))?.state ?? null);
}

/** Since when all are proven to be healthy that can be; null: they are not. */
function provenSince(plan: Plan, states: readonly (JudgeState | null)[]): number | null {
  const telling = states.filter((_, i) => (plan.metrics[i]?.weight ?? 0) > 0);
  const since = telling.map((state) => state?.provenSince ?? null);
  return since.length === 0 || since.includes(null) ? null : Math.max(...since.map((at) => at ?? 0));
}

/** How long ago the last of them was measured as often as it should; null: it has not been. */
function waited(all: readonly Known[]): number | null {
  const each = all.map(({ limits: { count, interval }, result }) => {
    const over = (result?.count ?? 0) - (count ?? Number.POSITIVE_INFINITY);
    return over < 0 ? null : over * (interval ?? 0);
  });
  return each.includes(null) ? null : Math.min(...each.map((ms) => ms ?? 0));
}

/** Of an end without a verdict the metric tells that is why. */
function sayEnd(party: Party, joint: JudgeState, because: EndReason): string {
  const { names, plan } = party;
  for (const [i, name] of names.entries()) {
    const own = planFor(party, name);
    const of = joint.metrics[i];
    if (own === null || of === undefined) continue;
    const state = { ...joint, metrics: [of] };
    const end = ending(own, state, { now: Number.POSITIVE_INFINITY, endedAt: 0 });
    if (end.kind === 'ended' && end.because === because) return describe(own, state, because);
  }
  return describe(plan, joint, because);
}

/** A message that begins with the name of a metric, without it where it stands with that metric. */
export function unnamed(name: string, message: string): string {
  return message.startsWith(`${name}: `) ? message.slice(name.length + 2) : message;
}
