import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { valueAt } from './bed/api.ts';
import type { Bed } from './bed/bed.ts';
import { canBindPodAddresses } from './bed/kubelet/start.ts';
import { type Application, application, podTemplate } from './support/application.ts';
import { putBlueGreen } from './support/blue-green.ts';
import type { Chronicle } from './support/chronicle.ts';
import { type Crowd, startCrowd, startVisitors, untilLeadsTo } from './support/crowd.ts';
import { type Ground, openGround } from './support/ground.ts';
import { putIngress, routed } from './support/routing.ts';
import { sizesOf } from './support/sizes.ts';

// With CI set, test/run.ts insists on it.
const lack = (await canBindPodAddresses()) ? false : 'needs the network namespace of test/run.ts';

const PODS = 3;
const STEPS = [{ setWeight: 34 }, { pause: { duration: '1s' } }, { setWeight: 67 }];
/** A step that nobody would ever pass: where it is reached, it must have been passed over. */
const FOREVER = [{ setWeight: 34 }, { pause: {} }];

interface Way {
  readonly way: string;
  /** In the names of its applications. */
  readonly short: string;
  /** The Service that leads to all pods in the end. */
  readonly side: 'stable' | 'active';
  readonly make: (app: Application, steps: readonly object[], more?: object) => Promise<void>;
  readonly users: (chronicle: Chronicle, app: Application) => Crowd;
}

const byService = (side: string) => (chronicle: Chronicle, app: Application) =>
  startVisitors(chronicle, `${app.name}-${side}`);

const BLUE_GREEN: Way = {
  way: 'blue-green',
  short: 'blue',
  side: 'active',
  make: (app, _, more) => putBlueGreen(app, {}, more),
  users: byService('active'),
};
const WAYS: readonly Way[] = [
  {
    way: 'a canary by weights',
    short: 'routed',
    side: 'stable',
    make: async (app, steps, more) => {
      await app.putServices();
      await putIngress(app);
      await app.putRollout(routed(app, { nginx: { stableIngress: app.name } }, steps), more);
    },
    users: startCrowd,
  },
  {
    way: 'a canary by pods, none of which may be missing',
    short: 'pods',
    side: 'stable',
    make: async (app, steps, more) => {
      await app.putServices();
      await app.putRollout({ maxSurge: 1, maxUnavailable: 0, steps }, more);
    },
    users: byService('stable'),
  },
  BLUE_GREEN,
];

void describe('a healthy version always passes', { skip: lack }, () => {
  let ground: Ground;
  let bed: Bed;
  let namespace: string;
  let chronicle: Chronicle;

  before(async () => {
    ground = await openGround('stuck', {
      traffic: true,
      watched: ['Rollout', 'ReplicaSet', 'Service', 'Ingress', 'EndpointSlice'],
    });
    ({ bed, namespace, chronicle } = ground);
  });
  after(() => ground?.close());

  const make = (name: string, tag = '1') => application(bed, namespace, name, { replicas: PODS, tag });
  /** All pods are of one version, and so is every answer. */
  const serves = async ({ side, users: come }: Way, app: Application, version: string): Promise<void> => {
    await app.phase('Healthy', 60);
    await chronicle.until(`${app.name} has all pods of ${version}`, () =>
      isDeepStrictEqual(
        Object.entries(sizesOf(chronicle, app.name)).filter(([, size]) => size > 0),
        [[version, PODS]],
      ),
    );
    await untilLeadsTo(chronicle, `${app.name}-${side}`, version);
    const users = come(chronicle, app);
    await users.more(30);
    const { answered, lost } = await users.stop();
    assert.deepEqual([lost, [...answered.keys()]], [[], [`${version} 200`]]);
  };
  const ready = (app: Application, count: number) =>
    app.until((rollout) => Number(valueAt(rollout, 'status.availableReplicas') ?? 0) === count, 60);

  void describe('together', { concurrency: 3 }, () => {
    for (const one of WAYS) {
      const { way, short, make: putIn, users: come } = one;

      void test(`past a first version that never served: ${way}`, async () => {
        const app = make(`first-${short}`, 'bad-image');
        await putIn(app, FOREVER);
        await app.until((rollout) => valueAt(rollout, 'status.updatedReplicas') === PODS);
        await app.release('2');
        await serves(one, app, '2');
      });

      void test(`past a version that has fallen ill: ${way}`, async () => {
        const app = make(`ill-${short}`);
        const template = podTemplate(app.name, 'demo/app:1');
        const [container] = template.spec.containers;
        // It serves for some seconds, and then crashes and is restarted for ever.
        const ill = { ...container, command: ['sh', '-c', 'sleep 4; exit 1'] };
        await putIn(app, STEPS, { template: { ...template, spec: { containers: [ill] } } });
        await app.phase('Healthy', 60);
        await ready(app, 0);
        await bed.api.patch(app.ref, 'json', [
          {
            op: 'replace',
            path: '/spec/template/spec/containers/0',
            value: { ...container, image: 'demo/app:2' },
          },
        ]);
        await serves(one, app, '2');
      });

      void test(`past a try that failed: ${way}`, async () => {
        const app = make(`tried-${short}`);
        await putIn(app, STEPS);
        await app.phase('Healthy', 60);
        const users = come(chronicle, app);
        await users.more(20);
        await app.release('bad-image');
        await app.until((rollout) => Number(valueAt(rollout, 'status.updatedReplicas') ?? 0) > 0);
        await app.act('abort');
        await app.phase('Degraded');
        await app.release('3');
        await serves(one, app, '3');
        const { answered, lost } = await users.stop();
        assert.deepEqual([lost, [...answered.keys()].sort()], [[], ['1 200', '3 200']]);
      });
    }

    void test('a bad version in the way, not aborted: the fix goes by, and users never notice', async () => {
      const app = make('replaced');
      await BLUE_GREEN.make(app, []);
      await app.phase('Healthy', 60);
      const users = BLUE_GREEN.users(chronicle, app);
      await users.more(20);
      for (const tag of ['bad-image', 'bad-image-too', '3']) {
        await app.release(tag);
        await app.until((rollout) => Number(valueAt(rollout, 'status.updatedReplicas') ?? 0) > 0);
      }
      await serves(BLUE_GREEN, app, '3');
      assert.deepEqual((await users.stop()).lost, []);
    });
  });
});
