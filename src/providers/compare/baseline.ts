import type { CompareBaseline } from '../../api/compare.ts';
import { formatDuration } from '../../api/duration.ts';
import type { Experiment } from '../../api/experiment.ts';
import {
  type BaselineSide,
  baselineName,
  baselineSpec,
  standingOf,
} from '../../core/analysis/compare/baseline.ts';
import { COMPARE } from '../../core/analysis/compare/compared.ts';
import type { Comparison } from '../../core/analysis/compare/comparison.ts';
import type { ReleaseSides } from '../../core/analysis/compare/sides.ts';
import { EXPERIMENT_KEY } from '../../core/analysis/experiments.ts';
import type { ErrorReading, RunningReading } from '../../core/analysis/reading.ts';
import type { Instant, Milliseconds } from '../../core/time.ts';
import type { Ask, Experiments, Found, Versions } from '../provider.ts';

/** The fresh copy of the stable version that is compared with, or why there is nothing to compare now. */
export type Fresh =
  | { readonly kind: 'there'; readonly side: BaselineSide }
  /** Nothing counts yet. */
  | RunningReading
  | ErrorReading;

/** Everything that a fresh copy takes. */
export interface Grounds {
  readonly kind: 'grounds';
  readonly experiments: Experiments;
  readonly versions: Versions;
  readonly release: ReleaseSides;
}

/** What a fresh copy takes; or why there can be none, whatever is asked for. */
export function groundsFor({ experiments, versions, release }: Ask): Grounds | ErrorReading {
  if (experiments === undefined)
    return refused('baseline starts pods, which takes a cluster and a controller that works on Experiments');
  if (release === undefined || versions === undefined)
    return refused('baseline is a copy of the stable version, and no Rollout has made this run');
  const { obstacle = null } = release;
  if (obstacle !== null) return refused(`baseline: ${obstacle}`);
  return { kind: 'grounds', experiments, versions, release };
}

/** What is known when it is asked for. */
export interface Wish {
  readonly config: CompareBaseline;
  readonly grounds: Grounds;
  readonly comparison: Comparison;
  readonly delayMs: Milliseconds;
}

/**
 * The fresh copy of the stable version with which the metrics of a run compare. The first who asks starts it,
 * and nobody compares before its pods are there, its share of the traffic too, and counters are of the time
 * since then.
 */
export async function freshCopy(wish: Wish, ask: Pick<Ask, 'now' | 'subject'>): Promise<Fresh> {
  const { comparison, grounds } = wish;
  const name = baselineName(ask.subject.run.name);
  const found = await start(name, wish, ask.subject.metric);
  if (found.kind === 'failure')
    return { kind: 'error', message: `${COMPARE}: ${found.message}`, retryable: found.retryable };
  const standing = standingOf(found.value);
  if (standing.kind === 'over') return refused(`there is no fresh baseline: ${standing.words}`);
  // One that has lost a pod for a moment is still the same.
  const known = comparison.memo['stable'];
  if (comparison.hasBegun && isSide(known)) return { kind: 'there', side: known };
  if (standing.kind === 'starting') return waiting(wish, ask.now, name, standing.words);
  const { side, since } = standing;
  const from = since + wish.delayMs;
  if (ask.now < from) return { ...waiting(wish, ask.now, name, 'its pods have just come'), resumeAt: from };
  if (!lacksShare(grounds.release, side.service)) return { kind: 'there', side };
  const late = from + deadlineOf(found.value);
  if (ask.now < late) return waiting(wish, ask.now, name, 'it has no share of the traffic yet');
  return refused(`the fresh baseline had no share of the traffic for ${formatDuration(late - from)}`);
}

/** The canary's part of what goes to it and to its fresh copy, in percent; null where no router splits it. */
export function weightBeside(release: ReleaseSides, side: BaselineSide): number | null {
  const { routed = null } = release;
  if (routed === null) return null;
  const all = routed.canary + shareOf(release, side.service);
  return all === 0 ? 0 : (100 * routed.canary) / all;
}

/** The Experiment, which is made where there is none and nothing was compared with it yet. */
async function start(
  name: string,
  { config, comparison, grounds: { experiments, versions, release } }: Wish,
  metric: string,
): Promise<Found<Experiment>> {
  const problem = (message: string, retryable: boolean) => ({ kind: 'failure', message, retryable }) as const;
  const found = await experiments.get(name);
  if (found.kind === 'failure') return found;
  if (found.value !== null) return { kind: 'found', value: found.value };
  if (comparison.hasBegun)
    return problem(`there is no fresh baseline any more: Experiment ${name} is gone`, false);
  const pods = versions('stable');
  if (pods === null) return problem('the stable version has no ReplicaSet to copy', true);
  const isRouted = (release.routed ?? null) !== null;
  return experiments.create({ name, metric, spec: baselineSpec(config, pods, isRouted) });
}

/** How often it is looked for at most. */
const PATIENCE_MS = 15_000;

function waiting({ comparison }: Wish, now: Instant, name: string, words: string): RunningReading {
  return {
    kind: 'running',
    memo: {},
    resumeAt: now + Math.min(comparison.intervalMs, PATIENCE_MS),
    message: `waits for a fresh baseline: ${words}; nothing counts yet`,
    metadata: { [EXPERIMENT_KEY]: name },
  };
}

/** A copy of a canary that gets nothing may be without, too. */
function lacksShare(release: ReleaseSides, service: string): boolean {
  return (release.routed?.canary ?? 0) > 0 && shareOf(release, service) === 0;
}

function shareOf({ routed }: ReleaseSides, service: string): number {
  return routed?.experiments.find((one) => one.service === service)?.weight ?? 0;
}

const DEFAULT_DEADLINE_SECONDS = 600;

function deadlineOf({ spec }: Experiment): Milliseconds {
  return (spec.progressDeadlineSeconds ?? DEFAULT_DEADLINE_SECONDS) * 1000;
}

function isSide(known: unknown): known is BaselineSide {
  const fields = ['hash', 'service', 'replicaSet'];
  return (
    typeof known === 'object' &&
    known !== null &&
    fields.every((field) => typeof (known as Record<string, unknown>)[field] === 'string')
  );
}

function refused(message: string): ErrorReading {
  return { kind: 'error', message: `${COMPARE}: ${message}`, retryable: false };
}
