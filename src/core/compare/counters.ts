/** The values of one counter, by the series that it is made of. Not-a-number: nothing is known of it now. */
export type Series = Readonly<Record<string, number>>;

/** Counters by name. */
export type Counters = Readonly<Record<string, Series>>;

/** What a counter has gained. */
export interface Gain {
  readonly gained: number;
  /** The last good value of each series, for the next difference. */
  readonly values: Series;
  /** Series that began anew. */
  readonly resets: number;
  /** Whether none of the series is one that was there before. */
  readonly isReplaced: boolean;
}

/** More series than these of one counter are those of no workload. */
export const MOST_SERIES = 5000;

/**
 * What a counter has gained since `before`, series by series. A series that is lower than before began anew
 * at 0, and so did one that was not there. One that is gone, or not a number, has gained nothing; it goes on
 * from where it was if it comes back.
 */
export function gainSince(before: Series, after: Series): Gain {
  const names = Object.keys(after);
  const known = names.filter((name) => Object.hasOwn(before, name));
  if (known.length === 0 && names.length > 0 && Object.keys(before).length > 0)
    return {
      gained: 0,
      values: { ...trimmed(before, after), ...finite(after) },
      resets: 0,
      isReplaced: true,
    };
  let [gained, resets] = [0, 0];
  for (const name of names) {
    const value = after[name] ?? Number.NaN;
    const last = Object.hasOwn(before, name) ? (before[name] ?? 0) : 0;
    if (!isGood(value)) continue;
    if (value < last) resets += 1;
    gained += value < last ? value : value - last;
  }
  return { gained, values: { ...trimmed(before, after), ...finite(after) }, resets, isReplaced: false };
}

/** Whether a value can be that of a counter. */
export function isGood(value: number): boolean {
  return Number.isFinite(value) && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}

function finite(series: Series): Series {
  if (Object.values(series).every(isGood)) return series;
  return Object.fromEntries(Object.entries(series).filter(([, value]) => isGood(value)));
}

/** What was before; without the series that are gone, where there are too many. */
function trimmed(before: Series, after: Series): Series {
  const names = Object.keys(before);
  if (names.length + Object.keys(after).length <= MOST_SERIES) return before;
  return Object.fromEntries(Object.entries(before).filter(([name]) => Object.hasOwn(after, name)));
}
