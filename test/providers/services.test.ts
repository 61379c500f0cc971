import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../src/api/meta.ts';
import type { CloudWatchMetric, Provider } from '../../src/api/providers.ts';
import { createHttpClient } from '../../src/providers/http-client.ts';
import { providerOf } from '../../src/providers/index.ts';
import { ask, line, withoutTls } from './support/ask.ts';
import { type Kit, kits, secret, table } from './support/kits.ts';
import { json, type Reply, serve, text } from './support/server.ts';

// What providers make of the answers of their services. What a status or the network does to them is in
// transport.test.ts, whole exchanges are in the golden files.

type Name = 'datadog' | 'newRelic' | 'wavefront' | 'graphite' | 'influxdb' | 'skywalking';

/** The answer of the service, the line of the reading, and the value where the line does not tell it. */
type Row = readonly [name: string, reply: Reply, want: string, value?: unknown];

function run(name: Name, rows: readonly Row[], kit: Kit = kits[name]): void {
  for (const [what, reply, want, value] of rows) {
    void test(`${name} answers ${what}`, async () => {
      await using server = await serve([reply]);
      const reading = await measured(kit.metric(server.url, false), kit, server.url);
      const url = `${name === 'wavefront' ? httpsOf(server.url) : server.url}${kit.path}`;
      const at = `${name}: ${kit.method} "${url}"`;
      assert.equal(line(reading), want.replace('<at>', at).replace('<url>', url));
      if (value !== undefined) assert.deepEqual(reading.kind === 'value' && reading.value, value);
    });
  }
}

async function measured(metric: Provider, kit: Kit, url: string, environment = {}) {
  const provider = providerOf(metric);
  assert.ok(provider.kind === 'provider');
  const fetch = withoutTls(createHttpClient({}));
  return await provider.start(ask(environment, undefined, { secrets: kit.secrets(url), fetch }));
}

function httpsOf(url: string): string {
  return url.replace('http:', 'https:');
}

const nan = Number.NaN;
const endless = Number.POSITIVE_INFINITY;
const unreadable = 'is another service at <url>?';

function notJson(type = 'application/json'): string {
  return `error <at>: the answer cannot be read as JSON (${type}); ${unreadable}`;
}

// Datadog, version 1.
const firstVersion: Kit = {
  ...kits.datadog,
  metric: () => ({ datadog: { query: 'avg:up{*}' } }),
  method: 'Get',
  path: '/base/api/v1/query',
};
const points = (...pointlist: readonly unknown[]) => json({ status: 'ok', series: [{ pointlist }] });

run(
  'datadog',
  [
    ['the last point', points([1, 0.5], [2, 0.25]), '0.25', 0.25],
    ['no series', json({ status: 'ok', series: [] }), '[]', null],
    ['no points', points(), '[]', null],
    ['a last point without value', points([1, 0.5], [2, null]), '[]', null],
    ['a very small value', points([1, 1e-7]), '0.0000001', 1e-7],
    ['half a point', points([1]), 'error <at>: Datapoint does not have 2 values'],
    ['NaN', points([1, 'NaN']), 'error <at>: Datapoint does not have 2 values'],
    [
      'an error with 200',
      json({ status: 'error', error: 'Rule 1 of "scalar" is \n unknown' }),
      'error <at>: There were errors in your query: Rule 1 of "scalar" is unknown',
    ],
    [
      'errors with 400',
      json({ errors: [`Invalid key ${secret}-1`, 'Parse error'] }, 400),
      'error! <at>: received non 2xx response code: 400: Invalid key *****; Parse error',
    ],
    [
      'who may not',
      json({ errors: ['Forbidden'] }, 403),
      'error! <at>: received authentication error response code: 403: Forbidden',
    ],
  ],
  firstVersion,
);

// Datadog, version 2.
const columns = (...all: readonly unknown[]) => json({ data: { attributes: { columns: all } } });
const numbers = (...values: readonly unknown[]) => ({ name: 'query', type: 'number', values });
const tags = (...values: readonly unknown[]) => ({ name: 'tag', type: 'group', values });

run('datadog', [
  ['a scalar', columns(numbers(0.75)), '0.75', 0.75],
  ['a column of no type', columns({ values: [3] }), '3', 3],
  ['no values', columns(numbers()), '[]', null],
  ['null', columns(numbers(null)), '[]', null],
  ['no columns', columns(), '[]', null],
  ['NaN', columns(numbers('NaN')), 'error <at>: a value is not a number, in row 0'],
  [
    'two groups',
    columns(tags(['a'], ['b,c']), numbers(1, 2.5)),
    '[1,2.5] {groups: [{"name":"a","value":1},{"name":"b,c","value":2.5}]}',
    Float64Array.of(1, 2.5),
  ],
  [
    'one group',
    columns(tags(['a']), numbers(1)),
    '[1] {groups: [{"name":"a","value":1}]}',
    Float64Array.of(1),
  ],
  [
    'groups by two tags, one without data',
    columns(tags(['a'], ['a']), tags(['x'], ['y', 'z']), numbers(null, 2)),
    '[2] {groups: [{"name":"a,y,z","value":2}]}',
    Float64Array.of(2),
  ],
  ['groups without data', columns(tags(['a']), numbers(null)), '[]', null],
  ['a group without name', columns(tags([]), numbers(1)), 'error <at>: a group has no name, in row 0'],
  [
    'an error with 200',
    json({ data: null, errors: 'unknown metric' }),
    'error <at>: There were errors in your query: unknown metric',
  ],
]);

void test('datadog tells the lowest and the highest of many groups, and judges all', async () => {
  const values = Array.from({ length: 300 }, (_, i) => (i * 7) % 300);
  const many = columns(tags(...values.map((value) => [`g${value}`])), numbers(...values));
  await using server = await serve([many]);
  const reading = await measured(kits.datadog.metric(server.url, false), kits.datadog, server.url);
  assert.ok(reading.kind === 'value' && reading.value instanceof Float64Array);
  assert.equal(reading.value.length, 300);
  const groups: readonly { value: number }[] = JSON.parse(reading.metadata?.['groups'] ?? '');
  const told = groups.map(({ value }) => value);
  assert.deepEqual(
    told,
    [...values].sort((a, b) => a - b).filter((value) => value < 50 || value >= 250),
  );
  assert.equal(reading.metadata?.['groups_truncated'], 'true');
});

const rows = (...results: readonly unknown[]) =>
  json({ data: { actor: { account: { nrql: { results } } } } });

run('newRelic', [
  ['a row', rows({ 'average.duration': 0.5, up: true }), '{"average.duration":0.5,"up":true}'],
  ['rows', rows({ a: 1 }, { a: 2 }), '[{"a":1},{"a":2}]', [{ a: 1 }, { a: 2 }]],
  ['null', rows({ a: null }), '{"a":null}', { a: null }],
  ['NaN as text', rows({ a: 'NaN' }), '{"a":"NaN"}', { a: 'NaN' }],
  ['no rows', rows(), 'error <at>: no results returned from NRQL query'],
  ['an empty row', rows({}), 'error <at>: no results returned from NRQL query'],
  ['an infinite number', text('{"a":1e999}', 200, { 'content-type': 'application/json' }), notJson()],
  [
    'no account',
    json({ data: { actor: { account: null } } }),
    'error <at>: no results returned from NRQL query',
  ],
  [
    'an error with 200',
    json({
      data: { actor: { account: { nrql: null } } },
      errors: [{ message: 'NRQL Syntax Error: Error at line 1' }],
    }),
    'error <at>: graphql: NRQL Syntax Error: Error at line 1',
  ],
]);

const series = (...data: readonly unknown[]) => json({ timeseries: data.map((one) => ({ data: one })) });
const at = (seconds: number) => 1_795_248_000 + seconds;

run('wavefront', [
  ['a point', series([[at(-10), 0.987]]), '0.99 {timestamps: 1795247990} {drift: -10}', 0.987],
  [
    'points, of which the nearest counts',
    series([
      [at(-90), 1],
      [at(-30), 2],
      [at(40), 3],
    ]),
    '2.00 {timestamps: 1795247970} {drift: -30}',
    2,
  ],
  [
    'two series',
    series([[at(0), 1]], [[at(-1), 'NaN']]),
    '[1.00,NaN] {timestamps: [1795248000,1795247999]} {drift: [0,-1]}',
    Float64Array.of(1, nan),
  ],
  [
    'infinity',
    series([[at(0), '-Infinity']]),
    '-Inf {timestamps: 1795248000} {drift: 0}',
    Number.NEGATIVE_INFINITY,
  ],
  [
    'a warning',
    json({ warnings: 'slow', timeseries: [{ data: [[at(0), 1]] }] }),
    '1.00 {warnings: slow} {timestamps: 1795248000} {drift: 0}',
  ],
  ['no series', json({ timeseries: [] }), 'error <at>: No TimeSeries found in response from Wavefront'],
  ['nothing', json({}), 'error <at>: No TimeSeries found in response from Wavefront'],
  ['a series without points', series([[at(0), 1]], []), 'error <at>: 1 of 2 series have no points'],
  ['null', series([[at(0), null]]), 'error <at>: 1 of 1 series have no points'],
  [
    'an error with 200',
    json({ errorType: 'QuerySyntaxError', errorMessage: 'expected )', warnings: 'w' }),
    'error <at>: error in the query: expected ) {warnings: w}',
  ],
]);

const datapoints = (...all: readonly unknown[]) => json([{ target: 'a', datapoints: all }, { target: 'b' }]);

run('graphite', [
  ['points', datapoints([1, 1], [null, 2], [0.5, 3]), '[1.000000,0.500000]', Float64Array.of(1, 0.5)],
  ['text', datapoints(['2.5', 1]), '[2.500000]', Float64Array.of(2.5)],
  ['NaN as text', datapoints(['NaN', 1]), '[NaN]', Float64Array.of(nan)],
  [
    'infinity',
    text('[{"target":"a","datapoints":[[1e9999,1],[-1e9999,2]]}]'),
    '[+Inf,-Inf]',
    Float64Array.of(endless, -endless),
  ],
  ['only null', datapoints([null, 1]), '[]', Float64Array.of()],
  ['no points', datapoints(), 'error <at>: no values found'],
  ['no series', json([]), 'error <at>: no values found'],
  ['an object', json({ a: 1 }), notJson()],
  ['a bare NaN', text('[{"target":"a","datapoints":[[NaN,1]]}]'), notJson('no content type')],
  ['a word', datapoints(['up', 1]), 'error <at>: a datapoint is not a number with its time: ["up",1]'],
  ['half a point', datapoints([1]), 'error <at>: a datapoint is not a number with its time: [1]'],
  [
    'a refusal that repeats the password of the address',
    json({ error: `http://user:${secret}@graphite` }, 400),
    'error! <at>: received non 2xx response code: 400: http://user:*****@graphite',
  ],
  [
    'a refusal as text',
    text('invalid target\n', 400, { 'content-type': 'text/plain' }),
    'error! <at>: received non 2xx response code: 400: invalid target',
  ],
]);

const csv = (body: string) => text(body, 200, { 'content-type': 'text/csv' });

run('influxdb', [
  ['floats', csv(table('double', '0.5', '1e21')), '[0.5 1e+21]', [0.5, 1e21]],
  [
    'integers',
    csv(table('long', '9007199254740993', '-1')),
    '[9007199254740993 -1]',
    [9007199254740993n, -1n],
  ],
  [
    'large integers',
    csv(table('unsignedLong', '18446744073709551615')),
    '[1.8446744073709552e+19]',
    [2 ** 64],
  ],
  ['what is missing', csv(table('double', '', '1')), '[<nil> 1]', [null, 1]],
  [
    'NaN and infinities',
    csv(table('double', 'NaN', '+Inf', '-Inf')),
    '[NaN +Inf -Inf]',
    [nan, endless, -endless],
  ],
  ['texts', csv(table('string', '"a, ""b""\nc"', 'd')), '[a, "b"\nc d]', ['a, "b"\nc', 'd']],
  ['booleans', csv(table('boolean', 'true', 'false')), '[true false]', [true, false]],
  ['a time', csv(table('dateTime:RFC3339', '2026-11-21T08:00:00Z')), '[2026-11-21T08:00:00Z]'],
  ['two tables', csv(`${table('double', '1')}${table('long', '2')}`), '[1 2]', [1, 2n]],
  ['a default', csv(table('double', '').replace('_result,,,', '_result,,7,')), '[7]', [7]],
  ['nothing', csv(''), 'error <at>: no results returned from flux query'],
  ['a table without rows', csv(table('double')), 'error <at>: no results returned from flux query'],
  [
    'no _value',
    csv(table('double', '1').replace('_value', 'mean')),
    'error <at>: the answer has no column _value',
  ],
  ['a word for a number', csv(table('double', 'up')), 'error <at>: a value of type double cannot be read'],
  ['an unknown type', csv(table('colour', 'red')), 'error <at>: a value of type colour cannot be read'],
  [
    'an error after some rows',
    csv(
      `${table('double', '1')}#datatype,string,string\n#group,true,true\n#default,,\n,error,reference\n` +
        `,"failed, with ${secret}",897\n`,
    ),
    'error <at>: error in the query: failed, with *****',
  ],
  [
    'a refusal',
    json({ code: 'unauthorized', message: 'unauthorized access' }, 401),
    'error! <at>: received authentication error response code: 401: unauthorized access',
  ],
  [
    'rows without annotations',
    csv('a,b\n1,2\n'),
    `error <at>: the answer cannot be read as CSV (text/csv); ${unreadable}`,
  ],
  [
    'rows that are cut',
    csv(table('double', '1').trimEnd().slice(0, -12)),
    `error <at>: the answer cannot be read as CSV (text/csv); ${unreadable}`,
  ],
]);

run('skywalking', [
  [
    'data',
    json({ data: { b: [1, null], a: '<' } }),
    '{"a":"\\u003c","b":[1,null]}',
    { b: [1, null], a: '<' },
  ],
  ['empty data', json({ data: {} }), '{}', {}],
  ['null', json({ data: null }), 'error <at>: no results returned from SkyWalking query'],
  ['nothing', json({}), 'error <at>: no results returned from SkyWalking query'],
  ['a bare NaN', text('{"data":{"a":NaN}}'), notJson('no content type')],
  [
    'errors with 200',
    json({ data: null, errors: [{ message: 'Validation error' }, { message: 'and more' }] }),
    'error <at>: graphql: Validation error; and more',
  ],
]);

// What is wrong before anything is asked: the metric, Secrets and environment, the message.
type Refused = readonly [
  metric: Provider,
  secrets: Readonly<Record<string, Readonly<Record<string, string>>>>,
  want: string,
  environment?: Readonly<Record<string, string>>,
];
const query = 'q';
const keys = { 'api-key': 'a', 'app-key': 'b' };

const one = { id: 'a', expression: '1' };
const cloudWatch = (metric: CloudWatchMetric): Provider => ({ cloudWatch: metric });
const loki = (config: JsonObject): Provider => ({ plugin: { 'sluice/loki': { query, ...config } } });

const refused: readonly Refused[] = [
  [{ datadog: {} }, {}, 'datadog: Must have either a query or queries'],
  [{ datadog: { query, queries: { a: 'b' } } }, {}, 'datadog: Cannot have both a query and queries'],
  [
    { datadog: { queries: { a: 'b' } } },
    {},
    'datadog: Query is empty. API Version v1 only supports using the query parameter',
  ],
  [
    { datadog: { apiVersion: 'v2', query, formula: 'a' } },
    {},
    'datadog: Formula are only valid when queries are set',
  ],
  [
    { datadog: { apiVersion: 'v2', queries: { a: 'b', c: 'd' } } },
    {},
    'datadog: When multiple queries are provided you must include a formula',
  ],
  [{ datadog: { query, aggregator: 'sum' } }, {}, 'datadog: Aggregator is not supported in v1'],
  [{ datadog: { query, interval: '5' } }, {}, 'datadog: interval "5" is not a duration'],
  [{ datadog: { query, requestTimeout: 'x' } }, {}, 'datadog: requestTimeout "x" is not a duration'],
  [{ datadog: { query, requestTimeout: '-1s' } }, {}, 'datadog: requestTimeout must be longer than 0s'],
  [{ datadog: { query } }, {}, 'datadog: secrets "datadog" not found in namespace sluice'],
  [
    { datadog: { query } },
    { 'sluice/datadog': { 'api-key': 'a' } },
    'datadog: api-key or app-key not found in Secret sluice/datadog',
  ],
  [
    { datadog: { query } },
    {},
    'datadog: secrets "datadog" not found in namespace sluice',
    { DD_API_KEY: 'a', DD_APP_KEY: 'b' },
  ],
  [
    { datadog: { query, secretRef: { namespaced: true } } },
    {},
    'datadog: secret name is required for namespaced credentials',
  ],
  [
    { datadog: { query, secretRef: { name: 'own', namespaced: true } } },
    { 'sluice/own': keys, 'sluice/datadog': keys },
    'datadog: secrets "own" not found',
  ],
  [
    { datadog: { query, secretRef: { name: 'own' } } },
    { 'run/own': keys, 'sluice/datadog': keys },
    'datadog: secrets "own" not found in namespace sluice',
  ],
  [{ newRelic: { query, timeout: 4 } }, {}, 'newRelic: timeout must be between 5 and 120 seconds'],
  [{ newRelic: { query, profile: 'p' } }, {}, 'newRelic: secrets "p" not found in namespace sluice'],
  [
    { newRelic: { query } },
    { 'sluice/newrelic': { 'account-id': '1' } },
    'newRelic: account-id or personal-api-key not found in Secret sluice/newrelic',
  ],
  [
    { newRelic: { query } },
    { 'sluice/newrelic': { 'account-id': 'me', 'personal-api-key': 'k' } },
    'newRelic: account-id in Secret sluice/newrelic is not a number',
  ],
  [
    { newRelic: { query } },
    { 'sluice/newrelic': { 'account-id': '1', 'personal-api-key': 'k', region: 'moon' } },
    'newRelic: region in Secret sluice/newrelic is neither us nor eu',
  ],
  [{ wavefront: { query } }, {}, 'wavefront: address must be a host such as example.wavefront.com'],
  [
    { wavefront: { query, address: 'https://a' } },
    {},
    'wavefront: address must be a host such as example.wavefront.com',
  ],
  [
    { wavefront: { query, address: 'a.example' } },
    { 'sluice/wavefront-api-tokens': { 'b.example': 't' } },
    'wavefront: API token not found: the Secret sluice/wavefront-api-tokens has no key a.example',
  ],
  [{ graphite: { query } }, {}, 'graphite: address is not set'],
  [{ influxdb: { query } }, {}, 'influxdb: secrets "influxdb" not found in namespace sluice'],
  [
    { influxdb: { query, profile: 'p' } },
    { 'sluice/p': { address: 'http://a', org: 'o' } },
    'influxdb: authToken, org, or address not found in Secret sluice/p',
  ],
  [
    { influxdb: { query } },
    { 'sluice/influxdb': { address: 'a', org: 'o', authToken: 't' } },
    'influxdb: Post "an address that cannot be read": the address must begin with http:// or https://',
  ],
  [{ skywalking: { query } }, {}, 'skywalking: address is not set'],
  [
    { skywalking: { query, address: 'http://a', interval: 'x' } },
    {},
    'skywalking: interval "x" is not a duration',
  ],
  [cloudWatch({ metricDataQueries: [] }), {}, 'cloudWatch: there are no metricDataQueries'],
  [cloudWatch({ interval: '5', metricDataQueries: [one] }), {}, 'cloudWatch: interval "5" is not a duration'],
  [
    cloudWatch({ metricDataQueries: [{ ...one, period: '1m' }] }),
    {},
    'cloudWatch: the period of query "a" is not a number of seconds',
  ],
  [
    cloudWatch({ metricDataQueries: [{ id: 'b', metricStat: { period: 0 } }] }),
    {},
    'cloudWatch: the period of the metricStat of query "b" is not a number of seconds',
  ],
  [
    cloudWatch({ metricDataQueries: [one] }),
    {},
    'cloudWatch: no region: set AWS_REGION for the controller',
    { AWS_CONFIG_FILE: '/nowhere/config', AWS_SHARED_CREDENTIALS_FILE: '/nowhere/credentials' },
  ],
  [
    cloudWatch({ metricDataQueries: [one] }),
    {},
    'cloudWatch: "eu-west-1.example.com#" is no region of AWS',
    { AWS_REGION: 'eu-west-1.example.com#' },
  ],
  [loki({}), {}, 'sluice/loki: address is not set'],
  [loki({ secretRef: { name: 'l' } }), {}, 'sluice/loki: secrets "l" not found in namespace sluice'],
  [
    loki({ secretRef: { name: 'l', namespaced: true } }),
    { 'run/l': { token: 't' }, 'sluice/l': { address: 'http://a' } },
    'sluice/loki: address is not set',
  ],
  [
    loki({ address: 'http://a', secretRef: { name: 'l' } }),
    { 'run/l': { address: 'http://a' }, 'sluice/l': { token: 't' } },
    'sluice/loki: the Secret sluice/l has no key address',
  ],
  [
    loki({ address: 'http://b', secretRef: { name: 'l' } }),
    { 'sluice/l': { address: 'http://a', token: 't' } },
    'sluice/loki: address must be left out: the Secret sluice/l says which service it is for',
  ],
];

for (const [metric, secrets, want, environment] of refused) {
  void test(`${JSON.stringify(metric)} is refused: ${want}`, async () => {
    const provider = providerOf(metric);
    assert.ok(provider.kind === 'provider');
    assert.equal(line(await provider.start(ask(environment, undefined, { secrets }))), `error! ${want}`);
  });
}

void test('a Secret that cannot be read now may be readable later', async () => {
  const provider = providerOf({ influxdb: { query } });
  assert.ok(provider.kind === 'provider');
  const failing = async () => ({ kind: 'error', code: 'failed', message: 'timeout' }) as const;
  const reading = await provider.start({ ...ask(), secret: failing });
  assert.equal(line(reading), 'error influxdb: timeout in namespace sluice');
});

// Time-outs that are asked for, in seconds.
const timeouts: readonly (readonly [Provider, number])[] = [
  [{ datadog: { query } }, 10],
  [{ datadog: { query, requestTimeout: '1m30s' } }, 90],
  [{ newRelic: { query } }, 30],
  [{ newRelic: { query, timeout: 60 } }, 70],
  [{ wavefront: { query, address: 'a.example' } }, 30],
  [{ graphite: { query, address: 'http://a' } }, 10],
  [{ influxdb: { query } }, 30],
  [{ skywalking: { query, address: 'http://a' } }, 30],
  [loki({ address: 'http://a' }), 30],
  [loki({ address: 'http://a', timeout: '1m30s' }), 90],
];

for (const [metric, want] of timeouts) {
  void test(`${JSON.stringify(metric)} waits for ${want} seconds`, async () => {
    const secrets = {
      'sluice/datadog': keys,
      'sluice/newrelic': { 'account-id': '1', 'personal-api-key': 'k' },
      'sluice/wavefront-api-tokens': { 'a.example': 't' },
      'sluice/influxdb': { address: 'http://a', org: 'o', authToken: 't' },
    };
    const asked: number[] = [];
    const provider = providerOf(metric);
    assert.ok(provider.kind === 'provider');
    await provider.start(
      ask({}, undefined, {
        secrets,
        fetch: async ({ timeoutSeconds }) => {
          asked.push(timeoutSeconds);
          return { kind: 'failure', code: 'closed', message: 'EOF' };
        },
      }),
    );
    assert.deepEqual(asked, [want]);
  });
}
