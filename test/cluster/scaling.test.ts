import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { valueAt } from './bed/api.ts';
import type { Bed } from './bed/bed.ts';
import { canBindPodAddresses } from './bed/kubelet/start.ts';
import { type Application, application } from './support/application.ts';
import { readScale, writeScale } from './support/autoscaler.ts';
import type { Chronicle } from './support/chronicle.ts';
import { assertAllAnswered, type Crowd, startCrowd, untilLeadsTo } from './support/crowd.ts';
import { type Ground, openGround } from './support/ground.ts';
import { putIngress, routed } from './support/routing.ts';
import { sizesOf } from './support/sizes.ts';

// With CI set, test/run.ts insists on it.
const lack = (await canBindPodAddresses()) ? false : 'needs the network namespace of test/run.ts';

const FIRST = 4;
/** One after the other, as fast as the API server takes them: no pass can be sure of any but the last. */
const SIZES = [7, 2, 5];
const LAST = 5;
const STEPS = [{ setWeight: 40 }, { pause: {} }, { setWeight: 80 }, { pause: { duration: '1s' } }];

interface Place {
  readonly app: Application;
  readonly users: Crowd;
}

/** When somebody scales, and what comes of the release. */
const MOMENTS: readonly {
  readonly when: string;
  readonly until: (app: Application) => Promise<unknown>;
  readonly version: '1' | '2';
}[] = [
  {
    when: 'as soon as it is released',
    until: (app) => app.release('2'),
    version: '2',
  },
  {
    when: 'while the first new pods are made',
    until: async (app) => {
      await app.release('2');
      await app.until((rollout) => Number(valueAt(rollout, 'status.updatedReplicas') ?? 0) > 0);
    },
    version: '2',
  },
  {
    when: 'when it goes on after a pause',
    until: async (app) => {
      await app.release('2');
      await app.pausedAt(1);
      await app.act('promote');
    },
    version: '2',
  },
  {
    when: 'in an abort',
    until: async (app) => {
      await app.release('2');
      await app.pausedAt(1);
      await app.act('abort');
    },
    version: '1',
  },
  {
    when: 'in the promotion',
    until: async (app) => {
      await app.release('2');
      await app.pausedAt(1);
      await app.act('full');
    },
    version: '2',
  },
];

/** With a stable version that keeps its pods, and with one that shrinks as its weight does. */
const STABLES = [
  { short: 'kept', how: 'a stable version that keeps its pods', canary: {} },
  {
    short: 'shrinks',
    how: 'one that shrinks',
    canary: { dynamicStableScale: true, scaleDownDelaySeconds: undefined },
  },
];

void describe('scaled at any moment of a canary, while users come', { skip: lack }, () => {
  let ground: Ground;
  let bed: Bed;
  let namespace: string;
  let chronicle: Chronicle;

  before(async () => {
    ground = await openGround('scaling', {
      traffic: true,
      watched: ['Rollout', 'ReplicaSet', 'Service', 'Ingress', 'EndpointSlice'],
    });
    ({ bed, namespace, chronicle } = ground);
  });
  after(() => ground?.close());

  const serving = async (name: string, canary: object): Promise<Place> => {
    const app = application(bed, namespace, name, { replicas: FIRST });
    await app.putServices();
    await putIngress(app);
    await app.putRollout({ ...routed(app, { nginx: { stableIngress: name } }, STEPS), ...canary });
    await app.phase('Healthy', 60);
    const users = startCrowd(chronicle, app);
    await users.more(20);
    return { app, users };
  };
  const has = (app: Application, sizes: Readonly<Record<string, number>>) =>
    chronicle.until(
      `${app.name} has sizes ${JSON.stringify(sizes)}`,
      () =>
        isDeepStrictEqual(
          Object.entries(sizesOf(chronicle, app.name)).filter(([, size]) => size > 0),
          Object.entries(sizes),
        ),
      60,
    );
  /** None failed so far; and who answers from now on. */
  const answering = async (users: Crowd): Promise<readonly string[]> => {
    assertAllAnswered(await users.fresh());
    await users.more(30);
    const tally = await users.fresh();
    assertAllAnswered(tally);
    return [...tally.answered.keys()].sort();
  };
  const ends = async ({ app, users }: Place, version: string, size: number): Promise<void> => {
    await has(app, { [version]: size });
    await untilLeadsTo(chronicle, `${app.name}-stable`, version);
    assert.deepEqual(await answering(users), [`${version} 200`]);
    await users.stop();
  };

  void describe('together', { concurrency: 3 }, () => {
    for (const { short, how, canary } of STABLES) {
      MOMENTS.forEach(({ when, until, version }, i) => {
        void test(`${when}, beside ${how}`, async () => {
          const place = await serving(`${short}-${i}`, canary);
          const { app } = place;
          await until(app);
          for (const size of SIZES) await writeScale(bed, app, size);
          if (version === '2') {
            await app.until((rollout) =>
              ['Paused', 'Healthy'].includes(String(valueAt(rollout, 'status.phase'))),
            );
            await app.act('full');
          }
          await app.phase(version === '2' ? 'Healthy' : 'Degraded', 60);
          await ends(place, version, LAST);
        });
      });

      void test(`up and down in a pause, beside ${how}: each version has what its weight needs`, async () => {
        const place = await serving(`${short}-pause`, canary);
        const { app, users } = place;
        await app.release('2');
        await app.pausedAt(1);
        for (const [size, stable, part] of [
          [10, 6, 4],
          [2, 2, 1],
          [5, 3, 2],
        ] as const) {
          await writeScale(bed, app, size);
          await has(app, { 1: short === 'kept' ? size : stable, 2: part });
          await app.pausedAt(1);
          assert.deepEqual(await answering(users), ['1 200', '2 200']);
        }
        await app.act('full');
        await app.phase('Healthy');
        await ends(place, '2', 5);
      });
    }

    void test('in the time that old pods stay, an autoscaler counts the new ones alone', async () => {
      const { app, users } = await serving('delay', { scaleDownDelaySeconds: 60 });
      await app.release('2');
      await app.pausedAt(1);
      await app.act('full');
      await app.phase('Healthy');
      await has(app, { 1: FIRST, 2: FIRST });
      await writeScale(bed, app, 6);
      await app.until((rollout) => valueAt(rollout, 'status.HPAReplicas') === 6);
      const scale = await readScale(bed, app);
      assert.deepEqual([scale.size, scale.counted], [6, 6]);
      await writeScale(bed, app, 3);
      await app.until((rollout) => valueAt(rollout, 'status.HPAReplicas') === 3);
      await untilLeadsTo(chronicle, 'delay-stable', '2');
      assert.deepEqual(await answering(users), ['2 200']);
      await users.stop();
    });

    void test('to nothing in a pause, and back', async () => {
      const { app, users } = await serving('nothing', {});
      await app.release('2');
      await app.pausedAt(1);
      await users.stop();
      await writeScale(bed, app, 0);
      await has(app, {});
      await writeScale(bed, app, 3);
      await has(app, { 1: 3, 2: 2 });
      await app.until((rollout) => valueAt(rollout, 'status.availableReplicas') === 5);
      await untilLeadsTo(chronicle, 'nothing-canary', '2');
      const others = startCrowd(chronicle, app);
      assert.deepEqual(await answering(others), ['1 200', '2 200']);
      await app.act('full');
      await app.phase('Healthy');
      await ends({ app, users: others }, '2', 3);
    });
  });
});
