import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { json, serve, type TestServer } from '../providers/support/server.ts';
import { type Bed, startBed } from './bed/bed.ts';
import { type Controller, startController } from './bed/controller.ts';
import { type Application, application } from './support/application.ts';
import { type MetricsServer, startMetricsServer, vector } from './support/metrics-server.ts';

const HOME = 'sluice';
const TRIGGERS = ['rollout-aborted', 'rollout-completed', 'rollout-paused', 'analysis-run-failed'];

interface Posted {
  readonly channel: string;
  readonly text: string;
  readonly attachments: unknown;
}

const NOTIFIED = 'notified.notifications.argoproj.io';
const entriesIn = (text: string | undefined) => JSON.parse(text ?? '{}') as Readonly<Record<string, number>>;

void describe('people are told', () => {
  let bed: Bed;
  let controller: Controller;
  let metrics: MetricsServer;
  let slack: TestServer;
  let namespace: string;

  before(async () => {
    [bed, metrics, slack] = await Promise.all([
      startBed(),
      startMetricsServer(),
      serve([json({ ok: true })]),
    ]);
    namespace = await bed.namespace('notify');
    await bed.api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: HOME } });
    controller = await start();
  });
  after(async () => {
    await controller?.kill();
    await slack?.[Symbol.asyncDispose]();
    await metrics?.close();
    await bed?.stop();
  });

  const start = (name = 'controller') =>
    startController(bed, { name, args: ['--leader-elect=false', '-n', HOME] });
  const configure = async () => {
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'argo-rollouts-notification-secret', namespace: HOME },
    };
    await bed.api.apply({ ...secret, data: { 'slack-token': Buffer.from('xoxb-1').toString('base64') } });
    const map = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'argo-rollouts-notification-configmap', namespace: HOME },
    };
    await bed.api.apply({ ...map, data: { 'service.slack': `token: $slack-token\napiURL: ${slack.url}` } });
  };
  const subscribe = async (app: Application) => {
    const keys = TRIGGERS.map((trigger) => [
      `notifications.argoproj.io/subscribe.on-${trigger}.slack`,
      app.name,
    ]);
    await bed.api.patch(app.ref, 'merge', { metadata: { annotations: Object.fromEntries(keys) } });
  };
  const template = async (app: Application) => {
    const metric = {
      name: 'success-rate',
      interval: '1s',
      count: 3,
      successCondition: 'result[0] >= 0.95',
      failureLimit: 1,
      provider: { prometheus: { address: metrics.url, query: app.name } },
    };
    await app.put('argoproj.io/v1alpha1', 'AnalysisTemplate', app.name, { spec: { metrics: [metric] } });
  };
  /** Titles and the rest of the messages about one application, but for that of its first deployment. */
  const messages = (name: string) =>
    slack.received
      .map(({ body }) => JSON.parse(body) as Posted)
      .filter(({ channel, text }) => channel === name && !text.includes('for the first time'))
      .map(({ text, attachments }) => ({
        title: text.replaceAll('*', ''),
        more: JSON.stringify(attachments),
      }));
  /** Waits until a message with these words has arrived, and until nothing is on its way any more. */
  const told = (app: Application, words: string) =>
    app.until(
      ({ metadata }) =>
        messages(app.name).some(({ title }) => title.includes(words)) &&
        Object.values(entriesIn(metadata.annotations?.[NOTIFIED])).every((value) => value > 0),
    );

  void test('of a rollback with the numbers of the failing metric, once, also across a crash', async () => {
    await configure();
    const app = application(bed, namespace, 'bad', { replicas: 4 });
    metrics.answer(app.name, vector([0.91]));
    await template(app);
    const steps = [
      { setWeight: 25 },
      { analysis: { templates: [{ templateName: app.name }] } },
      { setWeight: 100 },
    ];
    await app.putRollout({ steps });
    await app.phase('Healthy');
    await subscribe(app);
    await app.release('2');
    await app.phase('Degraded', 60);
    await told(app, 'was rolled back');
    await told(app, 'the analysis of');
    await controller.kill();
    controller = await start('successor');
    // The successor has looked at everything once it carries out what a user asks for.
    metrics.answer(app.name, vector([0.99]));
    await app.act('retry');
    await app.phase('Healthy', 60);
    await told(app, 'is fully released');
    const all = messages(app.name);
    const aborted = all.filter(({ title }) => title.includes('was rolled back'));
    assert.equal(aborted.length, 1, JSON.stringify(all));
    assert.equal(aborted[0]?.title, `${namespace}/bad: revision 2 (app:2) was rolled back to revision 1`);
    assert.match(
      aborted[0]?.more ?? '',
      /success-rate failed 2 of 2 measurements \(limit 1\); expected result\[0\] &gt;= 0\.95; measured 0\.91 \(bad\), 0\.91 \(bad\)/,
    );
    assert.match(aborted[0]?.more ?? '', /step 2 of 3, 25 % of the traffic/);
    assert.match(aborted[0]?.more ?? '', new RegExp(`kubectl sluice get rollout bad -n ${namespace}`));
    assert.equal(
      all.filter(({ title }) => title.includes('the analysis of revision 2 (app:2) failed')).length,
      1,
    );
  });

  void test('of a pause and of the completion after it', async () => {
    await configure();
    const app = application(bed, namespace, 'good', { replicas: 2 });
    await app.putRollout({ steps: [{ setWeight: 50 }, { pause: {} }] });
    await app.phase('Healthy');
    await subscribe(app);
    await app.release('2');
    await app.pausedAt(1);
    await told(app, 'is paused');
    await app.act('promote');
    await told(app, 'is fully released');
    assert.deepEqual(
      messages(app.name).map(({ title }) => title),
      [
        `${namespace}/good: revision 2 (app:2) is paused until somebody promotes it`,
        `${namespace}/good: revision 2 (app:2) is fully released`,
      ],
    );
  });
});
