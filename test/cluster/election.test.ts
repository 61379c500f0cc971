import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { valueAt } from './bed/api.ts';
import { type Bed, startBed } from './bed/bed.ts';
import { type Controller, startController } from './bed/controller.ts';
import { tail } from './bed/processes.ts';
import { type Application, application } from './support/application.ts';
import { type Chronicle, openChronicle } from './support/chronicle.ts';
import { assertCapacity } from './support/laws.ts';
import { putIngress, routed } from './support/routing.ts';
import { sizesOf } from './support/sizes.ts';

/** Who leads is told by the Lease; nobody takes one over before this long after its last renewal. */
const LEASE_SECONDS = 15;
const INSTANCE = 'argo-rollouts.argoproj.io/controller-instance-id';
const STEPS = [{ setWeight: 50 }, { pause: {} }, { setWeight: 75 }, { pause: {} }];

// Each pair of controllers has an instance id, and so a Lease and rollouts, of its own.
void describe('two controllers', { concurrency: true }, () => {
  let bed: Bed;
  let namespace: string;
  let chronicle: Chronicle;

  before(async () => {
    bed = await startBed();
    namespace = await bed.namespace('election');
    chronicle = await openChronicle(bed.api, namespace, ['Rollout', 'ReplicaSet', 'Service', 'Ingress']);
  });
  after(async () => {
    chronicle?.close();
    await bed?.stop();
  });

  const start = (instance: string, name: string): Promise<Controller> =>
    startController(bed, { name, args: ['--namespace', 'sluice', '--instance-id', instance] });
  const lease = (instance: string) => ({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    namespace: 'sluice',
    name: `argo-rollouts-controller-lock-${instance}`,
  });
  const holder = async (instance: string, other = ''): Promise<string> => {
    const held = await bed.api.until(
      lease(instance),
      (found) => !['', other].includes(holderOf(found)),
      LEASE_SECONDS + 15,
    );
    return holderOf(held);
  };
  const deploy = async (name: string): Promise<Application> => {
    const app = application(bed, namespace, name, { replicas: 4, labels: { [INSTANCE]: name } });
    await app.putServices();
    await putIngress(app);
    await app.putRollout(routed(app, { nginx: { stableIngress: name } }, STEPS));
    return app;
  };
  const versions = (app: Application) =>
    chronicle
      .sightings()
      .filter(({ name }) => name === app.name || name.startsWith(`${app.name}-`))
      .map(({ kind, name, version }) => `${kind}/${name}@${version}`);

  void test('one works and one stands by; when the first is killed the other goes on', async () => {
    const first = await start('killed', 'killed-first');
    const leader = await holder('killed');
    const second = await start('killed', 'killed-second');
    const app = await deploy('killed');
    await app.phase('Healthy');
    await app.release('2');
    await app.until((rollout) => valueAt(rollout, 'status.currentStepIndex') === 0);
    await first.kill();
    assert.notEqual(await holder('killed', leader), leader);
    await app.pausedAt(1);
    await app.act('full');
    await app.phase('Healthy');
    await chronicle.catchUp();
    assertCapacity(chronicle, app, '2', 4);
    await second.kill();
  });

  void test('a leader that ends in order gives the Lease back, and the next one begins at once', async () => {
    const first = await start('ended', 'ended-first');
    const leader = await holder('ended');
    const second = await start('ended', 'ended-second');
    const app = await deploy('ended');
    await app.phase('Healthy');
    await first.kill('SIGTERM');
    assert.equal(first.outcome(), 0, tail(first.logFile));
    const given = await bed.api.get(lease('ended'));
    const now = holderOf(given);
    assert.notEqual(now, leader);
    await app.release('2');
    await app.pausedAt(1);
    await second.kill();
  });

  void test('a leader that was frozen and wakes up writes nothing any more', async () => {
    const first = await start('frozen', 'frozen-first');
    const leader = await holder('frozen');
    const second = await start('frozen', 'frozen-second');
    const app = await deploy('frozen');
    await app.phase('Healthy');
    await app.release('2');
    // In the middle of its work: the status is written, what follows from it is not yet.
    await app.until((rollout) => valueAt(rollout, 'status.currentStepIndex') === 0);
    process.kill(first.pid, 'SIGSTOP');
    assert.notEqual(await holder('frozen', leader), leader);
    await app.pausedAt(1);
    await app.act('promote');
    await app.pausedAt(3);
    await app.act('abort');
    await app.phase('Degraded');
    await chronicle.until('the second one has nothing more to do', () => {
      const status = valueAt(chronicle.latest('Rollout', 'frozen'), 'status');
      const pods = ['replicas', 'availableReplicas', 'updatedReplicas'].map(
        (key) => valueAt(status, key) ?? 0,
      );
      return sizesOf(chronicle, 'frozen')['2'] === 0 && isDeepStrictEqual(pods, [4, 4, 0]);
    });
    await chronicle.catchUp();
    const before = versions(app);
    process.kill(first.pid, 'SIGCONT');
    await ended(first);
    await chronicle.catchUp();
    assert.deepEqual(versions(app), before);
    assertCapacity(chronicle, app, '2', 4);
    // And the one that leads still works.
    await app.act('retry');
    await app.pausedAt(1);
    await second.kill();
  });
});

function holderOf(lease: unknown): string {
  const holder = valueAt(lease, 'spec.holderIdentity');
  return typeof holder === 'string' ? holder : '';
}

/** Waits until a controller ends by itself. */
async function ended(controller: Controller): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (controller.isAlive()) {
    assert.ok(performance.now() < deadline, `still there after 30 s:\n${tail(controller.logFile)}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
  assert.equal(controller.outcome(), 1, tail(controller.logFile));
}
