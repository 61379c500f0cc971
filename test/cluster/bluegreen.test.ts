import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { valueAt } from './bed/api.ts';
import type { Bed } from './bed/bed.ts';
import { canBindPodAddresses } from './bed/kubelet/start.ts';
import { type Application, application } from './support/application.ts';
import { assertActiveServes, putBlueGreen, versionBehind, versionsBehind } from './support/blue-green.ts';
import type { Chronicle } from './support/chronicle.ts';
import { assertAllAnswered, type Crowd, startVisitors, untilLeadsTo } from './support/crowd.ts';
import { type Ground, openGround } from './support/ground.ts';
import { type MetricsServer, vector } from './support/metrics-server.ts';
import { sizesOf } from './support/sizes.ts';

// With CI set, test/run.ts insists on it.
const lack = (await canBindPodAddresses()) ? false : 'needs the network namespace of test/run.ts';

const MANUAL = { autoPromotionEnabled: false };

/** An application whose first version serves, and users of its active Service. */
interface Place {
  readonly app: Application;
  readonly users: Crowd;
}

void describe('blue-green, while users come', { skip: lack }, () => {
  let ground: Ground;
  let bed: Bed;
  let metrics: MetricsServer;
  let namespace: string;
  let chronicle: Chronicle;

  before(async () => {
    ground = await openGround('bluegreen', {
      traffic: true,
      watched: ['Rollout', 'ReplicaSet', 'Service', 'EndpointSlice', 'AnalysisRun'],
    });
    ({ bed, namespace, chronicle, metrics } = ground);
  });
  after(() => ground?.close());

  const serving = async (name: string, blueGreen: object, replicas = 2): Promise<Place> => {
    const app = application(bed, namespace, name, { replicas });
    await putBlueGreen(app, blueGreen);
    await app.phase('Healthy', 60);
    const users = startVisitors(chronicle, `${name}-active`);
    await users.more(20);
    return { app, users };
  };
  const settled = (app: Application, sizes: Readonly<Record<string, number>>) =>
    chronicle.until(`${app.name} has sizes ${JSON.stringify(sizes)}`, () =>
      isDeepStrictEqual(sizesOf(chronicle, app.name), sizes),
    );
  const isActive = (app: Application, version: string) =>
    chronicle.until(`${version} is active`, () => versionBehind(chronicle, app, 'active') === version);
  const scale = (app: Application, replicas: number) =>
    bed.api.patch(app.ref, 'merge', { spec: { replicas } }, 'scale');
  /** All that come from now on get this version. */
  const allGet = async ({ app, users }: Place, version: string): Promise<void> => {
    await untilLeadsTo(chronicle, `${app.name}-active`, version);
    assertAllAnswered(await users.fresh());
    await users.more(30);
    const { answered, lost } = await users.fresh();
    assert.deepEqual([lost, [...answered.keys()]], [[], [`${version} 200`]]);
  };
  /** No request was lost or failed, and the active Service has led to these versions, in this order. */
  const ends = async ({ app, users }: Place, versions: readonly string[]): Promise<void> => {
    await users.more(20);
    assertAllAnswered(await users.stop());
    await chronicle.catchUp();
    assert.deepEqual(versionsBehind(chronicle, app, 'active'), versions);
    assertActiveServes(chronicle, app);
  };
  /** An analysis of the metric that is named, and what it says from now on. */
  const analysis = async (app: string, metric: string, how: object, value: number): Promise<object> => {
    const name = `${app}-${metric}`;
    metrics.answer(name, vector([value]));
    const provider = { prometheus: { address: metrics.url, query: name } };
    await application(bed, namespace, app).put('argoproj.io/v1alpha1', 'AnalysisTemplate', name, {
      spec: { metrics: [{ name: metric, ...how, successCondition: 'result[0] >= 0.95', provider }] },
    });
    return { templates: [{ templateName: name }] };
  };
  const runsOf = (app: Application) =>
    chronicle.present('AnalysisRun').filter(({ metadata }) => metadata.labels?.['app'] === app.name);
  const message = async (app: Application) => String(valueAt(await app.get(), 'status.message'));

  void describe('together', { concurrency: 3 }, () => {
    void test('auto: the switch comes when all pods are there; the old ones stay for a while', async () => {
      const place = await serving('auto', {});
      await place.app.release('2');
      await isActive(place.app, '2');
      assert.equal(sizesOf(chronicle, 'auto')['1'], 2, 'the way back is open');
      await place.app.phase('Healthy');
      await settled(place.app, { 1: 0, 2: 2 });
      await allGet(place, '2');
      await ends(place, ['1', '2']);
    });

    void test('manual: the preview serves who asks for it, users get it after somebody promotes', async () => {
      const place = await serving('manual', MANUAL);
      await place.app.release('2');
      await place.app.phase('Paused');
      assert.equal(await message(place.app), 'BlueGreenPause');
      await untilLeadsTo(chronicle, 'manual-preview', '2');
      const testers = startVisitors(chronicle, 'manual-preview');
      await testers.more(20);
      const { answered, lost } = await testers.stop();
      assert.deepEqual([lost, [...answered.keys()]], [[], ['2 200']]);
      await allGet(place, '1');
      await place.app.act('promote');
      await place.app.phase('Healthy');
      await isActive(place.app, '2');
      await settled(place.app, { 1: 0, 2: 2 });
      await ends(place, ['1', '2']);
    });

    void test('timed: it promotes itself', async () => {
      const place = await serving('timed', { autoPromotionSeconds: 2 });
      await place.app.release('2');
      await place.app.phase('Paused');
      await place.app.phase('Healthy');
      await allGet(place, '2');
      await ends(place, ['1', '2']);
    });

    void test('a bad analysis before the switch: no user has ever seen the version', async () => {
      const prePromotionAnalysis = await analysis('pre', 'rate', {}, 0.5);
      const place = await serving('pre', { prePromotionAnalysis });
      await place.app.release('2');
      await place.app.phase('Degraded');
      assert.match(await message(place.app), /pre-promotion analysis phase error\/failed: Metric "rate"/);
      await settled(place.app, { 1: 2, 2: 0 });
      await allGet(place, '1');
      await ends(place, ['1']);
    });

    void test('a bad analysis after the switch: users are back with the old version', async () => {
      const postPromotionAnalysis = await analysis('post', 'rate', { interval: '1s', count: 99 }, 1);
      const place = await serving('post', { postPromotionAnalysis, scaleDownDelaySeconds: 1 });
      await place.app.release('2');
      await isActive(place.app, '2');
      await place.users.more(30);
      await chronicle.until('it runs', () => valueAt(runsOf(place.app)[0], 'status.phase') === 'Running');
      assert.equal(sizesOf(chronicle, 'post')['1'], 2, 'old pods stay until the verdict');
      metrics.answer('post-rate', vector([0.5]));
      await place.app.phase('Degraded');
      assert.match(await message(place.app), /post-promotion analysis phase error\/failed: Metric "rate"/);
      await isActive(place.app, '1');
      await settled(place.app, { 1: 2, 2: 0 });
      await allGet(place, '1');
      assert.equal(versionBehind(chronicle, place.app, 'preview'), '2');
      await ends(place, ['1', '2', '1']);
    });

    void test('an abort before the switch, and a retry', async () => {
      const place = await serving('early', MANUAL);
      await place.app.release('2');
      await place.app.phase('Paused');
      await place.app.act('abort');
      await place.app.phase('Degraded');
      await settled(place.app, { 1: 2, 2: 0 });
      await place.app.act('retry');
      await place.app.phase('Paused');
      await settled(place.app, { 1: 2, 2: 2 });
      await allGet(place, '1');
      await place.app.act('promote');
      await place.app.phase('Healthy');
      await ends(place, ['1', '2']);
    });

    void test('an abort after the switch takes it back', async () => {
      const postPromotionAnalysis = await analysis('late', 'rate', { interval: '1s', count: 99 }, 1);
      const place = await serving('late', { postPromotionAnalysis });
      await place.app.release('2');
      await isActive(place.app, '2');
      await chronicle.until('it runs', () => valueAt(runsOf(place.app)[0], 'status.phase') === 'Running');
      await place.app.act('abort');
      await place.app.phase('Degraded');
      await isActive(place.app, '1');
      await settled(place.app, { 1: 2, 2: 0 });
      await allGet(place, '1');
      await ends(place, ['1', '2', '1']);
    });

    void test('back within the delay: no pause and no analysis, the old pods serve at once', async () => {
      const prePromotionAnalysis = await analysis('back', 'rate', {}, 1);
      const place = await serving('back', { ...MANUAL, prePromotionAnalysis, scaleDownDelaySeconds: 60 });
      await place.app.release('2');
      await place.app.phase('Paused');
      await place.app.act('promote');
      await place.app.phase('Healthy');
      assert.equal(runsOf(place.app).length, 1);
      await place.app.release('1');
      await place.app.phase('Healthy');
      await isActive(place.app, '1');
      assert.deepEqual(sizesOf(chronicle, 'back'), { 1: 2, 2: 2 });
      assert.equal(runsOf(place.app).length, 1);
      await allGet(place, '1');
      await ends(place, ['1', '2', '1']);
    });

    void test('a small preview grows to its full size before the switch', async () => {
      const place = await serving('small', { ...MANUAL, previewReplicaCount: 1 }, 3);
      await place.app.release('2');
      await place.app.phase('Paused');
      await settled(place.app, { 1: 3, 2: 1 });
      await scale(place.app, 4);
      await settled(place.app, { 1: 4, 2: 1 });
      await allGet(place, '1');
      await place.app.act('promote');
      await isActive(place.app, '2');
      await settled(place.app, { 1: 0, 2: 4 });
      await ends(place, ['1', '2']);
    });

    void test('scaled in the pause, both ways: both versions follow', async () => {
      const place = await serving('scaled', MANUAL);
      await place.app.release('2');
      await place.app.phase('Paused');
      for (const size of [4, 1, 3]) {
        await scale(place.app, size);
        await settled(place.app, { 1: size, 2: size });
        await allGet(place, '1');
      }
      await place.app.phase('Paused');
      await place.app.act('promote');
      await place.app.phase('Healthy');
      await settled(place.app, { 1: 0, 2: 3 });
      await ends(place, ['1', '2']);
    });

    void test('another version in the pause takes the place of the one that waits', async () => {
      const place = await serving('another', MANUAL);
      await place.app.release('2');
      await place.app.phase('Paused');
      await place.app.release('3');
      await chronicle.until('3 is previewed', () => versionBehind(chronicle, place.app, 'preview') === '3');
      await place.app.phase('Paused');
      await settled(place.app, { 1: 2, 2: 0, 3: 2 });
      await place.app.act('promote');
      await place.app.phase('Healthy');
      await allGet(place, '3');
      await ends(place, ['1', '3']);
    });
  });
});
