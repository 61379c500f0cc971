import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Priority } from '../../src/shell/queue.ts';
import { settle } from './kube/fake-clock.ts';
import { running } from './queue-bench.ts';

void test('law: as a model, whatever is added, finished, failed or delayed in any order', async () => {
  await fc.assert(fc.asyncProperty(fc.array(action, { maxLength: 60 }), follows), { numRuns: 200 });
});

type Action =
  | { readonly kind: 'add'; readonly key: string; readonly priority: Priority }
  | { readonly kind: 'after'; readonly key: string; readonly delayMs: number }
  | { readonly kind: 'done'; readonly key: string; readonly wakeInMs: number | null }
  | { readonly kind: 'fail'; readonly key: string }
  | { readonly kind: 'pass'; readonly ms: number };

const key = fc.constantFrom('a', 'b', 'c', 'd');
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({
    kind: fc.constant('add' as const),
    key,
    priority: fc.constantFrom<Priority>('user', 'event', 'resync'),
  }),
  fc.record({ kind: fc.constant('after' as const), key, delayMs: fc.integer({ min: 0, max: 500 }) }),
  fc.record({
    kind: fc.constant('done' as const),
    key,
    wakeInMs: fc.option(fc.integer({ min: 0, max: 500 })),
  }),
  fc.record({ kind: fc.constant('fail' as const), key }),
  fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 300 }) }),
);

/**
 * The model: whoever asks for a key gets a look that begins after the asking, and when nobody asks there is
 * quiet. The bench itself asserts that no key is ever in two hands.
 */
async function follows(actions: readonly Action[]): Promise<void> {
  const workers = 2;
  const bench = running({ workers });
  bench.answer = null;
  const { queue, clock } = bench;
  /** How many looks had begun when a key was last asked for. */
  const asked = new Map<string, number>();
  for (const act of actions) {
    if (act.kind === 'add' || act.kind === 'after') asked.set(act.key, bench.started.length);
    if (act.kind === 'add') queue.add(act.key, act.priority);
    if (act.kind === 'after') queue.addAfter(act.key, act.delayMs);
    if (act.kind === 'done')
      bench.open.get(act.key)?.done(act.wakeInMs === null ? null : clock.now() + act.wakeInMs);
    if (act.kind === 'fail') bench.open.get(act.key)?.fail(new Error('no'));
    if (act.kind === 'pass') await bench.tick(act.ms);
    await settle();
    assert.ok(bench.open.size <= workers);
  }
  bench.answer = () => null;
  for (const open of bench.open.values()) open.done(null);
  await bench.tick(40_000);
  for (const [wanted, since] of asked)
    assert.ok(bench.started.includes(wanted, since), `${wanted} had no look`);
  assert.deepEqual(queue.depth, { user: 0, event: 0, resync: 0, working: 0, scheduled: 0 });
  const before = bench.started.length;
  await bench.tick(100_000);
  assert.equal(bench.started.length, before);
}
