import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CanaryStep } from '../../src/api/rollout.ts';
import { limits } from '../../src/core/rollout/limits.ts';
import { podsForWeight } from '../../src/core/rollout/split.ts';
import { type Cluster, weightIn } from '../support/cluster.ts';
import { roleHash, roleOf } from '../support/draft.ts';
import { act, GOOD, type Manners, podsOf, settle } from '../support/play.ts';
import { type Scene, w } from '../support/world.ts';
import { runs, stepsArbitrary, strategyArbitrary } from '../support/worlds.ts';

/** Releases from a healthy start, in which pods behave: how they go and how they end. */

const replicas = fc.integer({ min: 0, max: 12 });

function healthy(routed: boolean): fc.Arbitrary<Scene> {
  return fc
    .record({
      size: replicas,
      steps: fc.option(stepsArbitrary(routed, 6), { nil: undefined }),
      canary: strategyArbitrary(routed),
    })
    .map(({ size, steps, canary }) => {
      const line = `stable ${size}/${size} of ${size}${routed ? ' @0%' : ''}`;
      const step = steps === undefined || steps.length === 0 ? null : steps.length;
      return w(line).with({ steps, step, canary });
    });
}

const scene = fc.boolean().chain(healthy);
const pace = fc.constantFrom(1, 2, 100);

function released(start: Scene): Cluster {
  return act(start.cluster, { kind: 'image', role: 'canary' });
}

function total(cluster: Cluster): number {
  return cluster.replicaSets.reduce((sum, rs) => sum + (rs.spec.replicas ?? 1), 0);
}

function serving(cluster: Cluster): number {
  return cluster.replicaSets.reduce(
    (sum, rs) => sum + Math.min(rs.status?.availableReplicas ?? 0, rs.spec.replicas ?? 1),
    0,
  );
}

void test('a good version becomes stable, with all pods and no weight left on the canary', () => {
  fc.assert(
    fc.property(scene, pace, (start, steady) => {
      const { cluster, last } = settle(
        { cluster: released(start), now: start.now },
        { ...GOOD, pace: steady },
      );
      const size = start.draft.replicas ?? 1;
      assert.deepEqual(
        [
          last.status.phase,
          roleOf(last.status.stableRS),
          podsOf(cluster, 'canary'),
          podsOf(cluster, 'stable'),
        ],
        ['Healthy', 'canary', { wanted: size, available: size }, { wanted: 0, available: 0 }],
      );
      assert.equal(weightIn(cluster), 0);
    }),
    { numRuns: runs(250) },
  );
});

void test('without a router pods stay within surge and unavailability at every write', () => {
  fc.assert(
    fc.property(healthy(false), pace, (start, steady) => {
      const size = start.draft.replicas ?? 1;
      const { maxSurge, maxUnavailable } = limits(start.draft.canary, size);
      settle({ cluster: released(start), now: start.now }, { ...GOOD, pace: steady }, (cluster) => {
        assert.ok(total(cluster) <= size + maxSurge, `${total(cluster)} pods of ${size}+${maxSurge}`);
        assert.ok(
          serving(cluster) >= size - maxUnavailable,
          `${serving(cluster)} of ${size}-${maxUnavailable} serve`,
        );
      });
    }),
    { numRuns: runs(250) },
  );
});

void test('with a router the stable pods stay, as many as its weight needs, and the weight rises only onto pods that carry it', () => {
  fc.assert(
    fc.property(healthy(true), pace, (start, steady) => {
      const size = start.draft.replicas ?? 1;
      const scaled = (start.draft.steps ?? []).some((step: CanaryStep) => step.setCanaryScale !== undefined);
      let before = 0;
      settle({ cluster: released(start), now: start.now }, { ...GOOD, pace: steady }, (cluster, decision) => {
        const weight = weightIn(cluster);
        const canary = podsOf(cluster, 'canary');
        if (weight > before) assert.ok(canary.available > 0);
        if (!scaled)
          assert.ok(canary.wanted >= podsForWeight(weight, 100, size), `${canary.wanted} for ${weight}`);
        if (weight > before && !scaled) assert.ok(canary.available >= podsForWeight(weight, 100, size));
        if (decision.status.stableRS !== roleHash('canary')) {
          const { wanted } = podsOf(cluster, 'stable');
          if (start.draft.canary.dynamicStableScale === true)
            assert.ok(wanted >= podsForWeight(100 - weight, 100, size), `${wanted} beside ${weight}`);
          else assert.equal(wanted, size);
        }
        before = weight;
      });
    }),
    { numRuns: runs(250) },
  );
});

const failing = fc.constantFrom<Partial<Manners>>(
  { bad: ['canary'] },
  { verdict: 'Failed' },
  { verdict: 'Error' },
);

void test('once a run has failed the new version never becomes stable, nor does one whose pods never serve', () => {
  fc.assert(
    fc.property(scene, failing, (start, fault) => {
      const isStable = (cluster: Cluster) => cluster.rollout.status?.stableRS === roleHash('canary');
      const size = start.draft.replicas ?? 1;
      let before = false;
      let doomed = fault.bad !== undefined && size > 0;
      settle({ cluster: released(start), now: start.now }, { ...GOOD, ...fault }, (cluster) => {
        if (!before && cluster.runs.some(({ status }) => isBad(status?.phase))) doomed = true;
        assert.ok(!doomed || !isStable(cluster));
        before = isStable(cluster);
      });
      // What its own step measures must be waited for; a verdict in the background may come too late.
      const measured = (start.draft.steps ?? []).some((step) => step.analysis !== undefined);
      if (measured && fault.bad === undefined) assert.ok(doomed);
    }),
    { numRuns: runs(250) },
  );
});

function isBad(phase: string | undefined): boolean {
  return phase === 'Failed' || phase === 'Error';
}

void test('after an abort the weight never rises and ends at 0, with all stable pods', () => {
  fc.assert(
    fc.property(scene, fc.nat(40), pace, (start, moment, steady) => {
      const size = start.draft.replicas ?? 1;
      let writes = 0;
      let middle: Cluster | null = null;
      settle({ cluster: released(start), now: start.now }, { ...GOOD, pace: steady }, (cluster, decision) => {
        writes += 1;
        if (writes === moment + 1 && decision.status.stableRS !== roleHash('canary')) middle = cluster;
      });
      if (middle === null) return;
      let weight = weightIn(middle);
      const aborted = act(middle, { kind: 'abort' });
      const { cluster, last } = settle(
        { cluster: aborted, now: start.now },
        { ...GOOD, pace: steady },
        (present) => {
          assert.ok(weightIn(present) <= weight);
          weight = weightIn(present);
        },
      );
      assert.deepEqual([weight, podsOf(cluster, 'stable')], [0, { wanted: size, available: size }]);
      assert.deepEqual([last.status.phase, roleOf(last.status.stableRS)], ['Degraded', 'stable']);
    }),
    { numRuns: runs(250) },
  );
});
