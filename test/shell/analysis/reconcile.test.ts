import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnalysisRun, AnalysisRunSpec, Metric } from '../../../src/api/analysis.ts';
import { metricPlugins } from '../../../src/api/schema/metric-plugins.ts';
import { json, nowhere, type Reply, serve, text } from '../../providers/support/server.ts';
import { openLab } from './lab.ts';

/** What the server of a row does: replies in turn, the last one repeats; or there is no server. */
type Server = readonly Reply[] | 'down';

/** A row: one metric `m` on a server, and in one line what its run ends as. */
function row(name: string, server: Server, fields: Partial<Metric>, expected: string): void {
  void test(name, async () => {
    await using other = await serve(server === 'down' ? [] : server);
    const url = server === 'down' ? await nowhere() : other.url;
    const spec: AnalysisRunSpec = {
      metrics: [
        { name: 'm', provider: { prometheus: { address: url, query: 'up', timeout: 1 } }, ...fields },
      ],
    };
    const lab = await openLab(JSON.parse(JSON.stringify(spec).replaceAll('<url>', url)) as AnalysisRunSpec);
    const shown = line(await lab.play(40))
      .replaceAll(url, '<url>')
      .replaceAll(new URL(url).host, '<host>');
    assert.equal(shown, expected);
  });
}

/** Phase, message of the run, and of each metric its measurements. */
function line(run: AnalysisRun): string {
  const { phase, message, metricResults = [] } = run.status ?? {};
  const metrics = metricResults.map(({ name, measurements = [] }) => {
    const shown = measurements.map((one) => `${one.phase} ${one.value ?? one.message ?? ''}`);
    return ` | ${name}: ${shown.join(', ')}`;
  });
  return `${phase ?? ''} ${message ?? ''}${metrics.join('')}`;
}

const sample = (value: string) => ({ metric: {}, value: [1_795_248_000, value] });
const vector = (...values: readonly string[]) =>
  json({ status: 'success', data: { resultType: 'vector', result: values.map(sample) } });
const web = (path = '') => ({ provider: { web: { url: `<url>${path}`, timeoutSeconds: 1 } } });
const once = { consecutiveErrorLimit: 0 };
const above = { successCondition: 'result[0] > 0.9' };

const failed = (measured: string) =>
  `Failed Metric "m" assessed Failed due to failed (1) > failureLimit (0) | m: ${measured}`;
const broken = (message: string) =>
  'Error Metric "m" assessed Error due to consecutiveErrors (1) > consecutiveErrorLimit (0): ' +
  `"Error Message: ${message}" | m: Error ${message}`;

row('a good value', [vector('0.95')], above, 'Successful  | m: Successful [0.95]');
row('a bad value', [vector('0.5')], above, failed('Failed [0.5]'));
row('no samples without a condition', [vector()], {}, 'Successful  | m: Successful []');
row(
  'no samples with a condition',
  [vector()],
  { ...above, ...once },
  broken(
    'could not evaluate successCondition "result[0] > 0.9": metric result is nil or empty: ' +
      'no data returned from the metric provider',
  ),
);
row('NaN is not above anything', [vector('NaN')], above, failed('Failed [NaN]'));
row('infinity is above everything', [vector('+Inf')], above, 'Successful  | m: Successful [+Inf]');
row(
  'a condition that does not compile',
  [vector('1')],
  { ...once, successCondition: 'result[0] >' },
  broken('could not evaluate successCondition "result[0] >": unexpected token EOF'),
);
row(
  'a condition that is no condition',
  [vector('1')],
  { ...once, successCondition: 'result[0]' },
  broken('could not evaluate successCondition "result[0]": expected bool, but got float64'),
);
row(
  'a condition that loops',
  [vector('1')],
  { ...once, successCondition: 'all(1..100000000, # > 0)' },
  broken('could not evaluate successCondition "all(1..100000000, # > 0)": memory budget exceeded'),
);
row(
  'a service that is not there, until enough errors came in a row',
  'down',
  { consecutiveErrorLimit: 1 },
  'Error Metric "m" assessed Error due to consecutiveErrors (2) > consecutiveErrorLimit (1): ' +
    '"Error Message: Post "<url>/api/v1/query": dial tcp <host>: connect: connection refused" | m: ' +
    'Error Post "<url>/api/v1/query": dial tcp <host>: connect: connection refused, ' +
    'Error Post "<url>/api/v1/query": dial tcp <host>: connect: connection refused',
);
row(
  'a service that recovers',
  [json({ status: 'error' }, 500), vector('1')],
  above,
  'Successful  | m: Error server_error: server error: 500, Successful [1]',
);
row(
  'a provider that is not there',
  [],
  { provider: { plugin: { 'team/x': {} } } },
  'Error Analysis spec invalid: metrics[0].provider.plugin["team/x"]: unknown metric plugin "team/x"; ' +
    `known are ${Object.keys(metricPlugins).join(', ')}`,
);
row(
  'a page of HTML instead of samples',
  [text('<html>oops</html>')],
  once,
  broken('bad_response: the answer is not JSON but no content type; is another service at <url>?'),
);
row('HTML is a text', [text('<p></p>')], { ...web(), ...once }, 'Successful  | m: Successful <p></p>');
row(
  'ten megabytes',
  [text('x'.repeat(10_000_000))],
  { ...web(), ...once },
  broken('Get "<url>": the answer is larger than 5 MiB'),
);
row(
  'an answer that never comes',
  [{ kind: 'silence' }],
  once,
  broken('Post "<url>/api/v1/query": context deadline exceeded: no answer within 1s'),
);
row(
  'an answer that never ends',
  [{ kind: 'drip' }],
  { ...web(), ...once },
  broken('Get "<url>": context deadline exceeded: no answer within 1s'),
);
row(
  'a run that is refused',
  [],
  { count: 2 },
  'Error Analysis spec invalid: metrics[0]: interval must be specified when count > 1',
);
