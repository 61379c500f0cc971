import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { valueAt } from './bed/api.ts';
import { type Bed, startBed } from './bed/bed.ts';
import { type Controller, startController } from './bed/controller.ts';
import { type Application, application } from './support/application.ts';
import { type Chronicle, openChronicle } from './support/chronicle.ts';
import { assertCapacity, assertPodsOutliveTraffic, controlled, outcome } from './support/laws.ts';
import { type MetricsServer, startMetricsServer, vector } from './support/metrics-server.ts';
import { byGateway, putHttpRoute, putIngress, routed } from './support/routing.ts';
import { sizesOf } from './support/sizes.ts';

const REPLICAS = 4;
const FLAGS = ['--leader-elect=false'];

/** How many changes are seen before the next kill, again and again: at least twelve kills in all. */
const KILLS = [1, 1, 2, 1, 3, 1, 1, 2, 1, 4, 1, 2, 1, 3, 1, 5];

const STEPS = [
  { setWeight: 25 },
  { pause: { duration: '1s' } },
  { analysis: { templates: [{ templateName: 'good' }] } },
  { setWeight: 75 },
];
const HALF = [{ setWeight: 50 }, { pause: {} }];
const TIMED = [{ setWeight: 50 }, { pause: { duration: '30m' } }];

void describe('faults', () => {
  let bed: Bed;
  let metrics: MetricsServer;
  let namespace: string;
  let chronicle: Chronicle;

  before(async () => {
    [bed, metrics] = await Promise.all([startBed({ gatewayApi: true }), startMetricsServer()]);
    namespace = await bed.namespace('faults');
    chronicle = await openChronicle(bed.api, namespace, [
      'Rollout',
      'ReplicaSet',
      'Service',
      'Ingress',
      'HTTPRoute',
      'AnalysisRun',
    ]);
    metrics.answer('good', vector([1]));
  });
  after(async () => {
    chronicle?.close();
    await metrics?.close();
    await bed?.stop();
  });

  const deploy = async (name: string, steps: readonly object[] = STEPS): Promise<Application> => {
    const app = application(bed, namespace, name, { replicas: REPLICAS });
    const byIngress = name.startsWith('nginx');
    await app.putServices();
    await (byIngress ? putIngress(app) : putHttpRoute(app));
    const routing = byIngress ? { nginx: { stableIngress: name } } : byGateway({ httpRoute: name });
    await app.putRollout(routed(app, routing, steps));
    return app;
  };
  const putTemplate = (app: Application) =>
    app.put('argoproj.io/v1alpha1', 'AnalysisTemplate', 'good', {
      spec: {
        metrics: [
          {
            name: 'good',
            successCondition: 'result[0] == 1',
            provider: { prometheus: { address: metrics.url, query: 'good' } },
          },
        ],
      },
    });
  const isDone = (app: Application) => {
    const rollout = chronicle.latest('Rollout', app.name);
    return (
      valueAt(rollout, 'status.phase') === 'Healthy' &&
      valueAt(rollout, 'spec.template.spec.containers.0.image') === 'demo/app:2' &&
      isDeepStrictEqual(sizesOf(chronicle, app.name), { 1: 0, 2: REPLICAS })
    );
  };

  const shift = async (app: Application, ms: number) => {
    const startTime = new Date(Date.now() + ms).toISOString().replace(/\.\d+Z$/, 'Z');
    const pauseConditions = [{ reason: 'CanaryPauseStep', startTime }];
    await bed.api.patch(app.ref, 'merge', { status: { pauseConditions } }, 'status');
  };

  void test('a controller killed at any moment goes on where it was', { timeout: 240_000 }, async () => {
    let controller = await startController(bed, { args: FLAGS });
    await putTemplate(application(bed, namespace, 'any'));
    const [nginxTwin, gatewayTwin, nginx, gateway] = await Promise.all(
      ['nginx-twin', 'gateway-twin', 'nginx', 'gateway'].map((name) => deploy(name)),
    );
    assert.ok(nginxTwin && gatewayTwin && nginx && gateway);
    const apps = [nginx, gateway];
    const twins = [nginxTwin, gatewayTwin];
    for (const app of [...apps, ...twins]) await app.phase('Healthy');
    for (const twin of twins) await twin.release('2');
    for (const twin of twins) await chronicle.until(`${twin.name} is done`, () => isDone(twin), 60);
    await controller.kill();

    const changes = countChanges(chronicle, apps);
    for (const app of apps) await app.release('2');
    let kills = 0;
    for (const wanted of KILLS) {
      const from = changes.count();
      controller = await startController(bed, { args: FLAGS, waits: false });
      const reached = () => changes.count() >= from + wanted || apps.every(isDone);
      await chronicle.until(`${wanted} changes after kill ${kills}`, reached);
      await controller.kill();
      if (apps.every(isDone)) break;
      kills += 1;
    }
    changes.stop();
    assert.ok(kills >= 12, `killed ${kills} times only`);
    controller = await startController(bed, { args: FLAGS });
    for (const app of apps) await chronicle.until(`${app.name} is done`, () => isDone(app), 60);
    const same = (app: Application, twin: Application) =>
      isDeepStrictEqual(outcome(chronicle, app), outcome(chronicle, twin));
    for (const [i, app] of apps.entries()) {
      const twin = twins[i] ?? app;
      await chronicle.until('both have settled', () => same(app, twin), 10).catch(() => {});
      assert.deepEqual(outcome(chronicle, app), outcome(chronicle, twin));
    }
    await chronicle.catchUp();
    for (const app of apps) {
      assertCapacity(chronicle, app, '2', REPLICAS);
      for (const tag of ['1', '2']) assertPodsOutliveTraffic(chronicle, app, tag);
    }
    await controller.kill();
  });

  void test('an abort survives kills, too: the weight goes first', { timeout: 120_000 }, async () => {
    let controller = await startController(bed, { args: FLAGS });
    const apps = await Promise.all(['nginx-a', 'gateway-a'].map((name) => deploy(name, HALF)));
    for (const app of apps) await app.phase('Healthy');
    for (const app of apps) await app.release('2');
    for (const app of apps) await app.pausedAt(1);
    await controller.kill();
    for (const app of apps) await app.act('abort');
    const isBack = (app: Application) =>
      isDeepStrictEqual(sizesOf(chronicle, app.name), { 1: REPLICAS, 2: 0 });
    const changes = countChanges(chronicle, apps);
    for (let kill = 0; kill < 6 && !apps.every(isBack); kill++) {
      const from = changes.count();
      controller = await startController(bed, { args: FLAGS, waits: false });
      await chronicle.until('a change', () => changes.count() > from || apps.every(isBack));
      await controller.kill();
    }
    changes.stop();
    controller = await startController(bed, { args: FLAGS });
    for (const app of apps) {
      await app.phase('Degraded');
      await chronicle.until(`${app.name} is back`, () => isBack(app));
    }
    await chronicle.catchUp();
    for (const app of apps) assertPodsOutliveTraffic(chronicle, app, '2');
    await controller.kill();
  });

  void test('the API server may restart in the middle of a step', { timeout: 120_000 }, async () => {
    const controller: Controller = await startController(bed, { args: FLAGS });
    const [app] = await Promise.all([deploy('gateway-r', HALF), deploy('nginx-r', HALF)]);
    await app.phase('Healthy');
    await app.release('2');
    await app.until((rollout) => valueAt(rollout, 'status.currentStepIndex') === 0);
    await bed.restartApiServer(() => pause(1_000));
    await app.pausedAt(1, 60);
    await app.act('promote');
    await chronicle.until('it is done', () => isDone(app), 60);
    assert.ok(controller.isAlive());
    await chronicle.catchUp();
    assertCapacity(chronicle, app, '2', REPLICAS);
    await controller.kill();
  });

  void test('a clock that jumps ends a timed pause early or late, but never for good', async () => {
    const controller = await startController(bed, { args: FLAGS });
    const apps = await Promise.all(['gateway-past', 'nginx-future'].map((name) => deploy(name, TIMED)));
    for (const app of apps) await app.phase('Healthy');
    for (const app of apps) await app.release('2');
    for (const app of apps) await app.pausedAt(1);
    const [past, future] = apps;
    assert.ok(past && future);
    await shift(past, -3_600_000);
    await chronicle.until('the pause that began long ago is over', () => isDone(past));
    await shift(future, 3_600_000);
    await controller.kill();
    const again = await startController(bed, { args: FLAGS });
    const waiting = await future.pausedAt(1);
    assert.match(String(valueAt(waiting, 'status.message')), /CanaryPauseStep/);
    await future.act('promote');
    await chronicle.until('the pause that begins in an hour is over', () => isDone(future));
    await again.kill();
  });
});

/** Counts what the controller changes in the objects of some applications. */
function countChanges(chronicle: Chronicle, apps: readonly Application[]) {
  const last = new Map<string, string>();
  let count = 0;
  const stop = chronicle.follow(({ kind, name, object, type }) => {
    if (!apps.some((app) => name === app.name || name.startsWith(`${app.name}-`))) return;
    const key = `${kind}/${name}`;
    const now = controlled(kind, object);
    const before = last.get(key);
    last.set(key, now);
    // A change of the spec alone is the user's, and the first sight of an old object is none.
    if ((before !== undefined && before !== now) || type === 'ADDED') count += 1;
  });
  for (const { kind, name, object } of chronicle.sightings())
    last.set(`${kind}/${name}`, controlled(kind, object));
  return { count: () => count, stop };
}
