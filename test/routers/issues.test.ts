import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json, Manifest } from '../../src/api/meta.ts';
import type { NginxRouting, TrafficRouting } from '../../src/api/traffic.ts';
import { ALL_STABLE, type Routes, type RouteTarget } from '../../src/core/routes.ts';
import { fieldsOf, listOf } from '../../src/routers/fields.ts';
import { routersOf } from '../../src/routers/index.ts';
import type { BoundRouter, Manifests } from '../../src/routers/router.ts';
import { frozen, TARGET } from './fixtures/fixture.ts';

const PATH = 'spec.strategy.canary.trafficRouting';
const NGINX = `${PATH}.nginx`;
const GATEWAY = `${PATH}.plugins["argoproj-labs/gatewayAPI"]`;

/** Configurations and everything that is wrong with them, as `path: message`. */
const configurations: readonly [string, unknown, ...string[]][] = [
  ['nothing is asked for', {}],
  ['fields that name no router are none', { managedRoutes: [{ name: 'a' }], maxTrafficWeight: 1000 }],
  ['null counts as absent', { nginx: null, plugins: null }],
  ['one Ingress', { nginx: { stableIngress: 'a' } }],
  ['several Ingresses, one twice', { nginx: { stableIngresses: ['a', 'b', 'a'] } }],
  ['no Ingress', { nginx: {} }, `${NGINX}: ${either('Neither')}`],
  ['an empty name', { nginx: { stableIngress: '' } }, `${NGINX}: ${either('Neither')}`],
  ['an empty list', { nginx: { stableIngresses: [] } }, `${NGINX}: ${either('Neither')}`],
  ['both ways', { nginx: { stableIngress: 'a', stableIngresses: ['b'] } }, `${NGINX}: ${either('Both')}`],
  [
    'annotations that would fight with the weight',
    {
      nginx: {
        stableIngress: 'a',
        annotationPrefix: 'x.io',
        canaryIngressAnnotations: {
          'x.io/canary-weight': '50',
          'x.io/canary': 'false',
          'nginx.ingress.kubernetes.io/canary-weight': '7',
        },
      },
    },
    `${NGINX}.canaryIngressAnnotations["x.io/canary"]: is written by the controller: remove it`,
    `${NGINX}.canaryIngressAnnotations["x.io/canary-weight"]: is written by the controller: remove it`,
  ],
  [
    'routers that are to come, and one that is not known',
    { istio: {}, alb: {}, warp: {} },
    `${PATH}.istio: not supported yet: traffic router istio`,
    `${PATH}.alb: not supported yet: traffic router alb`,
    `${PATH}.warp: unknown traffic router; known are nginx`,
  ],
  [
    'the Gateway API written as if it were built in',
    { gatewayAPI: { httpRoute: 'a' } },
    `${PATH}.gatewayAPI: unknown traffic router; write it as plugins: {"argoproj-labs/gatewayAPI": ...}`,
  ],
  [
    'an unknown plugin, beside the mistakes of a known one',
    {
      plugins: {
        'team/own': {},
        'argoproj-labs/gatewayAPI': { httpRoutes: [{ nam: 'a' }], tcpRoute: 'b', x: 1 },
      },
    },
    `${PATH}.plugins["team/own"]: unknown traffic router plugin; known are argoproj-labs/gatewayAPI`,
    `${GATEWAY}.httpRoutes[0].name: Invalid input: expected string, received undefined`,
    `${GATEWAY}.httpRoutes[0].nam: unknown field`,
    `${GATEWAY}.tcpRoute: not supported yet: routes other than HTTPRoutes and GRPCRoutes that are named one by one`,
    `${GATEWAY}.x: unknown field`,
  ],
  [
    'selectors',
    plugin({ httpRouteSelector: { matchLabels: {} } }),
    `${GATEWAY}.httpRouteSelector: not supported yet: routes other than HTTPRoutes and GRPCRoutes that are named one by one`,
  ],
  ['no route', plugin({}), `${GATEWAY}: names no route: set httpRoute, httpRoutes, grpcRoute or grpcRoutes`],
  [
    'a route twice',
    plugin({ httpRoute: 'a', httpRoutes: [{ name: 'a' }], grpcRoute: 'a' }),
    `${GATEWAY}: names the HTTPRoute "a" twice`,
  ],
  ['keys in any case, and null', plugin({ httproutes: [{ name: 'a' }], CONFIGMAP: 'b', tcpRoute: null })],
  ['no object', plugin('a'), `${GATEWAY}: Invalid input: expected object, received string`],
];

for (const [name, trafficRouting, ...issues] of configurations) {
  void test(`configuration: ${name}`, () => {
    const found = routersOf(frozen(trafficRouting as TrafficRouting));
    const got = found.kind === 'issues' ? found.issues.map((issue) => `${issue.path}: ${issue.message}`) : [];
    assert.deepEqual(got, issues);
  });
}

const MAIN = ingress('main', ['app-stable']);

/** Ingresses that are there, and everything that is wrong with them. */
const ingresses: readonly [string, NginxRouting, readonly Manifest[], ...string[]][] = [
  ['ready before the canary Ingress is made', { stableIngress: 'main' }, [MAIN]],
  ['ready with it', { stableIngress: 'main' }, [MAIN, canary('app-main-canary', '11')]],
  [
    'the stable Ingress is missing',
    { stableIngress: 'main' },
    [],
    `${NGINX}.stableIngress: Invalid value: "main": ingress.networking.k8s.io "main" not found`,
  ],
  [
    'no rule to the stable Service',
    { stableIngresses: ['main', 'other'] },
    [MAIN, ingress('other', ['unrelated', 'app-canary'])],
    `${NGINX}.stableIngresses[1]: Invalid value: "other": ingress \`other\` has no rules using service app-stable backend`,
  ],
  [
    'the canary Ingress belongs to nobody',
    { stableIngress: 'main' },
    [MAIN, canary('app-main-canary')],
    `${NGINX}.stableIngress: canary ingress \`app-main-canary\` controlled by different object`,
  ],
  [
    'the canary Ingress belongs to a Rollout of the same name that is gone',
    { stableIngress: 'main' },
    [MAIN, canary('app-main-canary', '10')],
    `${NGINX}.stableIngress: canary ingress \`app-main-canary\` controlled by different object`,
  ],
  [
    'all at once',
    { stableIngresses: ['gone', 'main'] },
    [MAIN, canary('app-gone-canary'), canary('app-main-canary')],
    `${NGINX}.stableIngresses[0]: Invalid value: "gone": ingress.networking.k8s.io "gone" not found`,
    `${NGINX}.stableIngresses[0]: canary ingress \`app-gone-canary\` controlled by different object`,
    `${NGINX}.stableIngresses[1]: canary ingress \`app-main-canary\` controlled by different object`,
  ],
  [
    'a canary Ingress would have the name of a stable one',
    { stableIngresses: ['main', 'app-main-canary'] },
    [MAIN, ingress('app-main-canary', ['app-stable'])],
    `${NGINX}.stableIngresses[0]: canary ingress \`app-main-canary\` controlled by different object`,
    `${NGINX}.stableIngresses[0]: canary ingress \`app-main-canary\` would stand for two ingresses`,
  ],
];

for (const [name, nginx, there, ...issues] of ingresses) {
  void test(`nginx: ${name}`, () => {
    const router = routerOf({ nginx });
    assert.deepEqual(issuesOf(router, there), issues);
  });
}

void test('nginx: names are cut to 253 characters, and two that become the same are refused', () => {
  const long = 'x'.repeat(248);
  const router = routerOf({ nginx: { stableIngresses: [`${long}1`, `${long}2`] } });
  const names = router.refs(TARGET).map((ref) => ref.name);
  assert.deepEqual(
    names.map((name) => name.length),
    [249, 253, 249, 253],
  );
  assert.ok(names[1]?.endsWith('-canary'));
  assert.equal(names[1], names[3]);
  const there = [ingress(`${long}1`, ['app-stable']), ingress(`${long}2`, ['app-stable'])];
  assert.equal(issuesOf(router, there).length, 2);
});

const STABLE = { name: 'app-stable', port: 80, weight: 100 };
const CANARY = { name: 'app-canary', port: 80, weight: 0 };
const BOTH = `whose backendRefs hold both Services, "app-stable" and "app-canary"`;

/** Routes that are there, and everything that is wrong with them. */
const routes: readonly [string, Json, readonly Manifest[], ...string[]][] = [
  ['ready', { httpRoute: 'web' }, [route('HTTPRoute', 'web', [STABLE, CANARY])]],
  ['missing', { httpRoute: 'web' }, [], `${GATEWAY}.httpRoute: HTTPRoute "shop/web" not found`],
  [
    'a route of another kind does not count',
    { grpcRoutes: [{ name: 'web' }], namespace: 'edge' },
    [route('HTTPRoute', 'web', [STABLE, CANARY])],
    `${GATEWAY}.grpcRoutes[0]: GRPCRoute "edge/web" not found`,
  ],
  [
    'the two Services are in different rules',
    { httpRoutes: [{ name: 'web' }] },
    [route('HTTPRoute', 'web', [STABLE], [CANARY])],
    `${GATEWAY}.httpRoutes[0]: HTTPRoute "shop/web" has no rule ${BOTH}`,
  ],
  [
    'a Service of another namespace',
    { httpRoute: 'web' },
    [route('HTTPRoute', 'web', [STABLE, { ...CANARY, namespace: 'other' }])],
    `${GATEWAY}.httpRoute: HTTPRoute "shop/web" has no rule ${BOTH}`,
  ],
  [
    'no rule of that name',
    { httpRoute: 'web', httpRouteRuleName: 'argo' },
    [route('HTTPRoute', 'web', [STABLE, CANARY])],
    `${GATEWAY}.httpRoute: HTTPRoute "shop/web" has no rule named "argo" ${BOTH}`,
  ],
  [
    'a rule with the name that a managed route needs',
    { httpRoute: 'web' },
    [named(route('HTTPRoute', 'web', [STABLE, CANARY], [STABLE, CANARY]), 'main', 'vip-1')],
    `${GATEWAY}.httpRoute: HTTPRoute "shop/web" has a rule with the name of the managed route "vip"`,
  ],
  [
    'a name that it does not need',
    { httpRoute: 'web' },
    [named(route('HTTPRoute', 'web', [STABLE, CANARY], [STABLE]), 'main', 'vip-1')],
  ],
  [
    'all at once',
    { httpRoute: 'web', grpcRoute: 'calls' },
    [],
    `${GATEWAY}.httpRoute: HTTPRoute "shop/web" not found`,
    `${GATEWAY}.grpcRoute: GRPCRoute "shop/calls" not found`,
  ],
];

for (const [name, config, there, ...issues] of routes) {
  void test(`gatewayAPI: ${name}`, () => {
    const target = { ...TARGET, managedRoutes: ['vip'] };
    assert.deepEqual(issuesOf(routerOf(plugin(config)), there, target), issues);
  });
}

const COOKIES = { matches: [{ headers: [{ name: 'cookie', value: 'a=1' }] }] };
const ADDS = {
  type: 'ResponseHeaderModifier',
  responseHeaderModifier: { add: [{ name: 'set-cookie', value: 'a=1' }] },
};
const NO_SESSIONS = `${GATEWAY}.httpRoute: sticky sessions cannot be kept by HTTPRoute "shop/web":`;
const TWO = { backendRefs: [STABLE, CANARY] };

/** Rules of a route, and what keeps sessions from being kept by it. */
const obstacles: readonly [string, readonly Json[], ...string[]][] = [
  ['none', [TWO]],
  ['a rule that is not split may ask for cookies', [TWO, { ...COOKIES, backendRefs: [STABLE] }]],
  [
    'a rule that is split asks for cookies itself',
    [{ ...TWO, ...COOKIES }],
    `${NO_SESSIONS} a rule matches the header Cookie itself, and the API can match a header only once`,
  ],
  [
    'answers of the canary get a cookie already',
    [{ backendRefs: [STABLE, { ...CANARY, filters: [ADDS] }] }],
    `${NO_SESSIONS} a rule adds a Set-Cookie to answers of "app-canary" itself, and can add only one`,
  ],
  ['that of stable does not matter', [{ backendRefs: [{ ...STABLE, filters: [ADDS] }, CANARY] }]],
  ['15 rules, one of them split', [TWO, ...Array.from({ length: 14 }, () => ({ backendRefs: [STABLE] }))]],
  [
    'no room for another rule',
    [TWO, TWO, ...Array.from({ length: 13 }, () => ({ backendRefs: [STABLE] }))],
    `${NO_SESSIONS} it has 15 rules and needs 2 more, and the API takes 16`,
  ],
];

for (const [name, rules, ...issues] of obstacles) {
  void test(`sessions: ${name}`, () => {
    const web = { ...route('HTTPRoute', 'web'), spec: { rules } };
    const target = { ...TARGET, sessions: true };
    assert.deepEqual(issuesOf(routerOf(plugin({ httpRoute: 'web' })), [web], target), issues);
    assert.deepEqual(issuesOf(routerOf(plugin({ httpRoute: 'web' })), [web]), []);
  });
}

void test('routes are the same text in whichever order their fields come', () => {
  const router = routerOf(plugin({ httpRoute: 'web' }));
  const target = { ...TARGET, managedRoutes: ['vip', 'copy'] };
  const put = (routes: Routes) =>
    router.put([frozen(route('HTTPRoute', 'web', [STABLE, CANARY]))], routes, target);
  const one = put({
    canaryWeight: 5,
    headers: [{ name: 'vip', match: [{ headerName: 'x-vip', headerValue: { exact: 'yes' } }] }],
    mirrors: [{ name: 'copy', percentage: 5, match: [{ method: { exact: 'GET' }, path: { prefix: '/' } }] }],
    session: { cookie: 'a', value: 'b' },
  });
  const other = put({
    session: { value: 'b', cookie: 'a' },
    mirrors: [{ match: [{ path: { prefix: '/' }, method: { exact: 'GET' } }], percentage: 5, name: 'copy' }],
    headers: [{ match: [{ headerValue: { exact: 'yes' }, headerName: 'x-vip' }], name: 'vip' }],
    canaryWeight: 5,
  });
  assert.deepEqual(other, one);
  assert.ok(router.read(frozen(other), target).settled);
});

void test('what was made for Services that have changed sides since is taken out again', () => {
  const router = routerOf(plugin({ httpRoute: 'web' }));
  const target = { ...TARGET, managedRoutes: ['vip'] };
  const turned = { ...target, stableService: target.canaryService, canaryService: target.stableService };
  const headers = [{ name: 'vip', match: [{ headerName: 'x-vip', headerValue: { exact: 'yes' } }] }];
  const session = { cookie: 'a', value: 'b' };
  const user = frozen([route('HTTPRoute', 'web', [STABLE, CANARY])]);
  const full = router.put(user, { ...ALL_STABLE, canaryWeight: 100, headers, session }, target);
  const done = router.put(frozen(full), ALL_STABLE, turned);
  const refs = [
    { ...STABLE, weight: 0 },
    { ...CANARY, weight: 100 },
  ];
  assert.deepEqual(done, [route('HTTPRoute', 'web', refs)]);
});

/**
 * Configurations, and whether header and mirror routes can be made and sessions be kept with them. Experiments
 * get shares by Gateways only.
 */
const abilities: readonly [string, TrafficRouting, boolean, boolean, boolean][] = [
  ['nginx', { nginx: { stableIngress: 'a' } }, false, false, false],
  ['a single HTTPRoute', plugin({ httpRoute: 'a' }), true, true, true],
  ['a single GRPCRoute', plugin({ grpcRoute: 'a' }), true, false, false],
  ['HTTPRoutes that do not take header routes', plugin({ httpRoutes: [{ name: 'a' }] }), false, true, true],
  [
    'one of several does',
    plugin({ httpRoutes: [{ name: 'a' }], grpcRoutes: [{ name: 'b', useHeaderRoutes: true }] }),
    true,
    true,
    true,
  ],
];

for (const [name, trafficRouting, headers, mirror, sessions] of abilities) {
  void test(`can: ${name}`, () => {
    const { additional = false, ...can } = routerOf(trafficRouting).can;
    assert.deepEqual(can, { headers, mirror, verify: false, sessions });
    assert.equal(additional, name !== 'nginx');
  });
}

void test('a canary Ingress of somebody else is not written to, and one whose stable Ingress is gone gets its weight', () => {
  const router = routerOf({ nginx: { stableIngresses: ['gone', 'main'] } });
  const ours = canary('app-gone-canary', '11');
  const observed = frozen([null, ours, MAIN, canary('app-main-canary', '10')]);
  const put = router.put(observed, { ...ALL_STABLE, canaryWeight: 30 }, TARGET);
  assert.deepEqual([put[0], put[2], put[3]], [null, observed[2], observed[3]]);
  assert.equal(put[1]?.metadata.annotations?.['nginx.ingress.kubernetes.io/canary-weight'], '30');
  assert.deepEqual(put[1]?.['spec'], ours['spec']);
});

function routerOf(trafficRouting: TrafficRouting): BoundRouter {
  const found = routersOf(trafficRouting);
  if (found.kind === 'issues') assert.fail(JSON.stringify(found.issues));
  return found.routers[0] ?? assert.fail('no router');
}

function issuesOf(
  router: BoundRouter,
  there: readonly Manifest[],
  target: RouteTarget = TARGET,
): readonly string[] {
  const observed: Manifests = router
    .refs(target)
    .map(
      (ref) => there.find(({ kind, metadata }) => kind === ref.kind && metadata.name === ref.name) ?? null,
    );
  return router.issues(frozen(observed), target).map((issue) => `${issue.path}: ${issue.message}`);
}

function either(which: string): string {
  return `Internal error: Either StableIngress or StableIngresses must be configured. ${which} are configured.`;
}

function plugin(config: Json): TrafficRouting {
  return { plugins: { 'argoproj-labs/gatewayAPI': config } };
}

function ingress(name: string, services: readonly string[]): Manifest {
  const paths = services.map((service) => ({ backend: { service: { name: service } } }));
  const spec = { rules: [{ host: 'a' }, { http: { paths } }] };
  return { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name, namespace: 'shop' }, spec };
}

function canary(name: string, owner?: string): Manifest {
  const reference = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'app', controller: true };
  const ownerReferences = owner === undefined ? [] : [{ ...reference, uid: owner }];
  const made = ingress(name, ['app-canary']);
  return { ...made, metadata: { ...made.metadata, ownerReferences } };
}

function route(kind: string, name: string, ...rules: readonly (readonly Json[])[]): Manifest {
  const spec = { rules: rules.map((backendRefs) => ({ backendRefs })) };
  return { apiVersion: 'gateway.networking.k8s.io/v1', kind, metadata: { name, namespace: 'shop' }, spec };
}

/** The route with these names for its rules, in their order. */
function named(manifest: Manifest, ...names: readonly string[]): Manifest {
  const rules = listOf(fieldsOf(manifest['spec'])['rules']).map((rule, i) => ({
    ...fieldsOf(rule),
    name: names[i],
  }));
  return { ...manifest, spec: { rules } };
}
