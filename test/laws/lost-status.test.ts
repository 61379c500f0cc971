import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CanaryStep } from '../../src/api/rollout.ts';
import { type Cluster, weightIn } from '../support/cluster.ts';
import { roleHash, roleOf } from '../support/draft.ts';
import { act, GOOD, pass, podsOf, settle, statusLost } from '../support/play.ts';
import { type Scene, w } from '../support/world.ts';
import { runs, stepsArbitrary, strategyArbitrary } from '../support/worlds.ts';

/** Somebody removes the status in the middle of a release: a backup is restored, an object is applied whole. */

const start: fc.Arbitrary<Scene> = fc.boolean().chain((routed) =>
  fc
    .record({
      size: fc.integer({ min: 1, max: 6 }),
      steps: stepsArbitrary(routed, 4),
      canary: strategyArbitrary(routed),
    })
    .map(({ size, steps, canary }) => {
      const step = steps.length === 0 ? null : steps.length;
      return w(`stable ${size}/${size}${routed ? ' @0%' : ''}`).with({ steps, step, canary });
    }),
);

/** The cluster after so many writes of a release. */
function during(scene: Scene, writes: number): Cluster {
  let cluster = act(scene.cluster, { kind: 'image', role: 'canary' });
  let count = 0;
  settle({ cluster, now: scene.now }, { ...GOOD, pace: 2 }, (present) => {
    count += 1;
    if (count <= writes) cluster = present;
  });
  return cluster;
}

/** True for a step that cannot be begun and done in one pass. */
function takesTime({ pause, analysis }: CanaryStep): boolean {
  return analysis !== undefined || (pause !== undefined && pause.duration !== '0s');
}

void test('a lost status does not promote what was not verified, and the release goes on', () => {
  fc.assert(
    fc.property(start, fc.nat(30), (scene, moment) => {
      const before = during(scene, moment);
      const stable = before.rollout.status?.stableRS ?? '';
      const other = stable === roleHash('stable') ? 'stable' : 'canary';
      const cluster = statusLost(before);
      const { decision } = pass({ cluster, now: scene.now });
      if (other === 'stable' && podsOf(before, 'stable').available > 0) {
        assert.ok(decision.notes.every((note) => !note.message.includes('Initial deploy')));
        if ((scene.draft.steps ?? []).some(takesTime))
          assert.notEqual(roleOf(decision.status.stableRS), 'canary');
      }
      const { last, cluster: end } = settle({ cluster, now: scene.now }, GOOD);
      assert.deepEqual([last.status.phase, roleOf(last.status.stableRS)], ['Healthy', 'canary']);
      assert.equal(weightIn(end), 0);
    }),
    { numRuns: runs(150) },
  );
});
