import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Manifest } from '../../../src/api/meta.ts';
import type { CanaryStep } from '../../../src/api/rollout.ts';
import { changes } from '../../../src/core/changes.ts';
import { check } from '../../../src/core/laws.ts';
import { decide } from '../../../src/core/rollout/decide.ts';
import { ALL_STABLE, type Routes } from '../../../src/core/routes.ts';
import type { World } from '../../../src/core/world.ts';
import { seen } from '../../support/cluster.ts';
import { type Scene, w } from '../../support/world.ts';

/** Which header and mirror routes are in force when, and when a step that sets one is done. */

const yes = { headerName: 'x-try', headerValue: { exact: 'yes' } };
const no = { headerName: 'x-try', headerValue: { exact: 'no' } };
const WORDS: Readonly<Record<string, CanaryStep>> = {
  header: { setHeaderRoute: { name: 'by-header', match: [yes] } },
  header2: { setHeaderRoute: { name: 'by-header', match: [no] } },
  'header-': { setHeaderRoute: { name: 'by-header' } },
  other: { setHeaderRoute: { name: 'other', match: [no] } },
  mirror: { setMirrorRoute: { name: 'shadow', match: [{ path: { prefix: '/api' } }], percentage: 20 } },
  'mirror-': { setMirrorRoute: { name: 'shadow' } },
  'mirror!': { setMirrorRoute: { name: 'by-header', match: [{ method: { exact: 'GET' } }] } },
  '50': { setWeight: 50 },
  pause: { pause: {} },
  one: { setCanaryScale: { replicas: 1 } },
};

/** A scene with these steps, `>` before the current one. */
function steps(scene: Scene, line: string): Scene {
  const words = line.split(' ');
  const marked = words.findIndex((word) => word.startsWith('>'));
  const list = words.map((word) => WORDS[word.replace('>', '')] ?? assert.fail(`no such step: ${word}`));
  return scene.with({ steps: list, step: marked === -1 ? list.length : marked });
}

const GATEWAY = {
  plugins: { 'argoproj-labs/gatewayAPI': { httpRoutes: [{ name: 'web', useHeaderRoutes: true }] } },
  managedRoutes: [{ name: 'other' }, { name: 'by-header' }, { name: 'shadow' }],
};

const HTTP_ROUTE: Manifest = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'web', namespace: 'demo', uid: 'uid-web', resourceVersion: '7' },
  spec: {
    rules: [
      {
        matches: [{ path: { type: 'PathPrefix', value: '/' } }],
        backendRefs: [
          { name: 'app-stable', port: 80, weight: 100 },
          { name: 'app-canary', port: 80, weight: 0 },
        ],
      },
    ],
  },
};

/** The world of a scene behind an HTTPRoute that carries these routes. */
function behindGateway(scene: Scene, present: Partial<Routes>): World {
  const cluster = scene.canary({ trafficRouting: GATEWAY }).cluster;
  const bare = seen({ ...cluster, ingresses: [HTTP_ROUTE] });
  const carried = bare.routers.flatMap((router) => router.put({ ...ALL_STABLE, ...present }));
  return seen({ ...cluster, ingresses: carried.filter((manifest) => manifest !== null) });
}

interface Told {
  readonly routes: string;
  readonly step: number | undefined;
}

function told(world: World, scene: Scene): Told {
  const decision = decide(world, scene.now);
  const todo = changes(world, decision);
  check(world, decision, todo);
  const { canaryWeight, headers, mirrors } = decision.target?.routes ?? ALL_STABLE;
  const named = [...headers, ...mirrors].map(({ name }) => ` ${name}`);
  return { routes: `${canaryWeight}${named.join('')}`, step: decision.status.currentStepIndex };
}

function row(name: string, scene: Scene, present: Partial<Routes>, expected: Partial<Told>): void {
  void test(name, () => {
    const said = told(behindGateway(scene, present), scene);
    assert.deepEqual({ ...said, ...expected }, said);
  });
}

const half = w('stable 4/4 canary 2/2 @50%');
const byHeader = { name: 'by-header', match: [yes] };
const at50 = { canaryWeight: 50 };

row('a step sets a route', steps(half, '50 >header pause'), at50, { routes: '50 by-header', step: 1 });
row(
  'it is done when the routers carry it',
  steps(half, '50 >header pause'),
  { ...at50, headers: [byHeader] },
  {
    step: 2,
  },
);
row(
  'the order is that of managedRoutes',
  steps(half, '50 mirror header other >pause'),
  { ...at50, headers: [byHeader] },
  { routes: '50 other by-header shadow' },
);
row('a later step of the same name replaces it', steps(half, '50 header >header2'), at50, {
  routes: '50 by-header',
});
row(
  'which is not done before the new one is there',
  steps(half, '50 header >header2'),
  {
    ...at50,
    headers: [byHeader],
  },
  { step: 2 },
);
row('a name is one route, whatever its kind', steps(half, '50 header >mirror!'), at50, {
  routes: '50 by-header',
});
row(
  'an empty match removes it',
  steps(half, '50 header mirror >header-'),
  { ...at50, headers: [byHeader] },
  {
    routes: '50 shadow',
    step: 3,
  },
);
row('removed, the step is done', steps(half, '50 header >header- pause'), at50, { step: 3 });
row('a step that is still to come sets nothing', steps(half, '>50 header'), {}, { routes: '50', step: 0 });
row(
  'past the steps routes stay until the promotion',
  steps(w('stable 4/4 canary 3/4 @50%'), '50 header'),
  at50,
  { routes: '50 by-header' },
);
const abort = steps(half, '50 header >pause').abort();
row('an abort ends them', abort, { ...at50, headers: [byHeader] }, { routes: '0' });
const full = steps(half, '50 header >pause').full();
row('so does a full promotion', full, { ...at50, headers: [byHeader] }, { routes: '50' });
row(
  'and the promotion',
  steps(w('wants stable old 4/4 stable 4/4 @100%'), '50 header'),
  { canaryWeight: 100, headers: [byHeader] },
  { routes: '0' },
);
const down = steps(w('stable 4/4 canary 0/2 @50%'), '50 >header pause');
row('never to a version without pods that serve: the step waits', down, at50, { routes: '0', step: 1 });
const none = steps(w('stable 4/4 canary 0/0 @0%'), '>header pause');
row('where none are asked for it has nothing to wait for', none, {}, { routes: '0', step: 1 });
row(
  'the route comes into force with the first pod',
  steps(w('stable 4/4 canary 1/1 @0%'), 'header >one pause'),
  {},
  {
    routes: '0 by-header',
  },
);

void test('the order of fields in the spec does not matter: a step is done when its routes are written', () => {
  const match = [
    { headers: { b: { exact: '1' }, a: { regex: '2' } }, method: { exact: 'GET' }, path: { prefix: '/' } },
  ];
  const scene = half.with({
    steps: [{ setMirrorRoute: { match, name: 'shadow', percentage: 20 } }, { pause: {} }],
    step: 0,
  });
  const wanted = decide(behindGateway(scene, at50), scene.now).target?.routes;
  assert.equal(told(behindGateway(scene, wanted ?? {}), scene).step, 1);
});

void test('pods and the canary Service are claimed before the first request goes there by header', () => {
  const scene = steps(w('stable 4/4 canary 1/1 @0%'), 'one >header pause').status({ epoch: 9 });
  const world = behindGateway(scene, {});
  const decision = decide(world, scene.now);
  const todo = changes(world, decision).map(({ phase, kind }) => `${phase} ${kind}`);
  assert.deepEqual(todo, ['claim ReplicaSet', 'claim ReplicaSet', 'claim Service', 'shift HTTPRoute']);
});

void test('what no router can carry is a mistake in the spec', () => {
  const scene = steps(half, '50 >header mirror');
  const routing = {
    ...GATEWAY,
    plugins: { 'argoproj-labs/gatewayAPI': { grpcRoutes: [{ name: 'web' }] } },
  };
  const cluster = scene.canary({ trafficRouting: routing }).cluster;
  const decision = decide(seen({ ...cluster, ingresses: [{ ...HTTP_ROUTE, kind: 'GRPCRoute' }] }), scene.now);
  const { because } = decision;
  const said =
    because.kind === 'invalid' ? because.issues.map(({ path, message }) => `${path}: ${message}`) : [];
  const able = 'as it is configured: argoproj-labs/gatewayAPI';
  assert.deepEqual(said, [
    `spec.strategy.canary.steps[1].setHeaderRoute: none of the traffic routers can route by header ${able}`,
    `spec.strategy.canary.steps[2].setMirrorRoute: none of the traffic routers can mirror requests ${able}`,
  ]);
});
