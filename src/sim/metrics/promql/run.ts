import { failTooMany } from '../fault.ts';
import type { SeriesSource } from '../series.ts';

/** What is the same for all parts of one query. */
export interface Run {
  readonly source: SeriesSource;
  /** The ends of the query, which `@ start()` and `@ end()` mean. */
  readonly startMs: number;
  readonly endMs: number;
  /** How old the newest sample of a series may be. */
  readonly lookbackMs: number;
  /** The step of subqueries that give none. */
  readonly defaultStepMs: number;
  /** Pays for samples that are looked at; throws a `QueryFault` when there were too many. */
  readonly spend: (samples: number) => void;
}

/** As many samples as one query may look at: a few seconds, and some hundred megabytes. */
const MAX_SAMPLES = 20_000_000;

/** Counts the samples that a query looks at. */
export function samplesBudget(): (samples: number) => void {
  let left = MAX_SAMPLES;
  return (samples) => {
    left -= samples;
    if (left < 0) failTooMany();
  };
}
