import type { Window } from '../windows.ts';
import { greater, quantileOf, Sum, smaller, staysInfinite } from './sums.ts';

/**
 * Computes a value from the samples of one series; null for none. `parameter` is the scalar argument, if
 * any.
 */
export type OverTime = (window: Window, parameter: number) => number | null;

/** Functions of all samples in a window, by name. They know nothing of time. */
export const OVER_TIME: ReadonlyMap<string, OverTime> = new Map<string, OverTime>([
  ['avg_over_time', ({ values }) => meanOf(values)],
  ['sum_over_time', ({ values }) => sumOf(values)],
  ['min_over_time', ({ values }) => values.reduce(smaller)],
  ['max_over_time', ({ values }) => values.reduce(greater)],
  ['count_over_time', ({ values }) => values.length],
  ['quantile_over_time', ({ values }, q) => quantileOf(q, [...values])],
  ['stddev_over_time', ({ values }) => Math.sqrt(varianceOf(values))],
  ['stdvar_over_time', ({ values }) => varianceOf(values)],
  ['last_over_time', ({ values }) => values.at(-1) ?? null],
  ['present_over_time', () => 1],
  ['changes', ({ values }) => countPairs(values, (a, b) => a !== b && !(Number.isNaN(a) && Number.isNaN(b)))],
  ['resets', ({ values }) => countPairs(values, (a, b) => b < a)],
]);

function sumOf(values: Float64Array): number {
  const sum = new Sum();
  for (const value of values) sum.add(value);
  return sum.value;
}

// Added up as parts of the mean, so that no sum overflows.
function meanOf(values: Float64Array): number {
  const mean = new Sum();
  for (const [i, value] of values.entries()) {
    if (staysInfinite(mean.plain, value)) continue;
    mean.add(value / (i + 1) - mean.plain / (i + 1));
  }
  return mean.value;
}

// Welford's method. Source: https://en.wikipedia.org/wiki/Algorithms_for_calculating_variance
function varianceOf(values: Float64Array): number {
  const mean = new Sum();
  const squares = new Sum();
  for (const [i, value] of values.entries()) {
    const before = value - mean.corrected;
    mean.add(before / (i + 1));
    squares.add(before * (value - mean.corrected));
  }
  return squares.corrected / values.length;
}

function countPairs(values: Float64Array, counts: (before: number, after: number) => boolean): number {
  let found = 0;
  for (let i = 1; i < values.length; i += 1) {
    if (counts(values[i - 1] ?? 0, values[i] ?? 0)) found += 1;
  }
  return found;
}
