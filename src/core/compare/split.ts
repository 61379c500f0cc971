import { logSumExp } from './gamma.ts';

/**
 * The conditional split test. Given that something bad happened in an interval, and that canary and stable
 * are alike, it happened on the canary with a chance that is the canary's share of requests in that interval.
 * So whatever both suffer from alike (an incident, the time of day) says nothing, weights may change at every
 * step, and one may look after every interval: of healthy releases at most a part alpha ever comes to
 * evidence of `1/alpha`.
 * Source: https://arxiv.org/abs/2210.08589 (the conditional test), https://en.wikipedia.org/wiki/E-values
 */

/** What happened between two looks. Counts need not be whole. */
export interface Interval {
  /** Bad events on the canary. */
  readonly canaryBad: number;
  /** Bad events on both. */
  readonly bad: number;
  /** The canary's share of all requests, from 0 to 1. */
  readonly share: number;
}

/** Sums of log-likelihood ratios, one for each ratio of a grid. Bounded, and all that must be remembered. */
export type Sums = readonly number[];

/** How often the canary fails, for one failure of the stable version: the ratios that are weighed. */
export interface Grid {
  /** The ratio that is put to the test. */
  readonly from: number;
  readonly ratios: readonly number[];
}

const GRID_SIZE = 24;
const LEAST_GAIN = 1.1;
const MOST_GAIN = 16;

/** Factors from 1.1 to 16, evenly spaced in their logarithms. */
export const GAINS: readonly number[] = Array.from({ length: GRID_SIZE }, (_, i) =>
  Math.exp(Math.log(LEAST_GAIN) + (i / (GRID_SIZE - 1)) * Math.log(MOST_GAIN / LEAST_GAIN)),
);

/** The test of "at most `ratio`": evidence that the canary is worse than that. */
export function worseThan(ratio: number): Grid {
  return { from: ratio, ratios: GAINS.map((gain) => ratio * gain) };
}

/** How much better than the stable version a canary may be to be proven fastest. */
const BETTER = 0.5;

/**
 * The test of "at least `ratio`", which is over 1, for a canary that is most likely as good as the stable
 * version: ratios around 1, from a half to the root of `ratio`. That proves it a sixth sooner than a grid
 * down to a sixteenth of `ratio`.
 */
export function healthyBelow(ratio: number): Grid {
  return spaced(ratio, BETTER, Math.sqrt(ratio));
}

/** The test of `from` against ratios from `first` to `last`, evenly spaced in their logarithms. */
export function spaced(from: number, first: number, last: number): Grid {
  const step = Math.log(last / first) / (GRID_SIZE - 1);
  return { from, ratios: GAINS.map((_, i) => first * Math.exp(i * step)) };
}

/** No evidence yet. */
export function noSums(grid: Grid): Sums {
  return grid.ratios.map(() => 0);
}

/**
 * Adds an interval. `phi`, at least 1, is how many bad events come in a clump. An interval without bad events
 * or with requests to one side only says nothing.
 */
export function add(sums: Sums, grid: Grid, { canaryBad, bad, share }: Interval, phi = 1): Sums {
  if (bad <= 0 || share <= 0 || share >= 1) return sums;
  const [x, n] = [canaryBad / phi, bad / phi];
  const base = n * Math.log1p(share * (grid.from - 1)) - x * Math.log(grid.from);
  return sums.map((sum, k) => {
    const ratio = grid.ratios[k] ?? grid.from;
    return sum + x * Math.log(ratio) - n * Math.log1p(share * (ratio - 1)) + base;
  });
}

/** The logarithm of the evidence: an even mixture over the grid, so it is exact, whatever the grid. */
export function logEvidence(sums: Sums): number {
  return logSumExp(sums) - Math.log(sums.length);
}

/** The ratio of canary to stable with a range that covers the truth whenever one looks. */
export interface RatioRange {
  readonly low: number;
  readonly best: number;
  /** Infinity where nothing bad happened on the stable version. */
  readonly high: number;
}

const RANGE_SIZE = 97;
const WIDEST = Math.log(64);
/** Beyond these logarithms a ratio is nought or without end. */
const [NOUGHT, ENDLESS] = [-30, 30];

/**
 * The most likely ratio, and those that are not refuted at level `alpha`. It is two-sided: it may still hold
 * 1 when the one-sided evidence is enough. Null where nothing bad happened.
 */
export function ratioRange(intervals: readonly Interval[], alpha: number, phi = 1): RatioRange | null {
  const telling = intervals.filter(({ bad, share }) => bad > 0 && share > 0 && share < 1);
  if (telling.length === 0) return null;
  const x = telling.reduce((sum, { canaryBad }) => sum + canaryBad, 0) / phi;
  const likelihood = (log: number): number => {
    const less = Math.expm1(log);
    return telling.reduce((sum, { bad, share }) => sum - (bad / phi) * Math.log1p(share * less), x * log);
  };
  const slope = (log: number): number => {
    const ratio = Math.exp(log);
    const expected = telling.reduce(
      (sum, { bad, share }) => sum + ((bad / phi) * share * ratio) / (1 + share * (ratio - 1)),
      0,
    );
    return x - expected;
  };
  const best = crossing(slope, NOUGHT, ENDLESS);
  const grid = Array.from({ length: RANGE_SIZE }, (_, i) => -WIDEST + (2 * WIDEST * i) / (RANGE_SIZE - 1));
  const floor = logSumExp(grid.map(likelihood)) - Math.log(RANGE_SIZE) - Math.log(1 / alpha);
  const over = (log: number) => likelihood(log) - floor;
  return {
    low: ratioAt(over(NOUGHT) > 0 ? NOUGHT : crossing((log) => -over(log), NOUGHT, best)),
    best: ratioAt(best),
    high: ratioAt(over(ENDLESS) > 0 ? ENDLESS : crossing(over, best, ENDLESS)),
  };
}

function ratioAt(log: number): number {
  if (log <= NOUGHT + 1) return 0;
  return log >= ENDLESS - 1 ? Number.POSITIVE_INFINITY : Math.exp(log);
}

/** Where a function that is positive at `low` and falls comes to zero. */
function crossing(f: (at: number) => number, low: number, high: number): number {
  let [from, to] = [low, high];
  for (let i = 0; i < 100 && to - from > 1e-14; i += 1) {
    const middle = (from + to) / 2;
    if (f(middle) > 0) from = middle;
    else to = middle;
  }
  return (from + to) / 2;
}

/**
 * Evidence against "at most a part `limit` of requests fails", of one side alone: for limits that hold
 * whatever the stable version does. Its logarithm.
 */
export function logEvidenceAbove(
  limit: number,
  counts: { readonly bad: number; readonly total: number },
): number {
  const { bad, total } = counts;
  const terms = GAINS.map((gain) => {
    const p = Math.min(0.999, limit * gain);
    return bad * Math.log(p / limit) + (total - bad) * (Math.log1p(-p) - Math.log1p(-limit));
  });
  return logSumExp(terms) - Math.log(terms.length);
}

/**
 * Evidence against "at least a part `limit` of requests fails", of one side alone: for what fails so seldom
 * that no ratio can be told. Its logarithm.
 */
export function logEvidenceBelow(
  limit: number,
  counts: { readonly bad: number; readonly total: number },
): number {
  const { bad, total } = counts;
  const terms = GAINS.map((gain) => {
    const p = limit / gain;
    return bad * Math.log(p / limit) + (total - bad) * (Math.log1p(-p) - Math.log1p(-limit));
  });
  return logSumExp(terms) - Math.log(terms.length);
}

/**
 * The evidence of several tests together: `ln(sum of weight * e)`, for weights that sum to 1. It is evidence
 * whatever the tests have to do with one another.
 */
export function together(parts: readonly { readonly logE: number; readonly weight: number }[]): number {
  return logSumExp(
    parts.filter(({ weight }) => weight > 0).map(({ logE, weight }) => logE + Math.log(weight)),
  );
}
