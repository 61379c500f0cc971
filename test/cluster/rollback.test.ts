import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { valueAt } from './bed/api.ts';
import type { Bed } from './bed/bed.ts';
import { type Application, application } from './support/application.ts';
import type { Chronicle } from './support/chronicle.ts';
import { type Ground, openGround } from './support/ground.ts';
import { assertCapacity, assertPodsOutliveTraffic } from './support/laws.ts';
import { type MetricsServer, vector } from './support/metrics-server.ts';
import { byGateway, putHttpRoute, putIngress, routed, routeWeights } from './support/routing.ts';
import { historyOf, sizeOf, sizesOf, turns } from './support/sizes.ts';

const REPLICAS = 4;

void describe('rollbacks', { concurrency: true }, () => {
  let ground: Ground;
  let bed: Bed;
  let metrics: MetricsServer;
  let namespace: string;
  let chronicle: Chronicle;

  before(async () => {
    ground = await openGround('rollback', {
      gatewayApi: true,
      watched: ['Rollout', 'ReplicaSet', 'Service', 'Ingress', 'HTTPRoute', 'AnalysisRun'],
    });
    ({ bed, namespace, chronicle, metrics } = ground);
  });
  after(() => ground?.close());

  const deploy = async (name: string, canary: object, more: object = {}): Promise<Application> => {
    const app = application(bed, namespace, name, { replicas: REPLICAS });
    const byIngress = name.startsWith('nginx');
    await app.putServices();
    await (byIngress ? putIngress(app) : putHttpRoute(app));
    metrics.answer(name, vector([1]));
    await app.put('argoproj.io/v1alpha1', 'AnalysisTemplate', name, {
      spec: {
        metrics: [
          {
            name: 'success-rate',
            interval: '500ms',
            successCondition: 'result[0] >= 0.95',
            provider: { prometheus: { address: metrics.url, query: name } },
          },
        ],
      },
    });
    const routing = byIngress ? { nginx: { stableIngress: name } } : byGateway({ httpRoute: name });
    await app.putRollout({ ...routed(app, routing, HALF), ...canary }, more);
    await app.phase('Healthy');
    return app;
  };
  const HALF = [{ setWeight: 50 }, { pause: {} }];
  const settled = (app: Application, sizes: Readonly<Record<string, number>>) =>
    chronicle.until(`${app.name} has sizes ${JSON.stringify(sizes)}`, () =>
      isDeepStrictEqual(sizesOf(chronicle, app.name), sizes),
    );
  const runs = (app: Application) =>
    chronicle.present('AnalysisRun').filter(({ metadata }) => metadata.labels?.['app'] === app.name);

  for (const name of ['nginx-background', 'gateway-background']) {
    void test(`${name}: an analysis that fails in the background takes the traffic away, then the pods`, async () => {
      const app = await deploy(name, { analysis: { templates: [{ templateName: name }] } });
      await app.release('2');
      await app.pausedAt(1);
      await chronicle.until('a good measurement', () =>
        runs(app).some((run) => Number(valueAt(run, 'status.metricResults.0.successful') ?? 0) > 0),
      );
      metrics.answer(name, vector([0.5]));
      const ended = await app.phase('Degraded');
      await settled(app, { 1: REPLICAS, 2: 0 });
      assert.match(
        String(valueAt(ended, 'status.message')),
        /aborted update to revision 2: Background analysis phase error\/failed: Metric "success-rate" assessed Failed/,
      );
      await chronicle.catchUp();
      assertCapacity(chronicle, app, '2', REPLICAS);
      assertPodsOutliveTraffic(chronicle, app, '2');
      assert.deepEqual(
        runs(app).map((run) => valueAt(run, 'status.phase')),
        ['Failed'],
      );
    });
  }

  void test('the image from before in the middle of an update: no steps, and no more traffic', async () => {
    const app = await deploy('gateway-undo', {});
    const before = await app.get();
    await app.release('2');
    await app.pausedAt(1);
    await app.release('1');
    const done = await app.phase('Healthy');
    await settled(app, { 1: REPLICAS, 2: 0 });
    assert.equal(valueAt(done, 'status.stableRS'), valueAt(before, 'status.stableRS'));
    await chronicle.catchUp();
    assertPodsOutliveTraffic(chronicle, app, '2');
    const weights = turns(chronicle.of('HTTPRoute', app.name).map(({ object }) => routeWeights(object)[1]));
    assert.deepEqual(weights, [1, 0, 50, 0]);
    assert.ok(historyOf(chronicle, app.name, '1').every(({ object }) => sizeOf(object) === REPLICAS));
  });

  void test('a third version in the middle of an update: the second loses its traffic, then its pods', async () => {
    const app = await deploy('nginx-third', {});
    await app.release('2');
    await app.pausedAt(1);
    await app.release('3');
    await app.pausedAt(1);
    await settled(app, { 1: REPLICAS, 2: 0, 3: 2 });
    await chronicle.catchUp();
    assertPodsOutliveTraffic(chronicle, app, '2');
    assertCapacity(chronicle, app, '3', REPLICAS);
    await app.act('full');
    await app.phase('Healthy');
  });

  void test('back to a revision inside the window goes without steps, an older one walks them', async () => {
    const app = await deploy('nginx-window', {}, { rollbackWindow: { revisions: 1 } });
    for (const tag of ['2', '3']) {
      await app.release(tag);
      await app.pausedAt(1);
      await app.act('full');
      await app.phase('Healthy');
      // Rollbacks are told by the age of ReplicaSets, in whole seconds.
      await settled(app, { ...(tag === '3' ? { 2: 0 } : {}), 1: 0, [tag]: REPLICAS });
    }
    await app.release('1');
    await app.pausedAt(1);
    await app.release('2');
    await app.until(
      (rollout) =>
        valueAt(rollout, 'status.phase') === 'Healthy' &&
        valueAt(rollout, 'spec.template.spec.containers.0.image') === 'demo/app:2',
    );
    await chronicle.catchUp();
    const since = chronicle
      .of('Rollout', app.name)
      .filter(({ object }) => object.metadata.annotations?.['rollout.argoproj.io/revision'] === '5');
    assert.ok(since.length > 0 && since.every(({ object }) => valueAt(object, 'status.phase') !== 'Paused'));
    await settled(app, { 1: 0, 2: REPLICAS, 3: 0 });
  });

  void test('pods that never get ready: the deadline aborts, and no request ever went to them', async () => {
    const app = await deploy(
      'gateway-deadline',
      {},
      { progressDeadlineSeconds: 2, progressDeadlineAbort: true },
    );
    await app.release('bad-image');
    const ended = await app.phase('Degraded');
    assert.match(String(valueAt(ended, 'status.message')), /has timed out progressing/);
    assert.equal(valueAt(ended, 'status.abort'), true);
    await settled(app, { 1: REPLICAS, 'bad-image': 0 });
    await chronicle.catchUp();
    const weights = turns(chronicle.of('HTTPRoute', app.name).map(({ object }) => routeWeights(object)[1]));
    assert.deepEqual(weights, [1, 0]);
  });

  void test('after a rollback a fixed version walks the steps from the beginning', async () => {
    const app = await deploy('nginx-fixed', {
      steps: [{ setWeight: 25 }, { analysis: { templates: [{ templateName: 'nginx-fixed' }] } }],
    });
    metrics.answer('nginx-fixed', vector([0.1]));
    await app.release('2');
    await app.phase('Degraded');
    metrics.answer('nginx-fixed', vector([1]));
    const metric = { count: 2, interval: '500ms' };
    await bed.api.patch(
      { apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisTemplate', namespace, name: 'nginx-fixed' },
      'json',
      Object.entries(metric).map(([key, value]) => ({ op: 'add', path: `/spec/metrics/0/${key}`, value })),
    );
    await app.release('3');
    const done = await app.phase('Healthy');
    assert.equal(valueAt(done, 'status.abort'), undefined);
    assert.equal(valueAt(done, 'status.currentStepIndex'), 2);
    await settled(app, { 1: 0, 2: 0, 3: REPLICAS });
    await chronicle.catchUp();
    assertCapacity(chronicle, app, '3', REPLICAS);
  });
});
