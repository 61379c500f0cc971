import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { valueAt } from './bed/api.ts';
import type { Bed } from './bed/bed.ts';
import { type Application, application, invalidSpec } from './support/application.ts';
import type { Chronicle } from './support/chronicle.ts';
import { type Ground, openGround } from './support/ground.ts';
import { assertPodsOutliveTraffic } from './support/laws.ts';
import { canaryIngress, ingressWeight, putIngress, routed } from './support/routing.ts';
import { hashOf, historyOf, selectedHash, sizeOf, sizesOf, turns } from './support/sizes.ts';

const INGRESS = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' };
const STEPS = [{ setWeight: 25 }, { pause: {} }, { setWeight: 50 }, { pause: {} }];

void describe('a canary by NGINX Ingress', { concurrency: true }, () => {
  let ground: Ground;
  let bed: Bed;
  let namespace: string;
  let chronicle: Chronicle;

  before(async () => {
    ground = await openGround('nginx', { watched: ['Rollout', 'ReplicaSet', 'Service', 'Ingress'] });
    ({ bed, namespace, chronicle } = ground);
  });
  after(() => ground?.close());

  const deploy = async (name: string, nginx: object = {}): Promise<Application> => {
    const app = application(bed, namespace, name, { replicas: 4 });
    await app.putServices();
    await putIngress(app);
    await app.putRollout(routed(app, { nginx: { stableIngress: name, ...nginx } }, STEPS));
    return app;
  };
  /** Deployed, and a second version waiting at 25 %. */
  const halfway = async (name: string, nginx: object = {}): Promise<Application> => {
    const app = await deploy(name, nginx);
    await app.phase('Healthy');
    await app.release('2');
    await app.pausedAt(1);
    await hasWeight(app, 25);
    return app;
  };
  const canary = (app: Application) => ({ ...INGRESS, namespace, name: canaryIngress(app) });
  const hasWeight = (app: Application, weight: number) =>
    bed.api.until(canary(app), (ingress) => ingressWeight(ingress) === weight);
  const weights = (app: Application) =>
    turns(chronicle.of('Ingress', canaryIngress(app)).map(({ object }) => ingressWeight(object)));
  const settled = (app: Application, sizes: Readonly<Record<string, number>>) =>
    chronicle.until(`${app.name} has sizes ${JSON.stringify(sizes)}`, () =>
      isDeepStrictEqual(sizesOf(chronicle, app.name), sizes),
    );

  void test('follows the steps, and the stable Service is switched before the weight goes back', async () => {
    const app = await halfway('steps', { additionalIngressAnnotations: { 'canary-by-header': 'X-Try' } });
    assert.deepEqual(sizesOf(chronicle, 'steps'), { 1: 4, 2: 1 });
    await app.act('promote');
    await app.pausedAt(3);
    await hasWeight(app, 50);
    await app.act('promote');
    const done = await app.phase('Healthy');
    await settled(app, { 1: 0, 2: 4 });
    await chronicle.catchUp();
    assertPodsOutliveTraffic(chronicle, app, '1');
    assert.deepEqual(weights(app), [0, 25, 50, 100, 0]);
    const history = chronicle.of('Ingress', canaryIngress(app));
    const stable = chronicle
      .of('Service', 'steps-stable')
      .find(({ object }) => selectedHash(object) === valueAt(done, 'status.stableRS'));
    const full = history.find(({ object }) => ingressWeight(object) === 100);
    const back = history.findLast(({ object }) => ingressWeight(object) === 0);
    assert.ok(stable !== undefined && back !== undefined && full !== undefined);
    assert.ok(full.version < stable.version, 'all traffic is on the canary before the Service is switched');
    assert.ok(stable.version < back.version, 'the Service is switched before the weight goes back to 0');
    const ingress = history.at(-1)?.object;
    assert.equal(ingress?.metadata.annotations?.['nginx.ingress.kubernetes.io/canary-by-header'], 'X-Try');
    const path = 'spec.rules.0.http.paths.0.backend.service.name';
    assert.equal(valueAt(ingress, path), 'steps-canary');
    const user = chronicle.of('Ingress', 'steps');
    assert.equal(user.length, 1, "the user's Ingress is never written");
  });

  void test('an abort puts the weight to 0 first, and only then takes pods away', async () => {
    const app = await halfway('abort');
    await app.act('abort');
    await app.phase('Degraded');
    await settled(app, { 1: 4, 2: 0 });
    await chronicle.catchUp();
    const zero = chronicle
      .of('Ingress', canaryIngress(app))
      .findLast(({ object }) => ingressWeight(object) === 0);
    const shrunk = historyOf(chronicle, 'abort', '2').findLast(({ object }) => sizeOf(object) === 0);
    assert.ok(zero !== undefined && shrunk !== undefined);
    assert.ok(zero.version < shrunk.version, 'the canary loses its traffic before its pods');
    assert.deepEqual(weights(app), [0, 25, 0]);
    const stableHash = hashOf(historyOf(chronicle, 'abort', '1').at(-1)?.object);
    await chronicle.until(
      'the canary Service is given back',
      () => selectedHash(chronicle.latest('Service', 'abort-canary')) === stableHash,
    );
    await app.act('retry');
    await app.pausedAt(1);
    await hasWeight(app, 25);
  });

  void test('a canary Ingress deleted by hand comes back with its weight', async () => {
    const app = await halfway('deleted');
    const before = await bed.api.get(canary(app));
    await bed.api.delete(canary(app));
    const again = await bed.api.until(
      canary(app),
      (ingress) => ingress !== null && ingress.metadata.uid !== before.metadata.uid,
    );
    assert.deepEqual(again?.['spec'], before['spec']);
    await hasWeight(app, 25);
    await app.act('full');
    await app.phase('Healthy');
    await hasWeight(app, 0);
  });

  void test('a weight changed by hand is put right', async () => {
    const app = await halfway('edited');
    const annotations = { 'nginx.ingress.kubernetes.io/canary-weight': '90', note: 'ours' };
    await bed.api.patch(canary(app), 'merge', { metadata: { annotations } });
    const righted = await hasWeight(app, 25);
    assert.equal(righted?.metadata.annotations?.['note'], 'ours');
  });

  void test('ReplicaSets scaled by hand are put right', async () => {
    const app = await halfway('scaled');
    const named = (tag: string) => historyOf(chronicle, 'scaled', tag).at(-1)?.object.metadata.name ?? '';
    for (const [tag, replicas] of [
      ['2', 3],
      ['1', 1],
    ] as const) {
      const set = { apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace, name: named(tag) };
      await bed.api.patch(set, 'merge', { spec: { replicas } });
    }
    await chronicle.until('both were scaled by hand', () =>
      (
        [
          ['2', 3],
          ['1', 1],
        ] as const
      ).every(([tag, by]) => historyOf(chronicle, 'scaled', tag).some(({ object }) => sizeOf(object) === by)),
    );
    await settled(app, { 1: 4, 2: 1 });
    await app.pausedAt(1);
    await hasWeight(app, 25);
  });

  void test('a canary Ingress of somebody else is left alone, and named in the status', async () => {
    const app = application(bed, namespace, 'foreign');
    const backend = { service: { name: 'other', port: { number: 80 } } };
    await app.put('networking.k8s.io/v1', 'Ingress', canaryIngress(app), {
      spec: { defaultBackend: backend },
    });
    await deploy('foreign');
    const told = await app.until((rollout) => invalidSpec(rollout) !== '');
    assert.match(invalidSpec(told), /foreign-foreign-canary/);
    const left = chronicle.of('Ingress', canaryIngress(app));
    assert.equal(left.length, 1);
    await bed.api.delete(canary(app));
    await app.phase('Healthy');
  });
});
