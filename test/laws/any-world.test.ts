import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { changes } from '../../src/core/changes.ts';
import { LAWS } from '../../src/core/laws.ts';
import { decide } from '../../src/core/rollout/decide.ts';
import { anyScene, runs } from '../support/worlds.ts';

/** Whatever the world: worlds are drawn whole, from parts that need not fit. They are frozen, so a write throws. */

void test('every world gets a plan that breaks no law, and a wake-up that is to come', () => {
  fc.assert(
    fc.property(anyScene, (scene) => {
      const { world, now } = scene;
      const decision = decide(world, now);
      const todo = changes(world, decision);
      const broken = LAWS.filter((law) => !law.holds(world, decision, todo)).map((law) => law.says);
      assert.deepEqual(broken, []);
      assert.ok(decision.wakeAt === null || decision.wakeAt > now);
    }),
    { numRuns: runs(1500) },
  );
});

void test('the same world and instant give the same plan', () => {
  fc.assert(
    fc.property(anyScene, (scene) => {
      const [one, other] = [scene, scene].map(({ world, now }) => {
        const decision = decide(world, now);
        return { decision, todo: changes(world, decision) };
      });
      assert.deepEqual(one, other);
    }),
    { numRuns: runs(200) },
  );
});
