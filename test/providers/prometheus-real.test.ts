import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { PrometheusMetric } from '../../src/api/providers.ts';
import { prometheus } from '../../src/providers/prometheus.ts';
import { ask, line } from './support/ask.ts';
import { findPrometheus, type RealPrometheus, startPrometheus } from './support/real-prometheus.ts';

// The same provider against the real thing: what the scripted server of the other tests claims must be true.

const program = findPrometheus();
const reason = 'no Prometheus here: install the package "prometheus", or name the program in PROMETHEUS';
// With CI set nothing may be left out, so the missing program makes the tests fail.
const skip = program === null && (process.env['CI'] ?? '') === '' ? reason : false;

const twice = 'label_replace(vector(1),"a","1","","") or label_replace(vector(1),"a","2","","")';
const rangeQuery = { start: 'now() - duration("2m")', end: 'now()', step: '1m' };

// query, the reading in a line
const rows: readonly (readonly [string, Omit<PrometheusMetric, 'address'>, string | RegExp])[] = [
  ['a scalar', { query: 'scalar(vector(2.5))' }, '2.5'],
  ['a vector', { query: 'vector(0.98)' }, '[0.98]'],
  ['NaN', { query: 'vector(0)/0' }, '[NaN]'],
  ['+Inf', { query: 'vector(1)/0' }, '[+Inf]'],
  ['-Inf', { query: 'vector(-1)/0' }, '[-Inf]'],
  ['a scalar that is infinite', { query: '1/0' }, '+Inf'],
  ['many digits', { query: '12345678.12345679' }, '12345678.12345679'],
  ['a large number', { query: 'vector(1e21)' }, '[1000000000000000000000]'],
  ['a small number', { query: 'vector(1.5e-7)' }, '[0.00000015]'],
  ['several', { query: twice }, '[1,1]'],
  ['no data', { query: 'nothing_here' }, '[]'],
  ['the time of the question', { query: 'time()' }, '1795248000.25'],
  ['a range', { query: 'vector(time())', rangeQuery }, '[1795247880.25,1795247940.25,1795248000.25]'],
  ['an empty range', { query: 'nothing_here', rangeQuery }, '[]'],
  ['a text', { query: '"x"' }, 'error! Prometheus metric type not supported'],
  ['a query that cannot be read', { query: 'up{' }, /^error! bad_data: .*parse error/],
  ['no query', { query: '' }, /^error! bad_data: .*parse error/],
  [
    'two series that clash',
    {
      query: `vector(1) == on() group_left() (${twice})`,
    },
    /^error execution: /,
  ],
  ['a range in an instant query', { query: 'up[5m]' }, '[]'],
  [
    'too many points',
    { query: 'vector(1)', rangeQuery: { ...rangeQuery, step: '1ms' } },
    /^error! bad_data: .*11,000 points/,
  ],
];

let real: RealPrometheus | null = null;

before(async () => {
  if (skip === false) real = await startPrometheus(program ?? 'prometheus');
});

after(async () => {
  await real?.[Symbol.asyncDispose]();
});

for (const [name, metric, want] of rows) {
  void test(`a real Prometheus answers ${name}`, { skip }, async () => {
    assert.ok(real !== null, reason);
    const got = line(await prometheus.start({ address: real.url, ...metric }, ask()));
    if (typeof want === 'string') assert.equal(got, want);
    else assert.match(got, want);
  });
}

void test('a real Prometheus is asked at a wrong path', { skip }, async () => {
  assert.ok(real !== null, reason);
  const got = line(await prometheus.start({ address: `${real.url}/wrong`, query: 'up' }, ask()));
  assert.equal(got, 'error! client_error: client error: 404');
});
