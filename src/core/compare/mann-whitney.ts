import { normalBelow, normalQuantile } from './normal.ts';

/**
 * The Mann-Whitney test and its range for the shift between two samples, exactly as in R's `wilcox.test` with
 * the normal approximation and Kayenta, but without their root finder: the statistic only changes at
 * differences of two values, so those are tried. It holds for one look only.
 * Source: https://en.wikipedia.org/wiki/Mann%E2%80%93Whitney_U_test
 */

/** Two samples. Without NaN; both must have values. */
export interface Samples {
  /** Of the canary. */
  readonly x: readonly number[];
  /** Of the stable version. */
  readonly y: readonly number[];
}

/** The test of "there is no shift". */
export interface RankTest {
  /** How many pairs have the greater value in `x`; ties count half. */
  readonly w: number;
  /** Null where all values are equal. */
  readonly z: number | null;
  /** Two-sided. */
  readonly p: number;
  /** `sum of (t³ - t)` over groups of `t` equal values. */
  readonly ties: number;
}

/** Tests whether two samples are of one distribution. */
export function rankTest(samples: Samples): RankTest {
  const { w, ties, z } = ranksAt(samples, 0);
  return { w, z, p: z === null ? 1 : Math.min(1, 2 * normalBelow(-Math.abs(z))), ties };
}

/** By how much `x` is above `y`. */
export interface Shift {
  readonly low: number;
  readonly high: number;
  /** The median of all differences. */
  readonly best: number;
}

/** The range of shifts that are not refuted at level `1 - confidence`; null where all values are equal. */
export function shiftRange(samples: Samples, confidence: number): Shift | null {
  const { x, y } = samples;
  const all = x.flatMap((a) => y.map((b) => a - b)).sort((a, b) => a - b);
  const [least = 0, most = 0] = [all[0], all.at(-1)];
  const q = normalQuantile(1 - (1 - confidence) / 2);
  const jumps = all.filter((d, i) => i === 0 || d - (all[i - 1] ?? d) > 1e-12 * (1 + Math.abs(d)));
  const between = (i: number) => ((jumps[i] ?? most) + (jumps[i + 1] ?? most)) / 2;
  const ends = [ranksAt(samples, least).z, ranksAt(samples, most).z];
  const [atLeast = null, atMost = null] = ends;
  if (ranksAt(samples, 0).z === null || atLeast === null || atMost === null) return null;
  const edge = (level: number): number => {
    // The statistic falls as the shift rises.
    let [low, high] = [0, jumps.length - 1];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((ranksAt(samples, between(middle)).z ?? 0) <= level) high = middle;
      else low = middle + 1;
    }
    return jumps[low] ?? most;
  };
  return { low: atLeast <= q ? least : edge(q), high: atMost >= -q ? most : edge(-q), best: median(all) };
}

function ranksAt({ x, y }: Samples, shift: number): { w: number; ties: number; z: number | null } {
  const [m, n] = [x.length, y.length];
  const values = [
    ...x.map((value) => ({ value: value - shift, isX: true })),
    ...y.map((value) => ({ value, isX: false })),
  ].sort((a, b) => a.value - b.value);
  let [ranks, ties] = [0, 0];
  for (let start = 0; start < values.length; ) {
    let end = start;
    while (end < values.length && values[end]?.value === values[start]?.value) end += 1;
    const size = end - start;
    ties += size ** 3 - size;
    const ofX = values.slice(start, end).filter(({ isX }) => isX).length;
    ranks += (ofX * (start + 1 + end)) / 2;
    start = end;
  }
  const w = ranks - (m * (m + 1)) / 2;
  const off = w - (m * n) / 2;
  const variance = ((m * n) / 12) * (m + n + 1 - ties / ((m + n) * (m + n - 1)));
  return { w, ties, z: variance > 0 ? (off - 0.5 * Math.sign(off)) / Math.sqrt(variance) : null };
}

function median(sorted: readonly number[]): number {
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? 0;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? upper) + upper) / 2 : upper;
}
