import { logBeta } from './gamma.ts';

// Ranges for quantiles that hold at every look. They decorate: who decides is the share of slow requests.
// Source: Howard and Ramdas, https://arxiv.org/abs/1906.09712

const A = 0.85;

/** How far a distribution of `count` values may be off anywhere, at any time, with chance `alpha`. */
export function distributionBand(count: number, alpha: number, least = 1): number {
  if (count < least) return Number.POSITIVE_INFINITY;
  return A * Math.sqrt((Math.log1p(Math.log(count / least)) + bandConstant(alpha)) / count);
}

/** The constant of that band at level `alpha`: the least for which their bound on the chance holds. */
export function bandConstant(alpha: number): number {
  let [low, high] = [1, 100];
  for (let i = 0; i < 80; i += 1) {
    const middle = (low + high) / 2;
    if (chanceAt(middle) > alpha) low = middle;
    else high = middle;
  }
  return high;
}

/** The least bound over their free parameter eta, which lies between 1 and 2A². It has one minimum there. */
function chanceAt(c: number): number {
  let [low, high] = [1, 2 * A * A];
  const golden = (Math.sqrt(5) - 1) / 2;
  for (let i = 0; i < 120; i += 1) {
    const [left, right] = [high - golden * (high - low), low + golden * (high - low)];
    if (chanceFor(c, left) < chanceFor(c, right)) high = right;
    else low = left;
  }
  return chanceFor(c, (low + high) / 2);
}

function chanceFor(c: number, eta: number): number {
  const root = A - Math.sqrt((2 * (eta - 1)) / c);
  const gamma = (2 / eta) * root * root;
  // Beyond the minimum the bound says nothing; the further, the less.
  if (root <= 0 || gamma <= 1) return 1e6 * eta;
  return 4 * Math.exp(-gamma * c) * (1 + 1 / ((gamma - 1) * Math.log(eta)));
}

/** How far a count may be off, to either side, from what is expected. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/**
 * How far the count of `t` values below their quantile `p` may be off `t*p`, at any time, at level `alpha`.
 */
export function countBounds(want: {
  readonly p: number;
  readonly t: number;
  readonly alpha: number;
  /** The number of values for which the bounds are tightest. */
  readonly best: number;
}): Bounds {
  const { p, t, alpha, best } = want;
  const [g, h] = [p, 1 - p];
  const log = Math.log(1 / LEVEL);
  const rho = (best * p * (1 - p)) / (2 * log + Math.log1p(2 * log));
  const r = Math.max(rho - g * h, 1e-3 * g * h);
  const over = (s: number) => logMixture({ s, v: t * g * h, r, g, h }) - Math.log(1 / alpha);
  return { low: -root((s) => over(-s), t * g), high: root(over, t * h) };
}

const LEVEL = 0.05;

function logMixture(at: {
  readonly s: number;
  readonly v: number;
  readonly r: number;
  readonly g: number;
  readonly h: number;
}): number {
  const { s, v, r, g, h } = at;
  const sum = g + h;
  return (
    (v / (g * h)) * Math.log(sum) -
    ((v + h * s) / (h * sum)) * Math.log(g) -
    ((v - g * s) / (g * sum)) * Math.log(h) +
    logBeta((r + v - g * s) / (g * sum), (r + v + h * s) / (h * sum)) -
    logBeta(r / (g * sum), r / (h * sum))
  );
}

/** Where a function that rises from below zero comes to it; `most` where it does not. */
function root(f: (at: number) => number, most: number): number {
  let [low, high] = [0, most];
  if (f(most) < 0) return most;
  for (let i = 0; i < 200 && high - low > 1e-12 * most; i += 1) {
    const middle = (low + high) / 2;
    if (f(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** A histogram: edges that rise up to Infinity, and how many values are at most each. */
export interface Histogram {
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

/** A quantile: more than `low`, at most `high`. */
export interface QuantileRange {
  readonly low: number;
  readonly high: number;
}

/** Between which edges the quantile `p` lies, at level `alpha`. */
export function quantileRange({ edges, counts }: Histogram, p: number, alpha: number): QuantileRange {
  const total = counts.at(-1) ?? 0;
  if (total <= 0) return { low: 0, high: Number.POSITIVE_INFINITY };
  const bounds = countBounds({ p, t: total, alpha, best: total });
  let [low, high] = [0, Number.POSITIVE_INFINITY];
  edges.forEach((edge, i) => {
    const off = (counts[i] ?? 0) - total * p;
    if (off < bounds.low) low = Math.max(low, edge);
    if (off > bounds.high) high = Math.min(high, edge);
  });
  return { low, high };
}

/** The quantile `p` by a straight line within its bucket, as Prometheus does. */
export function quantileOf({ edges, counts }: Histogram, p: number): number {
  const rank = p * (counts.at(-1) ?? 0);
  const i = counts.findIndex((count) => count >= rank);
  const [from, to] = [edges[i - 1] ?? 0, edges[i] ?? Number.NaN];
  if (to === Number.POSITIVE_INFINITY) return from;
  const [below, upTo] = [counts[i - 1] ?? 0, counts[i] ?? 0];
  return from + ((to - from) * (rank - below)) / (upTo - below);
}
