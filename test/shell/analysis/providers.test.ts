import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnalysisRun, AnalysisRunSpec } from '../../../src/api/analysis.ts';
import type { Json } from '../../../src/api/meta.ts';
import type { Provider } from '../../../src/api/providers.ts';
import { json, type Received, type Reply, serve } from '../../providers/support/server.ts';
import { openLab } from './lab.ts';

// Providers whose measurements are more than one question and one answer, in whole runs.

const kayenta = (url: string): Provider => ({
  kayenta: {
    address: url,
    application: 'shop',
    canaryConfigName: 'errors',
    metricsAccountName: 'prometheus',
    configurationAccountName: 'minio',
    storageAccountName: 'minio',
    threshold: { pass: 90, marginal: 75 },
    scopes: [],
  },
});

const begun = [json([{ id: 'c', name: 'errors' }]), json({ canaryExecutionId: '01HZ' })];
const goesOn = json({ complete: false, status: 'running' });
const score = (value: number) =>
  json({ complete: true, status: 'succeeded', result: { judgeResult: { score: { score: value } } } });

// The answers of Kayenta, and the run with its measurements.
const rows: readonly (readonly [name: string, replies: readonly Reply[], want: string])[] = [
  ['passes', [...begun, goesOn, score(95.5)], 'Successful: Successful 95'],
  ['is in between', [...begun, score(75)], 'Inconclusive: Inconclusive 75'],
  ['fails', [...begun, goesOn, goesOn, score(0)], 'Failed: Failed 0'],
];

for (const [name, replies, want] of rows) {
  void test(`a canary that ${name} at Kayenta`, async () => {
    await using server = await serve(replies);
    const lab = await openLab({ metrics: [{ name: 'm', provider: kayenta(server.url) }] });
    assert.equal(line(await lab.play(100)), want);
    assert.equal(server.received.length, replies.length);
  });
}

void test('a new controller goes on waiting for the same execution', async () => {
  await using server = await serve([...begun, goesOn, score(95)]);
  const lab = await openLab({ metrics: [{ name: 'm', provider: kayenta(server.url) }] });
  for (; server.received.length < 3; lab.skip(5)) await lab.play(1);
  lab.restart();
  assert.equal(line(await lab.play(100)), 'Successful: Successful 95');
  assert.deepEqual(server.received.map(asked), [
    'GET /canaryConfig',
    'POST /canary/c',
    'GET /canary/01HZ',
    'GET /canary/01HZ',
  ]);
});

function asked({ method, url }: Received): string {
  return `${method} ${url.replace(/\?.*/, '')}`;
}

function line({ status }: AnalysisRun): string {
  const measurements = status?.metricResults?.[0]?.measurements ?? [];
  const shown = measurements.map((one) => `${one.phase} ${one.value ?? one.message ?? ''}`);
  return `${status?.phase ?? ''}: ${shown.join(', ')}`;
}

const ten = json({ status: 'success', data: { resultType: 'vector', result: [{ value: [1, '10'] }] } });
const run = (loki: Record<string, Json>): AnalysisRunSpec => ({
  metrics: [
    {
      name: 'm',
      consecutiveErrorLimit: 0,
      provider: { plugin: { 'sluice/loki': { query: 'vector(10)', ...loki } } },
    },
  ],
});

void test("a plugin's Secret is the controller's, and goes where it says", async () => {
  await using server = await serve([ten]);
  const secrets = { 'sluice/loki': { address: server.url, token: 'hush' }, loki: { token: 'other' } };
  const lab = await openLab(run({ secretRef: { name: 'loki' } }), secrets);
  assert.equal(line(await lab.play()), 'Successful: Successful [10]');
  assert.equal(server.received[0]?.headers['authorization'], 'Bearer hush');
});

void test("or the run's, and goes where the metric says", async () => {
  await using server = await serve([ten]);
  const secrets = { 'sluice/loki': { address: 'http://other', token: 'other' }, loki: { token: 'hush' } };
  const lab = await openLab(
    run({ address: server.url, secretRef: { name: 'loki', namespaced: true } }),
    secrets,
  );
  assert.equal(line(await lab.play()), 'Successful: Successful [10]');
  assert.equal(server.received[0]?.headers['authorization'], 'Bearer hush');
});

void test("the controller's Secret is not sent to an address of the metric's", async () => {
  await using server = await serve([ten]);
  const secrets = { 'sluice/loki': { address: 'http://loki.example', token: 'hush' } };
  const lab = await openLab(run({ address: server.url, secretRef: { name: 'loki' } }), secrets);
  const said = 'sluice/loki: address must be left out: the Secret sluice/loki says which service it is for';
  assert.equal(line(await lab.play()), `Error: Error ${said}`);
  assert.deepEqual(server.received, []);
});
