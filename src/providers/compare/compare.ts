import type { CompareConfig } from '../../api/compare.ts';
import { delayOf } from '../../api/compare-source.ts';
import { compareConfig } from '../../api/schema/compare.ts';
import { KEPT } from '../../core/analysis/compare/kept.ts';
import { COMPARE } from '../../core/analysis/compare/party.ts';
import type { ErrorReading, Reading } from '../../core/analysis/reading.ts';
import type { Counters } from '../../core/compare/counters.ts';
import type { Reading as Counted } from '../../core/compare/reading.ts';
import type { Milliseconds } from '../../core/time.ts';
import type { Ask, MetricProvider } from '../provider.ts';
import { against } from './against.ts';
import { lookByWindows } from './delta.ts';
import { askPrometheus, type When } from './prometheus.ts';
import type { CounterQuery } from './queries.ts';
import { joined, type Sampled, type Split, samplesIn } from './series.ts';
import { kept, lastLook, seenWeights, weightOver } from './weights.ts';

/**
 * Counts the requests of canary and stable version, and hands the counts to the comparison that the metric
 * has begun. Whether they are good or bad is said by nobody here.
 */
export const compare: MetricProvider<CompareConfig> = {
  name: COMPARE,
  schema: compareConfig,
  start,
  // What it waits for is looked at anew.
  resume: (config, _, ask) => start(config, ask),
};

/** Before the release: what is usual, and how errors clump. */
const HISTORY_MS = 30 * 60_000;
const FINEST_MS = 15_000;

async function start(config: CompareConfig, ask: Ask): Promise<Reading> {
  const { comparison, now } = ask;
  if (comparison === undefined) return refuse('is measured only as a part of an analysis');
  const read = await against(config, delayOf(config), { ...ask, comparison });
  if (read.kind !== 'against') return read;
  if (config.mode === 'delta') {
    const { queries, memo, weightPercent: weight } = read;
    return await lookByWindows(config, { queries, memo, weight }, { ...ask, comparison });
  }
  const at = Math.floor(now) - delayOf(config);
  const when: When = comparison.hasBegun ? { kind: 'instant', at } : before(at, comparison.intervalMs);
  const counted = await count(config, { queries: read.queries, when }, ask);
  if (counted.kind === 'error') return counted;
  const seen = seenWeights(comparison.memo, { at: Math.floor(now), weight: read.weightPercent });
  const weight = comparison.hasBegun ? weightOver(seen, lastLook(comparison.memo), at) : null;
  const looks = counted.looks.map((look) => ({ ...look, weight: look.at < at ? null : weight }));
  const reading = comparison.take(looks, { ...read.memo, weights: kept(seen, at), at }, read.next);
  const size = reading.metadata?.[KEPT]?.length ?? 0;
  return size > MOST_KEPT ? refuse(TOO_MANY) : reading;
}

/** Characters of what is kept in the run, which the API server stores up to one and a half megabytes of. */
const MOST_KEPT = 300_000;
const TOO_MANY = `there are too many series to keep what they have counted: select fewer, or fewer labels`;

/**
 * What was counted at one or more moments, oldest first, the last of them at the end of `when`. With `split`
 * it is that, and not its question, which says whose a series is.
 */
export async function count(
  config: CompareConfig,
  {
    queries,
    when,
    split,
  }: { readonly queries: readonly CounterQuery[]; readonly when: When; readonly split?: Split },
  ask: Ask,
): Promise<{ readonly kind: 'counted'; readonly looks: readonly Counted[] } | ErrorReading> {
  const question = { query: joined(queries), when };
  const answer = await askPrometheus(config.source?.prometheus ?? {}, question, ask);
  if (answer.kind === 'error') return answer;
  const read = samplesIn(answer.body, queries, split);
  if (read === null)
    return { kind: 'error', message: `${COMPARE}: the answer has no result`, retryable: true };
  if (read.kind === 'problem') return refuse(read.message);
  const end = when.kind === 'instant' ? when.at : when.to;
  const stray = read.samples.find(({ at }) => at > end || (when.kind === 'instant' && at !== end));
  if (stray !== undefined)
    return { kind: 'error', message: `${COMPARE}: the answer is about another time`, retryable: true };
  const last = read.samples.find(({ at }) => at === end) ?? {
    at: end,
    canary: {},
    stable: {},
    sampledAt: null,
  };
  const looks = [...read.samples.filter(({ at }) => at < end), last].map((one) =>
    lookOf(config, queries, one),
  );
  return { kind: 'counted', looks };
}

/**
 * A counter of bad requests that is not there has counted none, where there is one of requests; and a canary
 * of which nothing is there has had no requests. Without the stable version's there is no answer.
 */
function lookOf(
  config: CompareConfig,
  queries: readonly CounterQuery[],
  { at, canary, stable, sampledAt }: Sampled,
): Counted {
  const names = [...new Set(queries.map(({ counter }) => counter))];
  const whole = (counters: Counters): Counters => ({
    ...Object.fromEntries(names.filter((name) => name !== 'buckets').map((name) => [name, {}])),
    ...counters,
  });
  const isThere = Object.keys(stable).some((name) => name !== 'bad');
  const edges = Object.fromEntries(Object.keys(stable).map((name) => [name, {}]));
  const empty = config.test === 'exceedance' ? edges : {};
  const hasCanary = Object.keys(canary).length > 0;
  return {
    at,
    weight: null,
    canary: isThere ? whole(hasCanary ? canary : empty) : null,
    stable: isThere ? whole(stable) : null,
    ...(sampledAt === null ? {} : { sampledAt }),
  };
}

function before(at: number, intervalMs: Milliseconds): When {
  const stepMs = Math.max(intervalMs, FINEST_MS);
  return { kind: 'range', from: at - Math.floor(HISTORY_MS / stepMs) * stepMs, to: at, stepMs };
}

function refuse(message: string): ErrorReading {
  return { kind: 'error', message: `${COMPARE}: ${message}`, retryable: false };
}
