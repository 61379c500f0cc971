import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { valueAt } from './bed/api.ts';
import type { Bed } from './bed/bed.ts';
import type { KubeObject } from './bed/client.ts';
import { type Application, application } from './support/application.ts';
import {
  isReady,
  readScale,
  type Share,
  sizeByRequests,
  sizeByUse,
  writeScale,
} from './support/autoscaler.ts';
import type { Chronicle } from './support/chronicle.ts';
import { type Ground, openGround } from './support/ground.ts';
import { canaryIngress, ingressWeight, putIngress, routed } from './support/routing.ts';
import { sizesOf } from './support/sizes.ts';

/**
 * An autoscaler, played by hand with the formulas of the real one, on the scale subresource of the real API server.
 * What it should see, and why: docs/adr/0019-what-an-autoscaler-sees.md.
 */
const STEPS = [
  { setWeight: 10 },
  { pause: {} },
  { setWeight: 50 },
  { pause: {} },
  { setWeight: 100 },
  { pause: {} },
];

/** Nothing is left to be kept for a delay there. */
const DYNAMIC = { dynamicStableScale: true, scaleDownDelaySeconds: undefined };

void describe('an autoscaler beside a canary', { concurrency: true }, () => {
  let ground: Ground;
  let bed: Bed;
  let namespace: string;
  let chronicle: Chronicle;

  before(async () => {
    ground = await openGround('autoscaling', { watched: ['Rollout', 'ReplicaSet', 'Service', 'Ingress'] });
    ({ bed, namespace, chronicle } = ground);
  });
  after(() => ground?.close());

  const deploy = async (name: string, replicas: number, canary: object = {}): Promise<Application> => {
    const app = application(bed, namespace, name, { replicas });
    await app.putServices();
    await putIngress(app);
    await app.putRollout({ ...routed(app, { nginx: { stableIngress: name } }, STEPS), ...canary });
    await app.phase('Healthy');
    await app.release('2');
    return app;
  };
  const settled = (app: Application, sizes: Readonly<Record<string, number>>) =>
    chronicle.until(`${app.name} has sizes ${JSON.stringify(sizes)}`, () =>
      isDeepStrictEqual(sizesOf(chronicle, app.name), sizes),
    );
  /** Paused at a step, with the weight in force, these sizes, every pod ready, and the counts in the status. */
  const restsAt = async (
    app: Application,
    [step, weight]: readonly [step: number, weight: number],
    sizes: Readonly<Record<string, number>>,
  ): Promise<void> => {
    const canary = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      namespace,
      name: canaryIngress(app),
    };
    await bed.api.until(canary, (ingress) => ingressWeight(ingress) === weight);
    await app.pausedAt(step);
    await settled(app, sizes);
    const all = Object.values(sizes).reduce((sum, size) => sum + size, 0);
    await app.until((rollout) => Number(valueAt(rollout, 'status.availableReplicas') ?? 0) === all);
  };
  /** The part of `load` that each pod gets at this weight. */
  const shares = (load: number, weight: number, counts: Readonly<Record<string, number>>): Share => {
    return (pod: KubeObject) => {
      const tag = String(valueAt(pod, 'spec.containers.0.image')).split(':')[1] ?? '';
      const part = tag === '2' ? weight / 100 : 1 - weight / 100;
      return part === 0 ? 0 : (load * part) / (counts[tag] ?? 1);
    };
  };
  /** Looks as an autoscaler does; the sizes that it would set. */
  const looks = async (app: Application, load: number, weight: number): Promise<readonly number[]> => {
    const scale = await readScale(bed, app);
    assert.ok(scale.pods.every(isReady));
    const use = sizeByUse(scale, shares(load, weight, sizesOf(chronicle, app.name)));
    return [scale.size, use, sizeByRequests(scale, load)];
  };

  for (const isDynamic of [false, true]) {
    const how = isDynamic ? 'that shrinks with its weight' : 'that keeps its pods';
    void test(`at a steady load it leaves the size alone, beside a stable version ${how}`, async () => {
      const app = await deploy(isDynamic ? 'dynamic' : 'steady', 10, isDynamic ? DYNAMIC : {});
      for (const [step, weight] of [
        [1, 10],
        [3, 50],
        [5, 100],
      ] as const) {
        await restsAt(app, [step, weight], { 1: isDynamic ? 10 - weight / 10 : 10, 2: weight / 10 });
        assert.deepEqual(await looks(app, 10, weight), [10, 10, 10], `at ${weight} %`);
        await app.act('promote');
      }
      await app.phase('Healthy');
      const scale = await readScale(bed, app);
      assert.equal(scale.counted, 10);
      assert.ok(scale.pods.filter(isReady).length <= 10, 'pods without traffic are not measured');
    });
  }

  void test('scaled in the middle of an abort, the traffic goes back all the same', async () => {
    const app = await deploy('abort', 4);
    await restsAt(app, [1, 10], { 1: 4, 2: 1 });
    await app.act('promote');
    await restsAt(app, [3, 50], { 1: 4, 2: 2 });
    await app.act('abort');
    await writeScale(bed, app, 6);
    await app.phase('Degraded');
    await settled(app, { 1: 6, 2: 0 });
    const ingresses = chronicle.of('Ingress', canaryIngress(app)).map(({ object }) => ingressWeight(object));
    assert.equal(ingresses.at(-1), 0);
  });

  void test('with more load it gets more pods, and the canary its share of them', async () => {
    const app = await deploy('more', 4);
    await restsAt(app, [1, 10], { 1: 4, 2: 1 });
    await app.act('promote');
    await restsAt(app, [3, 50], { 1: 4, 2: 2 });
    const [, use = 0] = await looks(app, 8, 50);
    assert.equal(use, 8);
    await writeScale(bed, app, use);
    await restsAt(app, [3, 50], { 1: 8, 2: 4 });
    assert.deepEqual(await looks(app, 8, 50), [8, 8, 8]);
  });
});
