import type { Instant } from '../time.ts';
import { type Counters, MOST_SERIES, type Series } from './counters.ts';
import type { MetricPlan } from './plan.ts';

/** What was read at one moment. */
export interface Reading {
  readonly at: Instant;
  /** The canary's part of the traffic as it was asked for, in percent; null where that is not known. */
  readonly weight: number | null;
  /** Null: there was no answer. Before the release there need not be one. */
  readonly canary: Counters | null;
  readonly stable: Counters | null;
  /** When the newest sample of them was taken. Absent: at `at`. */
  readonly sampledAt?: Instant;
}

/** What is wrong with data. It is never a verdict about the canary. */
export type Flaw =
  /** There was no answer, or a counter is not in it. */
  | 'NoData'
  /** The answer is about a time that is long gone. */
  | 'StaleData'
  /** More bad requests than requests, or values that no counter has. */
  | 'BadQuery'
  /** The two sides do not have the edge of a bucket that is asked for, or none can be chosen. */
  | 'BucketMismatch'
  /** A counter began anew: what it had counted in between is lost. */
  | 'CounterReset'
  /** The weight is not known, or changed within the interval, and the test goes by it. */
  | 'NoWeight';

/** The two counters that a test differences. */
export interface Pair {
  /** Bad requests; or, where `isComplement`, those that are not bad. */
  readonly part: Series;
  readonly total: Series;
  readonly isComplement: boolean;
}

/** Pairs by what they would be judged on: the edge of a bucket, or nothing to choose. */
export type Pairs = Readonly<Record<string, Pair>>;

/** The name of the one pair of a test that has no choice. */
export const ONLY = 'bad';

/** The most edges of a histogram. */
const MOST_EDGES = 100;
const PLUS_INF = '+Inf';

/** The pairs of counters that a metric is about, or what is wrong with them. */
export function pairsOf({ name, test }: MetricPlan, counters: Counters | null): Pairs | Flaw {
  if (counters === null) return 'NoData';
  if (Object.values(counters).some((series) => Object.keys(series).length > MOST_SERIES)) return 'BadQuery';
  const own = (counter: string): Series | undefined =>
    pick(counters, `${name}.${counter}`) ?? pick(counters, counter);
  if (test.kind !== 'exceedance') {
    const [part, total] = [own(test.kind === 'throughput' ? 'total' : 'bad'), own('total')];
    return part === undefined || total === undefined
      ? 'NoData'
      : { [ONLY]: { part, total, isComplement: false } };
  }
  const buckets = bucketsOf(counters);
  const total = buckets.get(PLUS_INF) ?? own('total');
  if (total === undefined) return 'NoData';
  const edges = [...buckets].filter(([edge]) => edge !== PLUS_INF);
  const wanted = test.edge === null ? edges : edges.filter(([edge]) => Number(edge) === test.edge);
  if (wanted.length === 0 || wanted.length > MOST_EDGES) return 'BucketMismatch';
  return Object.fromEntries(wanted.map(([edge, part]) => [edge, { part, total, isComplement: true }]));
}

/** A counter, unless it is something that every object has. */
function pick(counters: Counters, name: string): Series | undefined {
  return Object.hasOwn(counters, name) ? counters[name] : undefined;
}

/** Counters called `le=0.25`, with or without quotes, or with a colon: the buckets, by their edge. */
function bucketsOf(counters: Counters): ReadonlyMap<string, Series> {
  return new Map(
    Object.entries(counters).flatMap(([name, series]) => {
      const edge = /^le\s*[=:]\s*"?(\+Inf|[0-9.]+(?:e[-+]?[0-9]+)?)"?$/i.exec(name)?.[1];
      if (edge === undefined) return [];
      return [[/inf/i.test(edge) ? PLUS_INF : String(Number(edge)), series] as const];
    }),
  );
}
