import type { CompareConfig } from '../../api/compare.ts';
import { delayOf, resolutionOf, sourceName } from '../../api/compare-source.ts';
import { describeDuration } from '../../api/duration.ts';
import type { JsonObject } from '../../api/meta.ts';
import type { Comparison } from '../../core/analysis/compare/comparison.ts';
import type { ErrorReading, Reading, ValueReading } from '../../core/analysis/reading.ts';
import { isGood } from '../../core/compare/counters.ts';
import type { Reading as Counted } from '../../core/compare/reading.ts';
import type { Ask } from '../provider.ts';
import { type Asking, countBefore } from './delta-before.ts';
import { bounded } from './delta-client.ts';
import { ASKERS } from './delta-sources.ts';
import {
  type Gain,
  lookAt,
  type Noted,
  notedIn,
  nothingAt,
  type Sums,
  sumOf,
  withGains,
} from './delta-sums.ts';
import { refuse, type Span } from './delta-window.ts';
import type { CounterQuery } from './queries.ts';
import { kept, seenWeights, weightOver } from './weights.ts';

/** What is to be counted, and what is known beside it. */
export interface Wanted {
  readonly queries: readonly CounterQuery[];
  /** To be kept for the next look. */
  readonly memo: JsonObject;
  /** The canary's part of the traffic in percent, as asked for now. */
  readonly weight: number | null;
}

/**
 * A look with a source that answers how many there were in a window. Windows follow one another without a
 * gap: each begins where the last one ended that was counted, which is noted with its sums in one place, so
 * that nothing is counted twice whatever happens in between. What could not be asked is asked with the next.
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
  const asking: Asking = { config, queries, resolutionMs, ask: { ...ask, fetch: bounded(ask.fetch) } };
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

function told(reading: ValueReading, words: readonly string[]): ValueReading {
  return words.length === 0
    ? reading
    : { ...reading, message: [reading.message ?? '', ...words].filter((word) => word !== '').join('; ') };
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
