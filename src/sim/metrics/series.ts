import { compareLabels, type LabelRecord, type Labels, labelsOf, labelValue, METRIC_NAME } from './labels.ts';
import type { Matcher } from './matchers.ts';
import { type Kept, type Points, Samples } from './samples.ts';

/** How much a store may keep. All three bounds hold at once. */
export interface Limits {
  /** Samples that are older than the newest of all by more than this are dropped. */
  readonly retentionMs: number;
  readonly maxSeries: number;
  /** Of more, the oldest are dropped. */
  readonly maxSamplesPerSeries: number;
}

/**
 * What a small cluster needs for some hours. A sample takes 17 bytes: 1.2 GB when all is full, mostly far
 * less.
 */
export const DEFAULT_LIMITS: Limits = {
  retentionMs: 6 * 3_600_000,
  maxSeries: 10_000,
  maxSamplesPerSeries: 7_200,
};

/** What became of a sample. */
export type Appended = Kept | 'too old' | 'too many series' | 'invalid';

/** A series with its samples in the stretch of time that was asked for. */
export interface Track extends Points {
  readonly labels: Labels;
}

/** What queries need of a store. */
export interface SeriesSource {
  /** Series that all matchers accept, with their samples from `fromMs` to `toMs`, both included; sorted. */
  select(matchers: readonly Matcher[], fromMs: number, toMs: number): readonly Track[];
  /** The labels of these series only. */
  find(matchers: readonly Matcher[], fromMs: number, toMs: number): readonly Labels[];
}

/** Time series in memory. */
export interface SeriesStore extends SeriesSource {
  /** Adds a sample; null as value says that the series has ended for now (a staleness marker). */
  append(labels: Labels | LabelRecord, atMs: number, value: number | null): Appended;
  /** How many series and samples there are. */
  size(): { readonly series: number; readonly samples: number };
}

interface Series {
  readonly labels: Labels;
  readonly samples: Samples;
}

/** An empty store. What is appended decides what is too old: there is no other clock. */
export function createSeriesStore(limits: Limits = DEFAULT_LIMITS): SeriesStore {
  const index = new SeriesIndex();
  let newest = Number.NEGATIVE_INFINITY;
  let swept = Number.NEGATIVE_INFINITY;
  const sweep = () => {
    swept = newest;
    for (const series of index.all()) {
      series.samples.dropBefore(newest - limits.retentionMs);
      if (series.samples.count === 0) index.remove(series);
    }
  };
  const append = (given: Labels | LabelRecord, atMs: number, value: number | null): Appended => {
    const labels = isLabels(given) ? given : labelsOf(Object.entries(given));
    if (!Number.isSafeInteger(atMs)) return 'invalid';
    if (atMs < newest - limits.retentionMs) return 'too old';
    const known = index.get(labels);
    if (known === undefined && !isValid(labels)) return 'invalid';
    if (known === undefined && index.size >= limits.maxSeries) {
      if (newest > swept) sweep();
      if (index.size >= limits.maxSeries) return 'too many series';
    }
    const series = known ?? index.add({ labels, samples: new Samples(limits.maxSamplesPerSeries) });
    const kept = series.samples.append(atMs, value);
    newest = Math.max(newest, atMs);
    // Ten times per retention: memory is at most a tenth above the bound, and sweeping costs little.
    if (newest - swept > limits.retentionMs / 10) sweep();
    return kept;
  };
  const found = (matchers: readonly Matcher[], fromMs: number, toMs: number) => {
    const from = Math.max(fromMs, newest - limits.retentionMs);
    const series = index.find(matchers).filter(({ samples }) => samples.hasBetween(from, toMs));
    return { from, series: series.sort((a, b) => compareLabels(a.labels, b.labels)) };
  };
  return {
    append,
    select: (matchers, fromMs, toMs) => {
      const { from, series } = found(matchers, fromMs, toMs);
      return series.map(({ labels, samples }) => ({ labels, ...samples.between(from, toMs) }));
    },
    find: (matchers, fromMs, toMs) => found(matchers, fromMs, toMs).series.map(({ labels }) => labels),
    size: () => {
      let samples = 0;
      for (const series of index.all()) samples += series.samples.count;
      return { series: index.size, samples };
    },
  };
}

const MAX_LABELS = 64;
const MAX_VALUE_LENGTH = 4096;

/** Claims that the labels are such as Prometheus takes. */
export function isValid(labels: Labels): boolean {
  const name = labelValue(labels, METRIC_NAME);
  if (!/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name) || labels.pairs.length > MAX_LABELS) return false;
  return labels.pairs.every(
    ([label, value]) =>
      isLabelName(label) && label.length <= MAX_VALUE_LENGTH && value.length <= MAX_VALUE_LENGTH,
  );
}

/** Claims that a text can be the name of a label. */
export function isLabelName(text: string): boolean {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(text);
}

function isLabels(given: Labels | LabelRecord): given is Labels {
  return Array.isArray(given['pairs']);
}

/** Finds series by labels without looking at all of them. */
class SeriesIndex {
  private readonly byKey = new Map<string, Series>();
  private readonly byLabel = new Map<string, Map<string, Set<Series>>>();

  get size(): number {
    return this.byKey.size;
  }

  all(): Iterable<Series> {
    return this.byKey.values();
  }

  get(labels: Labels): Series | undefined {
    return this.byKey.get(labels.key);
  }

  add(series: Series): Series {
    this.byKey.set(series.labels.key, series);
    for (const [name, value] of series.labels.pairs) {
      const values = this.byLabel.get(name) ?? new Map<string, Set<Series>>();
      this.byLabel.set(name, values);
      const those = values.get(value) ?? new Set();
      values.set(value, those);
      those.add(series);
    }
    return series;
  }

  remove(series: Series): void {
    this.byKey.delete(series.labels.key);
    for (const [name, value] of series.labels.pairs) {
      const values = this.byLabel.get(name);
      const those = values?.get(value);
      those?.delete(series);
      if (those?.size === 0) values?.delete(value);
      if (values?.size === 0) this.byLabel.delete(name);
    }
  }

  find(matchers: readonly Matcher[]): Series[] {
    const pools = matchers
      .filter(({ operator, value }) => operator === '=' && value !== '')
      .map(({ name, value }) => this.byLabel.get(name)?.get(value) ?? new Set<Series>())
      .sort((a, b) => a.size - b.size);
    const pool: Iterable<Series> = pools[0] ?? this.byKey.values();
    return [...pool].filter(({ labels }) =>
      matchers.every((matcher) => matcher.matches(labelValue(labels, matcher.name))),
    );
  }
}
