import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Failure, type FailureCode } from '../../../src/shell/kube/failure.ts';
import {
  type Effect,
  type Input,
  initialState,
  type State,
  step,
} from '../../../src/shell/kube/reflection.ts';

const failed = (
  code: FailureCode,
  { lastedMs = 0, ...more }: { object?: string; retryAfterSeconds?: number; lastedMs?: number } = {},
): Input => ({
  kind: 'failed',
  lastedMs,
  failure: new Failure(code, `kube: ${code}`, more),
});
const started: Input = { kind: 'started' };
const listed: Input = { kind: 'listed', version: '10' };
const heard: Input = { kind: 'heard', version: '11' };
const rested: Input = { kind: 'rested' };
const ended = (lastedMs: number): Input => ({ kind: 'ended', lastedMs });

/** What the machine does after all these inputs, in short: `report absent, rest 5000`. */
function told(...inputs: readonly Input[]): string {
  let state: State = initialState;
  let effects: readonly Effect[] = [];
  for (const input of inputs) [state, effects] = step(state, input);
  return effects.map(short).join(', ');
}

function short(effect: Effect): string {
  switch (effect.kind) {
    case 'list':
      return 'list';
    case 'watch':
      return `watch ${effect.version}`;
    case 'rest':
      return `rest ${effect.delayMs}`;
    case 'report':
      return `report ${effect.health.kind}`;
    default:
      return effect satisfies never;
  }
}

const again = (times: number, ...inputs: readonly Input[]): readonly Input[] =>
  Array.from({ length: times }, () => inputs).flat();

for (const [name, inputs, effects] of [
  ['begins with a list', [started], 'list'],
  ['watches from the list on', [started, listed], 'report watching, watch 10'],
  [
    'goes on from the last event after the server ended the watch',
    [started, listed, heard, ended(300_000)],
    'watch 11',
  ],
  ['goes on from the list when there was no event', [started, listed, ended(300_000)], 'watch 10'],
  [
    'goes on from the last event after a cut, tells nobody',
    [started, listed, heard, failed('transient'), rested],
    'watch 11',
  ],
  ['waits a moment before that', [started, listed, heard, failed('transient')], 'rest 100'],
  [
    'tells when it is cut again before it heard anything',
    [started, listed, failed('transient'), rested, failed('transient')],
    'report broken, rest 200',
  ],
  [
    'waits longer each time',
    [started, ...again(4, failed('transient'), rested), failed('transient')],
    'report broken, rest 1600',
  ],
  [
    'but never longer than half a minute',
    [started, ...again(50, failed('transient'), rested), failed('transient')],
    'report broken, rest 30000',
  ],
  [
    'a word from the server makes up for it',
    [started, listed, failed('transient'), rested, heard],
    'report watching',
  ],
  [
    'and the waits begin anew',
    [started, listed, ...again(9, failed('transient'), rested), heard, failed('transient')],
    'rest 100',
  ],
  [
    'so does a watch that went well for a while',
    [started, listed, ...again(9, failed('transient'), rested), failed('transient', { lastedMs: 60_000 })],
    'rest 100',
  ],
  ['waits when watches end at once', [started, listed, ended(3)], 'rest 100'],
  ['and longer each time', [started, listed, ...again(3, ended(3), rested), ended(3)], 'rest 800'],
  ['lists anew at once when the version is too old', [started, listed, heard, failed('expired')], 'list'],
  ['but not over and over', [started, listed, failed('expired'), listed, failed('expired')], 'rest 200'],
  [
    'and then with a list, not a watch',
    [started, listed, failed('expired'), listed, failed('expired'), rested],
    'list',
  ],
  [
    'a kind that is not installed is told, and looked for again',
    [started, failed('missing')],
    'report absent, rest 5000',
  ],
  ['until it is there', [started, failed('missing'), rested, listed], 'report watching, watch 10'],
  [
    'a kind that goes away is looked for with a list',
    [started, listed, heard, failed('missing'), rested],
    'list',
  ],
  [
    'what RBAC forbids is told, and tried again',
    [started, failed('forbidden')],
    'report forbidden, rest 5000',
  ],
  [
    'a watch that RBAC forbids as well',
    [started, listed, failed('forbidden')],
    'report forbidden, rest 5000',
  ],
  [
    'waits as long as a throttling server says',
    [started, failed('throttled', { retryAfterSeconds: 9 })],
    'report broken, rest 9000',
  ],
  [
    'does not watch on a 404 of something else',
    [started, failed('missing', { object: 'x' })],
    'report broken, rest 100',
  ],
  ['ignores a late answer', [started, listed, failed('transient'), heard], ''],
] as const satisfies readonly (readonly [string, readonly Input[], string])[]) {
  void test(`it ${name}`, () => assert.equal(told(...inputs), effects));
}

const input: fc.Arbitrary<Input> = fc.oneof(
  fc.constantFrom<Input>(started, listed, heard, rested, ended(0), ended(5_000)),
  fc
    .constantFrom<FailureCode>('transient', 'expired', 'missing', 'forbidden', 'throttled', 'unauthorized')
    .map((code) => failed(code)),
);

void test('law: whatever happens, exactly one thing is under way, and every wait ends', () => {
  fc.assert(
    fc.property(fc.array(input, { maxLength: 100 }), (inputs) => {
      let [state, effects] = step(initialState, started);
      for (const next of inputs) {
        const before = state;
        [state, effects] = step(state, next);
        const slow = effects.filter((effect) => effect.kind !== 'report');
        assert.ok(slow.length <= 1);
        // A state is left only together with the beginning of what the new one is about.
        if (before.kind !== state.kind) assert.equal(slow.length, 1);
        const wanted = { idle: '', listing: 'list', watching: 'watch', waiting: 'rest' }[state.kind];
        for (const effect of slow) assert.equal(effect.kind, wanted);
        for (const effect of slow) if (effect.kind === 'rest') assert.ok(effect.delayMs <= 30_000);
      }
      assert.notEqual(state.kind, 'idle');
    }),
  );
});
