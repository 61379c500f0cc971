import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { valueAt } from './bed/api.ts';
import type { Bed } from './bed/bed.ts';
import { canBindPodAddresses } from './bed/kubelet/start.ts';
import { type Application, application } from './support/application.ts';
import type { Chronicle } from './support/chronicle.ts';
import { assertAllAnswered, type Crowd, startCrowd, untilLeadsTo } from './support/crowd.ts';
import { type Ground, openGround } from './support/ground.ts';
import { type MetricsServer, vector } from './support/metrics-server.ts';
import { canaryIngress, ingressWeight, putIngress, routed } from './support/routing.ts';
import { selectedHash, sizesOf } from './support/sizes.ts';

// With CI set, test/run.ts insists on it.
const lack = (await canBindPodAddresses()) ? false : 'needs the network namespace of test/run.ts';

const PODS = 3;
const STEPS = [{ setWeight: 34 }, { pause: {} }, { setWeight: 67 }];
const MANUAL = { autoPromotionEnabled: false };

/** An application whose first version serves, and users who come by its Ingress. */
interface Place {
  readonly app: Application;
  readonly users: Crowd;
}

/** The Services are the same for all strategies: users always come to the same one. */
void describe('another strategy in the middle of a release, while users come', { skip: lack }, () => {
  let ground: Ground;
  let bed: Bed;
  let metrics: MetricsServer;
  let namespace: string;
  let chronicle: Chronicle;

  before(async () => {
    ground = await openGround('switch', {
      traffic: true,
      watched: ['Rollout', 'ReplicaSet', 'Service', 'Ingress', 'EndpointSlice', 'AnalysisRun'],
    });
    ({ bed, namespace, chronicle, metrics } = ground);
  });
  after(() => ground?.close());

  const byPods = { canary: { steps: STEPS } };
  const byIngress = (name: string) => ({
    canary: routed(application(bed, namespace, name), { nginx: { stableIngress: name } }, STEPS),
  });
  const blueGreen = (name: string, more: object = {}) => ({
    blueGreen: {
      activeService: `${name}-stable`,
      previewService: `${name}-canary`,
      scaleDownDelaySeconds: 1,
      abortScaleDownDelaySeconds: 1,
      ...more,
    },
  });
  const serving = async (name: string, strategy: object): Promise<Place> => {
    const app = application(bed, namespace, name, { replicas: PODS });
    await app.putServices();
    await putIngress(app);
    await app.putRollout({}, { strategy });
    await app.phase('Healthy', 60);
    const users = startCrowd(chronicle, app);
    await users.more(20);
    return { app, users };
  };
  const becomes = ({ app, users }: Place, strategy: object) =>
    Promise.all([
      users.more(20),
      bed.api.patch(app.ref, 'json', [{ op: 'replace', path: '/spec/strategy', value: strategy }]),
    ]);
  const weighs = (app: Application, weight: number) =>
    chronicle.until(
      `${app.name} has weight ${weight}`,
      () => ingressWeight(chronicle.latest('Ingress', canaryIngress(app))) === weight,
    );
  const isPaused = (app: Application, reason: string) =>
    app.until((rollout) => valueAt(rollout, 'status.message') === reason, 60);
  /** All that come from now on get this version, by one Service that leads to it alone. */
  const ends = async ({ app, users }: Place, version: string): Promise<void> => {
    await app.phase('Healthy', 60);
    await chronicle.until(`${app.name} has all pods of ${version}`, () =>
      isDeepStrictEqual(
        Object.entries(sizesOf(chronicle, app.name)).filter(([, size]) => size > 0),
        [[version, PODS]],
      ),
    );
    await untilLeadsTo(chronicle, `${app.name}-stable`, version);
    assertAllAnswered(await users.fresh());
    await users.more(20);
    const { answered, lost } = await users.stop();
    assert.deepEqual([lost, [...answered.keys()]], [[], [`${version} 200`]]);
  };

  void describe('together', { concurrency: 3 }, () => {
    void test('from a preview that waits to a canary by weights', async () => {
      const place = await serving('preview-routed', blueGreen('preview-routed', MANUAL));
      await place.app.release('2');
      await isPaused(place.app, 'BlueGreenPause');
      await becomes(place, byIngress('preview-routed'));
      await isPaused(place.app, 'CanaryPauseStep');
      await weighs(place.app, 34);
      await place.app.act('promote');
      await ends(place, '2');
    });

    void test('from a canary by weights to blue-green: its weight is taken back first', async () => {
      const place = await serving('routed-blue', byIngress('routed-blue'));
      await place.app.release('2');
      await isPaused(place.app, 'CanaryPauseStep');
      await weighs(place.app, 34);
      await becomes(place, blueGreen('routed-blue', MANUAL));
      await isPaused(place.app, 'BlueGreenPause');
      await untilLeadsTo(chronicle, 'routed-blue-stable', '1');
      assertAllAnswered(await place.users.fresh());
      await place.users.more(30);
      const { answered } = await place.users.fresh();
      assert.deepEqual([...answered.keys()], ['1 200'], 'a preview is not for users');
      await place.app.act('promote');
      await ends(place, '2');
    });

    void test('from a preview that waits to a canary by pods', async () => {
      const place = await serving('preview-pods', blueGreen('preview-pods', MANUAL));
      await place.app.release('2');
      await isPaused(place.app, 'BlueGreenPause');
      await becomes(place, byPods);
      await isPaused(place.app, 'CanaryPauseStep');
      const service = chronicle.latest('Service', 'preview-pods-stable');
      assert.equal(selectedHash(service), null, 'the Service is handed back');
      await place.app.act('promote');
      await ends(place, '2');
    });

    void test('from a canary by pods to blue-green', async () => {
      const place = await serving('pods-blue', byPods);
      await place.app.release('2');
      await isPaused(place.app, 'CanaryPauseStep');
      await becomes(place, blueGreen('pods-blue', MANUAL));
      await isPaused(place.app, 'BlueGreenPause');
      await place.app.act('promote');
      await ends(place, '2');
    });

    void test('from an analysis after the switch to a canary by weights', async () => {
      metrics.answer('post', vector([1]));
      const app = application(bed, namespace, 'post');
      const provider = { prometheus: { address: metrics.url, query: 'post' } };
      const metric = {
        name: 'rate',
        interval: '1s',
        count: 99,
        successCondition: 'result[0] == 1',
        provider,
      };
      await app.put('argoproj.io/v1alpha1', 'AnalysisTemplate', 'post', { spec: { metrics: [metric] } });
      const postPromotionAnalysis = { templates: [{ templateName: 'post' }] };
      const place = await serving('post', blueGreen('post', { postPromotionAnalysis }));
      await place.app.release('2');
      const isRunning = () =>
        chronicle.present('AnalysisRun').some((run) => valueAt(run, 'status.phase') === 'Running');
      await chronicle.until('it is analysed', isRunning, 60);
      await becomes(place, byIngress('post'));
      await isPaused(place.app, 'CanaryPauseStep');
      await place.app.act('promote');
      await ends(place, '2');
    });

    void test('while the new pods are made, and back again', async () => {
      const place = await serving('there-and-back', blueGreen('there-and-back'));
      await place.app.release('2');
      await place.app.until((rollout) => Number(valueAt(rollout, 'status.updatedReplicas') ?? 0) > 0);
      await becomes(place, byIngress('there-and-back'));
      await place.app.until((rollout) => valueAt(rollout, 'status.currentStepIndex') !== undefined);
      await becomes(place, blueGreen('there-and-back'));
      await ends(place, '2');
    });

    void test('with an image of its own, in one write', async () => {
      const place = await serving('with-image', byIngress('with-image'));
      await place.app.release('2');
      await isPaused(place.app, 'CanaryPauseStep');
      await bed.api.patch(place.app.ref, 'json', [
        { op: 'replace', path: '/spec/strategy', value: blueGreen('with-image') },
        { op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'demo/app:3' },
      ]);
      await ends(place, '3');
    });

    void test('after an abort it is another try', async () => {
      const place = await serving('aborted', byIngress('aborted'));
      await place.app.release('2');
      await isPaused(place.app, 'CanaryPauseStep');
      await place.app.act('abort');
      await place.app.phase('Degraded');
      await becomes(place, blueGreen('aborted', MANUAL));
      await isPaused(place.app, 'BlueGreenPause');
      assert.equal(valueAt(await place.app.get(), 'status.abort'), undefined);
      await place.app.act('promote');
      await ends(place, '2');
    });
  });
});
