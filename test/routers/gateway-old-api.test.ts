import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Manifest } from '../../src/api/meta.ts';
import { ALL_STABLE } from '../../src/core/routes.ts';
import { fieldsOf, listOf, withField } from '../../src/routers/fields.ts';
import { routersOf } from '../../src/routers/index.ts';
import { frozen } from './fixtures/fixture.ts';
import { gatewayFixture } from './fixtures/gateway.ts';
import { MANAGED_ROUTES, routesOf } from './fixtures/routes.ts';

/** What an API server stores that does not know the names of rules: Gateway API before v1.4, standard channel. */
function nameless(manifest: Manifest | null): Manifest | null {
  if (manifest === null) return null;
  const spec = fieldsOf(manifest['spec']);
  const rules = listOf(spec['rules']).map((rule) => withField(fieldsOf(rule), 'name', undefined));
  return gatewayFixture.stored({ ...manifest, spec: { ...spec, rules } });
}

void test('where the API drops names of rules, managed routes are found again and removed', () => {
  const routing = { plugins: { 'argoproj-labs/gatewayAPI': { httpRoute: 'single', grpcRoute: 'single' } } };
  const found = routersOf(routing);
  const router = (found.kind === 'routers' ? found.routers[0] : undefined) ?? assert.fail('no router');
  const both = gatewayFixture.cases.filter(({ observed }) => observed.length >= 2);
  const routes = routesOf(router.can, 100);
  fc.assert(
    fc.property(both, routes, routes, ({ target, observed }, a, b) => {
      const user = observed.slice(0, 2).map(nameless);
      const at = { ...target, maxWeight: 100, managedRoutes: MANAGED_ROUTES };
      const kinds = router.refs(at).map((ref, i) => ({ ...(user[i] ?? assert.fail()), kind: ref.kind }));
      const start = router.put(frozen(kinds), ALL_STABLE, at).map(nameless);
      const first = frozen(router.put(frozen(start), a, at).map(nameless));
      assert.deepEqual(router.read(first, at), { routes: a, settled: true });
      const second = frozen(router.put(first, b, at).map(nameless));
      assert.deepEqual(router.read(second, at), { routes: b, settled: true });
      assert.deepEqual(router.put(second, ALL_STABLE, at).map(nameless), start);
    }),
    { numRuns: 300 },
  );
});
