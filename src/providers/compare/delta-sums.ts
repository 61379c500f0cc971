import type { JsonObject } from '../../api/meta.ts';
import { isObject } from '../../api/path.ts';
import { type Counters, isGood } from '../../core/compare/counters.ts';
import type { Reading as Counted } from '../../core/compare/reading.ts';
import type { Instant } from '../../core/time.ts';
import type { CounterQuery } from './queries.ts';
import { lastLook } from './weights.ts';

/** Events since the comparison began, and before it as far as they were asked for: by side and counter. */
export type Sums = Readonly<Record<CounterQuery['side'], Readonly<Record<string, number>>>>;

/** What is noted from one look to the next. */
export interface Noted {
  /** Up to here everything is counted that ever will be. */
  readonly until: Instant;
  readonly sums: Sums;
}

/** What a counter has gained in a window. */
export interface Gain extends Pick<CounterQuery, 'side' | 'counter'> {
  /** Of each series. */
  readonly values: readonly number[];
}

/** The sums with what came since. */
export function withGains(sums: Sums, gains: readonly Gain[]): Sums {
  const grown = (side: Gain['side']): Sums[Gain['side']] =>
    Object.fromEntries(
      Object.entries(sums[side]).map(([counter, before]) => {
        const own = gains.filter((gain) => gain.side === side && gain.counter === counter);
        return [counter, before + sumOf(own.flatMap(({ values }) => values))];
      }),
    );
  return { canary: grown('canary'), stable: grown('stable') };
}

/** How many there were in all series. */
export function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** Sums are counters of one series that never begins anew. */
export function lookAt(at: Instant, { canary, stable }: Sums): Counted {
  const countersOf = (sums: Readonly<Record<string, number>>): Counters =>
    Object.fromEntries(Object.entries(sums).map(([counter, sum]) => [counter, { all: sum }]));
  return { at, weight: null, canary: countersOf(canary), stable: countersOf(stable) };
}

/** A look without an answer. */
export function nothingAt(at: Instant): Counted {
  return { at, weight: null, canary: null, stable: null };
}

/** What a look before this one has noted; null where there is none of it for one of the queries. */
export function notedIn(memo: JsonObject, queries: readonly CounterQuery[]): Noted | null {
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
