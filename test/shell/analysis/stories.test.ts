import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnalysisRun, AnalysisRunSpec } from '../../../src/api/analysis.ts';
import { stopLater } from '../kube/bench.ts';
import { type Reply, TestServer, until } from '../kube/server.ts';
import { type Lab, openLab } from './lab.ts';

/** A web service that always gives the same answer. */
const serve = async (reply: Reply): Promise<TestServer> => stopLater(await TestServer.start(() => reply));
const json = (body: unknown): Reply => ({ body });
const terminate = (run: AnalysisRun): AnalysisRun => ({ ...run, spec: { ...run.spec, terminate: true } });

const webMetric = (name: string, server: TestServer, more: object = {}) => ({
  name,
  provider: { web: { url: `${server.url}/${name}`, timeoutSeconds: 30 } },
  ...more,
});

const writes = (lab: Lab) => lab.sent.filter((one) => one.startsWith('PATCH'));

void test('a secret is filled in and appears nowhere else', async () => {
  const server = await serve(json({ ok: true }));
  const value = 'open "sesame" & more';
  const spec: AnalysisRunSpec = {
    args: [{ name: 'token', valueFrom: { secretKeyRef: { name: 'keys', key: 'token' } } }],
    metrics: [
      {
        name: 'm',
        successCondition: 'result.ok == "{{args.token}}"',
        consecutiveErrorLimit: 0,
        provider: {
          web: { url: `${server.url}/?t={{args.token}}`, headers: [{ key: 'x-t', value: '{{args.token}}' }] },
        },
      },
    ],
  };
  const lab = await openLab(spec, { keys: { token: value } });
  const run = await lab.play();
  assert.equal(server.arrived[0]?.headers['x-t'], value);
  assert.equal(run.status?.phase, 'Error');
  assert.match(run.status.message ?? '', /result\.ok == "\*{5}"/);
  const told = [...writes(lab), ...lab.notes].join('\n');
  for (const form of ['sesame', encodeURIComponent(value)]) assert.ok(!told.includes(form), told);
});

const token = { name: 'token', valueFrom: { secretKeyRef: { name: 'keys', key: 'token' } } };

void test('a secret in a query or in a number is not shown', async () => {
  const server = await serve(json({ status: 'success', data: { resultType: 'scalar', result: [0, '1'] } }));
  const prometheus = { address: server.url, query: 'x{t="{{args.token}}"}' };
  const run = async (more: object) => {
    const metrics = [{ name: 'm', provider: { prometheus }, ...more }];
    return (await openLab({ args: [token], metrics }, { keys: { token: 'sesame' } })).play();
  };
  const [result] = (await run({})).status?.metricResults ?? [];
  assert.deepEqual(result?.metadata, { ResolvedPrometheusQuery: 'x{t="*****"}' });
  assert.match(server.arrived[0]?.body ?? '', /sesame/);
  assert.equal(
    (await run({ interval: '{{args.token}}' })).status?.message,
    'Analysis spec invalid: metrics[0]: invalid interval string: time: invalid duration "*****"',
  );
});

void test('credentials of the controller come from its namespace, and only what is secret is hidden', async () => {
  const results = [{ rate: 0.71, key: 'sesame' }];
  const server = await serve(json({ data: { actor: { account: { nrql: { results } } } } }));
  const metrics = [{ name: 'm', provider: { newRelic: { query: 'FROM a SELECT rate' } } }];
  const keys = { 'personal-api-key': 'sesame\n', 'account-id': '7', 'base-url-nerdgraph': server.url };
  const elsewhere = await (await openLab({ metrics }, { newrelic: keys })).pass();
  assert.notEqual(elsewhere, null);
  assert.equal(server.arrived.length, 0);
  const run = await (await openLab({ metrics }, { 'sluice/newrelic': keys })).play();
  assert.equal(server.arrived[0]?.headers['api-key'], 'sesame');
  const [measurement] = run.status?.metricResults?.[0]?.measurements ?? [];
  assert.equal(measurement?.value, '{"key":"*****","rate":0.71}');
});

void test('a run that is refused lets go of the measurement on its way', async () => {
  const slow = await serve('never');
  const fast = await serve(json({}));
  const metrics = [webMetric('slow', slow), webMetric('fast', fast, { interval: '1s' })];
  const lab = await openLab({ metrics });
  await lab.pass();
  lab.change((run) => ({ ...run, spec: { ...run.spec, args: [token] } }));
  const { status } = await lab.play();
  assert.equal(status?.message, 'Unable to resolve metric arguments: secrets "keys" not found');
  assert.equal(status.metricResults?.[0]?.name, 'fast');
  await until('the end of the connection', () => slow.open === 0);
});

for (const [name, secrets, message] of [
  ['a Secret that does not exist', {}, 'secrets "keys" not found'],
  ['a Secret without the key', { keys: { other: 'x' } }, "key 'token' does not exist in secret 'keys'"],
] as const)
  void test(`${name} ends the run`, async () => {
    const server = await serve(json({}));
    const lab = await openLab({ args: [token], metrics: [webMetric('m', server)] }, secrets);
    const { status } = await lab.play();
    assert.equal(status?.message, `Unable to resolve metric arguments: ${message}`);
    assert.deepEqual(lab.notes, ['AnalysisRunError: Analysis Completed. Result: Error']);
    assert.equal(server.arrived.length, 0);
  });

void test('a run that is terminated lets go of the measurement on its way', async () => {
  const server = await serve('never');
  const lab = await openLab({ metrics: [webMetric('m', server)] });
  const wakeAt = await lab.pass();
  assert.ok(wakeAt !== null && wakeAt > lab.now(), 'it is looked at again, but not at once');
  assert.equal(lab.stored()?.status?.phase, 'Running');
  assert.equal(server.open, 1);
  lab.change(terminate);
  const { status } = await lab.play();
  assert.deepEqual([status?.phase, status?.message], ['Successful', 'Run Terminated']);
  assert.equal(status?.metricResults, undefined);
  await until('the end of the connection', () => server.open === 0);
});

void test('a run that is deleted lets go of the measurement on its way', async () => {
  const server = await serve('never');
  const lab = await openLab({ metrics: [webMetric('m', server)] });
  await lab.pass();
  lab.change(() => null);
  assert.equal(await lab.pass(), null);
  await until('the end of the connection', () => server.open === 0);
  assert.equal(writes(lab).length, 1);
});

void test('a slow metric does not hold up a fast one', async () => {
  const slow = await serve('never');
  const fast = await serve(json({}));
  const lab = await openLab({
    metrics: [webMetric('slow', slow), webMetric('fast', fast, { count: 3, interval: '1s' })],
  });
  await passUntil(lab, (run) => run.status?.metricResults?.[0]?.count === 3);
  assert.equal(slow.arrived.length, 1);
  assert.equal(lab.stored()?.status?.phase, 'Running');
});

/** Passes one after the other until the stored run is like that. */
async function passUntil(lab: Lab, holds: (run: AnalysisRun) => boolean): Promise<void> {
  for (let passes = 0; passes < 100; passes++) {
    const run = lab.stored();
    if (run !== null && holds(run)) return;
    await lab.pass();
    lab.skip(1);
  }
  assert.fail('the run does not get on');
}

void test('a metric that fails calls off the others', async () => {
  const slow = await serve('never');
  const bad = await serve(json({ ok: false }));
  const lab = await openLab({
    metrics: [webMetric('slow', slow), webMetric('bad', bad, { successCondition: 'result.ok' })],
  });
  const { status } = await lab.play();
  assert.equal(status?.message, 'Metric "bad" assessed Failed due to failed (1) > failureLimit (0)');
  assert.deepEqual(lab.notes, [
    "MetricFailed: Metric 'bad' Completed. Result: Failed",
    'AnalysisRunFailed: Analysis Completed. Result: Failed',
  ]);
  await until('the end of the connection', () => slow.open === 0);
});

void test('after a conflict the measurement is stored, not taken again', async () => {
  const server = await serve(json({}));
  const lab = await openLab({ metrics: [webMetric('m', server)] });
  lab.change((run) => ({ ...run, metadata: { ...run.metadata, annotations: { a: 'b' } } }), true);
  await assert.rejects(lab.pass(), { code: 'conflict' });
  assert.deepEqual(lab.notes, []);
  lab.catchUp();
  await lab.pass();
  assert.equal(lab.stored()?.status?.phase, 'Successful');
  assert.equal(server.arrived.length, 1);
  assert.equal(lab.notes.length, 2);
});

void test('a new controller goes on where the last one was', async () => {
  const server = await serve(json({}));
  const lab = await openLab({ metrics: [webMetric('m', server, { count: 3, interval: '10s' })] });
  await lab.pass();
  lab.restart();
  await lab.pass();
  assert.equal(server.arrived.length, 1);
  const { status } = await lab.play();
  assert.equal(status?.metricResults?.[0]?.count, 3);
  assert.equal(server.arrived.length, 3);
  assert.equal(writes(lab).length, 3);
});

void test('a pass over a run that has ended does nothing', async () => {
  const server = await serve(json({}));
  const lab = await openLab({ metrics: [webMetric('m', server)] });
  await lab.play();
  const before = lab.sent.length;
  assert.equal(await lab.pass(), null);
  assert.equal(lab.sent.length, before);
});

void test('a run is deleted when its time is over', async () => {
  const server = await serve(json({}));
  const lab = await openLab({
    metrics: [webMetric('m', server)],
    ttlStrategy: { secondsAfterSuccess: 60, secondsAfterFailure: 5 },
  });
  await lab.play();
  assert.notEqual(await lab.pass(), null);
  assert.notEqual(lab.stored(), null);
  lab.skip(61);
  assert.equal(await lab.pass(), null);
  assert.equal(lab.stored(), null);
});
