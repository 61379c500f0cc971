import type { CompareConfig } from '../../api/compare.ts';
import { delayOf, resolutionOf, sourceName } from '../../api/compare-source.ts';
import { describeDuration } from '../../api/duration.ts';
import type { JsonObject } from '../../api/meta.ts';
import { isObject } from '../../api/path.ts';
import type { Comparison } from '../../core/analysis/compare/comparison.ts';
import type { ErrorReading, Reading, ValueReading } from '../../core/analysis/reading.ts';
import { type Counters, isGood } from '../../core/compare/counters.ts';
import type { Reading as Counted } from '../../core/compare/reading.ts';
import type { Instant, Milliseconds } from '../../core/time.ts';
import type { Ask } from '../provider.ts';
import { ASKERS } from './delta-sources.ts';
import { refuse, type Span } from './delta-window.ts';
import type { CounterQuery } from './queries.ts';
import { kept, lastLook, seenWeights, weightOver } from './weights.ts';

/** Events since the comparison began, and before it as far as they were asked for: by side and counter. */
type Sums = Readonly<Record<CounterQuery['side'], Readonly<Record<string, number>>>>;

/** What is to be counted, and what is known beside it. */
export interface Wanted {
  readonly queries: readonly CounterQuery[];
  /** To be kept for the next look. */
  readonly memo: JsonObject;
  /** The canary's part of the traffic in percent, as asked for now. */
  readonly weight: number | null;
}

/** What is asked, and how. */
interface Asking {
  readonly config: CompareConfig;
  readonly queries: readonly CounterQuery[];
  readonly resolutionMs: Milliseconds;
  readonly ask: Ask;
}

/** What is noted from one look to the next. */
interface Noted {
  /** Up to here everything is counted that ever will be. */
  readonly until: Instant;
  readonly sums: Sums;
}

/**
 * A look with a source that answers how many there were in a window. Windows follow one another without a gap:
 * each begins where the last one ended that was counted, which is noted with its sums in one place, so that
 * nothing is counted twice whatever happens in between. What could not be asked is asked with the next.
 */
export async function lookByWindows(
  config: CompareConfig,
  { queries, memo, weight }: Wanted,
  ask: Ask & { readonly comparison: Comparison },
): Promise<Reading> {
  const { comparison, now } = ask;
  const resolutionMs = resolutionOf(config);
  const to = Math.floor((now - delayOf(config)) / resolutionMs) * resolutionMs;
  const seen = seenWeights(comparison.memo, { at: Math.floor(now), weight });
  const memoOf = ({ until, sums }: Noted): JsonObject => ({
    ...memo,
    weights: kept(seen, until),
    at: until,
    sums,
  });
  const asking: Asking = { config, queries, resolutionMs, ask: bounded(ask) };
  if (!comparison.hasBegun) {
    const before = await countBefore(asking, comparison.intervalMs, to);
    return before.kind === 'error' ? before : comparison.take(before.looks, memoOf(before.noted), 'same');
  }
  const noted = notedIn(comparison.memo, queries);
  if (noted === null) return refuse('what is kept of the looks before this one cannot be gone on from');
  // Nothing new yet: the source's points are further apart than looks.
  if (to <= noted.until) return comparison.take([], memoOf(noted), 'same');
  const from = Math.max(noted.until, to - Math.max(1, Math.floor(LONGEST_MS / resolutionMs)) * resolutionMs);
  const counted = await countIn(asking, { from, to }, noted);
  if (counted.kind === 'error') return counted;
  const look = { ...counted.look, weight: weightOver(seen, from, to) };
  const looks = from > noted.until ? [nothingAt(from), look] : [look];
  const reading = comparison.take(looks, memoOf(counted.noted), 'same');
  return told(reading, [
    ...(from > noted.until
      ? [`${describeDuration(from - noted.until)} could not be asked about and are left out`]
      : []),
    ...counted.odd,
  ]);
}

/** What is older than that when the source can be asked again is left out. */
const LONGEST_MS = 3_600_000;
/** No request of a look may take longer. */
const LONGEST_REQUEST_S = 30;

function bounded(ask: Ask): Ask {
  return {
    ...ask,
    fetch: (request) =>
      ask.fetch({ ...request, timeoutSeconds: Math.min(request.timeoutSeconds, LONGEST_REQUEST_S) }),
  };
}

function told(reading: ValueReading, words: readonly string[]): ValueReading {
  return words.length === 0
    ? reading
    : { ...reading, message: [reading.message ?? '', ...words].filter((word) => word !== '').join('; ') };
}

/** At most so many windows before the release: one request each, but for Prometheus, which needs one for all. */
const MOST_BEFORE = 20;
const MOST_BEFORE_AT_ONCE = 120;
const HISTORY_MS = 30 * 60_000;
const FINEST_MS = 15_000;

/**
 * The beginning, and what the stable version was like before, where that is of use. Events of the canary count
 * from here on.
 */
async function countBefore(
  { config, queries, resolutionMs, ask }: Asking,
  intervalMs: Milliseconds,
  to: Instant,
): Promise<
  { readonly kind: 'before'; readonly looks: readonly Counted[]; readonly noted: Noted } | ErrorReading
> {
  const { dispersion = 'auto', test, source = {} } = config;
  const name = sourceName(source);
  const lengthMs = Math.ceil(Math.max(intervalMs, FINEST_MS) / resolutionMs) * resolutionMs;
  const most = name === 'prometheus' ? MOST_BEFORE_AT_ONCE : MOST_BEFORE;
  const isOfUse = dispersion === 'auto' || test === 'burnRate';
  const count = isOfUse ? Math.min(most, Math.floor(HISTORY_MS / lengthMs)) : 0;
  const windows = Array.from({ length: count }, (_, i): Span => {
    const from = to - (count - i) * lengthMs;
    return { from, to: from + lengthMs };
  });
  const stable = queries.filter(({ side }) => side === 'stable');
  const answers = await Promise.all(
    stable.map(({ query }) => ASKERS[name]({ source, query, windows, resolutionMs }, ask)),
  );
  const error = answers.find((answer) => answer.kind === 'error');
  if (error !== undefined) return error;
  const zero = Object.fromEntries(stable.map(({ counter }) => [counter, 0]));
  let sums: Sums = { canary: zero, stable: zero };
  const looks: Counted[] = [{ ...lookAt(windows[0]?.from ?? to, sums), canary: null }];
  for (const [i, window] of windows.entries()) {
    const gains = stable.map(({ side, counter }, q) => {
      const answer = answers[q];
      return { side, counter, values: answer?.kind === 'windows' ? (answer.windows[i] ?? []) : [] };
    });
    if (!gains.every(({ values }) => values.every(isGood))) continue;
    sums = withGains(sums, gains);
    looks.push({ ...lookAt(window.to, sums), canary: null });
  }
  const last = lookAt(to, sums);
  return { kind: 'before', looks: [...looks.filter(({ at }) => at < to), last], noted: { until: to, sums } };
}

type CountedIn =
  | {
      readonly kind: 'counted';
      readonly look: Counted;
      readonly noted: Noted;
      /** What is wrong with the answers, in words. */
      readonly odd: readonly string[];
    }
  | ErrorReading;

/** Asks for all counters at once. Nothing is noted as counted unless all of them are numbers of events. */
async function countIn(
  { config, queries, resolutionMs, ask }: Asking,
  span: Span,
  noted: Noted,
): Promise<CountedIn> {
  const { source = {} } = config;
  const asker = ASKERS[sourceName(source)];
  const answers = await Promise.all(
    queries.map(({ query }) => asker({ source, query, windows: [span], resolutionMs }, ask)),
  );
  const error = answers.find((answer) => answer.kind === 'error');
  if (error !== undefined) return error;
  const gains = queries.map(({ side, counter }, i): Gain => {
    const answer = answers[i];
    return { side, counter, values: answer?.kind === 'windows' ? (answer.windows[0] ?? []) : [] };
  });
  // No series of the stable version is no answer; what is not there of others has not happened.
  if (!gains.some((gain) => isWholeOf('stable')(gain) && gain.values.length > 0))
    return { kind: 'counted', look: nothingAt(span.to), noted, odd: [] };
  const sums = withGains(noted.sums, gains);
  const odd = gains.filter((gain) => oddness(gain, gains, sums) !== null);
  if (odd.length === 0)
    return { kind: 'counted', look: lookAt(span.to, sums), noted: { until: span.to, sums }, odd: [] };
  const broken = withGains(
    noted.sums,
    odd.map((gain) => ({ ...gain, values: [Number.NaN] })),
  );
  const words = odd.map(
    (gain) => `${gain.counter} of the ${gain.side} version ${oddness(gain, gains, sums)}`,
  );
  return { kind: 'counted', look: lookAt(span.to, broken), noted, odd: words };
}

/** What a source that estimates may have too much of: a part of all requests. */
const TOLERANCE = 0.1;

/** Why an answer can be no number of events; null: it can. */
function oddness({ side, counter, values }: Gain, all: readonly Gain[], sums: Sums): string | null {
  const wrong = values.find((value) => !isGood(value));
  if (wrong !== undefined) return `is no number of events: ${wrong}`;
  if (!isGood(sums[side][counter] ?? 0)) return 'is more than can be counted';
  const [part, whole] = [sumOf(values), sumOf(all.find(isWholeOf(side))?.values ?? [])];
  // A little more the judge takes for all.
  return counter === 'bad' && part > whole * (1 + TOLERANCE) + 1 ? `is ${part} of ${whole}` : null;
}

function isWholeOf(side: Gain['side']): (gain: Gain) => boolean {
  return (gain) => gain.side === side && gain.counter === 'total';
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

interface Gain extends Pick<CounterQuery, 'side' | 'counter'> {
  /** Of each series. */
  readonly values: readonly number[];
}

function withGains(sums: Sums, gains: readonly Gain[]): Sums {
  const grown = (side: Gain['side']): Sums[Gain['side']] =>
    Object.fromEntries(
      Object.entries(sums[side]).map(([counter, before]) => {
        const own = gains.filter((gain) => gain.side === side && gain.counter === counter);
        return [counter, before + sumOf(own.flatMap(({ values }) => values))];
      }),
    );
  return { canary: grown('canary'), stable: grown('stable') };
}

/** Sums are counters of one series that never begins anew. */
function lookAt(at: Instant, { canary, stable }: Sums): Counted {
  const countersOf = (sums: Readonly<Record<string, number>>): Counters =>
    Object.fromEntries(Object.entries(sums).map(([counter, sum]) => [counter, { all: sum }]));
  return { at, weight: null, canary: countersOf(canary), stable: countersOf(stable) };
}

function nothingAt(at: Instant): Counted {
  return { at, weight: null, canary: null, stable: null };
}

function notedIn(memo: JsonObject, queries: readonly CounterQuery[]): Noted | null {
  const until = lastLook(memo);
  const { sums } = memo;
  const isWhole = queries.every(({ side, counter }) => {
    const own = isObject(sums) ? sums[side] : null;
    const sum = isObject(own) ? own[counter] : null;
    return typeof sum === 'number' && isGood(sum);
  });
  // What is whole has a sum for each query.
  return until === null || !isWhole ? null : { until, sums: sums as Sums };
}
