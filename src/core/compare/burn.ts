import type { Instant } from '../time.ts';

/** Counts of a window of time. */
export interface Window {
  readonly bad: number;
  readonly total: number;
}

/**
 * How many times faster than planned an error budget is used up: 1 uses it up exactly at the end of its
 * period. Null where there were no requests: that is no vote. `objective` is the part of requests that must
 * be good, below 1.
 */
export function burnRate({ bad, total }: Window, objective: number): number | null {
  return total > 0 ? bad / total / (1 - objective) : null;
}

/** Two windows that must both burn: the long one says that it matters, the short one that it goes on. */
export interface BurnPair {
  readonly longSeconds: number;
  readonly shortSeconds: number;
  /** The rate from which on both vote. */
  readonly factor: number;
}

/** The pairs of the SRE workbook, https://sre.google/workbook/alerting-on-slos/ */
export const WORKBOOK_PAIRS: readonly BurnPair[] = [
  { longSeconds: 3600, shortSeconds: 300, factor: 14.4 },
  { longSeconds: 21_600, shortSeconds: 1800, factor: 6 },
  { longSeconds: 259_200, shortSeconds: 21_600, factor: 1 },
];

/** The pair for a canary's own few minutes. */
export const CANARY_PAIR: BurnPair = { longSeconds: 300, shortSeconds: 60, factor: 14.4 };

/**
 * Whether a pair fires. It fires in incidents that everybody shares as well, so it is a reason to pause and
 * none to blame the canary.
 */
export function burns(
  pair: BurnPair,
  windows: { readonly long: Window; readonly short: Window },
  want: { readonly objective: number; readonly minEvents: number },
): boolean {
  const [long, short] = [burnRate(windows.long, want.objective), burnRate(windows.short, want.objective)];
  if (long === null || short === null || windows.long.bad < want.minEvents) return false;
  return long >= pair.factor && short >= pair.factor;
}

/** The part of a budget that is used up by burning at `factor` for so many seconds of its period. */
export function budgetUsed(factor: number, seconds: number, periodSeconds: number): number {
  return (factor * seconds) / periodSeconds;
}

/** Requests of an interval that ended at `until`, or of several neighbours, of which the last did. */
export interface Burnt extends Window {
  readonly until: Instant;
}

/** An error budget: whose requests count, how many should be good, and how fast it may be used up. */
export interface Budget {
  readonly of: 'service' | 'canary';
  readonly objective: number;
  readonly pair: BurnPair;
}

/** Neighbours are put together as long as a short window still has so many of them. */
const PARTS = 4;

/** Adds an interval, and forgets what is older than the long window. Intervals come in order. */
export function withBurnt(burnt: readonly Burnt[], { pair }: Budget, next: Burnt): readonly Burnt[] {
  const kept = burnt.filter(({ until }) => until > next.until - 1000 * pair.longSeconds);
  const [last, first] = [kept.at(-1), kept.at(-2)];
  const partMs = (1000 * pair.shortSeconds) / PARTS;
  if (last === undefined || first === undefined || next.until - first.until > partMs) return [...kept, next];
  return [...kept.slice(0, -1), { ...next, bad: last.bad + next.bad, total: last.total + next.total }];
}

/** What was burnt in both windows up to now. Where a window is longer than what is known, of all of that. */
export function burntIn(
  burnt: readonly Burnt[],
  { pair }: Budget,
): { readonly long: Window; readonly short: Window } {
  const now = burnt.at(-1)?.until ?? 0;
  const within = (seconds: number): Window => {
    const some = burnt.filter(({ until }) => until > now - 1000 * seconds);
    const sum = (of: (one: Burnt) => number) => some.reduce((all, one) => all + of(one), 0);
    return { bad: sum(({ bad }) => bad), total: sum(({ total }) => total) };
  };
  return { long: within(pair.longSeconds), short: within(pair.shortSeconds) };
}
