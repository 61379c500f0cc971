import type { Waiting } from './coverage.ts';
import type { Difference } from './difference.ts';
import { type Deliberate, matches } from './differences.ts';

/** What came of the scenarios. */
export interface Tally {
  readonly agree: string[];
  readonly differ: string[];
  /** Feature to scenarios that wait for it. */
  readonly waiting: Map<string, string[]>;
  /** Scenarios that are listed as waiting and agree nevertheless. */
  readonly early: string[];
  /** Scenarios that agree, but not while many others are played. */
  readonly quiet: string[];
  readonly used: Set<Deliberate>;
  readonly differences: Difference[];
}

/** Nothing has come of anything yet. */
export function newTally(): Tally {
  return {
    agree: [],
    differ: [],
    waiting: new Map(),
    early: [],
    quiet: [],
    used: new Set(),
    differences: [],
  };
}

/** Entries for scenarios that were played, or for all, that explained nothing. */
export function unusedOf(
  deliberate: readonly Deliberate[],
  tally: Tally,
  names: readonly string[],
): readonly Deliberate[] {
  const waiting = [...tally.waiting.values()].flat();
  const played = names.filter((name) => !waiting.includes(name));
  return deliberate.filter((one) => {
    const concerned = played.some((name) => matches(one.scenario, name));
    const known = names.some((name) => matches(one.scenario, name));
    return !tally.used.has(one) && !(one.timing && known) && (concerned || !known);
  });
}

/** The commonest differences over all scenarios: many scenarios differ for one reason. */
export function digest(differences: readonly Difference[]): readonly string[] {
  const kinds = Map.groupBy(differences, ({ rule, object, field }) => {
    const general = field.replaceAll(/<[^<>]*>/g, '<>').slice(0, 100);
    return `${rule}: ${object.split('/')[0] ?? ''} ${general}`;
  });
  const rows = [...kinds].map(([name, all]) => ({ name, count: all.length }));
  return rows
    .toSorted((a, b) => b.count - a.count)
    .slice(0, 25)
    .map(({ name, count }) => `${String(count).padStart(4)} × ${name}`);
}

/** How many scenarios there are, how many of them are played at all, and what for the others wait. */
export function covered(waiting: Waiting, names: readonly string[]): string {
  const waits = Object.entries(waiting).map(([feature, list]) => `${feature} ${list.length}`);
  const left = Object.values(waiting).flat().length;
  const why = left === 0 ? '' : `; ${left} wait for: ${waits.join(', ')}`;
  return `${names.length - left} of ${names.length} scenarios are covered${why}`;
}

/** What came of those that were played, in a line. */
export function summary({ agree, differ, early, quiet }: Tally): string {
  const parts = [
    `${agree.length} agree`,
    `${differ.length} differ`,
    ...(quiet.length > 0 ? [`agree only when it is quiet: ${quiet.join(', ')}`] : []),
    ...(early.length > 0 ? [`listed as waiting, but agree: ${early.join(', ')}`] : []),
  ];
  return parts.join('; ');
}
