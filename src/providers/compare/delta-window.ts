import type { CompareSource, WindowPlaceholder } from '../../api/compare-source.ts';
import type { ErrorReading, Reading } from '../../core/analysis/reading.ts';
import { formatInstant, type Instant, type Milliseconds } from '../../core/time.ts';
import type { Ask } from '../provider.ts';

/** A stretch of time with its first moment and without its last, both at whole seconds. */
export interface Span {
  readonly from: Instant;
  readonly to: Instant;
}

/** How many there were, in each of some windows. */
export interface WindowsQuestion {
  readonly source: CompareSource;
  /** The placeholders of the window are still in it. */
  readonly query: string;
  /** At least one; of one length, each where the one before ends, oldest first. */
  readonly windows: readonly Span[];
  /** All windows begin and end at whole multiples of it. */
  readonly resolutionMs: Milliseconds;
}

/** The numbers of an answer, one or more for each series. None: there is no series. */
export type Numbers = { readonly kind: 'numbers'; readonly values: readonly number[] } | ErrorReading;

/** The same for each window, or for the latest of them where the source did not go on. */
export type WindowsAnswer =
  | {
      readonly kind: 'windows';
      /** Oldest first. */
      readonly windows: readonly (readonly number[])[];
      /** Why there are no more; null: these are all. */
      readonly rest: ErrorReading | null;
    }
  | ErrorReading;

/** Asks a source about windows. Never rejects. */
export type WindowsAsker = (question: WindowsQuestion, ask: Ask) => Promise<WindowsAnswer>;

/** One window of a question, for sources that are asked about one at a time. */
export interface WindowQuestion extends Pick<WindowsQuestion, 'source' | 'query' | 'resolutionMs'> {
  readonly span: Span;
}

/** Asks about one window after the other, the latest first, and no longer than there are answers. */
export function oneByOne(askOne: (question: WindowQuestion, ask: Ask) => Promise<Numbers>): WindowsAsker {
  return async ({ windows, ...question }, ask) => {
    const answers: (readonly number[])[] = [];
    for (const span of windows.toReversed()) {
      const got = await askOne({ ...question, span }, ask);
      if (got.kind === 'error' && answers.length === 0) return got;
      if (got.kind === 'error') return { kind: 'windows', windows: answers.toReversed(), rest: got };
      answers.push(got.values);
    }
    return { kind: 'windows', windows: answers.toReversed(), rest: null };
  };
}

const PLACEHOLDER = /\{\{\s*(window|from|to)\s*\}\}/g;

/** How ends of a window are written: seconds or milliseconds since 1970, or times of RFC 3339. */
export type Ends = 'seconds' | 'milliseconds' | 'times';

/**
 * The query for one window: its length such as `75s`, and its ends. As a time the end is a nanosecond early:
 * some take a last moment as a part of the window, as InfluxDB 1.8 does, others not.
 */
export function filledFor(query: string, { from, to }: Span, ends: Ends): string {
  const per = ends === 'milliseconds' ? 1 : 1000;
  const [first, last] =
    ends === 'times'
      ? [formatInstant(from), formatInstant(to - 1000).replace(/Z$/, '.999999999Z')]
      : [String(from / per), String(to / per)];
  const values: Readonly<Record<WindowPlaceholder, string>> = {
    window: `${(to - from) / 1000}s`,
    from: first,
    to: last,
  };
  return query.replaceAll(PLACEHOLDER, (_, name: WindowPlaceholder) => values[name]);
}

/** What a provider has read, as numbers: nil is no series. */
export function numbersOf(reading: Reading): Numbers {
  if (reading.kind === 'error') return reading;
  const value = reading.kind === 'value' ? reading.value : undefined;
  if (typeof value === 'number') return numbers([value]);
  if (value instanceof Float64Array) return numbers([...value]);
  return value === null ? numbers([]) : refuse('the answer holds no numbers');
}

/** An answer. */
export function numbers(values: readonly number[]): Numbers {
  return { kind: 'numbers', values };
}

/** What only another query can help. */
export function refuse(reason: string): ErrorReading {
  return { kind: 'error', message: `sluice/compare: ${reason}`, retryable: false };
}
