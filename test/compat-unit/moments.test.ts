import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secondsToWait, startUpMs } from '../compat/moments.ts';
import { parseRecording, type Recording } from '../compat/recording.ts';

/** A recording of actions with their times, and of what the user is seen to have written. */
function recorded(
  actions: readonly (readonly [t: number, action: object])[],
  writes: readonly number[] = [],
): Recording {
  const header = { scenario: 'x', about: '', reached: true, hashes: {} };
  const lines = actions.map(([t, action], step) => ({ t, step, action, result: null }));
  const seen = writes.map((t) => ({
    t,
    step: lines.findLast((line) => line.t <= t)?.step ?? 0,
    object: 'Rollout/app',
    type: 'MODIFIED',
    by: 'user',
    changes: [],
  }));
  const rows = [header, ...lines, ...seen];
  return parseRecording(rows.map((row) => JSON.stringify(row)).join('\n'), 'x');
}

const WAIT = { wait: {} };
const PATCH = { patch: {} };
const PLUGIN = { plugin: [] };

// When the original's wait began and the next action came, and when ours began: when does our next one come?
const rows: readonly (readonly [seconds: number, from: number, to: number, ours: number, then: number])[] = [
  // In the middle of a second it comes at the original's own time, however late the wait began.
  [2, 2.4, 4.4, 2.4, 4.4],
  [2, 2.2, 4.2, 2.6, 4.25],
  // Close to a whole second it keeps clear of it, on its side.
  [2, 2.9, 4.95, 2.9, 4.75],
  [2, 2.9, 4.95, 2.97, 4.75],
  [2, 4.01, 6.01, 4.05, 6.25],
  // Where the wait begins in another second, so many seconds later.
  [2, 2.9, 4.95, 3.02, 5.75],
  [2, 0.8, 2.8, 7.1, 9.75],
  // Not so that pods have no time to get ready.
  [1, 2.1, 3.1, 2.9, 3.9],
  [2, 2.1, 4.1, 2.9, 4.9],
  [5, 2.1, 7.1, 2.9, 7.25],
  // A short wait stays short.
  [0.4, 0.83, 1.23, 0.83, 1.25],
  [0.4, 0.83, 1.23, 1.02, 1.42],
];

for (const [seconds, from, to, ours, then] of rows) {
  void test(`a wait of ${seconds} s from ${from} to ${to}, begun at ${ours}, ends at ${then}`, () => {
    const original = recorded([
      [0, PATCH],
      [from, WAIT],
      [to, PATCH],
    ]);
    const wait = secondsToWait(original, { step: 1, seconds, began: ours });
    assert.equal(Number((ours + wait).toFixed(3)), then);
  });
}

void test('what the plugin takes to write is part of the wait', () => {
  const original = recorded(
    [
      [0, PATCH],
      [2.9, WAIT],
      [4.9, PLUGIN],
    ],
    [4.98],
  );
  assert.equal(startUpMs(original, 2), 80);
  const wait = secondsToWait(original, { step: 1, seconds: 2, began: 2.95 });
  assert.equal(Number((2.95 + wait + 0.08).toFixed(3)), 4.75);
});

void test('where nothing is done after it, a wait is as long as it says', () => {
  const original = recorded([
    [0, PATCH],
    [2.9, WAIT],
    [4.9, WAIT],
  ]);
  for (const step of [1, 2]) assert.equal(secondsToWait(original, { step, seconds: 2, began: 3 }), 2);
});
