/** The middle of some numbers; of an even number of them the mean of the two middle ones. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? Number.NaN;
  const lower = sorted[(sorted.length - 1) >> 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

/**
 * The smallest of the values that at least `percent` (above 0, to 100) of them do not exceed. NaN of none.
 * Source: https://en.wikipedia.org/wiki/Percentile#The_nearest-rank_method
 */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
}

/** What is told of repeated measurements of one thing. */
export interface Summary {
  readonly count: number;
  readonly least: number;
  readonly median: number;
  readonly p95: number;
  readonly most: number;
}

/** Sums up; all numbers but the count are NaN where nothing was measured. */
export function summarise(values: readonly number[]): Summary {
  return {
    count: values.length,
    least: percentile(values, Number.MIN_VALUE),
    median: median(values),
    p95: percentile(values, 95),
    most: percentile(values, 100),
  };
}

/** Rounds to so many digits behind the point. */
export function round(value: number, digits: number): number {
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor;
}
