import type { CompareOutcome } from '../../api/compare.ts';
import type { Instant, Milliseconds } from '../time.ts';
import { burns, burntIn } from './burn.ts';
import { logSumExp } from './gamma.ts';
import { judgeRanks } from './kayenta.ts';
import { begun, type Frame, flawed, lookAt, MOST_RESTARTS } from './metric.ts';
import type { MetricPlan, Plan } from './plan.ts';
import type { Reading } from './reading.ts';
import {
  logEvidence,
  logEvidenceAbove,
  logEvidenceBelow,
  type RatioRange,
  ratioRange,
  together,
} from './split.ts';
import { type MetricState, newMetric } from './tally.ts';

/** Whether the canary is worse than stable, as far as it is known: JSON of bounded size. */
export interface JudgeState {
  readonly version: 1;
  readonly frame: Frame;
  readonly lookedAt: Instant | null;
  /** In the order of the plan. */
  readonly metrics: readonly MetricState[];
  /** Since when the canary has been proven to be healthy; null: it is not. */
  readonly provenSince: Instant | null;
  /** Once there is one it stays. */
  readonly verdict: Verdict | null;
}

/** What was decided, and when. */
export interface Verdict {
  readonly phase: CompareOutcome;
  readonly at: Instant;
}

/** A comparison of which nothing is known yet. */
export function newJudge(plan: Plan, frame: Frame): JudgeState {
  const metrics = plan.metrics.map(newMetric);
  return { version: 1, frame, lookedAt: null, metrics, provenSince: null, verdict: null };
}

/** Readings may be so much older than the look, in times that pass between two looks. */
const STALE_AFTER = 3;

/**
 * What a comparison comes to with one more reading. One that is not later than those before it changes
 * nothing, so that no interval is ever counted twice; nor does any after the verdict.
 */
export function look(plan: Plan, state: JudgeState, reading: Reading): JudgeState {
  const { lookedAt, frame } = state;
  if (state.verdict !== null || (lookedAt !== null && reading.at <= lookedAt)) return state;
  const metrics = plan.metrics.map((metric, i) => {
    const old = state.metrics[i] ?? newMetric(metric);
    return isStale(reading, lookedAt) ? flawed(old, 'StaleData') : lookAt(metric, old, reading, frame);
  });
  const looked = { ...state, lookedAt: reading.at, metrics };
  if (reading.at <= frame.startedAt) return looked;
  const proven = isProven(plan, looked) ? (state.provenSince ?? reading.at) : null;
  const now = { ...looked, provenSince: proven };
  if (isWorse(plan, now)) return { ...now, verdict: { phase: 'Failed', at: reading.at } };
  if (isBurning(plan, now)) return { ...now, verdict: { phase: 'Inconclusive', at: reading.at } };
  if (proven !== null && plan.endsWhenProven)
    return { ...now, verdict: { phase: 'Successful', at: reading.at } };
  return now;
}

/** The same, where nothing more comes of the time before the release: so it is as small as it will be. */
export function settled(plan: Plan, state: JudgeState): JudgeState {
  const metrics = each(plan, state).map(({ metric, of }) => begun(metric, of, state.frame));
  return { ...state, metrics };
}

/**
 * The same, where what comes next are counters of other pods than before: they count from where they stand
 * then.
 */
export function anew(state: JudgeState): JudgeState {
  return { ...state, metrics: state.metrics.map((metric) => ({ ...metric, last: null })) };
}

function isStale({ at, sampledAt = at }: Reading, lookedAt: Instant | null): boolean {
  return lookedAt !== null && at - sampledAt > STALE_AFTER * (at - lookedAt);
}

/** Whether the evidence against the canary is enough, and all guards let it count. */
export function isWorse(plan: Plan, state: JudgeState): boolean {
  const threshold = Math.log(1 / plan.alpha);
  // The guards cost more than the evidence, and can only lower it.
  return logE(plan, state) >= threshold && guarded(plan, state) >= threshold;
}

/** Whether an error budget is used up too fast: nobody is blamed for it. */
export function isBurning(plan: Plan, state: JudgeState): boolean {
  return each(plan, state).some(({ metric, of }) => burnsNow(metric, of));
}

/** The same of one metric. */
export function burnsNow({ test, minEvents }: MetricPlan, { burnt }: MetricState): boolean {
  if (test.kind !== 'burnRate') return false;
  const { budget } = test;
  return burns(budget.pair, burntIn(burnt, budget), { objective: budget.objective, minEvents });
}

/** The logarithm of the evidence that the canary is worse, of all metrics together. */
export function logE(plan: Plan, state: JudgeState): number {
  return together(
    each(plan, state).map(({ metric, of }) => ({ logE: metricLogE(metric, of), weight: metric.weight })),
  );
}

/** The same, of those metrics only that may fail the canary already. */
function guarded(plan: Plan, state: JudgeState): number {
  const grown = each(plan, state).filter(({ metric, of }) => mayFail(metric, of));
  return together(grown.map(({ metric, of }) => ({ logE: metricLogE(metric, of), weight: metric.weight })));
}

function each(
  plan: Plan,
  state: JudgeState,
): readonly { readonly metric: MetricPlan; readonly of: MetricState }[] {
  return plan.metrics.flatMap((metric, i) => {
    const of = state.metrics[i];
    return of === undefined ? [] : [{ metric, of }];
  });
}

/** The logarithm of the evidence of one metric. */
export function metricLogE(metric: MetricPlan, { worse, canary, phi }: MetricState): number {
  const parts = worse.map(logEvidence);
  // What has not begun yet stands at 1.
  const waiting = Array.from({ length: metric.lateOnset ? MOST_RESTARTS + 1 - parts.length : 0 }, () => 0);
  const all = [...parts, ...waiting];
  const relative = logSumExp(all) - Math.log(all.length);
  if (metric.absoluteLimit === null) return relative;
  const scaled = { bad: canary.bad / phi, total: canary.total / phi };
  return Math.min(relative, logEvidenceAbove(metric.absoluteLimit, scaled));
}

function mayFail(metric: MetricPlan, of: MetricState): boolean {
  if (eventsOf(metric, of) < metric.minEvents) return false;
  // A canary of which nothing is counted may as well be one that nobody counts.
  if (metric.test.kind === 'throughput' && of.canary.total === 0) return false;
  return metric.minAbsoluteIncrease === 0 || increaseOf(of) >= metric.minAbsoluteIncrease;
}

/** Events that the canary had; where there should not be less of them, those that it should have had. */
function eventsOf({ direction }: MetricPlan, of: MetricState): number {
  return direction === 'decrease' ? expectedOf(of) : of.canary.bad;
}

/** How many events the canary would have if it were as the stable version. */
export function expectedOf({ strata }: MetricState): number {
  return strata.reduce(
    (sum, { canaryBad, bad, share }) => sum + ((bad - canaryBad) * share) / (1 - share),
    0,
  );
}

/** Events that the canary lacks beside the stable version. */
export function missingOf(of: MetricState): number {
  const had = of.strata.reduce((sum, { canaryBad }) => sum + canaryBad, 0);
  return Math.max(0, expectedOf(of) - had);
}

/** The level of ranges that are shown. */
const RANGE_ALPHA = 0.05;

/** How often the canary fails for one failure of the stable version; null where nothing has failed. */
export function rangeOf({ strata, phi }: MetricState): RatioRange | null {
  return ratioRange(strata, RANGE_ALPHA, phi);
}

/** The part of the canary's requests that fails beyond what the stable version's would have. */
export function increaseOf(of: MetricState): number {
  const ratio = rangeOf(of)?.best ?? 1;
  return of.canary.total === 0 || ratio <= 1 ? 0 : (of.canary.bad / of.canary.total) * (1 - 1 / ratio);
}

/** One look alone proves nothing: it may be a slip of whoever was asked. */
const FEWEST_LOOKS = 2;

function isProven(plan: Plan, state: JudgeState): boolean {
  const telling = each(plan, state).filter(({ metric }) => metric.weight > 0);
  if (telling.length === 0) return false;
  return telling.every(
    ({ metric, of }) =>
      logHealth(metric, of) >= Math.log(1 / metric.proof.beta) && of.sound >= FEWEST_LOOKS && isTrusted(of),
  );
}

/**
 * The logarithm of the evidence that a metric is healthy: that the canary fails not much more often than the
 * stable version, or seldom enough whatever the stable one does. Each counts for half.
 */
export function logHealth(metric: MetricPlan, { better, canary, phi }: MetricState): number {
  const limit = seldomBelow(metric);
  if (limit === null) return logEvidence(better);
  const alone = logEvidenceBelow(limit, { bad: canary.bad / phi, total: canary.total / phi });
  return logSumExp([logEvidence(better), alone]) - Math.LN2;
}

/** What an edge that is chosen lets through of the stable version's requests, at most. */
const SLOW = 0.05;

/** The part of requests under which failing is nothing to speak of; null: there is none. */
export function seldomBelow({ absoluteLimit, test }: MetricPlan): number | null {
  return absoluteLimit ?? (test.kind === 'exceedance' && test.edge === null ? SLOW : null);
}

/** Looks in a row without requests after which there is no traffic. */
const QUIET = 3;

/** Whether more looks were sound than not, and the canary still has requests. */
export function isTrusted({ sound, quiet, flaws }: MetricState): boolean {
  return sound > flawedLooks(flaws) && quiet < QUIET;
}

/** Whether no look was without a flaw. One without requests has none. */
function isFlawed({ sound, flaws, looks }: MetricState): boolean {
  return sound === 0 && flawedLooks(flaws) > 0 && flawedLooks(flaws) >= looks;
}

function flawedLooks(flaws: MetricState['flaws']): number {
  return Object.values(flaws).reduce((sum, times) => sum + times, 0);
}

/** How a comparison ends where nothing more comes. */
export type Ending =
  /** There were too few requests, and there is time until then. */
  | { readonly kind: 'wait'; readonly until: Instant }
  | { readonly kind: 'ended'; readonly phase: CompareOutcome; readonly because: EndReason };

/** Why it ends so. */
export type EndReason =
  | 'worse'
  | 'proven'
  | 'burning'
  | 'undecided'
  | 'fewRequests'
  | 'noTraffic'
  | 'badData';

/**
 * What a comparison comes to at its end. `endedAt` is when it was to end; at most as long after it as the
 * plan says it is worth waiting for requests.
 */
export function ending(plan: Plan, state: JudgeState, at: { now: Instant; endedAt: Instant }): Ending {
  const because = endReason(plan, state);
  const until = at.endedAt + plan.waitMs;
  if ((because === 'fewRequests' || because === 'noTraffic') && at.now < until)
    return { kind: 'wait', until };
  return { kind: 'ended', phase: outcomeOf(plan, because), because };
}

function outcomeOf(plan: Plan, because: EndReason): CompareOutcome {
  if (because === 'worse') return 'Failed';
  if (because === 'proven') return 'Successful';
  if (because === 'burning') return 'Inconclusive';
  return because === 'undecided' ? plan.onUndecided : plan.onNoTraffic;
}

const REASONS = { Failed: 'worse', Successful: 'proven', Inconclusive: 'burning' } as const;

/** What can be said of a comparison if nothing more comes. */
export function endReason(plan: Plan, state: JudgeState): EndReason {
  if (state.verdict !== null) return REASONS[state.verdict.phase];
  const all = each(plan, state);
  // Whether the canary had requests is nothing to a gate.
  const compared = all.filter(({ metric }) => metric.test.kind !== 'burnRate').map(({ of }) => of);
  const least = Math.min(...compared.map(({ canary }) => canary.total));
  if (all.some(({ of }) => isFlawed(of))) return 'badData';
  if (least === 0 || compared.some(({ quiet, stable }) => quiet >= QUIET || stable.total === 0))
    return 'noTraffic';
  if (!compared.every(isTrusted)) return 'badData';
  if (least < plan.minRequests) return 'fewRequests';
  if (all.some(({ metric, of }) => isRankedWorse(metric, of))) return 'worse';
  return state.provenSince === null ? 'undecided' : 'proven';
}

/** Whether Mann-Whitney, by Kayenta's rules, says that the rates of all looks are worse on the canary. */
export function isRankedWorse(metric: MetricPlan, of: MetricState): boolean {
  const { test, direction, margin } = metric;
  if (test.kind !== 'mannWhitney' || eventsOf(metric, of) < metric.minEvents) return false;
  const samples = { x: of.rates.map(([rate]) => rate), y: of.rates.map(([, rate]) => rate) };
  const limits = { direction, allowedIncrease: margin, allowedDecrease: 1 / margin };
  return judgeRanks(samples, limits) === (direction === 'increase' ? 'High' : 'Low');
}

/** How long the canary has been compared. */
export function comparedFor(state: JudgeState, of: MetricState): Milliseconds {
  return of.countedFrom === null
    ? 0
    : (state.verdict?.at ?? state.lookedAt ?? of.countedFrom) - of.countedFrom;
}
