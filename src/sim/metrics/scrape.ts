import { type ExposedSample, parseExposition } from './exposition.ts';
import { type LabelRecord, type Labels, labelsOf } from './labels.ts';
import { isLabelName, type SeriesStore } from './series.ts';

/** One reading of a target. */
export interface Scrape {
  /** Labels of the target, such as `job` and `instance`. They say which target it is. */
  readonly target: LabelRecord;
  /** The page, or samples; null when the target did not answer. */
  readonly page: string | readonly ExposedSample[] | null;
  readonly atMs: number;
}

/** What a reading gave. */
export interface Scraped {
  /** How many samples were kept. */
  readonly kept: number;
  /** Why the target counts as down; null when it is up. */
  readonly failure: string | null;
  /** Samples that the store or the bounds of time refused. */
  readonly refused: number;
}

/** Reads targets into a store. */
export interface Scraper {
  /**
   * Adds what a target says, and `up`. Series that were there the last time and are not any more end at once
   * (a staleness marker), and all of them when the target did not answer or the page cannot be read.
   */
  scrape(scrape: Scrape): Scraped;
  /** Says that there is no such target any more: all of its series end, `up` too. */
  forget(target: LabelRecord, atMs: number): void;
}

/** Whose label wins when a target and its page have the same. */
export interface ScraperSettings {
  /** The page's wins (`honor_labels`); else it is kept as `exported_<name>`. */
  readonly honorLabels: boolean;
}

/** Samples that claim to be further in the future are refused, as in Prometheus. */
const MAX_AHEAD_MS = 600_000;

/** A scraper that remembers which series each target had. */
export function createScraper(store: SeriesStore, { honorLabels }: ScraperSettings): Scraper {
  const seen = new Map<string, ReadonlyMap<string, Labels>>();
  const end = (series: Iterable<Labels>, atMs: number) => {
    for (const labels of series) store.append(labels, atMs, null);
  };
  return {
    scrape: ({ target, page, atMs }) => {
      const own = labelsOf(Object.entries(target));
      const read = samplesIn(page);
      const before = seen.get(own.key) ?? new Map<string, Labels>();
      const now = new Map<string, Labels>();
      let [kept, refused] = [0, 0];
      for (const sample of read.samples) {
        const labels = withTarget(sample.labels, target, honorLabels);
        const at = sample.atMs ?? atMs;
        const appended = at > atMs + MAX_AHEAD_MS ? 'too new' : store.append(labels, at, sample.value);
        if (appended === 'kept' || appended === 'same') kept += 1;
        else refused += 1;
        // Who gives times of their own also says so when a series ends.
        if (sample.atMs === null && appended === 'kept') now.set(labels.key, labels);
      }
      end(gone(before, now), atMs);
      store.append({ ...target, __name__: 'up' }, atMs, read.failure === null ? 1 : 0);
      seen.set(own.key, now);
      return { kept, refused, failure: read.failure };
    },
    forget: (target, atMs) => {
      const own = labelsOf(Object.entries(target));
      end(seen.get(own.key)?.values() ?? [], atMs);
      store.append({ ...target, __name__: 'up' }, atMs, null);
      seen.delete(own.key);
    },
  };
}

function samplesIn(page: Scrape['page']): {
  readonly samples: readonly ExposedSample[];
  readonly failure: string | null;
} {
  if (page === null) return { samples: [], failure: 'the target did not answer' };
  if (typeof page !== 'string') return { samples: page, failure: null };
  const exposed = parseExposition(page);
  if (exposed.kind === 'error') return { samples: [], failure: exposed.message };
  return { samples: exposed.samples, failure: null };
}

function gone(before: ReadonlyMap<string, Labels>, now: ReadonlyMap<string, Labels>): readonly Labels[] {
  return [...before].filter(([key]) => !now.has(key)).map(([, labels]) => labels);
}

function withTarget(exposed: LabelRecord, target: LabelRecord, honorLabels: boolean): Labels {
  const pairs = new Map(Object.entries(exposed).filter(([, value]) => value !== ''));
  for (const [name, value] of Object.entries(target)) {
    const clash = pairs.get(name);
    if (clash !== undefined && honorLabels) continue;
    if (clash !== undefined) pairs.set(freeName(name, pairs), clash);
    if (isLabelName(name)) pairs.set(name, value);
  }
  return labelsOf(pairs);
}

function freeName(name: string, taken: ReadonlyMap<string, string>): string {
  const exported = `exported_${name}`;
  return taken.has(exported) ? freeName(exported, taken) : exported;
}
