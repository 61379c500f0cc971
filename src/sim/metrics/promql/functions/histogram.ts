import { type Labels, labelValue, without, withoutName } from '../../labels.ts';
import type { Computed } from '../rows.ts';

/** The label with the upper bound of a bucket. */
const BOUND = 'le';

interface Bucket {
  readonly bound: number;
  readonly count: number;
}

/**
 * The quantile of classic histograms: buckets are series that differ in `le` only, each counts what is at
 * most its bound. Source: https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
 */
export function histogramQuantile(q: number, samples: readonly Computed[]): readonly Computed[] {
  const histograms = new Map<string, { readonly labels: Labels; readonly buckets: Bucket[] }>();
  for (const { labels, value } of samples) {
    const bound = readBound(labelValue(labels, BOUND));
    if (bound === null) continue;
    const own = without(labels, [BOUND]);
    const histogram = histograms.get(own.key) ?? { labels: withoutName(own), buckets: [] };
    histograms.set(own.key, histogram);
    histogram.buckets.push({ bound, count: value });
  }
  return [...histograms.values()].map(({ labels, buckets }) => ({
    labels,
    value: bucketQuantile(q, buckets),
  }));
}

/** Numbers as Go reads them; a series without is no bucket. */
function readBound(text: string): number | null {
  if (/^[+-]?inf(inity)?$/i.test(text)) {
    return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : null;
}

function bucketQuantile(q: number, given: readonly Bucket[]): number {
  if (Number.isNaN(q)) return Number.NaN;
  if (q < 0) return Number.NEGATIVE_INFINITY;
  if (q > 1) return Number.POSITIVE_INFINITY;
  const buckets = rising(merged(given));
  const all = buckets.at(-1);
  const last = buckets.at(-2);
  if (all === undefined || all.bound !== Number.POSITIVE_INFINITY || last === undefined) return Number.NaN;
  if (all.count === 0) return Number.NaN;
  const rank = q * all.count;
  const place = buckets.slice(0, -1).findIndex(({ count }) => count >= rank);
  const bucket = buckets[place];
  // Nobody knows how far the last bucket goes.
  if (bucket === undefined) return last.bound;
  const below = buckets[place - 1];
  if (below === undefined && bucket.bound <= 0) return bucket.bound;
  const start = below?.bound ?? 0;
  const before = below?.count ?? 0;
  return start + (bucket.bound - start) * ((rank - before) / (bucket.count - before));
}

/** In order of their bounds; those with one bound, which may be written as `1` and `1.0`, are one. */
function merged(buckets: readonly Bucket[]): readonly Bucket[] {
  const counts = new Map<number, number>();
  for (const { bound, count } of buckets) counts.set(bound, (counts.get(bound) ?? 0) + count);
  return [...counts].map(([bound, count]) => ({ bound, count })).sort((a, b) => (a.bound < b.bound ? -1 : 1));
}

/** A bucket has at least what is in those below it. Where it has not, it was scraped a moment earlier. */
function rising(buckets: readonly Bucket[]): readonly Bucket[] {
  let most = buckets[0]?.count ?? 0;
  return buckets.map((bucket) => {
    if (bucket.count > most) most = bucket.count;
    return bucket.count < most ? { ...bucket, count: most } : bucket;
  });
}
