import type { Instant } from '../time.ts';
import type { Burnt } from './burn.ts';
import type { Series } from './counters.ts';
import type { Clumping } from './dispersion.ts';
import type { MetricPlan } from './plan.ts';
import type { Flaw } from './reading.ts';
import { add, healthyBelow, type Interval, noSums, type Sums, worseThan } from './split.ts';

/** Requests, and how many of them were bad. */
export interface Count {
  readonly bad: number;
  readonly total: number;
}

/** The last good values of a pair of counters. */
export interface Last {
  readonly part: Series;
  readonly total: Series;
}

/** Those of both sides. */
export interface Lasts {
  readonly canary: Last;
  readonly stable: Last;
}

/** What was seen before the release, of one pair that might be chosen. */
export interface Watched {
  readonly last: Lasts;
  readonly stable: Count;
  readonly clumping: Clumping;
}

/** All that is known of a metric: JSON of bounded size, so that it can be stored and gone on from. */
export interface MetricState {
  /** By the names of pairs. Empty from the first look of the release on. */
  readonly before: Readonly<Record<string, Watched>>;
  /** The pair that is judged; null before the release, and where none can be chosen. */
  readonly chosen: string | null;
  /** How many bad events come in a clump. */
  readonly phi: number;
  /** What the stable version was like before. */
  readonly usual: Count;
  readonly last: Lasts | null;
  /** When `last` was read. */
  readonly lastAt: Instant | null;
  readonly canary: Count;
  readonly stable: Count;
  /** Since when requests count; null: none do yet. */
  readonly countedFrom: Instant | null;
  /** What was counted, put together by shares that are alike. For words; evidence is exact. */
  readonly strata: readonly Interval[];
  /** Evidence that the canary is worse: of the whole release, and of what came after changes of weight. */
  readonly worse: readonly Sums[];
  /** Evidence that it is healthy. Of sound intervals only. */
  readonly better: Sums;
  /** Rates of bad requests, canary and stable, of the latest looks: where they are ranked. */
  readonly rates: readonly Rates[];
  /** What was burnt of an error budget: where that is the test. */
  readonly burnt: readonly Burnt[];
  readonly weight: number | null;
  /** Requests since the weight changed. */
  readonly atWeight: { readonly canary: number; readonly all: number };
  readonly looks: number;
  /** Looks without a flaw in which the canary had requests. */
  readonly sound: number;
  /** Looks in a row in which it had none. */
  readonly quiet: number;
  /** How often what was wrong with data. */
  readonly flaws: Readonly<Partial<Record<Flaw, number>>>;
}

/** Of one look: the part of requests that was bad, on the canary and on the stable version. */
export type Rates = readonly [canary: number, stable: number];

/** Looks whose rates are kept: an hour of looks every 15 seconds. */
export const MOST_RATES = 240;
const MOST_STRATA = 24;
/** Shares that differ by less are alike. */
const ALIKE = 0.02;

/** Nothing counted. */
export const NO_COUNT: Count = { bad: 0, total: 0 };

/** A metric of which nothing is known yet. */
export function newMetric(plan: MetricPlan): MetricState {
  return {
    before: {},
    chosen: null,
    phi: plan.dispersion ?? 1,
    usual: NO_COUNT,
    last: null,
    lastAt: null,
    canary: NO_COUNT,
    stable: NO_COUNT,
    countedFrom: null,
    strata: [],
    worse: [noSums(worseThan(plan.margin))],
    better: noSums(healthyBelow(plan.proof.ratio)),
    rates: [],
    burnt: [],
    weight: null,
    atWeight: { canary: 0, all: 0 },
    looks: 0,
    sound: 0,
    quiet: 0,
    flaws: {},
  };
}

/** What happened between two looks. */
export interface Counted {
  readonly canary: Count;
  readonly stable: Count;
  /** The canary's share of requests; null: as they were counted. 0: it is not to be judged. */
  readonly share: number | null;
  /** Whether it may prove health too. */
  readonly isSound: boolean;
}

/** Adds what happened in an interval to the evidence, each way. */
export function weigh(
  plan: MetricPlan,
  state: MetricState,
  { canary, stable, share, isSound }: Counted,
): MetricState {
  const all = canary.total + stable.total;
  const interval = {
    canaryBad: canary.bad,
    bad: canary.bad + stable.bad,
    share: share ?? (all > 0 ? canary.total / all : 0),
  };
  const { phi } = state;
  const worse = worseThan(plan.margin);
  const judged = plan.direction === 'decrease' ? mirrored(interval) : interval;
  return {
    ...state,
    canary: sum(state.canary, canary),
    stable: sum(state.stable, stable),
    atWeight: { canary: state.atWeight.canary + canary.total, all: state.atWeight.all + all },
    worse: state.worse.map((sums) => add(sums, worse, judged, phi)),
    better: isSound ? add(state.better, healthyBelow(plan.proof.ratio), judged, phi) : state.better,
    strata: withStratum(state.strata, interval),
    rates: plan.test.kind === 'mannWhitney' ? withRates(state.rates, canary, stable) : state.rates,
    sound: state.sound + (isSound && canary.total > 0 ? 1 : 0),
    quiet: canary.total > 0 ? 0 : state.quiet + 1,
  };
}

/** The canary has too little of something where the stable version has too much of it. */
function mirrored({ canaryBad, bad, share }: Interval): Interval {
  return { canaryBad: bad - canaryBad, bad, share: 1 - share };
}

function withRates(rates: readonly Rates[], canary: Count, stable: Count): readonly Rates[] {
  if (canary.total === 0 || stable.total === 0) return rates;
  return [...rates, [canary.bad / canary.total, stable.bad / stable.total] as const].slice(-MOST_RATES);
}

/** Two counts as one. */
export function sum(a: Count, b: Count): Count {
  return { bad: a.bad + b.bad, total: a.total + b.total };
}

/** Adds an interval to one whose share is alike, or else, where there are too many, to the nearest. */
function withStratum(strata: readonly Interval[], { canaryBad, bad, share }: Interval): readonly Interval[] {
  if (bad <= 0 || share <= 0 || share >= 1) return strata;
  const distance = (other: Interval) => Math.abs(Math.log(other.share / share));
  let nearest = 0;
  for (let i = 1; i < strata.length; i += 1)
    if (distance(strata[i] ?? strata[0] ?? NONE) < distance(strata[nearest] ?? NONE)) nearest = i;
  const old = strata[nearest];
  if (old === undefined || (distance(old) > ALIKE && strata.length < MOST_STRATA))
    return [...strata, { canaryBad, bad, share }];
  const merged = {
    canaryBad: old.canaryBad + canaryBad,
    bad: old.bad + bad,
    share: (old.share * old.bad + share * bad) / (old.bad + bad),
  };
  return strata.with(nearest, merged);
}

const NONE: Interval = { canaryBad: 0, bad: 0, share: 1 };
