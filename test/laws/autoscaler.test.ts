import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LABEL } from '../../src/api/keys.ts';
import { proposal } from '../../src/sim/controllers/autoscaler/decide.ts';
import { type Cluster, hashOf, weightIn } from '../support/cluster.ts';
import { act, kubelet, pass } from '../support/play.ts';
import { type Scene, w } from '../support/world.ts';
import { runs } from '../support/worlds.ts';

/**
 * Autoscalers at a steady load, for which the present size is right, in the course of a release: they must not move.
 * Formulas: https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/podautoscaler/replica_calculator.go
 */

/** The load in pods at their target, and what an autoscaler asks for. */
type Autoscaler = (cluster: Cluster, load: number) => number;

/** CPU: the average of the pods that are selected. */
const byUse: Autoscaler = (cluster, load) => {
  const pods = selected(cluster);
  const used = pods.reduce((sum, pod) => sum + shareOf(cluster, pod) * load, 0);
  return proposed(cluster, used);
};

/** Memory: every pod has its 75 % of the target, whatever it does. */
const bySize: Autoscaler = (cluster) => {
  const ready = selected(cluster).reduce((sum, pod) => sum + (pod.status?.availableReplicas ?? 0), 0);
  return proposed(cluster, 0.75 * ready);
};

/** Requests as somebody else counts them, over the size that is reported. */
const byRequests: Autoscaler = ({ rollout }, load) => {
  const counted = rollout.status?.HPAReplicas ?? 0;
  const ratio = load / counted;
  return Math.abs(ratio - 1) <= 0.1 ? counted : Math.ceil(load);
};

function proposed(cluster: Cluster, used: number): number {
  const pods = selected(cluster);
  const ready = pods.reduce((sum, pod) => sum + (pod.status?.availableReplicas ?? 0), 0);
  const all = pods.reduce((sum, pod) => sum + (pod.status?.replicas ?? 0), 0);
  const current = cluster.rollout.spec.replicas ?? 1;
  const utilization = ready === 0 ? 0 : Math.trunc((1000 * used) / ready);
  return proposal({ utilization, target: 1000, current, ready, unready: all - ready, behavior: null });
}

function selected({ rollout, replicaSets }: Cluster) {
  const hash = /rollouts-pod-template-hash=(\w+)/.exec(rollout.status?.selector ?? '')?.[1];
  return replicaSets.filter((one) => hash === undefined || hashOf(one) === hash);
}

/** The share of the requests that a ReplicaSet gets, as Services and routes are. */
function shareOf(cluster: Cluster, pod: Cluster['replicaSets'][number]): number {
  const weight = weightIn(cluster) / 100;
  const behind = (name: string) =>
    cluster.services.find(({ metadata }) => metadata.name === name)?.spec?.selector?.[
      LABEL.podTemplateHash
    ] === hashOf(pod);
  return (behind('app-canary') ? weight : 0) + (behind('app-stable') ? 1 - weight : 0);
}

/** The sizes that an autoscaler asks for in a release: always, or once all pods that are wanted are there. */
function asked(
  scene: Scene,
  autoscaler: Autoscaler,
  pace: number,
  when: 'always' | 'atRest' = 'always',
): readonly number[] {
  const load = scene.draft.replicas ?? 1;
  let { now } = scene;
  let cluster = act(scene.cluster, { kind: 'image', role: 'canary' });
  const sizes: number[] = [];
  for (let i = 0; i < 60; i++) {
    for (let writes = 1, n = 0; writes > 0 && n < 20; n++) ({ cluster, writes } = pass({ cluster, now }));
    const ask = autoscaler(cluster, load);
    if (when === 'always') sizes.push(ask);
    const before = cluster.version;
    cluster = kubelet(cluster, () => pace);
    if (cluster.version === before) {
      if (when === 'atRest') sizes.push(ask);
      const isPaused = (cluster.rollout.status?.pauseConditions ?? []).length > 0;
      if (isPaused) cluster = act(cluster, { kind: 'promote' });
      now += 31_000;
    }
  }
  assert.equal(cluster.rollout.status?.phase, 'Healthy');
  return sizes;
}

const scene = fc
  .record({
    size: fc.integer({ min: 1, max: 9 }),
    steps: fc.array(fc.constantFrom('5', '20', '50', '80', '100', 'pause', 'scale50%', 'match'), {
      maxLength: 4,
    }),
    isDynamic: fc.boolean(),
    pace: fc.integer({ min: 1, max: 3 }),
  })
  .map(({ size, steps, isDynamic, pace }) => {
    const base = w(`stable ${size}/${size} @0% [${steps.join(' ')}]`);
    return { size, pace, steps, scene: isDynamic ? base.canary({ dynamicStableScale: true }) : base };
  });

/** Percentages are whole numbers, cut off. */
const within = (size: number, asks: readonly number[]) =>
  assert.ok(
    asks.every((ask) => ask === size || ask === size - 1),
    `${size}: ${asks.join(' ')}`,
  );

void test('by the use of CPU: the size stays in the whole release', () => {
  fc.assert(
    fc.property(scene, ({ scene: start, size, pace }) => within(size, asked(start, byUse, pace))),
    { numRuns: runs(50) },
  );
});

void test('by requests over the reported size: never more than it asked for itself', () => {
  fc.assert(
    fc.property(scene, ({ scene: start, size, pace }) => within(size, asked(start, byRequests, pace))),
    { numRuns: runs(50) },
  );
});

void test('by what every pod has: never more, unless stable keeps all pods while both sides carry traffic', () => {
  fc.assert(
    fc.property(scene, ({ scene: start, size, pace, steps }) => {
      const isShared = steps.some((step) => /^\d+$/.test(step) && step !== '100');
      if (isShared && start.draft.canary.dynamicStableScale !== true) return;
      // Each side is rounded up to whole pods.
      for (const ask of asked(start, bySize, pace, 'atRest'))
        assert.ok(ask <= Math.max(size, Math.ceil(0.75 * (size + 1))), `${ask} of ${size}`);
    }),
    { numRuns: runs(50) },
  );
});
