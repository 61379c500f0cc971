import { compareCauses } from './causes.ts';
import type { Difference } from './difference.ts';
import { compareEventOrder, compareEvents } from './emissions.ts';
import { compareFinals } from './finals.ts';
import { show } from './json.ts';
import type { Hold } from './milestones.ts';
import { comparePlayed } from './played.ts';
import type { Recording } from './recording.ts';
import { type Seen, see } from './seen.ts';
import { follow, type Mismatch, type Pair } from './sequence.ts';
import { kindOf } from './timeline.ts';
import { compareTogether } from './together.ts';

/**
 * Everything in which ours disagrees with the original. The rules, and why each is as strict as it is:
 *
 * - *reached*: every wait of the scenario came true. The waits are the scenario's own claims.
 * - *accepted*: what the API server accepted it accepts, what it refused it refuses.
 * - *asked*: metric servers are asked the same questions, however often.
 * - *hash*: the same template gets the same hash; names of ReplicaSets are seen by users and kept across a
 *   takeover.
 * - *objects*: the same objects appear (pods apart), because each is a promise: a run made, a revision
 *   created.
 * - *values*: per object and field our values are the original's, in its order; what it held for 0.3 s, at
 *   a wait or at the end must be there; what it only passed through may be left out, since we write less.
 *   Sizes of ReplicaSets may also pass through numbers in between, since pods get ready one by one.
 * - *held*: what the original held for 1.5 s or more and ended by itself (a pause, a delay), ours holds for
 *   at least half as long. Only a lower bound: machines are slow at will.
 * - *together*: the values that the objects of one rollout had at the same time for 0.5 s or more appear
 *   together in ours. This ties weights to sizes and steps to phases, which *values* compares one by one.
 * - *final*: what is there at the end, field by field. Left out is only what `finals.ts` lists with reasons.
 * - *events*, *event order*: the same reasons and texts per object; the story they tell in the same order.
 *   Counts and the order of the others are not compared: two runs of the original differ in them.
 * - *causes*: what was true in the original every time that something happened (pods available when a
 *   Service was switched to them) is true in ours every time.
 */
export function compareRecordings(ours: Recording, original: Recording): readonly Difference[] {
  const mine = see(ours);
  const theirs = see(original);
  const values = compareValues(mine, theirs);
  const played = comparePlayed(ours, original);
  // A scenario that stopped half-way lacks all the rest: what it did too much tells more.
  if (played.some((d) => d.rule === 'reached'))
    return [...played, ...values.filter((d) => d.ours.includes(tooMuch))];
  return [
    ...played,
    ...compareObjects(mine, theirs),
    ...values,
    // A wrong sequence is wrong together with others, too: say it once.
    ...(values.some((d) => d.rule === 'values') ? [] : compareTogether(mine, theirs)),
    ...compareFinals(mine, theirs),
    ...compareEvents(mine, theirs),
    ...compareEventOrder(ours, original),
    ...compareCauses(mine, theirs),
  ];
}

function compareObjects(mine: Seen, theirs: Seen): readonly Difference[] {
  const counted = (seen: Seen): readonly string[] =>
    [...seen.holds.keys()].filter((o) => kindOf(o) !== 'Pod');
  const missing = counted(theirs).filter((object) => !mine.holds.has(object));
  const extra = counted(mine).filter((object) => !theirs.holds.has(object));
  const row = (object: string, original: string, ours: string): Difference => ({
    rule: 'objects',
    object,
    field: 'existence',
    original,
    ours,
    at: { original: firstSeen(theirs, object), ours: firstSeen(mine, object) },
  });
  return [
    ...missing.map((object) => row(object, 'appears', 'never there')),
    ...extra.map((object) => row(object, 'never there', 'appears')),
  ];
}

function firstSeen(seen: Seen, object: string): number | null {
  return seen.versions.find((version) => version.object === object)?.t ?? null;
}

function compareValues(mine: Seen, theirs: Seen): readonly Difference[] {
  return [...theirs.holds].flatMap(([object, fields]) => {
    const own = mine.holds.get(object);
    if (own === undefined) return [];
    const names = [...new Set([...fields.keys(), ...own.keys()])];
    return names.flatMap((name) => compareField(object, name, own.get(name) ?? [], fields.get(name) ?? []));
  });
}

function compareField(
  object: string,
  field: string,
  ours: readonly Hold[],
  original: readonly Hold[],
): readonly Difference[] {
  const followed = follow(ours, original, { between: field === 'replicas' });
  if (followed.follows) return followed.pairs.flatMap((pair) => compareHeld(object, field, pair));
  return [describe(object, field, followed.mismatch, ours, original)];
}

/** The word for a value that the original never had in that place. */
const tooMuch = 'has in excess';

function describe(
  object: string,
  field: string,
  mismatch: Mismatch,
  ours: readonly Hold[],
  original: readonly Hold[],
): Difference {
  const held = `${(mismatch.at.until - mismatch.at.from).toFixed(2)} s`;
  const missing = mismatch.kind === 'missing';
  return {
    rule: 'values',
    object,
    field,
    original: `${story(original)}${missing ? ` (held ${show(mismatch.value)} for ${held})` : ''}`,
    ours: `${story(ours)} (${missing ? 'misses' : tooMuch} ${show(mismatch.value)})`,
    at: missing ? { original: mismatch.at.from, ours: mismatch.after?.from ?? null } : atOurs(mismatch),
  };
}

function atOurs(mismatch: Mismatch): Difference['at'] {
  return { original: mismatch.after?.from ?? null, ours: mismatch.at.from };
}

/** The values in order; those that were only passing by in brackets. */
export function story(holds: readonly Hold[]): string {
  const words = holds.map((hold) => {
    const text = hold.values.map(show).join('↔');
    return hold.durable ? text : `(${text})`;
  });
  return words.join(' → ');
}

/** From this many seconds on, a value is something that the original kept on purpose. */
const keptSeconds = 1.5;

function compareHeld(object: string, field: string, { ours, original }: Pair): readonly Difference[] {
  const theirs = original.until - original.from;
  const own = ours.until - ours.from;
  if (original.endedBy !== 'controller' || theirs < keptSeconds || original.interrupted) return [];
  if (own >= theirs / 2 - 0.3) return [];
  return [
    {
      rule: 'held',
      object,
      field,
      original: `${show(original.values[0])} for ${theirs.toFixed(2)} s`,
      ours: `for ${own.toFixed(2)} s`,
      at: { original: original.from, ours: ours.from },
    },
  ];
}
