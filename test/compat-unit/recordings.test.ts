import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { compareRecordings } from '../compat/compare.ts';
import { mistakesIn, parseWaiting } from '../compat/coverage.ts';
import { same } from '../compat/json.ts';
import { findLibrary } from '../compat/library.ts';
import { changesBetween } from '../compat/paths.ts';
import { formatRecording, type Line, parseRecording, type Recording } from '../compat/recording.ts';
import { kindOf, versionsOf } from '../compat/timeline.ts';

const found = findLibrary();
const inCi = (process.env['CI'] ?? '') !== '';
const skip = found.kind === 'missing' && !inCi ? found.why : false;
const library = found.kind === 'found' ? found.library : null;

/** Does something with every recording of the original's and gathers what it says. */
function complaints(look: (recording: Recording) => readonly string[], every = 1): readonly string[] {
  if (library === null) throw new Error(found.kind === 'missing' ? found.why : '');
  const names = library.names.filter((_, index) => index % every === 0);
  return names.flatMap((name) => look(library.recording(name)).map((text) => `${name}: ${text}`));
}

void test('every recording agrees with itself, also when written and read again', { skip }, () => {
  const wrong = complaints((recording) => {
    const again = parseRecording(formatRecording(recording), recording.scenario);
    return compareRecordings(again, recording).map((difference) => JSON.stringify(difference));
  });
  assert.deepEqual(wrong, []);
});

void test('the final objects follow from the lines', { skip }, () => {
  const wrong = complaints((recording) => {
    const states = new Map(versionsOf(recording).map(({ object, state }) => [object, state]));
    return [...recording.finals].flatMap(([object, final]) => {
      // This scenario's endless creation of experiments was cut off while it was recorded.
      const state = states.get(object);
      if (recording.scenario === 'experiment-step-inconclusive' || same(state, final)) return [];
      const changes = changesBetween(state ?? {}, final);
      return changes.map((change) => `${object} ${JSON.stringify(change)}`);
    });
  });
  assert.deepEqual(wrong, []);
});

interface Mutant {
  readonly name: string;
  /** A changed copy of a recording; null where the mutation does not apply. */
  readonly mutate: (recording: Recording) => Recording | null;
}

const mutants: readonly Mutant[] = [
  { name: 'the last phase is another', mutate: (r) => lastValue(r, 'Rollout', 'status.phase', 'Unheard') },
  { name: 'the last size is another', mutate: (r) => lastValue(r, 'ReplicaSet', 'spec.replicas', 77) },
  {
    name: 'the last weight is another',
    mutate: (r) => lastValue(r, 'Rollout', 'status.canary.weights.canary.weight', 77),
  },
  { name: 'a step is told by no event', mutate: (r) => withoutReason(r, 'RolloutStepCompleted') },
  { name: 'completion is told by no event', mutate: (r) => withoutReason(r, 'RolloutCompleted') },
  {
    name: 'an unheard event',
    mutate: (r) => ({
      ...r,
      emitted: r.emitted.concat(r.emitted.slice(-1).map((e) => ({ ...e, reason: 'New' }))),
    }),
  },
  { name: 'an object is not there at the end', mutate: withoutFinal },
  { name: 'a ReplicaSet never appears', mutate: withoutReplicaSet },
];

for (const { name, mutate } of mutants) {
  void test(`in every fourth recording it is reported when ${name}`, { skip }, () => {
    let tried = 0;
    const missed = complaints((recording) => {
      const mutant = mutate(recording);
      if (mutant === null) return [];
      tried += 1;
      return compareRecordings(mutant, recording).length === 0 ? ['not reported'] : [];
    }, 4);
    assert.deepEqual(missed, []);
    assert.ok(tried > 8, `only ${tried} recordings could be tried`);
  });
}

function lastValue(
  recording: Recording,
  kind: string,
  path: string,
  value: string | number,
): Recording | null {
  const at = recording.lines.findLastIndex(
    (line) =>
      line.kind === 'modified' &&
      kindOf(line.object) === kind &&
      line.changes.some((c) => c[0] === path && c[2] !== null),
  );
  const line = recording.lines[at];
  if (line?.kind !== 'modified') return null;
  const changes = line.changes.map((c): typeof c => (c[0] === path ? [path, c[1], value] : c));
  const changed: Line = { ...line, changes };
  return { ...recording, lines: recording.lines.with(at, changed) };
}

function withoutReason(recording: Recording, reason: string): Recording | null {
  const emitted = recording.emitted.filter((emission) => emission.reason !== reason);
  return emitted.length === recording.emitted.length ? null : { ...recording, emitted };
}

function withoutFinal(recording: Recording): Recording | null {
  const [first] = [...recording.finals.keys()].filter((object) => kindOf(object) !== 'Pod');
  if (first === undefined) return null;
  return { ...recording, finals: new Map([...recording.finals].filter(([object]) => object !== first)) };
}

function withoutReplicaSet(recording: Recording): Recording | null {
  const set = recording.lines.find((line) => line.kind === 'added' && kindOf(line.object) === 'ReplicaSet');
  if (set?.kind !== 'added') return null;
  return {
    ...recording,
    lines: recording.lines.filter((line) => !('object' in line && line.object === set.object)),
  };
}

void test('the list of scenarios that wait for a feature is right', { skip }, () => {
  const text = readFileSync(join(import.meta.dirname, '..', 'compat', 'coverage.yaml'), 'utf8');
  const scenarios = library?.names.map((name) => library.scenario(name)) ?? [];
  assert.deepEqual(mistakesIn(parseWaiting(text), scenarios), []);
});
