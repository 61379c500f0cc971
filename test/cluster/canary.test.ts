import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { valueAt } from './bed/api.ts';
import type { Bed } from './bed/bed.ts';
import { type Application, application } from './support/application.ts';
import type { Chronicle } from './support/chronicle.ts';
import { type Ground, openGround } from './support/ground.ts';
import { type MetricsServer, vector } from './support/metrics-server.ts';
import { historyOf, sizeOf, sizesOf, turns } from './support/sizes.ts';

// The example of the field's articles; only the pause is shorter.
const ARTICLE_STEPS = [
  { setWeight: 10 },
  { pause: { duration: '1s' } },
  {
    analysis: {
      templates: [{ templateName: 'success-rate' }],
      args: [{ name: 'service-name', value: 'guestbook-svc.default.svc.cluster.local' }],
    },
  },
  { setWeight: 30 },
  { setWeight: 60 },
  { setWeight: 100 },
];

const query = (service: string) => `sum(irate(
  istio_requests_total{reporter="source",destination_service=~"${service}",response_code!~"5.*"}[5m]
)) /
sum(irate(
  istio_requests_total{reporter="source",destination_service=~"${service}"}[5m]
))
`;

void describe('the canary of the articles', { concurrency: true }, () => {
  let ground: Ground;
  let bed: Bed;
  let metrics: MetricsServer;
  let namespace: string;
  let chronicle: Chronicle;

  before(async () => {
    ground = await openGround('canary', { watched: ['Rollout', 'ReplicaSet', 'AnalysisRun'] });
    ({ bed, namespace, chronicle, metrics } = ground);
  });
  after(() => ground?.close());

  // Each in a namespace of its own would be as good; here the Service tells whose rate is asked for.
  const deployed = async (name: string, service: string): Promise<Application> => {
    const app = application(bed, namespace, name, { replicas: 10 });
    await app.put('argoproj.io/v1alpha1', 'AnalysisTemplate', `${name}-success-rate`, {
      spec: {
        args: [{ name: 'service-name' }],
        metrics: [
          {
            name: 'success-rate',
            interval: '1s',
            count: 3,
            successCondition: 'result[0] >= 0.95',
            failureLimit: 1,
            provider: { prometheus: { address: metrics.url, query: query('{{args.service-name}}') } },
          },
        ],
      },
    });
    await app.putRollout({ maxSurge: '25%', maxUnavailable: 0, steps: stepsFor(name, service) });
    await app.phase('Healthy');
    return app;
  };
  const stepsFor = (name: string, service: string) =>
    ARTICLE_STEPS.map((step) =>
      step.analysis === undefined
        ? step
        : {
            analysis: {
              templates: [{ templateName: `${name}-success-rate` }],
              args: [{ name: 'service-name', value: service }],
            },
          },
    );
  const runsOf = (app: Application) =>
    chronicle.present('AnalysisRun').filter((run) => run.metadata.labels?.['app'] === app.name);

  void test('a good release walks its steps and is promoted', async () => {
    const service = 'good.svc';
    metrics.answer(query(service), vector([0.99]));
    const app = await deployed('good', service);
    await app.release('2');
    const done = await app.phase('Healthy', 60);
    assert.equal(valueAt(done, 'status.currentStepIndex'), ARTICLE_STEPS.length);
    assert.equal(valueAt(done, 'status.stableRS'), valueAt(done, 'status.currentPodHash'));
    await chronicle.until('old pods are gone', () =>
      isDeepStrictEqual(sizesOf(chronicle, app.name), { 1: 0, 2: 10 }),
    );
    await chronicle.catchUp();
    const seen = chronicle
      .of('Rollout', app.name)
      .filter(({ object }) => valueAt(object, 'spec.template.spec.containers.0.image') === 'demo/app:2')
      .map(({ object }) => valueAt(object, 'status.currentStepIndex'));
    assert.deepEqual(turns(seen), [6, 0, 1, 2, 3, 4, 5, 6]);
    const [run, ...others] = runsOf(app);
    assert.deepEqual(others, []);
    assert.equal(valueAt(run, 'status.phase'), 'Successful');
    assert.equal(valueAt(run, 'status.metricResults.0.successful'), 3);
    assert.equal(valueAt(run, 'spec.args.0.value'), service);
  });

  void test('a bad release is rolled back by its success rate, and says so', async () => {
    const service = 'bad.svc';
    metrics.answer(query(service), vector([0.5]));
    const app = await deployed('bad', service);
    await app.release('2');
    const ended = await app.phase('Degraded', 60);
    assert.equal(valueAt(ended, 'status.abort'), true);
    assert.equal(valueAt(ended, 'status.currentStepIndex'), 0);
    assert.match(
      String(valueAt(ended, 'status.message')),
      /^RolloutAborted: Rollout aborted update to revision 2: Step-based analysis phase error\/failed: Metric "success-rate" assessed Failed due to failed \(2\) > failureLimit \(1\)$/,
    );
    await chronicle.until('the canary is gone, the stable version is whole', () =>
      isDeepStrictEqual(sizesOf(chronicle, app.name), { 1: 10, 2: 0 }),
    );
    await chronicle.catchUp();
    const most = historyOf(chronicle, app.name, '2').map(({ object }) => sizeOf(object));
    assert.equal(Math.max(...most), 1, 'never more than a tenth of the pods');
    assert.equal(valueAt(runsOf(app)[0], 'status.phase'), 'Failed');
  });
});
