import { waitsFor } from './coverage.ts';
import type { Difference } from './difference.ts';
import { type Deliberate, matches } from './differences.ts';
import type { Programme } from './programme.ts';
import type { Round } from './round.ts';

/** What came of the scenarios. */
export interface Tally {
  readonly agree: string[];
  readonly differ: string[];
  /** Scenarios that are listed as waiting and agree nevertheless. */
  readonly early: string[];
  /** Scenarios that agree, but not while many others are played, at the second try. */
  readonly quiet: string[];
  /** Scenarios that agree when nothing else is played. */
  readonly alone: string[];
  readonly used: Set<Deliberate>;
  readonly differences: Difference[];
}

/** Nothing has come of anything yet. */
export function newTally(): Tally {
  return { agree: [], differ: [], early: [], quiet: [], alone: [], used: new Set(), differences: [] };
}

/** Takes note of what came of a scenario in the end, and says whether it agrees. */
export function count(tally: Tally, { waiting }: Programme, { ours, unexpected, used }: Round): boolean {
  tally.differences.push(...unexpected);
  for (const one of used) tally.used.add(one);
  const name = ours.scenario;
  if (unexpected.length > 0) tally.differ.push(name);
  else (waitsFor(waiting, name) === null ? tally.agree : tally.early).push(name);
  return unexpected.length === 0;
}

/** Deliberate differences of scenarios that were played, or of all, that explained nothing. */
export function unusedOf(tally: Tally, { deliberate, library, waits }: Programme): readonly Deliberate[] {
  const { names } = library;
  const played = names.filter((name) => waits(name) === null);
  return deliberate.filter((one) => {
    const concerned = played.some((name) => matches(one.scenario, name));
    const known = names.some((name) => matches(one.scenario, name));
    return !tally.used.has(one) && !(one.timing && known) && (concerned || !known);
  });
}

/** What is told when all have been played: the commonest differences, what is covered, what came of it. */
export function* story(tally: Tally, programme: Programme): Generator<string> {
  yield* digest(tally.differences);
  yield covered(programme);
  yield summary(tally);
}

/** The commonest differences over all scenarios: many scenarios differ for one reason. */
function digest(differences: readonly Difference[]): readonly string[] {
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

function covered({ waiting, library }: Programme): string {
  const waits = Object.entries(waiting).map(([feature, list]) => `${feature} ${list.length}`);
  const all = library.names.length;
  const left = Object.values(waiting).flat().length;
  const why = left === 0 ? '' : `; ${left} wait for: ${waits.join(', ')}`;
  return `${all - left} of ${all} scenarios are covered${why}`;
}

function summary({ agree, differ, early, quiet, alone }: Tally): string {
  const parts = [
    `${agree.length} agree`,
    `${differ.length} differ`,
    ...(quiet.length > 0 ? [`agree only when it is quiet: ${quiet.join(', ')}`] : []),
    ...(alone.length > 0 ? [`agree only when played alone: ${alone.join(', ')}`] : []),
    ...(early.length > 0 ? [`listed as waiting, but agree: ${early.join(', ')}`] : []),
  ];
  return parts.join('; ');
}
