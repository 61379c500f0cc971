import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Manifest } from '../../src/api/meta.ts';
import type { Rollout } from '../../src/api/rollout.ts';
import type { Pod, ReplicaSet } from '../../src/api/workload.ts';
import { FINE, Stage } from '../../src/cli/simulate/stage.ts';
import { kinds } from '../../src/sim/kinds.ts';
import { Behaviours } from '../stories/support/behaviours.ts';

/** ConfigMaps and Secrets that are part of a release: what pods use changes step by step, and comes back. */

const NAMESPACE = 'shop';
const HOST = 'web.demo';

function named(apiVersion: string, kind: string, name: string, rest: object, annotations = {}): Manifest {
  return { apiVersion, kind, metadata: { name, namespace: NAMESPACE, annotations }, ...rest };
}

const template = (more: object = {}) => ({
  metadata: { labels: { app: 'web' } },
  spec: {
    containers: [
      {
        name: 'app',
        image: 'demo/web:1',
        ports: [{ name: 'http', containerPort: 8080 }],
        lifecycle: { preStop: { exec: { command: ['sleep', '5'] } } },
        envFrom: [
          { configMapRef: { name: 'settings' } },
          { configMapRef: { name: 'extra', optional: true } },
        ],
        ...more,
      },
    ],
    volumes: [{ name: 'keys', secret: { secretName: 'keys' } }],
  },
});

/** A rollout `web` of three pods behind NGINX, in a world with users. */
class Shop {
  readonly stage: Stage;

  constructor() {
    const behaviours = new Behaviours();
    this.stage = new Stage({
      seed: 'configuration',
      controllerNamespace: 'sluice',
      misfortune: (pod) => behaviours.misfortuneOf(pod),
      applicationOf: (pod) => behaviours.applicationOf(pod),
      relabel: () => [],
      webAnswer: '{}',
      aboutOf: () => 'web',
    });
  }

  put(kind: Parameters<Stage['world']['user']['put']>[0], manifest: Manifest): void {
    this.stage.world.user.put(kind, manifest);
  }

  settings(colour: string): void {
    this.put(kinds.configMaps, named('v1', 'ConfigMap', 'settings', { data: { colour } }));
  }

  async open(annotations: object = { 'sluice.dev/versioned-configuration': 'true' }): Promise<void> {
    const { api } = this.stage.world;
    api.create(kinds.namespaces, { metadata: { name: NAMESPACE } }, { manager: 'kubectl' });
    this.settings('blue');
    this.put(kinds.secrets, named('v1', 'Secret', 'keys', { type: 'Opaque', data: { key: 'c2VjcmV0' } }));
    for (const name of ['web', 'web-canary'])
      this.put(
        kinds.services,
        named('v1', 'Service', name, {
          spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
        }),
      );
    const backend = { service: { name: 'web', port: { number: 80 } } };
    const http = { paths: [{ path: '/', pathType: 'Prefix', backend }] };
    this.put(
      kinds.ingresses,
      named('networking.k8s.io/v1', 'Ingress', 'web', {
        spec: { ingressClassName: 'nginx', rules: [{ host: HOST, http }] },
      }),
    );
    this.put(
      kinds.rollouts,
      named(
        'argoproj.io/v1alpha1',
        'Rollout',
        'web',
        {
          spec: {
            replicas: 3,
            revisionHistoryLimit: 1,
            selector: { matchLabels: { app: 'web' } },
            template: template(),
            strategy: {
              canary: {
                stableService: 'web',
                canaryService: 'web-canary',
                trafficRouting: { nginx: { stableIngress: 'web' } },
                scaleDownDelaySeconds: 5,
                abortScaleDownDelaySeconds: 5,
                steps: [{ setWeight: 34 }, { pause: {} }],
              },
            },
          },
        },
        annotations,
      ),
    );
    this.stage.start();
    await this.stage.pass(60_000);
    this.stage.visit(
      [
        {
          name: 'web',
          rate: { kind: 'constant', perSecond: 20 },
          request: { host: HOST, path: '/', method: 'GET', headers: {} },
        },
      ],
      FINE,
    );
    await this.stage.pass(20_000);
  }

  act(kind: 'abort' | 'retry'): void {
    assert.ok(this.stage.world.user.act({ namespace: NAMESPACE, name: 'web' }, { kind }));
  }

  promote(): void {
    assert.ok(
      this.stage.world.user.act({ namespace: NAMESPACE, name: 'web' }, { kind: 'promote', how: 'next' }),
    );
  }

  get rollout(): Rollout {
    return this.stage.world.api.get(kinds.rollouts, {
      namespace: NAMESPACE,
      name: 'web',
    }) as Manifest as Rollout;
  }

  /** What the pods that are not on their way out read: the colours, with how many pods have each. */
  colours(): Readonly<Record<string, number>> {
    const { api } = this.stage.world;
    const pods = api.list(kinds.pods, { namespace: NAMESPACE }) as readonly Manifest[] as readonly Pod[];
    const counts: Record<string, number> = {};
    for (const pod of pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined)) {
      const [container] = (pod.spec?.containers ?? []) as readonly {
        envFrom?: readonly { configMapRef?: { name?: string } }[];
      }[];
      const name = container?.envFrom?.[0]?.configMapRef?.name ?? '';
      const found = api.get(kinds.configMaps, { namespace: NAMESPACE, name }) as
        | (Manifest & { data?: { colour?: string } })
        | null;
      const colour = found?.data?.colour ?? `no ${name}`;
      counts[colour] = (counts[colour] ?? 0) + 1;
    }
    return counts;
  }

  /** Colours of all copies. */
  copies(): readonly string[] {
    const all = this.stage.world.api.list(kinds.configMaps, { namespace: NAMESPACE }) as readonly Manifest[];
    return all
      .filter(({ metadata }) => metadata.labels?.['sluice.dev/configuration-copy'] !== undefined)
      .map((copy) => {
        assert.equal(copy['immutable'], true);
        return (copy['data'] as { colour?: string }).colour ?? '';
      })
      .sort();
  }

  replicaSets(): readonly ReplicaSet[] {
    return this.stage.world.api.list(kinds.replicaSets, {
      namespace: NAMESPACE,
    }) as readonly Manifest[] as readonly ReplicaSet[];
  }

  served(): void {
    assert.deepEqual(this.stage.totals()?.unserved, []);
  }
}

function play(name: string, act: (shop: Shop) => Promise<void>): void {
  void test(name, async () => {
    const shop = new Shop();
    try {
      await act(shop);
    } finally {
      await shop.stage.end();
    }
  });
}

play(
  'a changed ConfigMap goes through the steps, and its old content goes with the old pods',
  async (shop) => {
    await shop.open();
    assert.deepEqual(shop.colours(), { blue: 3 });
    assert.equal(shop.rollout.status?.phase, 'Healthy');
    shop.settings('green');
    await shop.stage.pass(20_000);
    assert.equal(shop.rollout.status?.phase, 'Paused');
    assert.deepEqual(shop.colours(), { blue: 3, green: 2 });
    shop.promote();
    await shop.stage.pass(60_000);
    assert.deepEqual(shop.colours(), { green: 3 });
    assert.deepEqual(shop.copies(), ['blue', 'green']);
    assert.equal(shop.rollout.metadata.annotations?.['rollout.argoproj.io/revision'], '2');
    // With the history limit the first ReplicaSet goes, and then what only it used.
    shop.settings('red');
    await shop.stage.pass(20_000);
    shop.promote();
    await shop.stage.pass(60_000);
    assert.deepEqual(shop.colours(), { red: 3 });
    assert.deepEqual(shop.copies(), ['green', 'red']);
    shop.served();
  },
);

play('an abort brings the old content back with the old pods, and so does the old content', async (shop) => {
  await shop.open();
  shop.settings('green');
  await shop.stage.pass(20_000);
  shop.act('abort');
  await shop.stage.pass(20_000);
  assert.deepEqual(shop.colours(), { blue: 3 });
  shop.settings('blue');
  await shop.stage.pass(20_000);
  assert.equal(shop.rollout.status?.phase, 'Healthy');
  assert.deepEqual(shop.colours(), { blue: 3 });
  shop.served();
});

play('a Secret is versioned, and its values stand nowhere else', async (shop) => {
  await shop.open();
  const { api } = shop.stage.world;
  const before = shop.replicaSets().length;
  shop.put(kinds.secrets, named('v1', 'Secret', 'keys', { type: 'Opaque', data: { key: 'b3RoZXI=' } }));
  await shop.stage.pass(20_000);
  assert.equal(shop.replicaSets().length, before + 1);
  assert.equal(shop.rollout.status?.phase, 'Paused');
  for (const kind of [kinds.rollouts, kinds.replicaSets, kinds.pods, kinds.events])
    assert.doesNotMatch(JSON.stringify(api.list(kind, { namespace: NAMESPACE })), /b3RoZXI|c2VjcmV0/);
  assert.doesNotMatch(shop.stage.troubles.join('\n'), /b3RoZXI|c2VjcmV0/);
});

play('what is optional and missing is left alone, until it comes', async (shop) => {
  await shop.open();
  assert.equal(shop.rollout.status?.phase, 'Healthy');
  shop.put(kinds.configMaps, named('v1', 'ConfigMap', 'extra', { data: { more: 'yes' } }));
  await shop.stage.pass(20_000);
  assert.equal(shop.rollout.status?.phase, 'Paused');
});

play('what is missing is told, and waited for', async (shop) => {
  await shop.open();
  const { api, user } = shop.stage.world;
  const more = { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'late', key: 'a' } } }] };
  api.merge(
    kinds.rollouts,
    { namespace: NAMESPACE, name: 'web' },
    { spec: { template: template(more) } },
    { manager: 'kubectl' },
  );
  await shop.stage.pass(10_000);
  assert.match(shop.rollout.status?.message ?? '', /ConfigMap "late" not found/);
  assert.deepEqual(shop.colours(), { blue: 3 });
  user.put(kinds.configMaps, named('v1', 'ConfigMap', 'late', { data: { a: '1' } }));
  await shop.stage.pass(20_000);
  assert.equal(shop.rollout.status?.phase, 'Paused');
  shop.served();
});

play('one that is deleted under a rollout leaves it as it is', async (shop) => {
  await shop.open();
  shop.stage.world.api.delete(kinds.configMaps, { namespace: NAMESPACE, name: 'settings' });
  await shop.stage.pass(20_000);
  assert.equal(shop.rollout.status?.phase, 'Healthy');
  assert.equal(shop.replicaSets().length, 1);
});

play('a name that somebody else has is told', async (shop) => {
  await shop.open();
  const [blue] = shop.stage.world.api
    .list(kinds.configMaps, { namespace: NAMESPACE })
    .filter(({ metadata }) => metadata.name.startsWith('settings-'));
  assert.ok(blue !== undefined);
  const { api } = shop.stage.world;
  // The copy of content that comes is there already, and belongs to nobody.
  shop.settings('green');
  await shop.stage.pass(20_000);
  const [green] = api
    .list(kinds.configMaps, { namespace: NAMESPACE })
    .filter(({ metadata }) => metadata.name.startsWith('settings-') && metadata.name !== blue.metadata.name);
  assert.ok(green !== undefined);
  shop.act('abort');
  await shop.stage.pass(20_000);
  api.delete(kinds.configMaps, { namespace: NAMESPACE, name: green.metadata.name });
  user(shop).put(
    kinds.configMaps,
    named('v1', 'ConfigMap', green.metadata.name, { data: { colour: 'green' } }),
  );
  await shop.stage.pass(20_000);
  shop.act('retry');
  await shop.stage.pass(20_000);
  assert.match(shop.rollout.status?.message ?? '', /is no copy of "settings" for this Rollout/);
});

function user(shop: Shop) {
  return shop.stage.world.user;
}

play('without the annotation nothing is copied', async (shop) => {
  await shop.open({});
  shop.settings('green');
  await shop.stage.pass(20_000);
  assert.equal(shop.rollout.status?.phase, 'Healthy');
  assert.deepEqual(shop.copies(), []);
});

play("the annotation goes: names are the user's again, and copies are collected in the end", async (shop) => {
  await shop.open();
  const { api } = shop.stage.world;
  const annotations = { 'sluice.dev/versioned-configuration': null };
  api.merge(
    kinds.rollouts,
    { namespace: NAMESPACE, name: 'web' },
    { metadata: { annotations } },
    { manager: 'kubectl' },
  );
  await shop.stage.pass(20_000);
  shop.promote();
  await shop.stage.pass(60_000);
  assert.equal(shop.rollout.status?.phase, 'Healthy');
  api.merge(
    kinds.rollouts,
    { namespace: NAMESPACE, name: 'web' },
    { spec: { template: template({ image: 'demo/web:2' }) } },
    { manager: 'kubectl' },
  );
  await shop.stage.pass(20_000);
  shop.promote();
  await shop.stage.pass(60_000);
  assert.deepEqual(shop.copies(), []);
  assert.deepEqual(shop.colours(), { blue: 3 });
  shop.served();
});

play('the controller dies in between: nothing is made twice, nothing is lost', async (shop) => {
  await shop.open();
  for (const [i, afterMs] of [1, 5, 10, 20, 50, 200].entries()) {
    shop.settings(`colour${i}`);
    await shop.stage.pass(afterMs);
    shop.stage.kill();
    await shop.stage.pass(2_000);
    shop.stage.start();
    await shop.stage.pass(20_000);
    assert.equal(shop.rollout.status?.phase, 'Paused');
    shop.promote();
    await shop.stage.pass(40_000);
    assert.deepEqual(shop.colours(), { [`colour${i}`]: 3 });
  }
  assert.equal(shop.copies().length, 2);
  shop.served();
});
