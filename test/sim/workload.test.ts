import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Manifest } from '../../src/api/meta.ts';
import type { Rollout } from '../../src/api/rollout.ts';
import type { Deployment, Service } from '../../src/api/workload.ts';
import { FINE, Stage } from '../../src/cli/simulate/stage.ts';
import { kinds } from '../../src/sim/kinds.ts';
import { Behaviours } from '../stories/support/behaviours.ts';

/**
 * A Deployment gives its pods to a Rollout and gets them back when that is deleted, at whatever moment, and
 * whether the controller lives or not. Users must notice nothing.
 */

const NAMESPACE = 'shop';
const HOST = 'web.demo';
const PODS = 4;
/** The rollout is made a minute after users come, and released anew a minute later. */
const MADE_MS = 60_000;
const RELEASED_MS = 60_000;

function named(apiVersion: string, kind: string, name: string, rest: object): Manifest {
  return { apiVersion, kind, metadata: { name, namespace: NAMESPACE }, ...rest };
}

const CONTAINER = {
  name: 'app',
  ports: [{ name: 'http', containerPort: 8080 }],
  lifecycle: { preStop: { exec: { command: ['sleep', '5'] } } },
  readinessProbe: { httpGet: { path: '/', port: 8080 } },
};

const template = (tag: string) => ({
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ ...CONTAINER, image: `demo/web:${tag}` }] },
});

const service = (name: string) =>
  named('v1', 'Service', name, {
    spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  });

const STEPS = [{ setWeight: 50 }, { pause: {} }];
const STRATEGIES = {
  'by numbers of pods': { canary: { maxUnavailable: 0, maxSurge: 1, steps: STEPS } },
  'behind NGINX': {
    canary: {
      stableService: 'web',
      canaryService: 'web-canary',
      trafficRouting: { nginx: { stableIngress: 'web' } },
      scaleDownDelaySeconds: 10,
      steps: STEPS,
    },
  },
  'blue-green': {
    blueGreen: {
      activeService: 'web',
      previewService: 'web-canary',
      autoPromotionEnabled: false,
      scaleDownDelaySeconds: 10,
    },
  },
} as const;

interface Life {
  readonly strategy: keyof typeof STRATEGIES;
  readonly scaleDown: 'onsuccess' | 'progressively';
  /** When the rollout is deleted, after it was made; null: never. */
  readonly deletedMs: number | null;
  /** The controller dies with the write of this number, counted from the deletion, and comes back later. */
  readonly diesAt?: number;
  /** The controller is away for ten seconds, from this long after the deletion on. */
  readonly awayMs?: number;
}

async function live(life: Life, look: (stage: Stage) => void): Promise<void> {
  const behaviours = new Behaviours();
  const stage = new Stage({
    seed: 'workload',
    controllerNamespace: 'sluice',
    misfortune: (pod) => behaviours.misfortuneOf(pod),
    applicationOf: (pod) => behaviours.applicationOf(pod),
    relabel: () => [],
    webAnswer: '{}',
    aboutOf: () => 'web',
  });
  try {
    const { user, api, clock } = stage.world;
    const put = (kind: Parameters<typeof user.put>[0], manifest: Manifest) => user.put(kind, manifest);
    api.create(kinds.namespaces, { metadata: { name: NAMESPACE } }, { manager: 'kubectl' });
    put(
      kinds.deployments,
      named('apps/v1', 'Deployment', 'web', {
        spec: { replicas: PODS, selector: { matchLabels: { app: 'web' } }, template: template('1') },
      }),
    );
    for (const name of ['web', 'web-canary']) put(kinds.services, service(name));
    put(kinds.ingresses, named('networking.k8s.io/v1', 'Ingress', 'web', INGRESS));
    stage.start();
    await stage.pass(60_000);
    stage.visit(
      [
        {
          name: 'web',
          rate: { kind: 'constant', perSecond: 20 },
          request: { host: HOST, path: '/', method: 'GET', headers: {} },
        },
      ],
      FINE,
    );
    await stage.pass(MADE_MS);
    put(
      kinds.rollouts,
      named('argoproj.io/v1alpha1', 'Rollout', 'web', {
        spec: {
          replicas: PODS,
          strategy: STRATEGIES[life.strategy],
          workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', scaleDown: life.scaleDown },
        },
      }),
    );
    clock.after(RELEASED_MS, () =>
      put(kinds.deployments, named('apps/v1', 'Deployment', 'web', { spec: { template: template('2') } })),
    );
    if (life.deletedMs !== null) {
      await stage.pass(life.deletedMs);
      api.delete(kinds.rollouts, { namespace: NAMESPACE, name: 'web' });
      if (life.diesAt !== undefined) await dieAt(stage, life.diesAt);
      if (life.awayMs !== undefined) {
        await stage.pass(life.awayMs);
        stage.kill();
        await stage.pass(10_000);
        stage.start();
      }
    }
    await stage.pass(180_000);
    look(stage);
    assert.deepEqual(stage.totals()?.unserved, []);
    assert.equal(stage.totals()?.failures, 0);
  } finally {
    await stage.end();
  }
}

/** Lets the controller die as soon as it has written so often, and starts another one later. */
async function dieAt(stage: Stage, writes: number): Promise<void> {
  let left = writes;
  const cancel = stage.world.api.onChange(({ before, after }) => {
    const fields = (object: Manifest | null) =>
      (object?.metadata.managedFields ?? []).filter((entry) => entry['manager'] === 'sluice');
    if (JSON.stringify(fields(before)) === JSON.stringify(fields(after))) return;
    left -= 1;
    if (left === 0) stage.kill();
  });
  await stage.pass(20_000);
  cancel();
  stage.kill();
  stage.start();
}

const INGRESS = {
  spec: {
    ingressClassName: 'nginx',
    rules: [
      {
        host: HOST,
        http: {
          paths: [
            { path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } },
          ],
        },
      },
    ],
  },
};

function deploymentOf({ world }: Stage): Deployment {
  const found = world.api.get(kinds.deployments, { namespace: NAMESPACE, name: 'web' });
  assert.ok(found !== null);
  return found as Manifest as Deployment;
}

function isGivenBack(stage: Stage): void {
  const { api } = stage.world;
  const deployment = deploymentOf(stage);
  assert.equal(deployment.spec.replicas, PODS);
  assert.equal(deployment.status?.availableReplicas, PODS);
  assert.doesNotMatch(JSON.stringify(deployment.metadata.annotations), /sluice/);
  assert.equal(api.list(kinds.rollouts, { namespace: NAMESPACE }).length, 0);
  assert.equal(api.list(kinds.pods, { namespace: NAMESPACE }).length, PODS);
  for (const name of ['web', 'web-canary']) {
    const found = api.get(kinds.services, { namespace: NAMESPACE, name });
    assert.deepEqual((found as Manifest as Service).spec?.selector, { app: 'web' });
  }
}

const strategies = Object.keys(STRATEGIES) as (keyof typeof STRATEGIES)[];
const modes = ['onsuccess', 'progressively'] as const;

for (const strategy of strategies)
  for (const scaleDown of modes) {
    void test(`${strategy}, ${scaleDown}: the rollout takes over`, () =>
      live({ strategy, scaleDown, deletedMs: null }, (stage) => {
        assert.equal(deploymentOf(stage).spec.replicas, 0);
        assert.equal(deploymentOf(stage).status?.replicas ?? 0, 0);
      }));
    // While it comes up, at rest, and in the middle of a release.
    for (const deletedMs of [500, 1_500, 5_000, 40_000, 61_000, 90_000])
      void test(`${strategy}, ${scaleDown}: deleted after ${deletedMs / 1000} s, it gives the pods back`, () =>
        live({ strategy, scaleDown, deletedMs }, isGivenBack));
  }

for (const strategy of strategies) {
  for (const awayMs of [0, 20, 1_000, 8_000])
    void test(`${strategy}: also where the controller dies ${awayMs} ms later`, () =>
      live({ strategy, scaleDown: 'onsuccess', deletedMs: 40_000, awayMs }, isGivenBack));
}

for (const strategy of strategies)
  for (let diesAt = 1; diesAt <= 9; diesAt++)
    void test(`${strategy}: also where the controller dies with its write ${diesAt} after the deletion`, () =>
      live({ strategy, scaleDown: 'onsuccess', deletedMs: 40_000, diesAt }, isGivenBack));

const WIDGET = { group: 'example.com', version: 'v1', resource: 'widgets', kind: 'Widget', namespaced: true };

void test('a kind of somebody else: unknown until it is installed, then followed', async () => {
  const behaviours = new Behaviours();
  const stage = new Stage({
    seed: 'widget',
    controllerNamespace: 'sluice',
    misfortune: (pod) => behaviours.misfortuneOf(pod),
    applicationOf: (pod) => behaviours.applicationOf(pod),
    relabel: () => [],
    webAnswer: '{}',
    aboutOf: () => 'web',
  });
  try {
    const { user, api } = stage.world;
    const rollout = () =>
      api.get(kinds.rollouts, { namespace: NAMESPACE, name: 'web' }) as Manifest as Rollout;
    api.create(kinds.namespaces, { metadata: { name: NAMESPACE } }, { manager: 'kubectl' });
    const workloadRef = { apiVersion: 'example.com/v1', kind: 'Widget', name: 'web' };
    user.put(
      kinds.rollouts,
      named('argoproj.io/v1alpha1', 'Rollout', 'web', {
        spec: { replicas: 2, workloadRef, strategy: { canary: {} } },
      }),
    );
    stage.start();
    await stage.pass(20_000);
    assert.match(
      rollout().status?.message ?? '',
      /: workload of type example\.com\/Widget is not supported$/,
    );
    const schema = {
      openAPIV3Schema: {
        type: 'object',
        properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    };
    user.put(kinds.customResourceDefinitions, {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'widgets.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { kind: 'Widget', plural: 'widgets', singular: 'widget', listKind: 'WidgetList' },
        versions: [{ name: 'v1', served: true, storage: true, schema }],
      },
    });
    await stage.pass(40_000);
    assert.match(rollout().status?.message ?? '', /: widgets\.example\.com "shop\/web" not found$/);
    const selector = { matchLabels: { app: 'web' } };
    user.put(
      WIDGET,
      named('example.com/v1', 'Widget', 'web', { spec: { selector, template: template('1') } }),
    );
    await stage.pass(20_000);
    assert.equal(rollout().status?.phase, 'Healthy');
    user.put(
      WIDGET,
      named('example.com/v1', 'Widget', 'web', { spec: { selector, template: template('2') } }),
    );
    await stage.pass(20_000);
    assert.equal(rollout().metadata.annotations?.['rollout.argoproj.io/revision'], '2');
    assert.equal(rollout().status?.phase, 'Healthy');
  } finally {
    await stage.end();
  }
});
