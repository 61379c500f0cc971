import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { AnalysisRun, AnalysisRunSpec, Metric } from '../../src/api/analysis.ts';
import { json, nowhere, type Reply, serve, text } from '../providers/support/server.ts';
import { type Bed, startBed } from './bed/bed.ts';
import { type Controller, startController } from './bed/controller.ts';

const API = 'argoproj.io/v1alpha1';
const sample = (value: string) => ({ metric: {}, value: [1_795_248_000, value] });
const vector = (...values: readonly string[]) =>
  json({ status: 'success', data: { resultType: 'vector', result: values.map(sample) } });

/** Phase, message, and of each metric its phase and its measurements. */
function line(run: AnalysisRun | null): string {
  const { phase, message, metricResults = [] } = run?.status ?? {};
  const metrics = metricResults.map(({ name, measurements = [] }) => {
    const shown = measurements.map((one) => `${one.phase} ${one.value ?? one.message ?? ''}`);
    return ` | ${name}: ${shown.join(', ')}`;
  });
  return `${phase ?? ''} ${message ?? ''}${metrics.join('')}`;
}

const isOver = (run: AnalysisRun | null) =>
  run?.status?.phase !== undefined && run.status.phase !== 'Running';

void describe('analysis runs on a real API server', { concurrency: true }, () => {
  let bed: Bed;
  let controller: Controller;
  let namespace: string;

  before(async () => {
    bed = await startBed();
    namespace = await bed.namespace('analysis');
    controller = await startController(bed, { args: ['--leader-elect=false'] });
  });
  after(async () => {
    await controller?.kill('SIGTERM');
    await bed?.stop();
  });

  const ref = (name: string) => ({ apiVersion: API, kind: 'AnalysisRun', namespace, name });
  const apply = (name: string, spec: AnalysisRunSpec) =>
    bed.api.apply({ apiVersion: API, kind: 'AnalysisRun', metadata: { name, namespace }, spec });
  const ended = (name: string, seconds?: number) => bed.api.until<AnalysisRun>(ref(name), isOver, seconds);

  /** A run of one metric on a server that gives these replies, and what it ends as. */
  const row = (name: string, replies: readonly Reply[] | 'down', fields: Partial<Metric>, expected: string) =>
    void test(name.replaceAll('-', ' '), async () => {
      await using server = await serve(replies === 'down' ? [] : replies);
      const url = replies === 'down' ? await nowhere() : server.url;
      const provider = { prometheus: { address: url, query: 'up', timeout: 1 } };
      const metric = JSON.stringify({ name: 'm', provider, ...fields }).replaceAll('<url>', url);
      await apply(name, { metrics: [JSON.parse(metric) as Metric] });
      const shown = line(await ended(name, 40))
        .replaceAll(url, '<url>')
        .replaceAll(new URL(url).host, '<host>');
      assert.equal(shown, expected);
    });

  const once = { consecutiveErrorLimit: 0 };
  const above = { successCondition: 'result[0] > 0.9' };
  const web = { provider: { web: { url: '<url>', timeoutSeconds: 1 } } };
  const failed = (measured: string) =>
    `Failed Metric "m" assessed Failed due to failed (1) > failureLimit (0) | m: ${measured}`;
  const broken = (message: string) =>
    'Error Metric "m" assessed Error due to consecutiveErrors (1) > consecutiveErrorLimit (0): ' +
    `"Error Message: ${message}" | m: Error ${message}`;
  const down = 'Post "<url>/api/v1/query": dial tcp <host>: connect: connection refused';

  row('good', [vector('0.95')], above, 'Successful  | m: Successful [0.95]');
  row('bad', [vector('0.5')], above, failed('Failed [0.5]'));
  row('not-a-number', [vector('NaN')], above, failed('Failed [NaN]'));
  row('infinite', [vector('+Inf')], above, 'Successful  | m: Successful [+Inf]');
  row('no-samples', [vector()], {}, 'Successful  | m: Successful []');
  row(
    'two-errors-in-a-row',
    'down',
    { consecutiveErrorLimit: 1 },
    [
      'Error Metric "m" assessed Error due to consecutiveErrors (2) > consecutiveErrorLimit (1): ',
      `"Error Message: ${down}" | m: Error ${down}, Error ${down}`,
    ].join(''),
  );
  row(
    'ten-megabytes',
    [text('x'.repeat(10_000_000))],
    { ...web, ...once },
    broken('Get "<url>": the answer is larger than 5 MiB'),
  );
  row(
    'never-answered',
    [{ kind: 'silence' }],
    once,
    broken('Post "<url>/api/v1/query": context deadline exceeded: no answer within 1s'),
  );
  row(
    'endless-condition',
    [vector('1')],
    { ...once, successCondition: 'all(1..100000000, # > 0)' },
    broken('could not evaluate successCondition "all(1..100000000, # > 0)": memory budget exceeded'),
  );
  row(
    'no-condition-at-all',
    [vector('1')],
    { ...once, successCondition: 'result[0] >' },
    broken('could not evaluate successCondition "result[0] >": unexpected token EOF'),
  );
  row(
    'refused',
    [],
    { count: 2 },
    'Error Analysis spec invalid: metrics[0]: interval must be specified when count > 1',
  );

  const token = { name: 'token', valueFrom: { secretKeyRef: { name: 'keys', key: 'token' } } };
  const secured = (url: string): AnalysisRunSpec => ({
    args: [token],
    metrics: [{ name: 'm', provider: { prometheus: { address: url, query: 'q{{args.token}}' } } }],
  });

  void test('a secret is used and not shown', async () => {
    await using server = await serve([vector('1')]);
    const metadata = { name: 'keys', namespace };
    await bed.api.apply({ apiVersion: 'v1', kind: 'Secret', metadata, stringData: { token: 'sesame' } });
    await apply('secret', secured(server.url));
    const run = await ended('secret');
    assert.equal(run?.status?.phase, 'Successful');
    assert.match(server.received[0]?.body ?? '', /qsesame/);
    assert.deepEqual(run.status.metricResults?.[0]?.metadata, { ResolvedPrometheusQuery: 'q*****' });
  });

  void test('a secret that is not there ends the run', async () => {
    await using server = await serve([vector('1')]);
    const spec = secured(server.url);
    const args = [{ name: 'token', valueFrom: { secretKeyRef: { name: 'gone', key: 'token' } } }];
    await apply('no-secret', { ...spec, args });
    assert.equal(
      line(await ended('no-secret')),
      'Error Unable to resolve metric arguments: secrets "gone" not found',
    );
  });

  void test('a run that is terminated ends at once, whatever is on its way', async () => {
    await using server = await serve([{ kind: 'silence' }]);
    const provider = { prometheus: { address: server.url, query: 'up' } };
    await apply('terminated', { metrics: [{ name: 'm', provider }] });
    await bed.api.until<AnalysisRun>(ref('terminated'), (run) => run?.status?.phase === 'Running');
    await bed.api.patch(ref('terminated'), 'merge', { spec: { terminate: true } });
    assert.equal(line(await ended('terminated', 10)), 'Successful Run Terminated');
  });

  void test('a run is told of and deleted when its time is over', async () => {
    await using server = await serve([vector('1')]);
    const provider = { prometheus: { address: server.url, query: 'up' } };
    await apply('short', { metrics: [{ name: 'm', provider }], ttlStrategy: { secondsAfterCompletion: 2 } });
    await bed.api.until<AnalysisRun>(ref('short'), (run) => run === null);
    interface Told {
      readonly reason: string;
      readonly involvedObject: { readonly name: string };
    }
    const told = async () => {
      const events = await bed.api.list<Told>({ apiVersion: 'v1', kind: 'Event', namespace });
      const mine = events.filter((event) => event.involvedObject.name === 'short');
      return mine.map(({ reason }) => reason).sort();
    };
    // Events are written in the background.
    const deadline = AbortSignal.timeout(60_000);
    while ((await told()).length < 2 && !deadline.aborted) await pause(50);
    assert.deepEqual(await told(), ['AnalysisRunSuccessful', 'MetricSuccessful']);
  });
});
