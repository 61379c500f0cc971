import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PrometheusMetric } from '../../../src/api/providers.ts';
import { prometheus } from '../../../src/providers/prometheus.ts';
import { createPrometheus } from '../../../src/sim/metrics/http.ts';
import { DEFAULT_SETTINGS } from '../../../src/sim/metrics/promql/query.ts';
import { ask, line, now } from '../../providers/support/ask.ts';
import { loaded, START_MS } from './load.ts';

// The same provider that asks the real thing in test/providers/prometheus-real.test.ts.

const source = loaded('errors_total{v="canary"} 0+3*40\nrequests_total{v="canary"} 0+60*40\nodd NaN');
const simulated = createPrometheus({ source, settings: DEFAULT_SETTINGS });
const twice = 'label_replace(vector(1),"a","1","","") or label_replace(vector(1),"a","2","","")';
const rangeQuery = { start: 'now() - duration("2m")', end: 'now()', step: '1m' };

const rows: readonly (readonly [string, Omit<PrometheusMetric, 'address'>, string | RegExp])[] = [
  ['a rate of errors', { query: 'rate(errors_total[5m]) / rate(requests_total[5m])' }, '[0.05]'],
  ['a scalar', { query: 'scalar(vector(2.5))' }, '2.5'],
  ['NaN', { query: 'vector(0)/0' }, '[NaN]'],
  ['+Inf', { query: 'vector(1)/0' }, '[+Inf]'],
  ['a scalar that is infinite', { query: '1/0' }, '+Inf'],
  ['many digits', { query: '12345678.12345679' }, '12345678.12345679'],
  ['a large number', { query: 'vector(1e21)' }, '[1000000000000000000000]'],
  ['a small number', { query: 'vector(1.5e-7)' }, '[0.00000015]'],
  ['several', { query: twice }, '[1,1]'],
  ['no data', { query: 'nothing_here' }, '[]'],
  ['the time of the question', { query: 'time()' }, String((START_MS + 600_250) / 1000)],
  ['a range', { query: 'vector(time() - 1795248000)', rangeQuery }, '[480.25,540.25,600.25]'],
  ['an empty range', { query: 'nothing_here', rangeQuery }, '[]'],
  ['a text', { query: '"x"' }, 'error! Prometheus metric type not supported'],
  ['a query that cannot be read', { query: 'up{' }, /^error! bad_data: .*parse error/],
  [
    'a function that it does not know',
    { query: 'histogram_sum(odd)' },
    /^error! bad_data: .*histogram_sum\(\)/,
  ],
  ['two series that clash', { query: `vector(1) == on() group_left() (${twice})` }, /^error execution: /],
  [
    'too many points',
    { query: 'vector(1)', rangeQuery: { ...rangeQuery, step: '1ms' } },
    /^error! bad_data: .*11,000 points/,
  ],
];

for (const [name, metric, want] of rows) {
  void test(`our provider reads ${name}`, async () => {
    const asking = {
      ...ask(),
      now: START_MS + 600_250,
      fetch: async (request: Parameters<ReturnType<typeof ask>['fetch']>[0]) => {
        const { pathname: path, search } = new URL(request.url);
        const { method, headers } = request;
        const body = request.body ?? '';
        const asked = { method, path, query: search.slice(1), body, headers };
        return { kind: 'answer' as const, ...simulated(asked, now) };
      },
    };
    const got = line(await prometheus.start({ address: 'http://prometheus.invalid', ...metric }, asking));
    if (typeof want === 'string') assert.equal(got, want);
    else assert.match(got, want);
  });
}
