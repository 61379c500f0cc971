import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPrometheus, type HttpRequest } from '../../../src/sim/metrics/http.ts';
import { DEFAULT_SETTINGS } from '../../../src/sim/metrics/promql/query.ts';
import { loaded, START_MS } from './load.ts';

const source = loaded(`
  up{job="app"} 1 1 1
  up{job="db"} 0 0 0
  tiny 0.00000015 NaN +Inf
`);
const answer = createPrometheus({ source, settings: DEFAULT_SETTINGS });
const NOW = START_MS + 30_000;

const GET = { method: 'GET', query: '', body: '', headers: {} };
const FORM = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };

/** `GET /path?query`, or `POST /path?query body` with a form. */
function request(line: string): HttpRequest {
  const [method = '', address = '', body = ''] = line.split(' ');
  const [path = '', query = ''] = address.split('?');
  return { ...GET, method, path, query, body, headers: method === 'POST' ? FORM : {} };
}

function success(data: unknown): string {
  return JSON.stringify({ status: 'success', data });
}

function failure(error: string): string {
  return JSON.stringify({ status: 'error', errorType: 'bad_data', error });
}

function vector(...samples: readonly (readonly [object, number, string])[]): string {
  const result = samples.map(([metric, at, value]) => ({ metric, value: [at, value] }));
  return success({ resultType: 'vector', result });
}

const app = { __name__: 'up', job: 'app' };
const db = { __name__: 'up', job: 'db' };
const range = '/api/v1/query_range?query=up%7Bjob%3D%22app%22%7D';
const badStep =
  'invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer';

// Request, status, body.
const rows: readonly (readonly [string, number, string])[] = [
  ['GET /api/v1/query?query=up', 200, vector([app, 1_795_248_030, '1'], [db, 1_795_248_030, '0'])],
  ['POST /api/v1/query query=up%7Bjob%3D%22db%22%7D', 200, vector([db, 1_795_248_030, '0'])],
  ['POST /api/v1/query?query=up query=tiny', 200, vector([{ __name__: 'tiny' }, 1_795_248_030, '+Inf'])],
  ['GET /api/v1/query?query=tiny&time=1795248015', 200, vector([{ __name__: 'tiny' }, 1_795_248_015, 'NaN'])],
  [
    'GET /api/v1/query?query=tiny&time=1795248000.0004',
    200,
    vector([{ __name__: 'tiny' }, 1_795_248_000, '1.5e-07']),
  ],
  [
    'GET /api/v1/query?query=tiny&time=1795248000.125',
    200,
    vector([{ __name__: 'tiny' }, 1_795_248_000.125, '1.5e-07']),
  ],
  [
    'GET /api/v1/query?query=tiny&time=2026-11-21T08:00:00.5Z',
    200,
    vector([{ __name__: 'tiny' }, 1_795_248_000.5, '1.5e-07']),
  ],
  [
    'GET /api/v1/query?query=tiny&time=2026-11-21T09:00:00%2B01:00',
    200,
    vector([{ __name__: 'tiny' }, 1_795_248_000, '1.5e-07']),
  ],
  ['GET /api/v1/query?query=1e21', 200, success({ resultType: 'scalar', result: [1_795_248_030, '1e+21'] })],
  ['GET /api/v1/query?query=%22x%22', 200, success({ resultType: 'string', result: [1_795_248_030, 'x'] })],
  ['GET /api/v1/query?query=nothing', 200, vector()],
  ['GET /api/v1/query?query=up&timeout=5s', 200, vector([app, 1_795_248_030, '1'], [db, 1_795_248_030, '0'])],
  [
    'GET /api/v1/query?query=up&time=soon',
    400,
    failure(
      'invalid parameter "time": Invalid time value for \'time\': cannot parse "soon" to a valid timestamp',
    ),
  ],
  [
    'GET /api/v1/query?query=up&timeout=soon',
    400,
    failure('invalid parameter "timeout": cannot parse "soon" to a valid duration'),
  ],
  [
    'GET /api/v1/query',
    400,
    failure('invalid parameter "query": 1:1: parse error: no expression found in input'),
  ],
  [
    'GET /api/v1/query?query=up%7B',
    400,
    failure('invalid parameter "query": 1:4: parse error: unexpected end of input'),
  ],
  [
    `GET ${range}&start=1795248000&end=1795248030&step=15`,
    200,
    success({
      resultType: 'matrix',
      result: [
        {
          metric: app,
          values: [
            [1_795_248_000, '1'],
            [1_795_248_015, '1'],
            [1_795_248_030, '1'],
          ],
        },
      ],
    }),
  ],
  [
    `GET ${range}&start=1795248000&end=1795248029.9&step=0.25m`,
    400,
    failure('invalid parameter "step": cannot parse "0.25m" to a valid duration'),
  ],
  [
    `GET ${range}&start=1795248000&end=1795248029.9&step=15s`,
    200,
    success({
      resultType: 'matrix',
      result: [
        {
          metric: app,
          values: [
            [1_795_248_000, '1'],
            [1_795_248_015, '1'],
          ],
        },
      ],
    }),
  ],
  [
    `GET ${range}&end=1795248030&step=15`,
    400,
    failure('invalid parameter "start": cannot parse "" to a valid timestamp'),
  ],
  [
    `GET ${range}&start=1795248000&end=1795248030`,
    400,
    failure('invalid parameter "step": cannot parse "" to a valid duration'),
  ],
  [`GET ${range}&start=1795248000&end=1795248030&step=0`, 400, failure(badStep)],
  [`GET ${range}&start=1795248000&end=1795248030&step=-1`, 400, failure(badStep)],
  [
    `GET ${range}&start=5&end=4&step=1`,
    400,
    failure('invalid parameter "end": end timestamp must not be before start time'),
  ],
  [
    `GET ${range}&start=0&end=11001&step=1`,
    400,
    failure(
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    ),
  ],
  ['GET /api/v1/series?match[]=up', 200, success([app, db])],
  [
    'GET /api/v1/series?match[]=up%7Bjob%3D%22db%22%7D&match[]=tiny',
    200,
    success([{ __name__: 'tiny' }, db]),
  ],
  ['POST /api/v1/series match[]=tiny', 200, success([{ __name__: 'tiny' }])],
  ['GET /api/v1/series?match[]=up&end=5', 200, success([])],
  ['GET /api/v1/series', 400, failure('no match[] parameter provided')],
  ['GET /api/v1/labels', 200, success(['__name__', 'job'])],
  ['GET /api/v1/labels?match[]=tiny', 200, success(['__name__'])],
  ['GET /api/v1/label/job/values', 200, success(['app', 'db'])],
  ['GET /api/v1/label/__name__/values', 200, success(['tiny', 'up'])],
  ['GET /api/v1/label/job/values?match[]=up%7Bjob!%3D%22db%22%7D', 200, success(['app'])],
  ['GET /api/v1/label/bad-name/values', 400, failure('invalid label name: "bad-name"')],
  ['GET /-/healthy', 200, 'Prometheus Server is Healthy.\n'],
  ['GET /-/ready', 200, 'Prometheus Server is Ready.\n'],
  ['GET /api/v1/nothing', 404, '404 page not found\n'],
  ['DELETE /api/v1/query', 405, 'Method Not Allowed\n'],
  ['POST /api/v1/status/buildinfo', 405, 'Method Not Allowed\n'],
];

for (const [line, status, body] of rows) {
  void test(line, () => {
    const { status: got, body: text } = answer(request(line), NOW);
    assert.deepEqual([got, text], [status, body]);
  });
}

void test('an error of the series is 422', () => {
  const { status, body } = answer(request('GET /api/v1/query?query=up*on()up'), NOW);
  assert.equal(status, 422);
  assert.match(body, /"errorType":"execution","error":"found duplicate series/);
});

void test('says whose semantics it has, and that it is not the original', () => {
  const { body } = answer(request('GET /api/v1/status/buildinfo'), NOW);
  assert.match(body, /"version":"2.42.0","revision":"sluice-simulator"/);
});

void test('a body that is no form is passed over', () => {
  const asked = { ...request('POST /api/v1/query?query=tiny query=up'), headers: {} };
  assert.match(answer(asked, NOW).body, /tiny/);
});

void test('a request that is too long is refused', () => {
  const asked = { ...request('POST /api/v1/query'), body: `query=${'x'.repeat(2 ** 20)}` };
  assert.match(answer(asked, NOW).body, /too long for the simulator/);
});
