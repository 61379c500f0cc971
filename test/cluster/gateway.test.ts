import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { valueAt } from './bed/api.ts';
import { type Bed, startBed } from './bed/bed.ts';
import { ApiError } from './bed/client.ts';
import { type Controller, startController } from './bed/controller.ts';
import { type Application, application, invalidSpec, type Making } from './support/application.ts';
import { type Chronicle, openChronicle } from './support/chronicle.ts';
import { assertPodsOutliveTraffic } from './support/laws.ts';
import { backends, byGateway, putHttpRoute, routed, routeWeights } from './support/routing.ts';
import { availableOf, hashOf, historyOf, selectedHash, sizeOf, sizesOf, turns } from './support/sizes.ts';

const ROUTE = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute' };
const STEPS = [{ setWeight: 25 }, { pause: {} }, { setWeight: 50 }, { pause: {} }];

void describe('a canary by HTTPRoute', { concurrency: true }, () => {
  let bed: Bed;
  let controller: Controller;
  let namespace: string;
  let elsewhere: string;
  let chronicle: Chronicle;

  before(async () => {
    bed = await startBed({ gatewayApi: true });
    [namespace, elsewhere] = await Promise.all([bed.namespace('gateway'), bed.namespace('routes')]);
    chronicle = await openChronicle(bed.api, namespace, ['Rollout', 'ReplicaSet', 'Service', 'HTTPRoute']);
    controller = await startController(bed, { args: ['--leader-elect=false'] });
  });
  after(async () => {
    chronicle?.close();
    await controller?.kill();
    await bed?.stop();
  });

  const route = (name: string, within = namespace) => ({ ...ROUTE, namespace: within, name });
  const weights = (name: string) =>
    turns(chronicle.of('HTTPRoute', name).map((one) => routeWeights(one.object)));
  const begin = async (
    name: string,
    config: object,
    making: Making = { replicas: 4 },
  ): Promise<Application> => {
    const app = application(bed, namespace, name, making);
    await app.putServices();
    await app.putRollout(routed(app, byGateway(config), STEPS));
    return app;
  };
  const settled = (app: Application, sizes: Readonly<Record<string, number>>) =>
    chronicle.until(`${app.name} has sizes ${JSON.stringify(sizes)}`, () =>
      isDeepStrictEqual(sizesOf(chronicle, app.name), sizes),
    );

  void test('follows the steps, and the stable Service is switched before the weight goes back', async () => {
    const app = application(bed, namespace, 'steps');
    await putHttpRoute(app);
    await begin('steps', { httpRoute: 'steps', namespace });
    await app.phase('Healthy');
    await app.release('2');
    await app.pausedAt(1);
    await bed.api.until(route('steps'), (seen) => isDeepStrictEqual(routeWeights(seen), [75, 25]));
    assert.deepEqual(sizesOf(chronicle, 'steps'), { 1: 4, 2: 1 });
    await app.act('promote');
    await app.pausedAt(3);
    await bed.api.until(route('steps'), (seen) => isDeepStrictEqual(routeWeights(seen), [50, 50]));
    await app.act('promote');
    const done = await app.phase('Healthy');
    await settled(app, { 1: 0, 2: 4 });
    await chronicle.catchUp();
    assertPodsOutliveTraffic(chronicle, app, '1');
    assert.deepEqual(weights('steps'), [
      [1, 1],
      [100, 0],
      [75, 25],
      [50, 50],
      [0, 100],
      [100, 0],
    ]);
    const stable = chronicle
      .of('Service', 'steps-stable')
      .find(({ object }) => selectedHash(object) === valueAt(done, 'status.stableRS'));
    const back = chronicle.of('HTTPRoute', 'steps').findLast(({ object }) => routeWeights(object)[1] === 0);
    const full = chronicle.of('HTTPRoute', 'steps').find(({ object }) => routeWeights(object)[1] === 100);
    assert.ok(stable !== undefined && back !== undefined && full !== undefined);
    assert.ok(full.version < stable.version, 'all traffic is on the canary before the Service is switched');
    assert.ok(stable.version < back.version, 'the Service is switched before the weight goes back to 0');
    const shrunk = historyOf(chronicle, 'steps', '1').find(({ object }) => sizeOf(object) < 4);
    assert.ok(shrunk !== undefined && back.version < shrunk.version, 'old pods go last');
  });

  void test('an abort puts the weight to 0 first, and only then takes pods away', async () => {
    const app = application(bed, namespace, 'abort');
    await putHttpRoute(app);
    await begin('abort', { httpRoute: 'abort', namespace });
    await app.phase('Healthy');
    await app.release('2');
    await app.pausedAt(1);
    await app.act('promote');
    await app.pausedAt(3);
    await app.act('abort');
    await app.phase('Degraded');
    await settled(app, { 1: 4, 2: 0 });
    await chronicle.catchUp();
    const zero = chronicle.of('HTTPRoute', 'abort').findLast(({ object }) => routeWeights(object)[1] === 0);
    const shrunk = historyOf(chronicle, 'abort', '2').find(({ object }, i, all) => {
      const before = all[i - 1];
      return before !== undefined && sizeOf(object) < sizeOf(before.object);
    });
    assert.ok(zero !== undefined && shrunk !== undefined);
    assert.ok(zero.version < shrunk.version, 'the canary loses its traffic before its pods');
    assert.deepEqual(weights('abort'), [
      [1, 1],
      [100, 0],
      [75, 25],
      [50, 50],
      [100, 0],
    ]);
    const stableHash = hashOf(historyOf(chronicle, 'abort', '1').at(-1)?.object);
    await chronicle.until(
      'the canary Service is given back',
      () => selectedHash(chronicle.latest('Service', 'abort-canary')) === stableHash,
    );
  });

  void test('traffic never goes to pods that are not there', async () => {
    const app = application(bed, namespace, 'unready');
    await putHttpRoute(app);
    await begin('unready', { httpRoute: 'unready', namespace });
    await app.phase('Healthy');
    await app.release('bad-image');
    await app.until((rollout) => valueAt(rollout, 'status.updatedReplicas') === 1);
    await app.act('abort');
    await app.phase('Degraded');
    await chronicle.catchUp();
    assert.deepEqual(weights('unready'), [
      [1, 1],
      [100, 0],
    ]);
    assert.ok(historyOf(chronicle, 'unready', 'bad-image').every(({ object }) => availableOf(object) === 0));
  });

  void test('several routes, in another namespace, and nothing else in them is touched', async () => {
    const app = application(bed, namespace, 'several');
    const filter = {
      type: 'RequestHeaderModifier',
      requestHeaderModifier: { set: [{ name: 'x-team', value: 'shop' }] },
    };
    const rules = [
      { matches: [{ path: { type: 'Exact', value: '/admin' } }], backendRefs: [{ name: 'admin', port: 80 }] },
      {
        matches: [{ path: { type: 'PathPrefix', value: '/' }, headers: [{ name: 'x-a', value: 'b' }] }],
        filters: [filter],
        timeouts: { request: '3s' },
        backendRefs: backends(app),
      },
    ];
    for (const name of ['one', 'two'])
      await bed.api.apply({
        ...ROUTE,
        metadata: { name, namespace: elsewhere, labels: { team: 'shop' }, annotations: { note: 'ours' } },
        spec: { hostnames: [`${name}.example.com`], parentRefs: [{ name: 'gateway' }], rules },
      });
    const before = await Promise.all(['one', 'two'].map((name) => bed.api.get(route(name, elsewhere))));
    await begin('several', { httpRoutes: [{ name: 'one' }, { name: 'two' }], namespace: elsewhere });
    await app.phase('Healthy');
    await app.release('2');
    await app.pausedAt(1);
    for (const name of ['one', 'two'])
      await bed.api.until(route(name, elsewhere), (seen) =>
        isDeepStrictEqual(routeWeights(seen, 1), [75, 25]),
      );
    await app.act('full');
    await app.phase('Healthy');
    for (const [i, name] of ['one', 'two'].entries()) {
      const after = await bed.api.until(route(name, elsewhere), (seen) =>
        isDeepStrictEqual(routeWeights(seen, 1), [100, 0]),
      );
      assert.deepEqual(valueAt(after, 'spec.rules.0'), valueAt(before[i], 'spec.rules.0'));
      const { backendRefs: _, ...rule } = valueAt(after, 'spec.rules.1') as Record<string, unknown>;
      const { backendRefs: __, ...was } = valueAt(before[i], 'spec.rules.1') as Record<string, unknown>;
      assert.deepEqual(rule, was);
      assert.deepEqual(valueAt(after, 'spec.hostnames'), [`${name}.example.com`]);
      assert.deepEqual(after?.metadata.labels, { team: 'shop' });
      assert.equal(after?.metadata.annotations?.['note'], 'ours');
    }
  });

  void test('what a user changes in the middle of a step is not lost', async () => {
    const app = application(bed, namespace, 'edited');
    await putHttpRoute(app);
    await begin('edited', { httpRoute: 'edited', namespace });
    await app.phase('Healthy');
    await app.release('2');
    await app.pausedAt(1);
    // Edits all along while the weights move: some meet a write of the controller, and both must stand.
    let isOver = false;
    const edit = async (n: number): Promise<void> => {
      const now = await bed.api.get(route('edited'));
      const spec = now['spec'] as { readonly rules: readonly object[] };
      const rules = spec.rules.map((rule) => ({ ...rule, name: `edit-${n}` }));
      try {
        await bed.api.replace({ ...now, spec: { ...spec, hostnames: [`n${n}.example.com`], rules } });
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 409) throw error;
        await edit(n);
      }
    };
    const editing = (async () => {
      let edits = 0;
      for (; !isOver; edits++) {
        await edit(edits);
        await pause(10);
      }
      return edits;
    })();
    await app.act('full');
    await bed.api.until(route('edited'), (seen) => isDeepStrictEqual(routeWeights(seen), [100, 0]));
    isOver = true;
    const edits = await editing;
    await app.phase('Healthy');
    await chronicle.catchUp();
    const last = chronicle.latest('HTTPRoute', 'edited');
    assert.deepEqual(routeWeights(last), [100, 0]);
    assert.equal(valueAt(last, 'spec.rules.0.name'), `edit-${edits - 1}`);
    assert.deepEqual(valueAt(last, 'spec.hostnames'), [`n${edits - 1}.example.com`]);
    const names = chronicle
      .of('HTTPRoute', 'edited')
      .filter(({ object }) => routeWeights(object)[1] === 0)
      .map(({ object }) => valueAt(object, 'spec.rules.0.name'));
    assert.ok(
      names.some((name) => name !== undefined),
      'it was edited before the weight went back',
    );
  });

  void test('a route that is not there is named in the status, and waited for', async () => {
    const app = await begin('absent', { httpRoute: 'absent', namespace });
    const told = await app.until((rollout) => invalidSpec(rollout) !== '');
    assert.match(invalidSpec(told), new RegExp(`HTTPRoute "${namespace}/absent" not found`));
    await putHttpRoute(app);
    await app.phase('Healthy');
  });
});
