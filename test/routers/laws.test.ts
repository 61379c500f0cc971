import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Manifest } from '../../src/api/meta.ts';
import { ALL_STABLE, type Routes, type RouteTarget } from '../../src/core/routes.ts';
import { holdingOf, PLUGINS, ROUTERS, routersOf } from '../../src/routers/index.ts';
import type { BoundRouter, Manifests } from '../../src/routers/router.ts';
import { type Case, type Fixture, frozen } from './fixtures/fixture.ts';
import { gatewayFixture } from './fixtures/gateway.ts';
import { nginxFixture } from './fixtures/nginx.ts';
import { MANAGED_ROUTES, routesOf } from './fixtures/routes.ts';

/** One fixture for each router in the tables. */
const FIXTURES: Readonly<Record<string, Fixture>> = {
  nginx: nginxFixture,
  'argoproj-labs/gatewayAPI': gatewayFixture,
};

/** What a law is about: everything in it is frozen, so each of them also shows that inputs stay as they are. */
interface Drawn {
  readonly router: BoundRouter;
  readonly target: RouteTarget;
  readonly observed: Manifests;
  /** Two routes to put. */
  readonly a: Routes;
  readonly b: Routes;
  /** What the API server makes of manifests that were put. */
  readonly stored: (manifests: Manifests) => Manifests;
}

void test('every router in the tables has a fixture', () => {
  const names = [...Object.keys(ROUTERS), ...Object.keys(PLUGINS)];
  assert.deepEqual(Object.keys(FIXTURES).sort(), names.sort());
});

law('finds nothing wrong with its fixture', ({ router, target, observed }) => {
  assert.deepEqual(router.issues(observed, target), []);
});

law('names each object once, in the order of the manifests', ({ router, target, observed, a }) => {
  const refs = router.refs(target).map((ref) => `${ref.apiVersion} ${ref.kind} ${ref.namespace}/${ref.name}`);
  assert.equal(new Set(refs).size, refs.length);
  const written = router.put(observed, a, target).map((manifest) => {
    const { apiVersion, kind, metadata } = manifest ?? assert.fail('no manifest');
    return `${apiVersion} ${kind} ${metadata.namespace}/${metadata.name}`;
  });
  assert.deepEqual(written, refs);
});

law('put-get: what was put is read back', ({ router, target, observed, a, stored }) => {
  const put = router.put(observed, a, target);
  assert.deepEqual(router.read(frozen(put), target), { routes: a, settled: true });
  assert.deepEqual(router.read(stored(put), target), { routes: a, settled: true });
});

law('get-put: writing back what is read changes nothing', ({ router, target, observed, a, stored }) => {
  const put = stored(router.put(observed, a, target));
  const again = router.put(put, router.read(put, target).routes, target);
  assert.ok(again.every((manifest, i) => manifest === put[i]));
});

law('put-put: only the last write counts', ({ router, target, observed, a, b }) => {
  const twice = router.put(frozen(router.put(observed, a, target)), b, target);
  assert.deepEqual(twice, router.put(observed, b, target));
});

law("clear: all to stable restores the user's manifests", ({ router, target, observed, a }) => {
  const cleared = router.put(frozen(router.put(observed, a, target)), ALL_STABLE, target);
  assert.deepEqual(router.read(frozen(cleared), target).routes, ALL_STABLE);
  for (const [i, { created }] of router.refs(target).entries()) {
    if (!created) assert.deepEqual(cleared[i], observed[i]);
  }
});

law('release: what is left of a rollout is taken off again, by what is left alone', (drawn) => {
  const { router, target, observed, a, stored } = drawn;
  const put = stored(router.put(observed, a, target));
  const bare = (manifest: Manifest | null): Manifest | null => {
    if (manifest === null) return null;
    const holding = holdingOf(manifest) ?? assert.fail('a kind without a holding');
    const released = holding
      .holders(manifest)
      .filter(({ namespace, name }) => `${namespace}/${name}` === 'shop/app')
      .reduce((left, holder) => holding.release(left, holder), manifest);
    assert.equal(
      holding.holders(released).reduce((left, holder) => holding.release(left, holder), released),
      released,
    );
    return released;
  };
  const released = frozen(put.map(bare));
  assert.deepEqual(router.read(released, target).routes, ALL_STABLE);
  for (const [i, { created }] of router.refs(target).entries()) {
    if (!created) assert.deepEqual(released[i], router.put(stored(observed), ALL_STABLE, target)[i]);
  }
});

law('reads all stable where nothing is there, and makes nothing of nothing', (drawn) => {
  const { router, target, observed, a } = drawn;
  const nothing = frozen(observed.map(() => null));
  assert.deepEqual(router.read(nothing, target).routes, ALL_STABLE);
  assert.deepEqual(router.put(nothing, a, target), nothing);
  assert.ok(router.issues(nothing, target).length > 0);
});

law('is not settled where its manifests disagree', ({ router, target, observed, a, b }) => {
  const one = router.put(observed, a, target);
  const other = router.put(observed, b, target);
  const last = one.length - 1;
  const mixed = frozen([...one.slice(0, last), other[last] ?? null]);
  const { routes, settled } = router.read(mixed, target);
  const again = router.put(mixed, routes, target);
  assert.equal(settled, JSON.stringify(again) === JSON.stringify(mixed));
});

const oddSpec = fc.oneof(
  fc.jsonValue(),
  fc.jsonValue().map((rules) => ({ rules })),
  fc.jsonValue().map((rule) => ({ rules: [rule] })),
  fc
    .jsonValue()
    .map((inner) => ({ rules: [{ http: inner, backendRefs: inner, matches: inner, filters: inner }] })),
  fc.jsonValue().map((inner) => ({ rules: [{ http: { paths: [inner] }, backendRefs: [inner] }] })),
);

for (const [name, { cases }] of Object.entries(FIXTURES)) {
  void test(`${name}: never throws, whatever the manifests hold`, () => {
    fc.assert(
      fc.property(cases, oddSpec, fc.boolean(), (given, spec, all) => {
        const router = routerOf(given);
        const observed = given.observed.map(
          (manifest, i) => manifest && (all || i === 0 ? { ...manifest, spec } : manifest),
        );
        router.issues(frozen(observed), given.target);
        const { routes } = router.read(observed, given.target);
        const put = router.put(observed, { ...routes, canaryWeight: given.target.maxWeight }, given.target);
        router.put(frozen(put), ALL_STABLE, given.target);
      }),
      { numRuns: 500 },
    );
  });
}

function law(claim: string, holds: (drawn: Drawn) => void): void {
  for (const [name, fixture] of Object.entries(FIXTURES)) {
    void test(`${name}: ${claim}`, () => {
      fc.assert(
        fc.property(drawnFrom(fixture), ({ given, a, b }) => {
          const router = routerOf(given);
          holds({
            router,
            target: given.target,
            observed: given.observed,
            a,
            b,
            stored: (manifests) => frozen(manifests.map((manifest) => manifest && fixture.stored(manifest))),
          });
        }),
        { numRuns: 300 },
      );
    });
  }
}

function drawnFrom({ cases }: Fixture) {
  return cases.chain((drawn) => {
    const given = { ...drawn, target: { ...drawn.target, managedRoutes: MANAGED_ROUTES } };
    const routes = routesOf(routerOf(given).can, given.target.maxWeight);
    return fc.record({ a: routes, b: routes }).map((two) => frozen({ given, ...two }));
  });
}

function routerOf({ trafficRouting }: Case): BoundRouter {
  const found = routersOf(frozen(trafficRouting));
  if (found.kind === 'issues') assert.fail(JSON.stringify(found.issues));
  return found.routers[0] ?? assert.fail('no router');
}
