import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { request } from 'undici';
import { valueAt } from './bed/api.ts';
import type { Bed } from './bed/bed.ts';
import { type Application, application, invalidSpec, podTemplate } from './support/application.ts';
import type { Chronicle } from './support/chronicle.ts';
import { type Ground, openGround } from './support/ground.ts';
import { type MetricsServer, type Reply, silence, text, vector } from './support/metrics-server.ts';
import { byGateway, canaryIngress, putIngress, routed } from './support/routing.ts';
import { sizesOf } from './support/sizes.ts';
import { unsupported, unsupportedProviders } from './support/unsupported.ts';

const ARGO = 'argoproj.io/v1alpha1';
const RATE = 'result[0] >= 0.95';

interface Measured {
  readonly what: string;
  readonly reply: Reply;
  readonly condition: string;
  /** What the status says of it. */
  readonly says: RegExp;
}

const good = vector([1]);
const measured: readonly Measured[] = [
  { what: 'returns nothing', reply: vector([]), condition: RATE, says: /assessed Error.*no data returned/ },
  { what: 'returns NaN', reply: vector(['NaN']), condition: RATE, says: /assessed Failed/ },
  { what: 'returns Infinity', reply: vector(['+Inf']), condition: 'result[0] < 5', says: /assessed Failed/ },
  {
    what: 'returns HTML',
    reply: text('<html>Sign in</html>', 'text/html'),
    condition: RATE,
    says: /not JSON but text\/html/,
  },
  {
    what: 'returns 10 MB',
    reply: text(`["${'x'.repeat(10_000_000)}"]`),
    condition: RATE,
    says: /larger than 5 MiB/,
  },
  { what: 'never answers', reply: silence, condition: RATE, says: /deadline exceeded/ },
  { what: 'is refused', reply: text('no', 'text/plain', 503), condition: RATE, says: /503/ },
  {
    what: 'has a condition that does not compile',
    reply: good,
    condition: 'result[0] >=',
    says: /unexpected token EOF/,
  },
  {
    what: 'has a condition that is not boolean',
    reply: good,
    condition: 'result[0]',
    says: /expected bool, but got float64/,
  },
  {
    what: 'has a condition that loops long',
    reply: good,
    condition: 'all(1..100000, all(1..100000, true))',
    says: /more than 2000000 steps/,
  },
  {
    what: 'has a condition that wants much memory',
    reply: good,
    condition: 'len(1..1000000000) > 0',
    says: /memory budget exceeded/,
  },
  {
    what: 'has a condition that touches a prototype',
    reply: good,
    condition: 'result.constructor != nil',
    says: /only be selected using an integer/,
  },
];

void describe('bad input', { concurrency: true }, () => {
  let ground: Ground;
  let bed: Bed;
  let metrics: MetricsServer;
  let namespace: string;
  let chronicle: Chronicle;

  before(async () => {
    ground = await openGround('bad', { watched: ['Rollout', 'ReplicaSet', 'Ingress', 'AnalysisRun'] });
    ({ bed, namespace, chronicle, metrics } = ground);
  });
  // Whatever came, the controller has come through it.
  after(async () => {
    const alive = ground?.controller.isAlive();
    const health = alive ? (await request(`${ground.controller.health}/healthz`)).statusCode : null;
    await ground?.close();
    assert.equal(health, 200);
  });

  const make = (name: string, replicas = 1) => application(bed, namespace, name, { replicas });
  const invalid = async (app: Application) =>
    invalidSpec(await app.until((rollout) => invalidSpec(rollout) !== ''));
  const putTemplate = (app: Application, metric: object, args: readonly object[] = []) =>
    app.put(ARGO, 'AnalysisTemplate', app.name, { spec: { args, metrics: [{ name: 'metric', ...metric }] } });
  const asks = (query: string, condition: string) => ({
    successCondition: condition,
    consecutiveErrorLimit: 0,
    provider: { prometheus: { address: metrics.url, query, timeout: 2 } },
  });
  const analysed = (app: Application, args: readonly object[] = []) => ({
    steps: [{ setWeight: 50 }, { analysis: { templates: [{ templateName: app.name }], args } }],
  });

  measured.forEach(({ what, reply, condition, says }, i) => {
    void test(`a query that ${what} is an abort with its reason, and never a promotion`, async () => {
      const app = make(`measured-${i}`);
      metrics.answer(app.name, reply);
      await putTemplate(app, asks(app.name, condition));
      await app.putRollout(analysed(app));
      const before = await app.phase('Healthy');
      await app.release('2');
      const ended = await app.phase('Degraded');
      assert.match(String(valueAt(ended, 'status.message')), says);
      assert.equal(valueAt(ended, 'status.stableRS'), valueAt(before, 'status.stableRS'));
    });
  });

  void test('a malformed quantity in a stored Rollout is left out, not written over', async () => {
    const app = make('quantity');
    const template = podTemplate('quantity', 'demo/app:1');
    const [container] = template.spec.containers;
    const requests = { cpu: '5m', memory: 'invalid' };
    await app.putRollout(
      {},
      { template: { ...template, spec: { containers: [{ ...container, resources: { requests } }] } } },
    );
    const rollout = await app.phase('Healthy');
    const path = 'spec.template.spec.containers.0.resources.requests';
    assert.deepEqual(valueAt(rollout, path), requests);
    const set = chronicle
      .present('ReplicaSet')
      .find(({ metadata }) => metadata.labels?.['app'] === 'quantity');
    assert.deepEqual(valueAt(set, path), { cpu: '5m' });
  });

  void test('a missing Service is named, and found when it is there', async () => {
    const app = make('services');
    await app.putRollout({ stableService: 'services-stable', canaryService: 'services-canary' });
    assert.match(
      await invalid(app),
      /service "services-stable" not found.*service "services-canary" not found/,
    );
    await app.putServices();
    await app.phase('Healthy');
  });

  void test('a missing template, and then a missing argument, are named', async () => {
    const app = make('argument');
    await app.putRollout(analysed(app));
    assert.match(await invalid(app), /AnalysisTemplate 'argument' not found/);
    await putTemplate(app, asks('{{args.which}}', RATE), [{ name: 'which' }]);
    await app.until((rollout) => /which/.test(invalidSpec(rollout)));
    metrics.answer('now', vector([1]));
    await app.putRollout(analysed(app, [{ name: 'which', value: 'now' }]));
    await app.phase('Healthy');
    await app.release('2');
    await app.phase('Healthy');
    assert.ok(metrics.asked().includes('now'));
  });

  void test('all problems of a spec are told at once, and none remains after a fix', async () => {
    const app = make('many');
    await app.putRollout(
      {
        maxSurge: 0,
        maxUnavailable: 0,
        steps: [{ pause: { duration: 'soon' } }, {}, { setWeight: 5, pause: {} }],
      },
      { minReadySeconds: 700, selector: { matchLabels: { app: 'other' } } },
    );
    const told = await invalid(app);
    for (const field of [
      'spec.template.metadata.labels',
      'spec.progressDeadlineSeconds',
      'maxSurge',
      'steps[0].pause.duration',
      'steps[1]',
      'steps[2]',
    ])
      assert.ok(told.includes(field), `${field} is not in: ${told}`);
    await bed.api.delete(app.ref);
    await bed.api.until(app.ref, (left) => left === null);
    await app.putRollout({ steps: [{ setWeight: 50 }] });
    const done = await app.phase('Healthy');
    assert.equal(invalidSpec(done), '');
  });

  void test('a mistake made during an update keeps everything as it is, and the fix goes on', async () => {
    const app = make('midway', 2);
    const steps = [{ setWeight: 50 }, { pause: {} }];
    await app.putRollout({ steps });
    await app.phase('Healthy');
    await app.release('2');
    await app.pausedAt(1);
    await bed.api.patch(app.ref, 'merge', { spec: { minReadySeconds: -1 } });
    await invalid(app);
    assert.deepEqual(sizesOf(chronicle, 'midway'), { 1: 1, 2: 1 });
    await bed.api.patch(app.ref, 'merge', { spec: { minReadySeconds: 0 } });
    await app.pausedAt(1);
    await app.act('promote');
    await app.phase('Healthy');
  });

  for (const { field, spec } of unsupported) {
    void test(`${field} is refused by its name`, async () => {
      const app = make(`later-${field.toLowerCase().replace('/', '-')}`);
      await app.putRollout({}, spec);
      assert.match(await invalid(app), new RegExp(`not supported yet: ${field}`));
    });
  }

  for (const [provider, says] of unsupportedProviders) {
    const [name = ''] = Object.keys(provider);
    void test(`a metric by ${name} is refused by its name`, async () => {
      const app = make(`provider-${name.toLowerCase()}`);
      await putTemplate(app, { successCondition: 'true', provider });
      await app.putRollout(analysed(app));
      // The Rollout may be seen before its template is.
      await app.until((rollout) => String(valueAt(rollout, 'status.message')).includes(says));
    });
  }

  void test('a Rollout deleted in the middle of a step takes everything along, and may come again', async () => {
    const app = make('deleted', 2);
    const deploy = async () => {
      await app.putServices();
      await putIngress(app);
      await app.putRollout(
        routed(app, { nginx: { stableIngress: 'deleted' } }, [{ setWeight: 50 }, { pause: {} }]),
      );
      await app.phase('Healthy');
    };
    await deploy();
    await app.release('2');
    await app.until((rollout) => valueAt(rollout, 'status.currentStepIndex') === 0);
    await bed.api.delete(app.ref);
    await chronicle.until(
      'its ReplicaSets and its Ingress are gone',
      () =>
        isDeepStrictEqual(sizesOf(chronicle, 'deleted'), {}) &&
        chronicle.latest('Ingress', canaryIngress(app)) === null,
    );
    await deploy();
  });

  void test('without the CRD of HTTPRoute the status says what is missing', async () => {
    const app = make('no-crd');
    await app.putServices();
    await app.putRollout(routed(app, byGateway({ httpRoute: 'no-crd' }), [{ setWeight: 50 }]));
    assert.match(await invalid(app), /HTTPRoute ".*" not found/);
  });

  void test('the others go on all the while', async () => {
    const app = make('bystander', 2);
    await app.putRollout({ steps: [{ setWeight: 50 }, { pause: { duration: 1 } }] });
    await app.phase('Healthy');
    for (const tag of ['2', '3']) {
      await app.release(tag);
      await app.phase('Healthy');
    }
  });
});
