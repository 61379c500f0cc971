import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parseAllDocuments, stringify } from 'yaml';
import type { Manifest } from '../../src/api/meta.ts';
import { find } from '../../src/api/path.ts';
import { notSupportedYet } from '../../src/api/validate/index.ts';
import { EXAMPLES } from '../../src/cli/declare/migrate.ts';
import { BROKEN, kinds, MigrationWorld } from './migrate-world.ts';

const GOLDEN = join(import.meta.dirname, '../golden/migrate');
const LABELS = { app: 'shop' };
type Routing = 'none' | 'nginx' | 'gateway';

function template(image: string) {
  const lifecycle = { preStop: { exec: { command: ['sleep', '5'] } } };
  const containers = [{ name: 'app', image, ports: [{ containerPort: 8080 }], lifecycle }];
  return { metadata: { labels: LABELS }, spec: { containers } };
}

/** A Deployment with a Service and a route to it. */
async function shop(seed: string, routing: Routing): Promise<MigrationWorld> {
  const world = new MigrationWorld(seed);
  world.put(kinds.deployments, 'shop', {
    spec: { replicas: 4, selector: { matchLabels: LABELS }, template: template('demo/app:1') },
  });
  world.put(kinds.services, 'shop', {
    spec: { selector: LABELS, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  });
  if (routing === 'nginx') {
    const service = { name: 'shop', port: { number: 80 } };
    const http = { paths: [{ path: '/', pathType: 'Prefix', backend: { service } }] };
    const spec = { ingressClassName: 'nginx', rules: [{ host: 'shop.example.com', http }] };
    world.put(kinds.ingresses, 'shop', { spec });
  }
  if (routing === 'gateway')
    world.put(kinds.httpRoutes, 'shop', {
      spec: {
        hostnames: ['shop.example.com'],
        parentRefs: [{ name: 'gateway' }],
        rules: [{ backendRefs: [{ name: 'shop', port: 80 }] }],
      },
    });
  await world.pass(30);
  world.visit(routing === 'none' ? 'shop.default' : 'shop.example.com');
  await world.pass(2);
  return world;
}

/** All requests were answered, also those while nobody did anything. */
async function assertNothingLost(world: MigrationWorld): Promise<void> {
  await world.pass(30);
  for (const { requests, failures, unserved } of world.totals()) {
    assert.ok(requests > 1000, `${requests} requests`);
    assert.deepEqual([failures, unserved], [0, []]);
  }
}

/** Numbers of pods that serve, by whom they belong to. */
function serving(world: MigrationWorld): Readonly<Record<string, number>> {
  const pods = world.world.api
    .list(kinds.pods, { namespace: 'default' })
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const isNew = ({ metadata }: (typeof pods)[number]) =>
    metadata.labels?.['rollouts-pod-template-hash'] !== undefined;
  return { rollout: pods.filter(isNew).length, deployment: pods.filter((pod) => !isNew(pod)).length };
}

/** The Services that the route leads to. */
function leadsTo(world: MigrationWorld): readonly unknown[] {
  const route = world.get(kinds.httpRoutes, 'shop');
  return find(route, 'spec.rules[].backendRefs[].name').map(({ value }) => value);
}

const THERE = ['migrate', 'deployment/shop', '--apply'];
const BACK = ['migrate', 'rollout/shop', '--to', 'deployment', '--apply'];

/** What the controller does not do yet is not tested yet. */
function lackOf(spec: object): string | false {
  const rollout = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name: 'shop' }, spec };
  return notSupportedYet(rollout)[0]?.message ?? false;
}

const copy = {
  flags: ['--by', 'copy'],
  skip: false,
} as const;
const reference = {
  flags: ['--by', 'reference'],
  skip: lackOf({ workloadRef: { kind: 'Deployment' } }),
} as const;
const blueGreen = {
  flags: ['--by', 'copy', '--strategy', 'blueGreen'],
  skip: lackOf({ strategy: { blueGreen: { activeService: 'shop' } } }),
} as const;

const WAYS = [
  { name: 'by copy', routing: 'none', ...copy },
  { name: 'by copy, behind ingress-nginx', routing: 'nginx', ...copy },
  { name: 'by copy, behind a Gateway', routing: 'gateway', ...copy },
  { name: 'by copy, blue-green', routing: 'nginx', ...blueGreen },
  { name: 'by reference', routing: 'none', ...reference },
  {
    name: 'by reference, when all are ready',
    routing: 'nginx',
    ...reference,
    flags: ['--scale-down', 'onsuccess'],
  },
  { name: 'by reference, blue-green', routing: 'gateway', ...reference, flags: ['--strategy', 'blueGreen'] },
  { name: 'by reference, behind ingress-nginx', routing: 'nginx', ...reference },
  { name: 'by reference, behind a Gateway', routing: 'gateway', ...reference },
] as const;

/** Among them these make every kind of write. */
const ALL_WRITES: readonly string[] = [
  'by copy, behind ingress-nginx',
  'by copy, blue-green',
  'by reference',
  'by reference, behind a Gateway',
];

void describe('migrate, in a simulated cluster with users', () => {
  for (const { name, routing, flags, skip } of WAYS) {
    void test(`${name}: there and back, and no request is lost`, { skip }, async () => {
      const world = await shop(name, routing);
      const there = await world.run([...THERE, ...flags]);
      assert.deepEqual(
        [there.code, serving(world)],
        [0, { rollout: 4, deployment: 0 }],
        there.out + there.err,
      );
      await world.pass(60);
      const back = await world.run([...BACK]);
      await world.pass(1);
      assert.deepEqual([back.code, serving(world)], [0, { rollout: 0, deployment: 4 }], back.out + back.err);
      assert.deepEqual(leadsTo(world), routing === 'gateway' ? ['shop'] : []);
      await assertNothingLost(world);
      await world.end();
    });

    if (!ALL_WRITES.includes(name)) continue;
    void test(`${name}: dies at any write, and the same command goes on`, { skip }, async () => {
      const lengths = await writesOf(name, routing, flags);
      for (let diesAfter = 1; diesAfter <= lengths.there; diesAfter += 1) {
        const world = await shop(`${name}/${diesAfter}`, routing);
        const dead = await world.run([...THERE, ...flags], { diesAfter });
        assert.equal(dead.code, null);
        await world.pass(diesAfter % 2 === 0 ? 0 : 45);
        const again = await world.run([...THERE, ...flags]);
        assert.deepEqual([again.code, serving(world)], [0, { rollout: 4, deployment: 0 }], again.err);
        await assertNothingLost(world);
        await world.end();
      }
      for (let diesAfter = 1; diesAfter < lengths.back; diesAfter += 1) {
        const world = await shop(`${name}/back/${diesAfter}`, routing);
        assert.equal((await world.run([...THERE, ...flags])).code, 0);
        assert.equal((await world.run(BACK, { diesAfter })).code, null);
        await world.pass(diesAfter % 2 === 0 ? 0 : 45);
        const again = await world.run(BACK);
        await world.pass(1);
        assert.deepEqual(
          [again.code, serving(world)],
          [0, { rollout: 0, deployment: 4 }],
          again.out + again.err,
        );
        await assertNothingLost(world);
        await world.end();
      }
    });
  }

  void test('Ctrl-C undoes nothing, and says so', async () => {
    const world = await shop('interrupted', 'none');
    const stopped = await world.run([...THERE, ...copy.flags], { interruptAt: /waiting for rollout/ });
    assert.deepEqual(
      [stopped.code, stopped.err],
      [130, 'interrupted: nothing is undone, and the same command goes on from here\n'],
    );
    const again = await world.run([...THERE, ...copy.flags]);
    assert.deepEqual([again.code, serving(world)], [0, { rollout: 4, deployment: 0 }]);
    await assertNothingLost(world);
    await world.end();
  });

  void test('a version that does not start is not moved to, and the Deployment goes on serving', async () => {
    const world = await shop('broken', 'none');
    world.put(kinds.deployments, 'shop', {
      spec: { replicas: 4, paused: true, template: template(`demo/app:${BROKEN}`) },
    });
    const ended = await world.run([...THERE, ...copy.flags, '--timeout', '1m']);
    assert.equal(ended.code, 1);
    assert.match(
      ended.err,
      /^Error: timed out waiting for rollout\/shop: .*Nothing is undone; the same command/,
    );
    assert.equal(serving(world)['deployment'], 4);
    await assertNothingLost(world);
    await world.end();
  });

  void test('a release of the Deployment in the meantime is not lost', async () => {
    const world = await shop('released', 'none');
    const release = () =>
      world.put(kinds.deployments, 'shop', { spec: { template: template('demo/app:2') } });
    world.world.clock.after(600, release);
    const ended = await world.run([...THERE, ...copy.flags]);
    assert.equal(ended.code, 1, ended.out);
    assert.match(
      ended.err,
      /^Error: deployment\/shop has got another template meanwhile, which rollout\/shop lacks/,
    );
    await world.pass(30);
    assert.deepEqual(serving(world), { rollout: 4, deployment: 4 });
    await assertNothingLost(world);
    await world.end();
  });

  void test('what scales the Deployment scales the Rollout, and back', async () => {
    const world = await shop('scaled', 'none');
    const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop' };
    world.put(kinds.horizontalPodAutoscalers, 'shop', {
      spec: { minReplicas: 4, maxReplicas: 8, scaleTargetRef, metrics: [] },
    });
    const target = () =>
      find(world.get(kinds.horizontalPodAutoscalers, 'shop'), 'spec.scaleTargetRef')[0]?.value;
    assert.equal((await world.run([...THERE, ...copy.flags])).code, 0);
    assert.deepEqual(target(), { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'shop' });
    assert.equal((await world.run(BACK)).code, 0);
    assert.deepEqual(target(), scaleTargetRef);
    await assertNothingLost(world);
    await world.end();
  });

  for (const force of ['stable', 'latest'] as const)
    void test(`in the middle of an update it leaves only when told, with the ${force} version`, async () => {
      const world = await shop(`force/${force}`, 'nginx');
      assert.equal((await world.run([...THERE, ...copy.flags])).code, 0);
      world.world.user.act({ namespace: 'default', name: 'shop' }, { kind: 'image', tag: '2' });
      await world.pass(60);
      const refused = await world.run(BACK);
      assert.equal(refused.code, 1);
      assert.match(
        refused.err,
        /^Error: rollout 'shop' has two versions at the moment \(Paused - CanaryPauseStep\)/,
      );
      const ended = await world.run([...BACK, '--force', force]);
      await world.pass(1);
      assert.deepEqual(
        [ended.code, serving(world)],
        [0, { rollout: 0, deployment: 4 }],
        ended.out + ended.err,
      );
      const image = find(world.get(kinds.deployments, 'shop'), 'spec.template.spec.containers[].image')[0]
        ?.value;
      assert.equal(image, force === 'stable' ? 'demo/app:1' : 'demo/app:2');
      await assertNothingLost(world);
      await world.end();
    });
});

void describe('migrate --help', () => {
  const lines = EXAMPLES.split('\n').filter((line) => line.startsWith('  kubectl sluice '));
  const files: Readonly<Record<string, string>> = {
    'canary.yaml': join(GOLDEN, 'flagger-nginx/in.yaml'),
    'metric-templates.yaml': join(GOLDEN, 'flagger-nginx/more.yaml'),
  };
  for (const line of lines)
    void test(line.trim(), async () => {
      const [command = ''] = line.split(' > ');
      const argv = command.trim().split(' ').slice(2);
      const world = await shop(line, 'nginx');
      if (argv.includes('--to')) assert.equal((await world.run(THERE)).code, 0);
      const ended = await world.run(argv.map((word) => files[word] ?? word));
      assert.equal(ended.code, 0, ended.err);
      await assertNothingLost(world);
      await world.end();
    });
});

void describe('from Flagger, in the order that is told', () => {
  const CANARY = `
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: shop, namespace: default}
spec:
  provider: gatewayapi:v1
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
  service: {port: 80, targetPort: 8080, hosts: [shop.example.com], gatewayRefs: [{name: gateway}]}
  analysis: {interval: 10s, threshold: 2, stepWeights: [20, 60]}
`;
  const primary = { app: 'shop-primary' };

  void test("no request is lost, and the next release is a Rollout's", { skip: reference.skip }, async () => {
    const world = await shop('flagger', 'gateway');
    // As Flagger leaves it: its primary serves, and the Deployment has no pods.
    const twin = { ...template('demo/app:1'), metadata: { labels: primary } };
    const ports = [{ name: 'http', port: 80, targetPort: 8080 }];
    world.put(kinds.deployments, 'shop-primary', {
      spec: { replicas: 4, selector: { matchLabels: primary }, template: twin },
    });
    for (const name of ['shop-primary', 'shop-canary'])
      world.put(kinds.services, name, {
        spec: { selector: name === 'shop-primary' ? primary : LABELS, ports },
      });
    await world.pass(30);
    const backends = (name: string) => [{ backendRefs: [{ name, port: 80 }] }];
    world.put(kinds.httpRoutes, 'shop', { spec: { rules: backends('shop-primary') } });
    await world.pass(10);
    world.put(kinds.services, 'shop', { spec: { selector: primary } });
    world.put(kinds.deployments, 'shop', { spec: { replicas: 0 } });
    await world.pass(30);

    const known = ['shop', 'shop-primary'].map((name) => stringify(world.get(kinds.deployments, name)));
    const stdin = [CANARY, ...known].join('\n---\n');
    const { code, out, err } = await world.run(['migrate', 'canary/shop', '-f', '-'], { stdin });
    assert.equal(code, 0, err);
    const manifests = parseAllDocuments(out).map((document) => document.toJS() as Manifest);
    const apply = async (...names: readonly string[]) => {
      for (const manifest of manifests.filter(({ kind }) => names.includes(kind))) {
        const kind = Object.values(kinds).find((one) => one.kind === manifest.kind);
        if (kind !== undefined) world.world.user.put(kind, manifest);
      }
      await world.pass(30);
    };
    world.put(kinds.deployments, 'shop', { spec: { replicas: 4 } });
    await world.pass(30);
    await apply('Service');
    await apply('HTTPRoute');
    await apply('AnalysisTemplate', 'Rollout');
    await world.pass(60);
    world.world.api.delete(kinds.deployments, { namespace: 'default', name: 'shop-primary' });
    await world.pass(60);
    assert.deepEqual(serving(world), { rollout: 4, deployment: 0 });
    world.put(kinds.deployments, 'shop', { spec: { template: template('demo/app:2') } });
    await world.pass(120);
    const rollout = world.get(kinds.rollouts, 'shop');
    assert.deepEqual(
      ['status.phase', 'status.currentStepIndex'].map((path) => find(rollout, path)[0]?.value),
      ['Healthy', 4],
    );
    await assertNothingLost(world);
    await world.end();
  });
});

/** How many writes each direction takes. */
async function writesOf(seed: string, routing: Routing, flags: readonly string[]) {
  const world = await shop(`${seed}/writes`, routing);
  const there = await world.run([...THERE, ...flags]);
  const back = await world.run(BACK);
  await world.end();
  return { there: there.writes, back: back.writes };
}
