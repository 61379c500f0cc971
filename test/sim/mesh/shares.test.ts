import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Json, Manifest } from '../../../src/api/meta.ts';
import type { TrafficRouting } from '../../../src/api/traffic.ts';
import { ALL_STABLE, type Routes, type RouteTarget } from '../../../src/core/routes.ts';
import { routersOf } from '../../../src/routers/index.ts';
import type { MeshRequest } from '../../../src/sim/mesh/data-plane.ts';
import { DATA_PLANES, routesOf } from '../../../src/sim/mesh/mesh.ts';
import { objectsOf, workload } from './objects.ts';
import { request } from './told.ts';

/** Manifests as a user wrote them, and requests that they take. */
interface World {
  readonly routing: TrafficRouting;
  readonly manifests: readonly Manifest[];
  readonly split: readonly MeshRequest[];
  readonly others: readonly MeshRequest[];
}

const PATHS = ['/', '/api', '/api/v2', '/static'];
const paths = fc
  .uniqueArray(fc.constantFrom(...PATHS), { minLength: 1, maxLength: 3 })
  .chain((list) =>
    fc.tuple(
      ...list.map((path, i) => fc.tuple(fc.constant(path), i === 0 ? fc.constant(true) : fc.boolean())),
    ),
  );
const hosts = fc.uniqueArray(fc.constantFrom('a.example.com', 'b.example.com', ''), {
  minLength: 1,
  maxLength: 2,
});
const object = (apiVersion: string, kind: string, name: string, spec: object): Manifest => ({
  apiVersion,
  kind,
  metadata: { name, namespace: 'shop', creationTimestamp: '2026-01-01T00:00:00Z' },
  spec,
});
/** The path itself, which the longest of the paths takes that hold it. */
const asks = (host: string, path: string): MeshRequest => request({ host: host || 'x.example.com', path });

const ingresses: fc.Arbitrary<World> = hosts
  .chain((list) => fc.tuple(...list.map((host) => fc.tuple(fc.constant(host), paths))))
  .map((all) => {
    const toService = ([path, isOurs]: readonly [string, boolean]) => ({
      path,
      pathType: 'Prefix',
      backend: { service: { name: isOurs ? 'stable' : 'unrelated', port: { number: 80 } } },
    });
    const names = all.map((_, i) => `web-${i}`);
    const taken = (ours: boolean) =>
      all.flatMap(([host, list]) =>
        list.filter(([, isOurs]) => isOurs === ours).map(([path]) => asks(host, path)),
      );
    return {
      routing: { nginx: { stableIngresses: names } },
      manifests: all.map(([host, list], i) =>
        object('networking.k8s.io/v1', 'Ingress', `web-${i}`, {
          ingressClassName: 'nginx',
          rules: [{ ...(host !== '' && { host }), http: { paths: list.map(toService) } }],
        }),
      ),
      split: taken(true),
      others: taken(false),
    };
  });

const httpRoutes: fc.Arbitrary<World> = paths.map((list) => {
  const toServices = ([value, isOurs]: readonly [string, boolean]) => ({
    matches: [{ path: { type: 'PathPrefix', value } }],
    backendRefs: (isOurs ? ['canary', 'stable'] : ['unrelated']).map((name) => ({ name, port: 80 })),
  });
  const taken = (ours: boolean) =>
    list.filter(([, isOurs]) => isOurs === ours).map(([path]) => asks('a.example.com', path));
  const config = { httpRoutes: [{ name: 'web', useHeaderRoutes: true }] } as unknown as Json;
  return {
    routing: { plugins: { 'argoproj-labs/gatewayAPI': config } },
    manifests: [
      object('gateway.networking.k8s.io/v1', 'HTTPRoute', 'web', {
        hostnames: ['a.example.com'],
        rules: list.map(toServices),
      }),
    ],
    split: taken(true),
    others: taken(false),
  };
});

function targetOf(maxWeight: number): RouteTarget {
  return {
    rollout: { name: 'app', namespace: 'shop', uid: '11' },
    stableService: 'stable',
    canaryService: 'canary',
    maxWeight,
    managedRoutes: ['beta', 'copy'],
  };
}

/** The share of the canary, and of copies to it, for each request, once our routers have written the routes. */
function sharesOf(world: World, requests: readonly MeshRequest[], routes: Routes, maxWeight: number) {
  const target = targetOf(maxWeight);
  const found = routersOf(world.routing);
  const router = found.kind === 'routers' ? found.routers[0] : undefined;
  if (router === undefined) assert.fail('no router');
  const observed = router
    .refs(target)
    .map((ref) => world.manifests.find(({ metadata }) => metadata.name === ref.name) ?? null);
  assert.deepEqual(router.issues(observed, target), []);
  const written = router.put(observed, routes, target).flatMap((manifest) => manifest ?? []);
  const pods = ['stable', 'canary', 'unrelated'].flatMap((name) => workload(name, 1));
  const objects = objectsOf([...written, ...pods]);
  return requests.map((one) => {
    const routing = routesOf(DATA_PLANES, objects, one);
    if (routing.kind !== 'backends') return assert.fail(JSON.stringify(routing));
    const weight = (name: string | null) =>
      routing.backends
        .filter(({ to }) => name === null || (to.kind === 'service' && to.service.name === name))
        .reduce((sum, backend) => sum + backend.weight, 0);
    const copies = routing.mirrors.reduce((sum, { share }) => sum + share, 0);
    return { canary: weight('canary') / weight(null), unrelated: weight('unrelated') / weight(null), copies };
  });
}

const weights = fc
  .constantFrom(100, 200, 1000)
  .chain((max) =>
    fc.record({ max: fc.constant(max), weight: fc.oneof(fc.constantFrom(0, max), fc.nat({ max })) }),
  );
const worlds = { nginx: ingresses, gateway: httpRoutes };

for (const [name, world] of Object.entries(worlds)) {
  void test(`${name}: the canary gets just the weight that was written, and others keep theirs`, () => {
    fc.assert(
      fc.property(world, weights, (given, { max, weight }) => {
        const routes = { ...ALL_STABLE, canaryWeight: weight };
        for (const { canary } of sharesOf(given, given.split, routes, max)) {
          assert.ok(Math.abs(canary - weight / max) < 1e-12, `${canary} for ${weight} of ${max}`);
        }
        for (const { unrelated } of sharesOf(given, given.others, routes, max)) assert.equal(unrelated, 1);
      }),
      { numRuns: 300 },
    );
  });
}

void test('gateway: requests with the header all go to the canary, others by weight', () => {
  const value = fc.constantFrom(
    { match: { exact: 'me' }, given: 'me', other: 'you' },
    { match: { prefix: 'a.b' }, given: 'a.bc', other: 'axbc' },
    { match: { regex: 'b[0-9]+' }, given: 'b12', other: 'b' },
  );
  fc.assert(
    fc.property(httpRoutes, weights, value, (given, { max, weight }, { match, given: text, other }) => {
      const headers = [{ name: 'beta', match: [{ headerName: 'X-Beta', headerValue: match }] }];
      const routes = { ...ALL_STABLE, canaryWeight: weight, headers };
      const asking = (sent: string) => given.split.map((one) => ({ ...one, headers: { 'x-beta': sent } }));
      for (const { canary } of sharesOf(given, asking(text), routes, max)) assert.equal(canary, 1);
      for (const { canary } of sharesOf(given, asking(other), routes, max)) {
        assert.ok(Math.abs(canary - weight / max) < 1e-12);
      }
    }),
    { numRuns: 200 },
  );
});

void test('gateway: who has the cookie gets the canary, and keeps it; who has a similar one is drawn', () => {
  const session = { cookie: 'sluice-app', value: '6f7d8c9b5' };
  const ours = fc.constantFrom(
    'sluice-app=6f7d8c9b5',
    'a=1; sluice-app=6f7d8c9b5',
    'sluice-app=6f7d8c9b5; b=2',
    'a=1; sluice-app=6f7d8c9b5; b=2',
    'a=1;sluice-app=6f7d8c9b5;b=2',
  );
  const others = fc.constantFrom(
    '',
    'a=1',
    'sluice-app=6f7d8c9b55',
    'sluice-app=66f7d8c9b5',
    'sluice-app=84cd',
    'my-sluice-app=6f7d8c9b5',
    'sluice-appx=6f7d8c9b5',
    'a=sluice-app=6f7d8c9b5',
    'a="sluice-app=6f7d8c9b5"',
  );
  const copy = { name: 'copy', percentage: 10, match: [{ method: { exact: 'GET' } }] };
  const mirrors = fc.constantFrom([], [copy]);
  fc.assert(
    fc.property(
      httpRoutes,
      weights,
      ours,
      others,
      mirrors,
      (given, { max, weight }, kept, drawn, managed) => {
        const routes = { ...ALL_STABLE, canaryWeight: weight, session, mirrors: managed };
        const asking = (list: readonly MeshRequest[], cookie: string) =>
          list.map((one) => ({ ...one, headers: { cookie } }));
        for (const { canary, copies } of sharesOf(given, asking(given.split, kept), routes, max)) {
          assert.deepEqual({ canary, copies }, { canary: 1, copies: 0 });
        }
        for (const { canary } of sharesOf(given, asking(given.split, drawn), routes, max)) {
          assert.ok(Math.abs(canary - weight / max) < 1e-12);
        }
        for (const { unrelated } of sharesOf(given, asking(given.others, kept), routes, max)) {
          assert.equal(unrelated, 1);
        }
        for (const { canary } of sharesOf(given, asking(given.split, kept), ALL_STABLE, max)) {
          assert.equal(canary, 0);
        }
      },
    ),
    { numRuns: 200 },
  );
});

void test("gateway: of rules that are as narrow as that of a session, the user's own wins", () => {
  const split = { matches: [{}], backendRefs: ['canary', 'stable'].map((name) => ({ name, port: 80 })) };
  const admin = {
    matches: [{ headers: [{ name: 'x-admin', value: 'yes' }] }],
    backendRefs: [{ name: 'unrelated', port: 80 }],
  };
  const config = { httpRoute: 'web' } as unknown as Json;
  const world: World = {
    routing: { plugins: { 'argoproj-labs/gatewayAPI': config } },
    manifests: [object('gateway.networking.k8s.io/v1', 'HTTPRoute', 'web', { rules: [split, admin] })],
    split: [],
    others: [],
  };
  const routes = { ...ALL_STABLE, canaryWeight: 50, session: { cookie: 'a', value: 'b' } };
  const asked = request({ headers: { cookie: 'a=b', 'x-admin': 'yes' } });
  assert.equal(sharesOf(world, [asked], routes, 100)[0]?.unrelated, 1);
});

void test('gateway: just the requests that match are copied, and go where they went', () => {
  fc.assert(
    fc.property(
      httpRoutes,
      weights,
      fc.integer({ min: 1, max: 100 }),
      (given, { max, weight }, percentage) => {
        const mirrors = [{ name: 'copy', percentage, match: [{ method: { exact: 'GET' } }] }];
        const routes = { ...ALL_STABLE, canaryWeight: weight, mirrors };
        const posts = given.split.map((one) => ({ ...one, method: 'POST' }));
        for (const { canary, copies } of sharesOf(given, given.split, routes, max)) {
          assert.ok(Math.abs(canary - weight / max) < 1e-12);
          assert.equal(copies, percentage / 100);
        }
        for (const { copies } of sharesOf(given, posts, routes, max)) assert.equal(copies, 0);
      },
    ),
    { numRuns: 200 },
  );
});

void test('nginx: a maxTrafficWeight below 100 is what NGINX does not know: it counts in hundredths', () => {
  const world = fc.sample(ingresses, { numRuns: 1, seed: 1 })[0] ?? assert.fail();
  const shares = sharesOf(world, world.split, { ...ALL_STABLE, canaryWeight: 5 }, 10);
  assert.ok(shares.every(({ canary }) => canary === 0.05));
});
