import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import type { PrometheusMetric } from '../../src/api/providers.ts';
import { prometheus } from '../../src/providers/prometheus.ts';
import { ask, line, now, valueIn } from './support/ask.ts';
import { json, type Received, type Reply, serve, text } from './support/server.ts';

function vector(...samples: readonly string[]): object {
  const result = samples.map((sample, at) => ({
    metric: { __name__: 'm', pod: `${at}` },
    value: [1, sample],
  }));
  return { status: 'success', data: { resultType: 'vector', result } };
}

function success(resultType: string, result: unknown, warnings?: readonly string[]): object {
  return { status: 'success', data: { resultType, result }, ...(warnings === undefined ? {} : { warnings }) };
}

const histogram = { count: '5', sum: '1.5', buckets: [[0, '0.1', '0.2', '5']] };
const histograms =
  'error! bad_response: the query returns native histograms, which are not numbers; ' +
  'take one with histogram_quantile(), histogram_avg() or histogram_count()';

// What Prometheus says, the reading in a line, the value that conditions see.
// The first seven rows are what the original makes of the same answers.
const answers: readonly (readonly [string, object, string, unknown?])[] = [
  ['one sample', vector('0.98'), '[0.98]', Float64Array.of(0.98)],
  ['no sample', vector(), '[]', Float64Array.of()],
  ['NaN', vector('NaN'), '[NaN]', Float64Array.of(Number.NaN)],
  ['+Inf', vector('+Inf'), '[+Inf]', Float64Array.of(Number.POSITIVE_INFINITY)],
  ['several samples', vector('1', '2', '3'), '[1,2,3]', Float64Array.of(1, 2, 3)],
  ['a scalar', success('scalar', [1, '2.5']), '2.5', 2.5],
  ['many digits', vector('12345678.12345679'), '[12345678.12345679]', Float64Array.of(12345678.12345679)],
  ['-Inf', vector('-Inf'), '[-Inf]', Float64Array.of(Number.NEGATIVE_INFINITY)],
  ['minus zero', vector('-0'), '[-0]', Float64Array.of(-0)],
  ['an exponent', vector('1e+06', '1.5E-7'), '[1000000,0.00000015]', Float64Array.of(1e6, 1.5e-7)],
  ['a scalar that is infinite', success('scalar', [1, '+Inf']), '+Inf', Number.POSITIVE_INFINITY],
  ['a scalar that is NaN', success('scalar', [1, 'NaN']), 'NaN', Number.NaN],
  [
    'a matrix, series by series',
    success('matrix', [
      {
        metric: { a: '1' },
        values: [
          [1, '1'],
          [2, '+Inf'],
        ],
      },
      { metric: { a: '2' }, values: [[1, '3']] },
    ]),
    '[1,+Inf,3]',
    Float64Array.of(1, Number.POSITIVE_INFINITY, 3),
  ],
  ['a matrix without series', success('matrix', []), '[]', Float64Array.of()],
  ['a warning', success('vector', [{ metric: {}, value: [1, '1'] }], ['slow']), '[1] {warnings: "slow"}'],
  ['two warnings', success('scalar', [1, '1'], ['slow', 'partial']), '1 {warnings: "slow", "partial"}'],
  ['a native histogram', success('vector', [{ metric: {}, histogram: [1, histogram] }]), histograms],
  [
    'a native histogram among floats',
    success('vector', [
      { metric: {}, value: [1, '1'] },
      { metric: {}, histogram: [1, histogram] },
    ]),
    histograms,
  ],
  [
    'native histograms over time',
    success('matrix', [{ metric: {}, histograms: [[1, histogram]] }]),
    histograms,
  ],
  ['a text', success('string', [1, 'text']), 'error! Prometheus metric type not supported'],
  ['a label that is no text', success('vector', [{ metric: { __name__: 5 }, value: [1, '7'] }]), '[7]'],
  ['a sample that is no number', vector('1x'), 'error! bad_response: a sample is not a number: "1x"'],
  [
    'a sample that is missing',
    success('vector', [{ metric: {} }]),
    'error! bad_response: a sample is not a number: nothing',
  ],
  ['a sample as JSON number', success('scalar', [1, 2]), 'error! bad_response: a sample is not a number: 2'],
  ['a series that is no object', success('vector', [5]), 'error! bad_response: a series is not an object'],
  [
    'a matrix without samples',
    success('matrix', [{ metric: {} }]),
    'error! bad_response: a series has no samples',
  ],
  [
    'a result that is no list',
    success('vector', {}),
    "error! bad_response: the answer's vector is not a list",
  ],
  ['an unknown type', success('cube', []), 'error bad_response: Unexpected resultType: cube'],
  ['no result', { status: 'success' }, 'error! bad_response: the answer has no result'],
  [
    'an error with 200',
    { status: 'error', error: 'odd' },
    'error bad_response: the answer has no status "success": odd',
  ],
];

for (const [name, answer, want, value] of answers) {
  void test(`prometheus answers ${name}`, async () => {
    await using server = await serve([json(answer)]);
    const reading = await prometheus.start({ address: server.url, query: 'q' }, ask());
    assert.equal(line(reading), want);
    if (value !== undefined) assert.deepEqual(valueIn(reading), value);
  });
}

function failure(errorType: string, error: string): object {
  return { status: 'error', errorType, error };
}

// Texts of the first two rows as recorded from the original.
const refusals: readonly (readonly [Reply, string])[] = [
  [
    json(failure('internal', 'scripted failure'), 500),
    'error server_error: server error: 500 {error: scripted failure}',
  ],
  [json(failure('bad_data', 'scripted failure'), 400), 'error! bad_data: scripted failure'],
  [json(failure('execution', 'many-to-many matching'), 422), 'error execution: many-to-many matching'],
  [
    json(failure('timeout', 'query timed out'), 503),
    'error server_error: server error: 503 {error: query timed out}',
  ],
  [text('bad', 400), 'error! client_error: client error: 400'],
];

for (const [reply, want] of refusals) {
  void test(`prometheus refuses: ${want}`, async () => {
    await using server = await serve([reply]);
    assert.equal(line(await prometheus.start({ address: server.url, query: 'q' }, ask())), want);
  });
}

const one = json(vector('1'));
const at = `time=${now / 1000}`;
const typed = 'application/x-www-form-urlencoded';

// The metric, what the server gets: method, address, body and chosen headers.
const requests: readonly (readonly [string, Omit<PrometheusMetric, 'address'>, string])[] = [
  ['an instant query', { query: 'up' }, `POST /api/v1/query query=up&${at} type=${typed}`],
  [
    'an odd query',
    { query: 'a{b="ä&=+ #"}' },
    `POST /api/v1/query query=a%7Bb%3D%22%C3%A4%26%3D%2B+%23%22%7D&${at} type=${typed}`,
  ],
  [
    'a header',
    { query: 'up', headers: [{ key: 'X-Scope-OrgID', value: 'a' }] },
    `POST /api/v1/query query=up&${at} type=${typed} org=a`,
  ],
  [
    'basic authentication',
    { query: 'up', authentication: { basicAuth: { username: 'u', password: 'p' } } },
    `POST /api/v1/query query=up&${at} type=${typed} auth=Basic dTpw`,
  ],
  [
    'basic authentication without a password',
    { query: 'up', authentication: { basicAuth: { username: 'u', password: '' } } },
    `POST /api/v1/query query=up&${at} type=${typed} auth=Basic dTo=`,
  ],
  [
    'authentication with nothing in it',
    { query: 'up', authentication: { basicAuth: {}, oauth2: {}, sigv4: {} } },
    `POST /api/v1/query query=up&${at} type=${typed}`,
  ],
];

function sent(request: Received | undefined): string {
  if (request === undefined) return 'nothing';
  const { 'content-type': type, 'x-scope-orgid': org, authorization: auth } = request.headers;
  const headers = Object.entries({ type, org, auth }).filter(([, value]) => value !== undefined);
  const parts = [request.method, request.url, request.body, ...headers.map((pair) => pair.join('='))];
  return parts.filter((part) => part !== '').join(' ');
}

for (const [name, metric, want] of requests) {
  void test(`prometheus is sent ${name}`, async () => {
    await using server = await serve([one]);
    assert.equal(line(await prometheus.start({ address: server.url, ...metric }, ask())), '[1]');
    assert.equal(sent(server.received[0]), want);
  });
}

// What is behind the host in the address, and where the request arrives.
const addresses: readonly (readonly [string, string])[] = [
  ['', '/api/v1/query'],
  ['/', '/api/v1/query'],
  ['/prometheus/', '/prometheus/api/v1/query'],
  ['/prometheus?tenant=a', '/prometheus/api/v1/query?tenant=a'],
];

for (const [path, want] of addresses) {
  void test(`prometheus at the address ${path} is asked at ${want}`, async () => {
    await using server = await serve([one]);
    await prometheus.start({ address: `${server.url}${path}`, query: 'up' }, ask());
    assert.equal(server.received[0]?.url, want);
  });
}

for (const status of [405, 501]) {
  void test(`prometheus is asked with GET after ${status} for POST`, async () => {
    await using server = await serve([text('no', status), one]);
    const metric = { address: `${server.url}?tenant=a`, query: 'up' };
    assert.equal(line(await prometheus.start(metric, ask())), '[1]');
    assert.equal(sent(server.received[1]), `GET /api/v1/query?tenant=a&query=up&${at}`);
  });
}

void test('prometheus takes its address from the environment', async () => {
  await using server = await serve([one]);
  const reading = await prometheus.start(
    { query: 'up' },
    ask({ ARGO_ROLLOUTS_PROMETHEUS_ADDRESS: server.url }),
  );
  assert.equal(line(reading), '[1]');
});

void test('prometheus is not asked through a proxy for this machine', async () => {
  await using proxy = await serve([text('from the proxy')]);
  await using server = await serve([one]);
  // axios reads the environment of the process itself.
  const before = process.env['HTTP_PROXY'];
  process.env['HTTP_PROXY'] = proxy.url;
  try {
    const reading = await prometheus.start(
      { address: server.url, query: 'up' },
      ask({ HTTP_PROXY: proxy.url }),
    );
    assert.equal(line(reading), '[1]');
  } finally {
    if (before === undefined) delete process.env['HTTP_PROXY'];
    else process.env['HTTP_PROXY'] = before;
  }
  assert.equal(proxy.received.length, 0);
});

const refused: readonly (readonly [PrometheusMetric, string])[] = [
  [{ query: 'up' }, 'error! prometheus address is not configured'],
  [{ address: 'prometheus:9090', query: 'up' }, 'error! prometheus address is not is url format'],
  [{ address: 'nothing', query: 'up' }, 'error! prometheus address is not is url format'],
  [{ address: 'http://x', query: 'up', timeout: -1 }, 'error! prometheus timeout should not be negative'],
  [
    { address: 'http://aps-workspaces.eu-west-1.amazonaws.com/workspaces/w', query: 'up' },
    'error! prometheus: requests to Amazon are signed only with https',
  ],
  [
    {
      address: 'https://aps-workspaces.eu-west-1.amazonaws.com/workspaces/w',
      query: 'up',
      authentication: { sigv4: { region: 'Ireland' } },
    },
    'error! prometheus: sigv4: "Ireland" is no region of AWS',
  ],
];

for (const [metric, want] of refused) {
  void test(`prometheus: ${want}`, async () =>
    assert.equal(line(await prometheus.start(metric, ask())), want));
}

void test('measurements at the same time do not mix', async () => {
  await using server = await serve([
    json(success('scalar', [1, '1'], ['a'])),
    json(success('scalar', [1, '2'])),
  ]);
  const metric = { address: server.url, query: 'q' };
  const readings = await Promise.all([prometheus.start(metric, ask()), prometheus.start(metric, ask())]);
  assert.deepEqual(readings.map(line).sort(), ['1 {warnings: "a"}', '2']);
});

void test('the query is shown with the metric', () => {
  assert.deepEqual(prometheus.describe?.({ query: 'up' }), { ResolvedPrometheusQuery: 'up' });
  assert.deepEqual(prometheus.describe?.({}), {});
});

void test('the library is loaded only when something is measured', () => {
  const script = `import '${import.meta.resolve('../../src/providers/index.ts')}';
    const { createRequire } = await import('node:module');
    const cache = createRequire('${import.meta.url}').cache;
    console.log(Object.keys(cache).filter((path) => path.includes('prometheus-query')).length);`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  assert.equal(stdout.trim(), '0');
});
