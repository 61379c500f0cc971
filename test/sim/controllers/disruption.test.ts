import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { type Budget, expectation } from '../../../src/sim/controllers/budget.ts';
import { kinds } from '../../../src/sim/kinds.ts';
import { at, condition, startWorld, type TestWorld, workload } from './world.ts';

void describe('a budget', () => {
  const rows: readonly (readonly [spec: Budget['spec'], pods: number, scale: number, told: string])[] = [
    [{ minAvailable: 2 }, 3, 0, '2 of 3'],
    [{ minAvailable: 5 }, 3, 0, '5 of 3'],
    [{ minAvailable: '50%' }, 3, 3, '2 of 3'],
    [{ minAvailable: '100%' }, 2, 4, '4 of 4'],
    [{ minAvailable: '0%' }, 2, 4, '0 of 4'],
    [{ maxUnavailable: 1 }, 3, 3, '2 of 3'],
    [{ maxUnavailable: 0 }, 3, 3, '3 of 3'],
    [{ maxUnavailable: 5 }, 3, 3, '0 of 3'],
    [{ maxUnavailable: '30%' }, 5, 5, '3 of 5'],
    [{ maxUnavailable: '1%' }, 5, 5, '4 of 5'],
    [{}, 5, 5, '0 of 0'],
  ];
  for (const [spec, pods, scale, told] of rows) {
    void test(`${JSON.stringify(spec)} of ${pods} pods, ${scale} wanted: ${told} must be healthy`, () => {
      const budget = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'b' }, spec };
      const { expectedPods, desiredHealthy } = expectation(budget, { pods, scale });
      assert.equal(`${desiredHealthy} of ${expectedPods}`, told);
    });
  }
});

void describe('a PodDisruptionBudget', () => {
  let world: TestWorld;
  afterEach(() => world.stop());
  const protect = (spec: object) =>
    world.create(kinds.podDisruptionBudgets, 'web', {
      spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
    });
  const budget = () => world.get(kinds.podDisruptionBudgets, 'web');
  const told = () =>
    ['currentHealthy', 'desiredHealthy', 'expectedPods', 'disruptionsAllowed']
      .map((field) => String(at(budget(), `status.${field}`)))
      .join(' ');

  void test('counts the pods of a Deployment, which alone says how many there should be', async () => {
    world = startWorld();
    protect({ maxUnavailable: 1 });
    await world.until('none', () => condition(budget(), 'DisruptionAllowed') === 'False');
    assert.equal(told(), '0 0 0 0');
    world.create(kinds.deployments, 'web', workload('web', 3));
    await world.until('healthy', () => told() === '3 2 3 1');
    assert.equal(condition(budget(), 'DisruptionAllowed'), 'True');
    world.api.delete(kinds.pods, { namespace: 'test', name: world.list(kinds.pods)[0]?.metadata.name ?? '' });
    await world.until('one is going', () => told() === '2 2 3 0');
    await world.until('healthy again', () => told() === '3 2 3 1');
  });

  void test('counts the pods of the ReplicaSets of a Rollout', async () => {
    world = startWorld();
    const rollout = world.create(kinds.rollouts, 'web', workload('web', 4));
    protect({ minAvailable: '50%' });
    for (const [name, replicas] of [['old', 3] as const, ['new', 1] as const]) {
      const { apiVersion, kind, metadata } = rollout;
      const owner = { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true };
      world.create(kinds.replicaSets, name, {
        metadata: { ownerReferences: [owner] },
        spec: {
          replicas,
          selector: { matchLabels: { app: 'web', version: name } },
          template: {
            metadata: { labels: { app: 'web', version: name } },
            spec: { containers: [{ name: 'app', image: `demo/app:${name}` }] },
          },
        },
      });
    }
    await world.until('healthy', () => told() === '4 2 4 2');
  });

  void test('of pods whose workload is not to be found allows nothing', async () => {
    world = startWorld();
    const owner = { apiVersion: 'demo/v1', kind: 'Thing', name: 'x', uid: 'u', controller: true };
    world.create(kinds.pods, 'stray', {
      metadata: { labels: { app: 'web' }, ownerReferences: [owner], finalizers: ['demo/keep'] },
      spec: { containers: [{ name: 'app', image: 'demo/app:1' }] },
    });
    protect({ maxUnavailable: 1 });
    await world.until('failed', () => condition(budget(), 'DisruptionAllowed') === 'False');
    assert.equal(at(budget(), 'status.conditions.0.reason'), 'SyncFailed');
  });
});
