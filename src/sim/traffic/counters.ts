import type { StringMap } from '../../api/meta.ts';
import { BUCKETS, type Latencies } from './latency.ts';

/** One sample as Prometheus scrapes it. The name is the label `__name__`. */
export interface Sample {
  readonly labels: StringMap;
  readonly value: number;
}

/** Names of the metrics that are counted. */
export interface CounterNames {
  readonly requests: string;
  /** Of the histogram, without `_bucket`, `_sum` and `_count`. */
  readonly duration: string;
}

interface Histogram {
  readonly labels: StringMap;
  readonly counts: number[];
  sumSeconds: number;
}

/** Counters of requests and histograms of how long they took, as a process keeps them. */
export class Counters {
  readonly #names: CounterNames;
  readonly #requests = new Map<string, { readonly labels: StringMap; count: number }>();
  readonly #histograms = new Map<string, Histogram>();

  constructor(names: CounterNames) {
    this.#names = names;
  }

  /** Counts answers that have these labels in common. */
  count(labels: StringMap, count: number): void {
    const key = keyOf(labels);
    const found = this.#requests.get(key) ?? { labels, count: 0 };
    found.count += count;
    this.#requests.set(key, found);
  }

  /** Counts how long answers took. Their number is that of the latencies. */
  time(labels: StringMap, { counts, sumSeconds }: Latencies): void {
    const key = keyOf(labels);
    const found = this.#histograms.get(key) ?? { labels, counts: counts.map(() => 0), sumSeconds: 0 };
    counts.forEach((count, i) => {
      found.counts[i] = (found.counts[i] ?? 0) + count;
    });
    found.sumSeconds += sumSeconds;
    this.#histograms.set(key, found);
  }

  /** All that was counted, in the order in which it first was. */
  samples(): readonly Sample[] {
    const { requests, duration } = this.#names;
    const counters = [...this.#requests.values()].map(({ labels, count }) => ({
      labels: { __name__: requests, ...labels },
      value: count,
    }));
    return [...counters, ...[...this.#histograms.values()].flatMap((one) => histogramSamples(duration, one))];
  }
}

/** Whoever counts always gives labels in one order; those that may be missing come last. */
function keyOf(labels: StringMap): string {
  return Object.values(labels).join('\u0000');
}

function histogramSamples(name: string, { labels, counts, sumSeconds }: Histogram): readonly Sample[] {
  let below = 0;
  const buckets = counts.map((count, i) => {
    below += count;
    const le = i < BUCKETS.length ? `${BUCKETS[i]}` : '+Inf';
    return { labels: { __name__: `${name}_bucket`, ...labels, le }, value: below };
  });
  return [
    ...buckets,
    { labels: { __name__: `${name}_sum`, ...labels }, value: sumSeconds },
    { labels: { __name__: `${name}_count`, ...labels }, value: below },
  ];
}
