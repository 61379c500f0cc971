import type { Instant } from '../time.ts';
import { withBurnt } from './burn.ts';
import { gainSince, isGood } from './counters.ts';
import { addClumping, clumpSize, NO_CLUMPING } from './dispersion.ts';
import type { MetricPlan } from './plan.ts';
import { type Flaw, ONLY, type Pair, type Pairs, pairsOf, type Reading } from './reading.ts';
import { noSums, type Sums, worseThan } from './split.ts';
import { type Count, type Last, type MetricState, NO_COUNT, sum, type Watched, weigh } from './tally.ts';

/** Since when, and from where, counters count. */
export interface Frame {
  readonly startedAt: Instant;
  /** Whether they were 0 then, unless a reading says otherwise. Else they start with the first reading. */
  readonly zeroAtStart: boolean;
}

/** How many times evidence may begin anew at a change of weight. */
export const MOST_RESTARTS = 4;
/** The part of the stable version's requests that an edge must keep to be chosen. */
const KEPT = 0.95;
const NOTHING: Last = { part: {}, total: {} };

/** What a metric comes to with one more reading, which must be later than all before it. */
export function lookAt(plan: MetricPlan, state: MetricState, reading: Reading, frame: Frame): MetricState {
  const stable = pairsOf(plan, reading.stable);
  if (reading.at <= frame.startedAt)
    return isFlaw(stable)
      ? state
      : watch(plan, state, { ...reading, stable, canary: pairsOf(plan, reading.canary) });
  const ready = begun(plan, state, frame);
  const canary = pairsOf(plan, reading.canary);
  const looked = { ...ready, looks: ready.looks + 1 };
  if (isFlaw(stable)) return flawed(looked, stable);
  if (isFlaw(canary)) return flawed(looked, canary);
  const chosen = looked.chosen ?? (plan.test.kind === 'exceedance' ? null : ONLY);
  if (chosen === null) return flawed(looked, 'BucketMismatch');
  const pairs = [canary[chosen], stable[chosen]] as const;
  if (pairs[0] === undefined || pairs[1] === undefined) return flawed(looked, 'BucketMismatch');
  return count(plan, looked, { at: reading.at, weight: reading.weight, pairs: [pairs[0], pairs[1]] }, frame);
}

function isFlaw(pairs: Pairs | Flaw): pairs is Flaw {
  return typeof pairs === 'string';
}

/** Notes that something is wrong. What comes next is counted from where the last good reading was. */
export function flawed(state: MetricState, flaw: Flaw): MetricState {
  return { ...state, flaws: { ...state.flaws, [flaw]: (state.flaws[flaw] ?? 0) + 1 } };
}

/** A look before the release: what the stable version is like when all is well. */
function watch(
  plan: MetricPlan,
  state: MetricState,
  { at, stable, canary }: Pick<Reading, 'at'> & { readonly stable: Pairs; readonly canary: Pairs | Flaw },
): MetricState {
  const before = Object.entries(stable).map(([name, pair]): readonly [string, Watched] => {
    const other = isFlaw(canary) ? undefined : canary[name];
    const old = state.before[name];
    const gains = old === undefined ? null : gainOf(old.last.stable, pair);
    const last = {
      stable: gains?.last ?? lastOf(pair),
      // A series that is not there for a moment goes on from where it was.
      canary:
        other === undefined ? (old?.last.canary ?? NOTHING) : gainOf(old?.last.canary ?? NOTHING, other).last,
    };
    if (old === undefined || gains === null || gains.isReplaced)
      return [name, { last, stable: old?.stable ?? NO_COUNT, clumping: old?.clumping ?? NO_CLUMPING }];
    const clumping = addClumping(old.clumping, gains.count.bad);
    return [name, { last, stable: sum(old.stable, gains.count), clumping }];
  });
  const gained = before.reduce((all, [name, { stable: now }]) => {
    const was = state.before[name]?.stable ?? NO_COUNT;
    return { bad: all.bad + now.bad - was.bad, total: all.total + now.total - was.total };
  }, NO_COUNT);
  const burnt = burntBy(plan, state, at, { canary: NO_COUNT, stable: gained });
  return { ...state, before: Object.fromEntries(before), burnt };
}

function burntBy(
  { test }: MetricPlan,
  { burnt }: MetricState,
  until: Instant,
  sides: { readonly canary: Count; readonly stable: Count },
): MetricState['burnt'] {
  if (test.kind !== 'burnRate') return burnt;
  const count = test.budget.of === 'canary' ? sides.canary : sum(sides.canary, sides.stable);
  return withBurnt(burnt, test.budget, { until, ...count });
}

/**
 * A metric that has all that it will know of the time before the release: what is judged is chosen, and what
 * is not is forgotten.
 */
export function begun(plan: MetricPlan, state: MetricState, frame: Frame): MetricState {
  return state.lastAt === null ? begin(plan, state, frame) : state;
}

/** The first look of the release: what is judged, and how many events come in a clump. */
function begin(plan: MetricPlan, state: MetricState, { startedAt, zeroAtStart }: Frame): MetricState {
  const names = Object.keys(state.before).sort((a, b) => Number(a) - Number(b));
  const keeps = (name: string): boolean => {
    const { bad, total } = state.before[name]?.stable ?? NO_COUNT;
    return total > 0 && 1 - bad / total >= KEPT;
  };
  const chosen = chosenName(plan, names.find(keeps) ?? null);
  const watched = chosen === null ? undefined : state.before[chosen];
  const last = watched?.last ?? (zeroAtStart ? { canary: NOTHING, stable: NOTHING } : null);
  return {
    ...state,
    before: {},
    chosen,
    last,
    lastAt: startedAt,
    phi: plan.dispersion ?? clumpSize(watched?.clumping ?? NO_CLUMPING, 1),
    usual: watched?.stable ?? NO_COUNT,
  };
}

function chosenName({ test }: MetricPlan, auto: string | null): string | null {
  if (test.kind !== 'exceedance') return ONLY;
  return test.edge === null ? auto : String(test.edge);
}

interface Seen {
  readonly at: Instant;
  readonly weight: number | null;
  /** Of the canary, and of the stable version. */
  readonly pairs: readonly [Pair, Pair];
}

function count(plan: MetricPlan, state: MetricState, seen: Seen, frame: Frame): MetricState {
  const [canaryPair, stablePair] = seen.pairs;
  const { last, lastAt, weight } = state;
  const isChange = weight !== seen.weight && state.canary.total > 0;
  const base = {
    ...state,
    lastAt: seen.at,
    weight: seen.weight,
    // A weight that is not known is no other one.
    worse: isChange && plan.lateOnset && seen.weight !== null ? restarted(plan, state.worse) : state.worse,
    atWeight: isChange ? { canary: 0, all: 0 } : state.atWeight,
  };
  if (last === null) return { ...base, last: { canary: lastOf(canaryPair), stable: lastOf(stablePair) } };
  const [canary, stable] = [gainOf(last.canary, canaryPair), gainOf(last.stable, stablePair)];
  const lasts = { canary: canary.last, stable: stable.last };
  const flaw = flawOf(canary, stable) ?? weightFlaw(plan, weight, seen);
  const burning = {
    ...base,
    burnt: burntBy(plan, base, seen.at, { canary: canary.count, stable: stable.count }),
  };
  const noted = flaw === null ? burning : flawed(burning, flaw);
  const isWarmUp = (lastAt ?? frame.startedAt) < frame.startedAt + plan.warmUpMs;
  if (isWarmUp || canary.isReplaced || stable.isReplaced) return { ...noted, last: lasts };
  const from = lastAt ?? frame.startedAt;
  return weigh(
    plan,
    { ...noted, last: lasts, countedFrom: state.countedFrom ?? from },
    {
      canary: canary.count,
      stable: stable.count,
      // What is lost to a restart, or of another weight, would be taken for requests that did not come.
      share: plan.test.kind === 'throughput' ? (flaw === null ? (seen.weight ?? 0) / 100 : 0) : null,
      isSound: flaw === null,
    },
  );
}

/** Of the first interval nobody knows what its weight was at the beginning. */
function weightFlaw({ test }: MetricPlan, before: number | null, { weight }: Seen): Flaw | null {
  return test.kind === 'throughput' && (weight === null || before !== weight) ? 'NoWeight' : null;
}

function restarted(plan: MetricPlan, worse: readonly Sums[]): readonly Sums[] {
  return worse.length > MOST_RESTARTS ? worse : [...worse, noSums(worseThan(plan.margin))];
}

interface PairGain {
  readonly count: Count;
  readonly last: Last;
  readonly isReplaced: boolean;
  readonly hasReset: boolean;
  /** Whether the counters contradict one another, or are no counters. */
  readonly isOdd: boolean;
}

function gainOf(last: Last, pair: Pair): PairGain {
  const [part, total] = [gainSince(last.part, pair.part), gainSince(last.total, pair.total)];
  const bad = pair.isComplement ? total.gained - part.gained : part.gained;
  const values = [...Object.values(pair.part), ...Object.values(pair.total)];
  return {
    count: { bad: Math.min(Math.max(0, bad), total.gained), total: total.gained },
    last: { part: part.values, total: total.values },
    isReplaced: total.isReplaced,
    hasReset: part.resets + total.resets > 0,
    isOdd: bad < 0 || bad > total.gained || !values.every(isGood),
  };
}

function lastOf(pair: Pair): Last {
  return gainOf(NOTHING, pair).last;
}

function flawOf(canary: PairGain, stable: PairGain): Flaw | null {
  if (canary.isOdd || stable.isOdd) return 'BadQuery';
  return canary.hasReset || stable.hasReset ? 'CounterReset' : null;
}
