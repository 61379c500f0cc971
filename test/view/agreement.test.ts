import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decide } from '../../src/core/rollout/decide.ts';
import { viewOf } from '../../src/view/rollout-view.ts';
import { anyScene, runs } from '../support/worlds.ts';

/** Reasons that the status tells in full: clients must see them just as the controller does. */
const TOLD = ['held', 'pause', 'preview', 'inconclusive', 'aborted', 'deadline'];

void test('a client reads out of the status why the controller stopped', () => {
  const told = new Set<string>();
  fc.assert(
    fc.property(anyScene, ({ world, now }) => {
      const { because, status } = decide(world, now);
      const rollout = { ...world.rollout, status };
      const { reason } = viewOf({ ...world, rollout, pods: [], experiments: [] }, now);
      if (!TOLD.includes(because.kind)) return;
      told.add(because.kind);
      assert.deepEqual(reason, because);
    }),
    { numRuns: runs(500) },
  );
  assert.ok(told.size >= 3, `only ${[...told].join(', ')} came up`);
});
