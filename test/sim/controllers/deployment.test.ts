import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import type { Manifest } from '../../../src/api/meta.ts';
import type { ReplicaSet } from '../../../src/api/workload.ts';
import { rollingStep, scaled } from '../../../src/sim/controllers/deployment/sizes.ts';
import type { Deployment } from '../../../src/sim/controllers/deployment/spec.ts';
import { kinds } from '../../../src/sim/kinds.ts';
import { at, condition, startWorld, type TestWorld, template, workload } from './world.ts';

void describe('a Deployment', () => {
  let world: TestWorld;
  const start = (...options: Parameters<typeof startWorld>) => {
    world = startWorld(...options);
  };
  afterEach(() => world.stop());
  const deployment = () => world.get(kinds.deployments, 'web');
  const isComplete = () =>
    condition(deployment(), 'Progressing') === 'True' &&
    reason() === 'NewReplicaSetAvailable' &&
    at(deployment(), 'status.observedGeneration') === deployment()?.metadata.generation &&
    at(deployment(), 'status.updatedReplicas') === at(deployment(), 'spec.replicas');
  const complete = () => world.until('complete', isComplete);
  const reason = () => {
    const conditions = at(deployment(), 'status.conditions') as
      | readonly Record<string, unknown>[]
      | undefined;
    return conditions?.find((one) => one['type'] === 'Progressing')?.['reason'];
  };
  const image = (name: string) =>
    world.merge(kinds.deployments, 'web', { spec: { template: template('web', `demo/app:${name}`) } });
  const sets = () =>
    world
      .list(kinds.replicaSets)
      .map((set) =>
        ['spec.template.spec.containers.0.image', 'spec.replicas'].map((path) => at(set, path)).join(' '),
      )
      .toSorted()
      .join(', ');
  const revision = (object: Manifest | null | undefined) =>
    object?.metadata.annotations?.['deployment.kubernetes.io/revision'];
  const readyPods = () => world.list(kinds.pods).filter((pod) => condition(pod, 'Ready') === 'True');

  void test('makes a ReplicaSet and tells when it is complete', async () => {
    start();
    world.create(kinds.deployments, 'web', workload('web', 2));
    await complete();
    const [set] = world.list(kinds.replicaSets);
    const hash = set?.metadata.labels?.['pod-template-hash'];
    assert.equal(set?.metadata.name, `web-${hash}`);
    assert.equal(at(set, 'spec.selector.matchLabels.pod-template-hash'), hash);
    assert.equal(revision(set), '1');
    assert.equal(revision(deployment()), '1');
    const { conditions: _, ...counts } = at(deployment(), 'status') as Record<string, unknown>;
    assert.deepEqual(counts, {
      observedGeneration: 1,
      replicas: 2,
      updatedReplicas: 2,
      readyReplicas: 2,
      availableReplicas: 2,
      terminatingReplicas: 0,
    });
    assert.equal(condition(deployment(), 'Available'), 'True');
  });

  void test('rolls to a new version with one pod more and none fewer', async () => {
    start();
    // With more than one missing at a time, the real one too may miss a pod more for a moment: it counts on a
    // status that tells of pods which it has just had deleted.
    const strategy = { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
    world.create(kinds.deployments, 'web', workload('web', 5, { strategy }));
    await complete();
    image('2');
    let most = 0;
    let fewest = 5;
    await world.until('complete', () => {
      const sizes = world.list(kinds.replicaSets).map((set) => Number(at(set, 'spec.replicas')));
      most = Math.max(
        most,
        sizes.reduce((total, size) => total + size, 0),
      );
      fewest = Math.min(fewest, readyPods().length);
      return isComplete() && revision(deployment()) === '2';
    });
    assert.equal(most, 6);
    assert.equal(fewest, 5);
    assert.equal(sets(), 'demo/app:1 0, demo/app:2 5');
  });

  void test('that starts anew has never two versions at once', async () => {
    start();
    world.create(kinds.deployments, 'web', workload('web', 3, { strategy: { type: 'Recreate' } }));
    await complete();
    image('2');
    await world.until('complete', () => {
      const images = world.list(kinds.pods).map((pod) => at(pod, 'spec.containers.0.image'));
      assert.ok(new Set(images).size <= 1);
      return isComplete() && revision(deployment()) === '2';
    });
    assert.equal(sets(), 'demo/app:1 0, demo/app:2 3');
  });

  void test('goes back to an old version by the old ReplicaSet, which gets a new revision', async () => {
    start();
    world.create(kinds.deployments, 'web', workload('web', 1));
    await complete();
    image('2');
    await world.until('second', () => isComplete() && revision(deployment()) === '2');
    image('1');
    await world.until('third', () => isComplete() && revision(deployment()) === '3');
    const first = world.list(kinds.replicaSets).find((set) => at(set, 'spec.replicas') === 1);
    assert.equal(first?.metadata.annotations?.['deployment.kubernetes.io/revision-history'], '1');
    assert.equal(sets(), 'demo/app:1 1, demo/app:2 0');
  });

  void test('that is paused makes nothing new, but still scales', async () => {
    start();
    world.create(kinds.deployments, 'web', workload('web', 1));
    await complete();
    world.merge(kinds.deployments, 'web', { spec: { paused: true } });
    await world.until('paused', () => reason() === 'DeploymentPaused');
    image('2');
    world.merge(kinds.deployments, 'web', { spec: { replicas: 2 } });
    await world.until('scaled', () => sets() === 'demo/app:1 2');
    world.merge(kinds.deployments, 'web', { spec: { paused: false } });
    await world.until('rolled', () => sets() === 'demo/app:1 0, demo/app:2 2');
  });

  void test('whose pods do not come up tells it after its deadline, and keeps the old ones', async () => {
    start();
    world.create(kinds.deployments, 'web', workload('web', 4, { progressDeadlineSeconds: 60 }));
    await complete();
    const startMs = world.clock.elapsed();
    image('bad-image');
    await world.until('timed out', () => reason() === 'ProgressDeadlineExceeded');
    const seconds = (world.clock.elapsed() - startMs) / 1000;
    assert.ok(seconds > 60 && seconds < 65, `${seconds} s`);
    assert.equal(readyPods().length, 3);
    assert.equal(sets(), 'demo/app:1 3, demo/app:bad-image 2');
    image('1');
    await world.until('back', () => reason() === 'NewReplicaSetAvailable' && readyPods().length === 4);
  });

  void test('keeps as many old ReplicaSets as it is told', async () => {
    start();
    world.create(kinds.deployments, 'web', workload('web', 1, { revisionHistoryLimit: 1 }));
    await complete();
    for (const version of ['2', '3', '4']) {
      image(version);
      await world.until(version, () => isComplete() && revision(deployment()) === version);
    }
    await world.until('cleaned', () => sets() === 'demo/app:3 0, demo/app:4 1');
  });

  void test('goes with everything that it made', async () => {
    start();
    world.create(kinds.deployments, 'web', workload('web', 2));
    await complete();
    world.api.delete(kinds.deployments, { namespace: 'test', name: 'web' });
    await world.until(
      'gone',
      () => world.list(kinds.pods).length + world.list(kinds.replicaSets).length === 0,
    );
  });
});

// `new 3/5`: 3 of 5 pods are available. The oldest first; `new` is the present template's.
function sized(text: string): { readonly all: readonly ReplicaSet[]; readonly fresh: ReplicaSet | null } {
  const all = text.split(', ').map((part, index): ReplicaSet => {
    const [, name = '', available, size, , most] = /^(\w+) (\d+)\/(\d+)( of (\d+))?$/.exec(part) ?? [];
    return {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name,
        creationTimestamp: `2026-11-21T08:00:0${index}Z`,
        annotations: {
          'deployment.kubernetes.io/max-replicas': most ?? '0',
          'deployment.kubernetes.io/desired-replicas': '10',
        },
      },
      spec: { replicas: Number(size), selector: {} },
      status: { availableReplicas: Number(available) },
    };
  });
  return { all, fresh: all.find((set) => set.metadata.name === 'new') ?? null };
}

function told(
  decide: typeof rollingStep,
  [replicas, limits, text]: readonly [number, string, string],
): string {
  const { all, fresh } = sized(text);
  const [maxSurge, maxUnavailable] = limits
    .split('/')
    .map((part) => (part.endsWith('%') ? part : Number(part)));
  const deployment = {
    spec: { replicas, strategy: { rollingUpdate: { maxSurge, maxUnavailable } } },
  } as unknown as Deployment;
  const resizes = decide(deployment, { fresh, old: all.filter((set) => set !== fresh) });
  const changed = resizes.filter(({ set, size }) => set.spec.replicas !== size);
  return changed.map(({ set, size }) => `${set.metadata.name} ${size}`).join(', ') || 'nothing';
}

void describe('the next step of a rolling update', () => {
  const rows: readonly (readonly [replicas: number, limits: string, sets: string, step: string])[] = [
    [10, '25%/25%', 'old 10/10, new 0/0', 'new 3'],
    [10, '25%/25%', 'old 10/10, new 0/3', 'old 8'],
    [10, '25%/25%', 'old 8/8, new 0/3', 'new 5'],
    [10, '25%/25%', 'old 8/8, new 0/5', 'nothing'],
    [10, '25%/25%', 'old 8/8, new 5/5', 'old 3'],
    [10, '0/2', 'old 10/10, new 0/0', 'old 8'],
    [10, '0/0', 'old 10/10, new 0/0', 'old 9'],
    [10, '2/0', 'old 10/10, new 0/2', 'nothing'],
    [10, '2/0', 'old 10/10, new 1/2', 'old 9'],
    [10, '2/2', 'old 5/10, new 0/2', 'old 8'],
    [10, '2/2', 'a 4/4, b 4/4, new 4/4', 'a 0'],
    [3, '1/0', 'old 0/0, new 4/4', 'new 3'],
    [3, '1/0', 'old 0/0, new 3/3', 'nothing'],
  ];
  for (const [replicas, limits, sets, step] of rows) {
    void test(`${replicas} by ${limits}: ${sets}: ${step}`, () =>
      assert.equal(told(rollingStep, [replicas, limits, sets]), step));
  }
});

void describe('a Deployment that is scaled', () => {
  const rows: readonly (readonly [replicas: number, limits: string, sets: string, step: string])[] = [
    [12, '0/1', 'new 10/10 of 10', 'new 12'],
    [0, '1/1', 'new 10/10 of 11', 'new 0'],
    [20, '0/2', 'old 5/5 of 10, new 5/5 of 10', 'new 10, old 10'],
    [5, '0/2', 'old 6/6 of 10, new 4/4 of 10', 'old 3, new 2'],
    [15, '3/2', 'old 8/8 of 13, new 0/5 of 13', 'old 11, new 7'],
    [10, '3/2', 'old 3/3 of 13, new 10/10 of 13', 'old 0'],
  ];
  for (const [replicas, limits, sets, step] of rows) {
    void test(`to ${replicas} by ${limits}: ${sets}: ${step}`, () =>
      assert.equal(told(scaled, [replicas, limits, sets]), step));
  }
});
