import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { request } from 'undici';
import { systemClock } from '../../../src/shell/clock.ts';
import { ApiServer } from '../../../src/sim/api-server/server.ts';
import { startControllers } from '../../../src/sim/controllers/start.ts';
import { kinds } from '../../../src/sim/kinds.ts';
import { startKubelet } from '../../../src/sim/kubelet/kubelet.ts';
import { Random } from '../../../src/sim/random.ts';
import { at, condition, NAMESPACE, startWorld, type TestWorld } from '../controllers/world.ts';

void describe('a kubelet', () => {
  let world: TestWorld;
  afterEach(() => world.stop());
  const start = (...options: Parameters<typeof startWorld>) => {
    world = startWorld(...options);
  };
  const run = (container: object = {}, spec: object = {}, metadata: object = {}) =>
    world.create(kinds.pods, 'p', {
      metadata,
      spec: { containers: [{ name: 'app', image: 'demo/app:1', ...container }], ...spec },
    });
  const pod = () => world.get(kinds.pods, 'p');
  const ready = () => world.until('ready', () => condition(pod(), 'Ready') === 'True');
  const place = { namespace: NAMESPACE, name: 'p' };

  void test('starts a pod with an address and tells each step', async () => {
    start();
    const seen: string[] = [];
    world.api.onChange(({ kind, after }) => {
      if (kind.resource !== 'pods' || after === null) return;
      seen.push([at(after, 'status.phase'), condition(after, 'Ready') ?? 'unknown'].join(' '));
    });
    run();
    await ready();
    assert.deepEqual(seen, ['Pending unknown', 'Pending unknown', 'Pending False', 'Running True']);
    assert.match(String(at(pod(), 'status.podIP')), /^10\.\d+\.\d+\.\d+$/);
    assert.match(String(at(pod(), 'status.hostIP')), /^10\.64\.0\.[123]$/);
    assert.equal(at(pod(), 'status.containerStatuses.0.state.running') === undefined, false);
    const types = (at(pod(), 'status.conditions') as readonly { type: string }[]).map(({ type }) => type);
    assert.deepEqual(types.toSorted(), [
      'ContainersReady',
      'Initialized',
      'PodReadyToStartContainers',
      'PodScheduled',
      'Ready',
    ]);
  });

  void test('waits for a readiness gate', async () => {
    start();
    run({}, { readinessGates: [{ conditionType: 'demo/gate' }] });
    await world.until('running', () => at(pod(), 'status.phase') === 'Running');
    await world.pass(10_000);
    assert.equal(condition(pod(), 'Ready'), 'False');
    const conditions = at(pod(), 'status.conditions') as readonly object[];
    const open = { status: { conditions: [...conditions, { type: 'demo/gate', status: 'True' }] } };
    world.api.merge(kinds.pods, place, open, { manager: 'gate', subresource: 'status' });
    await ready();
    assert.equal(condition(pod(), 'demo/gate'), 'True');
  });

  void test('gives a pod its time to stop', async () => {
    start();
    run({ lifecycle: { preStop: { sleep: { seconds: 5 } } } });
    await ready();
    const startMs = world.clock.elapsed();
    world.api.delete(kinds.pods, place);
    await world.pass(5_000);
    assert.equal(condition(pod(), 'Ready'), 'True');
    await world.until('gone', () => pod() === null);
    assert.equal(world.clock.elapsed() - startMs, 5_200);
  });

  void test('tells how a pod has ended for which somebody waits', async () => {
    start();
    run({}, {}, { finalizers: ['demo/keep'] });
    await ready();
    world.api.delete(kinds.pods, place);
    await world.until('failed', () => at(pod(), 'status.phase') === 'Failed');
    assert.equal(condition(pod(), 'Ready'), 'False');
    assert.notEqual(pod(), null);
    world.merge(kinds.pods, 'p', { metadata: { finalizers: null } });
    await world.until('gone', () => pod() === null);
  });

  void test('that is started again goes on with the pods that are there', async () => {
    start();
    run({ readinessProbe: { initialDelaySeconds: 60, tcpSocket: { port: 80 } } });
    await world.until('running', () => at(pod(), 'status.phase') === 'Running');
    const address = at(pod(), 'status.podIP');
    await world.kubelet.stop();
    await world.pass(100_000);
    assert.equal(condition(pod(), 'Ready'), 'False');
    const span = { least: 1000, most: 1000 };
    const { api, clock } = world;
    const again = startKubelet({ api, clock, random: new Random('again'), startMs: span, stopMs: span });
    await world.pass(100);
    assert.equal(condition(pod(), 'Ready'), 'True');
    assert.equal(at(pod(), 'status.podIP'), address);
    await again.stop();
  });

  void test('lets a pod flap, at the moments that it names', async () => {
    start({ kubelet: { misfortune: () => ({ kind: 'flaps', upMs: 3_000, downMs: 1_000 }) } });
    run();
    await ready();
    const turns: number[] = [];
    let was = 'True';
    await world.until('four turns', () => {
      const is = String(condition(pod(), 'Ready'));
      if (is !== was) turns.push(world.clock.elapsed());
      was = is;
      return turns.length === 4;
    });
    const [first = 0] = turns;
    assert.deepEqual(
      turns.map((ms) => ms - first),
      [0, 1_000, 4_000, 5_000],
    );
  });
});

void test('on a real clock pods are real HTTP servers on loopback addresses', async (context) => {
  if (process.platform !== 'linux') return context.skip('only Linux has all of 127.0.0.0/8');
  const random = new Random('serve');
  const clock = systemClock;
  const api = new ApiServer({ clock, random });
  const controllers = startControllers({ api, clock, random, options: {} });
  const span = { least: 10, most: 20 };
  const kubelet = startKubelet({ api, clock, random, startMs: span, stopMs: span, serve: true });
  const ports = [{ containerPort: 18_080 }];
  const container = { name: 'app', image: 'demo/app:7', ports };
  const ready = Promise.withResolvers<string>();
  api.onChange(({ after }) => {
    if (after !== null && condition(after, 'Ready') === 'True')
      ready.resolve(String(at(after, 'status.podIP')));
  });
  const metadata = { name: 'p', namespace: 'default' };
  api.create(kinds.pods, { metadata, spec: { containers: [container] } }, { manager: 'user' });
  const address = await ready.promise;
  assert.match(address, /^127\./);
  const { body } = await request(`http://${address}:18080/`);
  assert.equal(await body.text(), '7\n');
  controllers.stop();
  api.stop();
  await kubelet.stop();
  await assert.rejects(request(`http://${address}:18080/`));
});
