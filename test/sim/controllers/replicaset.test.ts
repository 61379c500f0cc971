import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { kinds } from '../../../src/sim/kinds.ts';
import { at, condition, startWorld, type TestWorld, template, workload } from './world.ts';

void describe('a ReplicaSet', () => {
  let world: TestWorld;
  const start = (...options: Parameters<typeof startWorld>) => {
    world = startWorld(...options);
  };
  afterEach(() => world.stop());
  const status = (name: string, field: string) => at(world.get(kinds.replicaSets, name), `status.${field}`);
  const ready = (name: string, count: number) =>
    world.until(`${count} ready`, () => status(name, 'readyReplicas') === count);
  const names = () => world.list(kinds.pods).map((pod) => pod.metadata.name);
  const labelled = (name: string, labels: object, more: object = {}) =>
    world.create(kinds.pods, name, {
      metadata: { labels },
      spec: { containers: [{ name: 'app', image: 'demo/app:1' }], ...more },
    });

  void test('of 3 gets 3 ready pods, and an event tells of each', async () => {
    start();
    world.create(kinds.replicaSets, 'web', workload('web', 3));
    await ready('web', 3);
    const set = world.get(kinds.replicaSets, 'web');
    assert.deepEqual(at(set, 'status'), {
      replicas: 3,
      fullyLabeledReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      terminatingReplicas: 0,
      observedGeneration: 1,
    });
    const pods = world.list(kinds.pods);
    assert.ok(pods.every((pod) => /^web-[a-z0-9]{5}$/.test(pod.metadata.name)));
    assert.equal(new Set(pods.map((pod) => at(pod, 'status.podIP'))).size, 3);
    assert.equal(new Set(pods.map((pod) => at(pod, 'spec.nodeName'))).size, 3);
    assert.deepEqual(pods[0]?.metadata.ownerReferences, [
      {
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        name: 'web',
        uid: set?.metadata.uid,
        controller: true,
        blockOwnerDeletion: true,
      },
    ]);
    const told = world.list(kinds.events).map((event) => event['reason']);
    assert.equal(told.filter((reason) => reason === 'SuccessfulCreate').length, 3);
  });

  void test('replaces a pod that was deleted', async () => {
    start();
    world.create(kinds.replicaSets, 'web', workload('web', 1));
    await ready('web', 1);
    const [first = ''] = names();
    world.api.delete(kinds.pods, { namespace: 'test', name: first });
    await world.until('another one', () => names().length === 1 && names()[0] !== first);
    await ready('web', 1);
  });

  void test('replaces a pod that the node threw out, and leaves that one where it is', async () => {
    let pods = 0;
    start({
      kubelet: { misfortune: () => (pods++ === 0 ? { kind: 'evicted', afterMs: 5000 } : { kind: 'none' }) },
    });
    world.create(kinds.replicaSets, 'web', workload('web', 1));
    await world.until('two pods', () => names().length === 2);
    await ready('web', 1);
    const reasons = world.list(kinds.pods).map((pod) => at(pod, 'status.reason'));
    assert.deepEqual(new Set(reasons), new Set(['Evicted', undefined]));
  });

  void test('counts pods as available only after minReadySeconds', async () => {
    start();
    world.create(kinds.replicaSets, 'web', workload('web', 2, { minReadySeconds: 10 }));
    await ready('web', 2);
    const readyMs = world.clock.elapsed();
    assert.equal(status('web', 'availableReplicas'), undefined);
    await world.until('available', () => status('web', 'availableReplicas') === 2);
    const waitedMs = world.clock.elapsed() - readyMs;
    assert.ok(waitedMs > 9000 && waitedMs <= 10_000, `${waitedMs} ms`);
  });

  void test('scales down to what is ready, and counts those that still terminate', async () => {
    start();
    world.create(kinds.replicaSets, 'web', workload('web', 2));
    await ready('web', 2);
    const old = names();
    world.merge(kinds.replicaSets, 'web', { spec: { replicas: 5 } });
    await world.until(
      'five',
      () => world.list(kinds.pods).filter((pod) => at(pod, 'spec.nodeName')).length === 5,
    );
    world.merge(kinds.replicaSets, 'web', { spec: { replicas: 2 } });
    await world.until('terminating', () => status('web', 'terminatingReplicas') === 3);
    await world.until('gone', () => status('web', 'terminatingReplicas') === 0);
    assert.deepEqual(names(), old);
  });

  void test('adopts orphans that it selects, and releases pods that it no longer selects', async () => {
    start();
    labelled('orphan', { app: 'web' });
    labelled('stranger', { app: 'other' });
    world.create(kinds.replicaSets, 'web', workload('web', 2));
    await ready('web', 2);
    assert.equal(names().length, 3);
    const owner = () => at(world.get(kinds.pods, 'orphan'), 'metadata.ownerReferences.0.name');
    assert.equal(owner(), 'web');
    world.merge(kinds.pods, 'orphan', { metadata: { labels: { app: 'other' } } });
    await world.until('released', () => owner() === undefined);
    await world.until('replaced', () => names().length === 4);
  });

  void test('takes its pods with it when it is deleted', async () => {
    start();
    world.create(kinds.replicaSets, 'web', workload('web', 2));
    await ready('web', 2);
    world.api.delete(kinds.replicaSets, { namespace: 'test', name: 'web' }, { propagation: 'Foreground' });
    await world.until('gone', () => world.get(kinds.replicaSets, 'web') === null);
    assert.deepEqual(names(), []);
  });

  void test('whose pods fit on no node says so on the pods', async () => {
    start({
      controllers: {
        nodes: { count: 2, allocatable: { cpu: '1', memory: '1Gi', pods: '10' }, zones: ['a'] },
      },
    });
    const big = { resources: { requests: { cpu: '600m' } } };
    world.create(kinds.replicaSets, 'web', workload('web', 3, { template: template('web', 'x:1', big) }));
    await ready('web', 2);
    const waiting = world.list(kinds.pods).find((pod) => condition(pod, 'PodScheduled') === 'False');
    assert.equal(at(waiting, 'status.conditions.0.message'), '0/2 nodes are available: 2 Insufficient cpu.');
    const [first] = world.list(kinds.pods).filter((pod) => condition(pod, 'Ready') === 'True');
    const { name = '' } = first?.metadata ?? {};
    world.api.delete(kinds.pods, { namespace: 'test', name });
    await world.until('one fewer', () => world.get(kinds.pods, name) === null);
    await ready('web', 2);
  });
});
