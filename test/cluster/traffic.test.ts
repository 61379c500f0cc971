import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { conditionOf, valueAt } from './bed/api.ts';
import { type Bed, startBed } from './bed/bed.ts';
import { type Controller, startController } from './bed/controller.ts';
import { canBindPodAddresses } from './bed/kubelet/start.ts';
import { missingPrometheus, type Prometheus, startPrometheus } from './bed/prometheus.ts';
import { type Application, application } from './support/application.ts';
import { type Chronicle, openChronicle } from './support/chronicle.ts';
import { answersOf, errorsIn, startCrowd } from './support/crowd.ts';
import { canaryIngress, ingressWeight, putIngress, routed } from './support/routing.ts';
import { sizesOf } from './support/sizes.ts';

// With CI set, test/run.ts insists on both.
const lack = (await canBindPodAddresses())
  ? await missingPrometheus()
  : 'needs the network namespace of test/run.ts';

const PODS = 'app="{{args.app}}",pod_template_hash="{{args.canary-hash}}"';
const QUERY = `
  sum(rate(http_requests_total{${PODS},code!~"5.*"}[5s])) /
  sum(rate(http_requests_total{${PODS}}[5s]))
`;

void describe('traffic and a real Prometheus', { skip: lack ?? false }, () => {
  let bed: Bed;
  let controller: Controller;
  let prometheus: Prometheus;
  let namespace: string;
  let chronicle: Chronicle;

  before(async () => {
    bed = await startBed({ traffic: true });
    [prometheus, namespace] = await Promise.all([startPrometheus(bed), bed.namespace('traffic')]);
    chronicle = await openChronicle(bed.api, namespace, [
      'Rollout',
      'ReplicaSet',
      'Ingress',
      'EndpointSlice',
      'AnalysisRun',
    ]);
    controller = await startController(bed, { args: ['--leader-elect=false'] });
    await putTemplate(application(bed, namespace, 'any'));
  });
  after(async () => {
    chronicle?.close();
    await controller?.kill();
    await prometheus?.stop();
    await bed?.stop();
  });

  const putTemplate = (app: Application) =>
    app.put('argoproj.io/v1alpha1', 'AnalysisTemplate', 'success-rate', {
      spec: {
        args: [{ name: 'app' }, { name: 'canary-hash' }],
        metrics: [
          {
            name: 'success-rate',
            interval: '1s',
            count: 3,
            successCondition: 'result[0] >= 0.95',
            failureLimit: 1,
            consecutiveErrorLimit: 1,
            provider: { prometheus: { address: prometheus.url, query: QUERY, timeout: 5 } },
          },
        ],
      },
    });
  const deploy = async (name: string, pauseStep: object): Promise<Application> => {
    const app = application(bed, namespace, name, { replicas: 4 });
    const args = [
      { name: 'app', value: name },
      { name: 'canary-hash', valueFrom: { podTemplateHashValue: 'Latest' } },
    ];
    const analysis = { templates: [{ templateName: 'success-rate' }], args };
    await app.putServices();
    await putIngress(app);
    await app.putRollout(
      routed(app, { nginx: { stableIngress: name } }, [
        { setWeight: 25 },
        { pause: pauseStep },
        { analysis },
        { setWeight: 75 },
        { pause: { duration: '1s' } },
      ]),
    );
    await app.phase('Healthy');
    return app;
  };
  const isRouted = (app: Application, weight: number) =>
    chronicle.until(
      `${app.name} has weight ${weight}`,
      () => ingressWeight(chronicle.latest('Ingress', canaryIngress(app))) === weight,
    );
  const runOf = (app: Application) =>
    chronicle.present('AnalysisRun').find((run) => run.metadata.labels?.['app'] === app.name);
  const values = (app: Application) =>
    (valueAt(runOf(app), 'status.metricResults.0.measurements') as readonly { value?: string }[]).map(
      ({ value }) => (JSON.parse(value ?? '[]') as readonly number[])[0] ?? Number.NaN,
    );
  // Longer than the range of the query: the canary has been scraped often enough to have a rate.
  const WARM_UP = { duration: '4s' };

  void describe('while both work', { concurrency: true }, () => {
    void test('a good release is promoted, and no request is lost or fails', async () => {
      const app = await deploy('good', WARM_UP);
      const crowd = startCrowd(chronicle, app);
      await crowd.more(20);
      await app.release('2');
      await app.phase('Healthy', 60);
      await chronicle.until('old pods are gone', () =>
        isDeepStrictEqual(sizesOf(chronicle, app.name), { 1: 0, 2: 4 }),
      );
      await crowd.more(20);
      const during = await crowd.fresh();
      assert.deepEqual(during.lost, []);
      assert.equal(errorsIn(during), 0);
      assert.ok(answersOf(during, '1') > 0 && answersOf(during, '2') > 0);
      await crowd.more(20);
      const afterwards = await crowd.stop();
      assert.deepEqual([...afterwards.answered.keys()], ['2 200']);
      assert.ok(values(app).every((rate) => rate === 1));
    });

    void test('a bad release is caught by its error rate and takes no more traffic', async () => {
      const app = await deploy('bad', WARM_UP);
      const crowd = startCrowd(chronicle, app);
      await crowd.more(20);
      await app.release('2-errors-30');
      const ended = await app.phase('Degraded', 60);
      await isRouted(app, 0);
      const during = await crowd.fresh();
      assert.deepEqual(during.lost, []);
      assert.equal(answersOf(during, '1', 500), 0);
      const bad = answersOf(during, '2-errors-30', 500);
      assert.ok(bad > 0 && bad === errorsIn(during), 'only the new version failed');
      // A quarter of the requests reached it, and three of ten failed there.
      const all = [...during.answered.values()].reduce((sum, count) => sum + count, 0);
      assert.ok(bad / all < 0.25 * 0.35, `${bad} of ${all} failed`);
      assert.match(
        String(valueAt(ended, 'status.message')),
        /Metric "success-rate" assessed Failed due to failed \(2\) > failureLimit \(1\)/,
      );
      assert.ok(
        values(app).every((rate) => rate > 0.6 && rate < 0.8),
        String(values(app)),
      );
      await chronicle.until('the canary is gone', () => sizesOf(chronicle, app.name)['2-errors-30'] === 0);
      await crowd.more(50);
      const afterwards = await crowd.stop();
      assert.deepEqual([...afterwards.answered.keys()], ['1 200']);
      assert.deepEqual(afterwards.lost, []);
    });
  });

  void test('without Prometheus there are errors with a reason, then an abort, and never a promotion', async () => {
    const app = await deploy('dark', {});
    await app.release('2');
    const before = await app.pausedAt(1);
    await prometheus.stop();
    await app.act('promote');
    const ended = await app.phase('Degraded', 60);
    await isRouted(app, 0);
    const run = runOf(app);
    assert.equal(valueAt(run, 'status.phase'), 'Error');
    const measurements = valueAt(run, 'status.metricResults.0.measurements') as readonly unknown[];
    for (const measurement of measurements) {
      assert.equal(valueAt(measurement, 'phase'), 'Error');
      assert.match(String(valueAt(measurement, 'message')), /ECONNREFUSED|refused/);
    }
    assert.match(
      String(valueAt(ended, 'status.message')),
      /Metric "success-rate" assessed Error due to consecutiveErrors \(2\) > consecutiveErrorLimit \(1\): .*(ECONNREFUSED|refused)/,
    );
    assert.equal(valueAt(ended, 'status.stableRS'), valueAt(before, 'status.stableRS'));
    assert.equal(conditionOf(ended, 'Completed'), 'False');
  });
});
