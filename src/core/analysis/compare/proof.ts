import type { AnalysisRun } from '../../../api/analysis.ts';
import { endReason, type JudgeState } from '../../compare/judge.ts';
import { describe } from '../../compare/words.ts';
import type { Instant } from '../../time.ts';
import { limitsOf } from '../limits.ts';
import { resolveMetrics } from '../resolve.ts';
import { isDryRun } from '../rules.ts';
import { judgedSpec } from './alpha.ts';
import { isCompared, type Party, partyOf } from './party.ts';
import { jointState, lookOf } from './standing.ts';

/** Whether the metrics of a run that compare have proven that the canary is healthy. */
export type Proof =
  /** All of them have. The last look of each was at what has been since then, or later. */
  | { readonly kind: 'proven'; readonly since: Instant; readonly words: string }
  | { readonly kind: 'notYet'; readonly lacks: 'data' | 'requests' | null }
  /** No metric of the run compares. */
  | { readonly kind: 'none' };

/** What a run has proven up to now. Metrics of a dry run do not count. */
export function proofOf(run: AnalysisRun): Proof {
  const resolved = resolveMetrics(judgedSpec(run), null);
  if (resolved.kind === 'problem') return { kind: 'none' };
  const metrics = resolved.metrics.filter(({ name }) => !isDryRun(run.spec.dryRun, name));
  const read = partyOf(metrics, ({ name }) => name);
  if (read.kind === 'issues') return { kind: 'none' };
  const { party } = read;
  const resultOf = (name: string) => run.status?.metricResults?.find((result) => result.name === name);
  const joint = jointState(party, resultOf);
  if (joint === null) return { kind: 'notYet', lacks: null };
  if (joint.verdict !== null || joint.provenSince === null)
    return { kind: 'notYet', lacks: lackOf(party, joint) };
  const looks = metrics
    .filter(isCompared)
    .map(
      (metric) => (lookOf(party, metric.name, resultOf(metric.name)) ?? 0) - (limitsOf(metric).interval ?? 0),
    );
  return { kind: 'proven', since: Math.min(...looks), words: describe(party.plan, joint, 'proven') };
}

/** Looks after which it can be told that something is missing. */
const FEW = 3;

/** What there is too little of to prove anything; null where it is a matter of time. */
function lackOf({ plan }: Party, joint: JudgeState): 'data' | 'requests' | null {
  if (joint.metrics.every(({ looks }) => looks < FEW)) return null;
  const because = endReason(plan, joint);
  if (because === 'badData') return 'data';
  return because === 'noTraffic' ? 'requests' : null;
}
