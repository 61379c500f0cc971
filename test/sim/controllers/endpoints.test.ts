import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import type { EndpointSlice, Service } from '../../../src/api/workload.ts';
import { slicesOf } from '../../../src/sim/controllers/slices.ts';
import { kinds } from '../../../src/sim/kinds.ts';
import type { Pod } from '../../../src/sim/kubelet/pod.ts';
import { startWorld, type TestWorld, template, workload } from './world.ts';

void describe('the EndpointSlices of a Service', () => {
  let world: TestWorld;
  const start = (...options: Parameters<typeof startWorld>) => {
    world = startWorld(...options);
  };
  afterEach(() => world.stop());
  const serve = (ports: object = { name: 'http', port: 80, targetPort: 8080 }) =>
    world.create(kinds.services, 'web', { spec: { selector: { app: 'web' }, ports: [ports] } });
  const slices = () => world.list(kinds.endpointSlices) as readonly EndpointSlice[];
  const endpoints = () => slices().flatMap((slice) => slice.endpoints ?? []);
  const count = (state: 'ready' | 'serving' | 'terminating') =>
    endpoints().filter((endpoint) => endpoint.conditions?.[state] === true).length;

  void test('lists its pods once they have an address, and says which are ready', async () => {
    start();
    serve();
    await world.until('an empty one', () => slices().length === 1);
    assert.deepEqual(endpoints(), []);
    const probe = { readinessProbe: { httpGet: { path: '/', port: 8080 }, initialDelaySeconds: 5 } };
    world.create(kinds.replicaSets, 'web', workload('web', 2, { template: template('web', 'x:1', probe) }));
    await world.until('two', () => endpoints().length === 2);
    assert.equal(count('ready'), 0);
    await world.until('ready', () => count('ready') === 2);
    const [slice] = slices();
    assert.deepEqual(slice?.ports, [{ name: 'http', port: 8080, protocol: 'TCP' }]);
    assert.equal(slice?.metadata.labels?.['kubernetes.io/service-name'], 'web');
    assert.equal(slice?.metadata.ownerReferences?.[0]?.name, 'web');
    const pods = new Map(world.list(kinds.pods).map((pod) => [pod.metadata.uid, pod.metadata.name]));
    for (const endpoint of endpoints()) {
      assert.equal(pods.get(endpoint.targetRef?.uid), endpoint.targetRef?.name);
    }
  });

  void test('show a pod that is about to go as terminating, and then no more', async () => {
    start();
    serve();
    world.create(kinds.replicaSets, 'web', workload('web', 2));
    await world.until('ready', () => count('ready') === 2);
    world.merge(kinds.replicaSets, 'web', { spec: { replicas: 1 } });
    await world.until('terminating', () => count('terminating') === 1);
    assert.equal(count('serving'), 2);
    assert.equal(count('ready'), 1);
    await world.until('gone', () => endpoints().length === 1);
  });

  void test('follow the selector of the Service', async () => {
    start();
    serve();
    world.create(kinds.replicaSets, 'web', workload('web', 1));
    world.create(kinds.replicaSets, 'other', workload('other', 2));
    await world.until('one', () => count('ready') === 1);
    world.merge(kinds.services, 'web', { spec: { selector: { app: 'other' } } });
    await world.until('two', () => count('ready') === 2);
  });

  void test('are made anew when somebody deletes them, and go with the Service', async () => {
    start();
    serve();
    await world.until('made', () => slices().length === 1);
    const name = slices()[0]?.metadata.name ?? '';
    world.api.delete(kinds.endpointSlices, { namespace: 'test', name });
    await world.until('made anew', () => slices().length === 1 && slices()[0]?.metadata.name !== name);
    world.api.delete(kinds.services, { namespace: 'test', name: 'web' });
    await world.until('gone', () => slices().length === 0);
  });
});

void describe('the slices that a Service should have', () => {
  const pod = (index: number, more: object = {}): Pod => ({
    metadata: { name: `p${index}`, namespace: 'test', uid: `u${index}` },
    spec: { nodeName: 'n', containers: [{ name: 'app', ports: [{ name: 'http', containerPort: 8080 }] }] },
    status: { phase: 'Running', podIP: `10.0.0.${index}`, conditions: [{ type: 'Ready', status: 'True' }] },
    ...more,
  });
  const older = { spec: { containers: [{ name: 'app', ports: [{ name: 'http', containerPort: 80 }] }] } };
  const service = (spec: object): Service => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 's' },
    spec: { ports: [{ port: 80, targetPort: 'http' }], ...spec },
  });
  const rows: readonly (readonly [what: string, spec: object, pods: readonly Pod[], told: string])[] = [
    ['no pods', {}, [], '0 of none'],
    ['a named port', {}, [pod(1)], '1 of 8080'],
    ['a named port with two numbers', {}, [pod(1), pod(2, older), pod(3)], '2 of 8080, 1 of 80'],
    ['no such port', { ports: [{ port: 80, targetPort: 'grpc' }] }, [pod(1)], '1 of none'],
    ['no target', { ports: [{ port: 81 }] }, [pod(1)], '1 of 81'],
    ['a pod without an address', {}, [pod(1, { status: { phase: 'Pending' } })], '0 of none'],
    ['a pod that has ended', {}, [pod(1, { status: { phase: 'Failed', podIP: '10.0.0.1' } })], '0 of none'],
    ['many pods', {}, Array.from({ length: 201 }, (_, i) => pod(i)), '100 of 8080, 100 of 8080, 1 of 8080'],
  ];
  for (const [what, spec, pods, told] of rows) {
    void test(`${what}: ${told}`, () => {
      const drafts = slicesOf(service(spec), pods, () => undefined);
      const text = drafts.map(
        ({ endpoints, ports }) =>
          `${endpoints.length} of ${ports.map(({ port }) => port).join('+') || 'none'}`,
      );
      assert.equal(text.join(', '), told);
    });
  }
});
