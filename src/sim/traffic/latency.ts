import type { Random } from '../random.ts';
import { multinomial } from './draw.ts';

/** Upper bounds of histogram buckets, in seconds, as Prometheus' clients and ingress-nginx have them. */
export const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** What many answers took: how many fell between which bounds, and all together. */
export interface Latencies {
  /** One for each of `BUCKETS` and one for what took longer; not cumulative. */
  readonly counts: readonly number[];
  readonly sumSeconds: number;
}

/** Half of the answers take less than the median; one in forty more than about twice as long. */
const SIGMA = 0.35;
/** An application that takes no time at all does not exist. */
const LEAST_SECONDS = 0.002;
/** Up to so many are drawn one by one. */
const FEW = 40;

/** Draws what `count` answers took, log-normal around this median. Costs the same for few and for many. */
export function drawLatencies(random: Random, count: number, medianMs: number): Latencies {
  const median = Math.max(medianMs / 1000, LEAST_SECONDS);
  return count <= FEW ? oneByOne(random, count, median) : allAtOnce(random, count, median);
}

function oneByOne(random: Random, count: number, median: number): Latencies {
  const counts = Array.from({ length: BUCKETS.length + 1 }, () => 0);
  let sumSeconds = 0;
  for (let i = 0; i < count; i++) {
    const seconds = median * Math.exp(SIGMA * random.normal());
    const found = BUCKETS.findIndex((bound) => seconds <= bound);
    const bucket = found === -1 ? BUCKETS.length : found;
    counts[bucket] = (counts[bucket] ?? 0) + 1;
    sumSeconds += seconds;
  }
  return { counts, sumSeconds };
}

function allAtOnce(random: Random, count: number, median: number): Latencies {
  const below = [...BUCKETS.map((bound) => normalBelow(Math.log(bound / median) / SIGMA)), 1];
  const shares = below.map((share, i) => Math.max(share - (below[i - 1] ?? 0), 0));
  const mean = median * Math.exp(SIGMA ** 2 / 2);
  const deviation = mean * Math.sqrt(Math.exp(SIGMA ** 2) - 1);
  const sumSeconds = count * mean + Math.sqrt(count) * deviation * random.normal();
  return { counts: multinomial(random, count, shares), sumSeconds: Math.max(sumSeconds, 0) };
}

/**
 * The share of a normal distribution below `x`; off by at most 1.5e-7.
 * Source: https://en.wikipedia.org/wiki/Error_function#Approximation_with_elementary_functions
 */
function normalBelow(x: number): number {
  const z = Math.abs(x) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * z);
  const tail =
    t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) *
    Math.exp(-z * z);
  return x > 0 ? 1 - tail / 2 : tail / 2;
}
