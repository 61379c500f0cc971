import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { valueAt } from './bed/api.ts';
import type { Bed } from './bed/bed.ts';
import { type Application, application, invalidSpec } from './support/application.ts';
import type { Chronicle } from './support/chronicle.ts';
import { type Ground, openGround } from './support/ground.ts';
import {
  backends,
  byGateway,
  canaryIngress,
  ingressWeight,
  putIngress,
  routed,
  routeWeights,
} from './support/routing.ts';
import { selectedHash } from './support/sizes.ts';

const STEPS = [{ setWeight: 25 }, { setHeaderRoute: header('vip') }, { pause: {} }, { setWeight: 50 }];
const PAUSE = 2;
const MANAGED = 'argo-rollouts.argoproj.io/managed-by-rollouts';

void describe('what a Rollout manages', { concurrency: true }, () => {
  let ground: Ground;
  let bed: Bed;
  let namespace: string;
  let chronicle: Chronicle;

  before(async () => {
    ground = await openGround('ownership', {
      gatewayApi: true,
      watched: ['Rollout', 'Service', 'Ingress', 'HTTPRoute'],
    });
    ({ bed, namespace, chronicle } = ground);
  });
  after(() => ground?.close());

  const route = (name: string) => chronicle.latest('HTTPRoute', name);
  const service = (name: string) => chronicle.latest('Service', name);
  const putRoute = (app: Application, name: string, ...apps: readonly Application[]) =>
    app.put('gateway.networking.k8s.io/v1', 'HTTPRoute', name, { spec: { rules: [app, ...apps].map(rule) } });
  const viaRoute = (httpRoute: string) => ({ ...byGateway({ httpRoute }), managedRoutes: [{ name: 'vip' }] });
  const until = (what: string, claim: () => boolean) => chronicle.until(what, claim);
  const weighs = (name: string, canary: number, index = 0) =>
    until(`rule ${index} of ${name} has weight ${canary}`, () =>
      isDeepStrictEqual(weightsOf(route(name), index), [100 - canary, canary]),
    );
  const isFree = (name: string) => {
    const seen = service(name);
    return selectedHash(seen) === null && seen?.metadata.annotations?.[MANAGED] === undefined;
  };
  /** In the pause of a release, with a route or an Ingress of its name unless another one is given. */
  const inRelease = async (app: Application, routing: object): Promise<void> => {
    await app.putServices();
    await app.putRollout(routed(app, routing, STEPS));
    await app.phase('Healthy');
    await app.release('2');
    await app.pausedAt(PAUSE);
  };
  const withRoute = async (name: string): Promise<{ app: Application; rules: unknown }> => {
    const app = application(bed, namespace, name);
    await putRoute(app, name);
    await until(`${name} is seen`, () => route(name) !== null);
    const rules = valueAt(route(name), 'spec.rules');
    await inRelease(app, viaRoute(name));
    await weighs(name, 25, 1);
    return { app, rules };
  };
  /** The route as its user made it: rules to the letter, and no mark of ours. */
  const isHandedBack = (name: string, rules: unknown) => {
    const { metadata } = route(name) ?? assert.fail(`no HTTPRoute ${name}`);
    const marks = [metadata.labels, metadata.annotations].map((map) => Object.keys(map ?? {}));
    return isDeepStrictEqual([valueAt(route(name), 'spec.rules'), marks], [rules, [[], []]]);
  };

  void test('a Service that is named no more is handed back', async () => {
    const app = application(bed, namespace, 'service');
    await app.putServices();
    await app.put('v1', 'Service', 'service-other', {
      spec: { selector: { app: 'service' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
    });
    const strategy = { canaryService: 'service-canary', steps: [{ setWeight: 50 }, { pause: {} }] };
    await app.putRollout({ ...strategy, stableService: 'service-stable' });
    await app.phase('Healthy');
    await app.release('2');
    await app.pausedAt(1);
    await app.putRollout(
      { ...strategy, stableService: 'service-other' },
      { template: valueAt(await app.get(), 'spec.template') },
    );
    await until('the new one is taken', () => selectedHash(service('service-other')) !== null);
    await until('the old one is free', () => isFree('service-stable'));
    assert.ok(selectedHash(service('service-canary')) !== null);
  });

  void test('a route that is named no more is handed back, and the other one gets the weight', async () => {
    const { app, rules } = await withRoute('renamed');
    await putRoute(app, 'renamed-other');
    const path = '/spec/strategy/canary/trafficRouting';
    await bed.api.patch(app.ref, 'json', [{ op: 'replace', path, value: viaRoute('renamed-other') }]);
    await until('the old one is as it was', () => isHandedBack('renamed', rules));
    await weighs('renamed-other', 25, 1);
  });

  void test('a router that is taken out leaves no weight, neither on a route nor on an Ingress', async () => {
    const { app, rules } = await withRoute('removed');
    const nginx = application(bed, namespace, 'nginx');
    await putIngress(nginx);
    await nginx.putServices();
    await nginx.putRollout(
      routed(nginx, { nginx: { stableIngress: 'nginx' } }, [{ setWeight: 25 }, { pause: {} }]),
    );
    await nginx.phase('Healthy');
    await nginx.release('2');
    await nginx.pausedAt(1);
    const weight = () => ingressWeight(chronicle.latest('Ingress', canaryIngress(nginx)));
    await until('the Ingress has its weight', () => weight() === 25);
    // Without a router there are no routes by header. A quarter of two pods leaves stable both.
    const steps = [{ setWeight: 25 }, { pause: {} }];
    const strategy = (own: Application) => ({
      stableService: `${own.name}-stable`,
      canaryService: `${own.name}-canary`,
      steps,
    });
    for (const own of [app, nginx])
      await bed.api.patch(own.ref, 'json', [
        { op: 'replace', path: '/spec/strategy/canary', value: strategy(own) },
      ]);
    await until('the route is as it was', () => isHandedBack('removed', rules));
    await until('the Ingress splits nothing', () => weight() === 0);
  });

  void test('a Rollout that is deleted in mid-release leaves Services first and then the route', async () => {
    const { app, rules } = await withRoute('deleted');
    await bed.api.delete(app.ref);
    await until('the route is as it was', () => isHandedBack('deleted', rules));
    assert.ok(isFree('deleted-stable') && isFree('deleted-canary'));
    await chronicle.catchUp();
    const freed = ['stable', 'canary'].map(
      (role) => chronicle.of('Service', `deleted-${role}`).find(({ object }) => wasFreed(object))?.version,
    );
    const back = chronicle.of('HTTPRoute', 'deleted').at(-1)?.version ?? 0;
    for (const version of freed) assert.ok(version !== undefined && version < back);
  });

  void test('pods that are left as orphans serve on, by Services that select all of them', async () => {
    const { app, rules } = await withRoute('orphans');
    const nginx = application(bed, namespace, 'orphans-nginx');
    await putIngress(nginx);
    await nginx.putServices();
    await nginx.putRollout(
      routed(nginx, { nginx: { stableIngress: nginx.name } }, [{ setWeight: 25 }, { pause: {} }]),
    );
    await nginx.phase('Healthy');
    await nginx.release('2');
    await nginx.pausedAt(1);
    for (const one of [app, nginx]) await bed.api.delete(one.ref, { propagationPolicy: 'Orphan' });
    await until('the route is as it was', () => isHandedBack('orphans', rules));
    const ingress = () => chronicle.latest('Ingress', canaryIngress(nginx));
    await until('the Ingress splits nothing', () => ingressWeight(ingress()) === 0);
    const sets = await bed.api.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace });
    const sizes = sets
      .filter(({ metadata }) => metadata.labels?.['app'] === 'orphans')
      .map((set) => valueAt(set, 'spec.replicas'));
    assert.deepEqual(new Set(sizes), new Set([1, 2]));
  });

  void test('two Rollouts with Services of their own share a route, and one leaves it', async () => {
    const [one, two] = ['share-one', 'share-two'].map((name) => application(bed, namespace, name));
    assert.ok(one !== undefined && two !== undefined);
    await putRoute(one, 'share', two);
    await until('share is seen', () => route('share') !== null);
    const rules = valueAt(route('share'), 'spec.rules');
    const via = byGateway({ httpRoute: 'share' });
    const steps = [{ setWeight: 25 }, { pause: {} }];
    for (const app of [one, two]) {
      await app.putServices();
      await app.putRollout(routed(app, via, steps));
      await app.phase('Healthy');
      await app.release('2');
      await app.pausedAt(1);
    }
    await weighs('share', 25, 0);
    await weighs('share', 25, 1);
    await bed.api.delete(one.ref);
    await weighs('share', 0, 0);
    assert.deepEqual(weightsOf(route('share'), 1), [75, 25]);
    const active = () =>
      route('share')?.metadata.annotations?.['rollouts.argoproj.io/gatewayapi-active-rollouts'];
    assert.equal(active(), `${namespace}/share-two`);
    await two.act('abort');
    await weighs('share', 0, 1);
    await bed.api.delete(two.ref);
    await until('the route is as it was', () => isHandedBack('share', rules));
  });

  void test('a second Rollout with the same Services is refused, and writes nothing, not even to abort', async () => {
    const { app } = await withRoute('claimed');
    const second = application(bed, namespace, 'second');
    await bed.api.apply({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { name: 'second', namespace },
      spec: {
        ...(valueAt(await app.get(), 'spec') as object),
        selector: { matchLabels: { app: 'claimed', of: 'second' } },
        template: podTemplateOf(await app.get()),
      },
    });
    const told = await second.until((rollout) => invalidSpec(rollout) !== '');
    assert.match(invalidSpec(told), /Service "claimed-stable" is managed by another Rollout/);
    const path = `HTTPRoute "${namespace}/claimed" is managed by another Rollout, "${namespace}/claimed"`;
    assert.ok(invalidSpec(told).includes(path), invalidSpec(told));
    await second.act('abort');
    await chronicle.catchUp();
    for (const kind of ['HTTPRoute', 'Service'])
      for (const { object } of chronicle.sightings().filter((one) => one.kind === kind))
        assert.doesNotMatch(JSON.stringify(object.metadata.annotations ?? {}), /second/);
    assert.deepEqual(weightsOf(route('claimed'), 1), [75, 25]);
    // It takes over once the first one is gone.
    await bed.api.delete(app.ref);
    await until('the second one has the Services', () => {
      const manager = service('claimed-stable')?.metadata.annotations?.[MANAGED];
      return manager === 'second';
    });
  });
});

function header(name: string) {
  return { name, match: [{ headerName: 'x-vip', headerValue: { exact: 'yes' } }] };
}

/** A rule with both Services, and with everything that the API would fill in. */
function rule(app: Application) {
  const [stable, canary] = backends(app).map((ref) => ({ group: '', kind: 'Service', ...ref }));
  return {
    matches: [{ path: { type: 'PathPrefix', value: `/${app.name}` } }],
    backendRefs: [
      { ...stable, weight: 100 },
      { ...canary, weight: 0, filters: [] },
    ],
  };
}

function weightsOf(found: unknown, index: number) {
  return routeWeights(found, index);
}

function wasFreed(object: unknown): boolean {
  return selectedHash(object) === null && valueAt(object, 'metadata.annotations') === undefined;
}

function podTemplateOf(rollout: unknown): object {
  const template = valueAt(rollout, 'spec.template') as { readonly metadata: object };
  return { ...template, metadata: { labels: { app: 'claimed', of: 'second' } } };
}
