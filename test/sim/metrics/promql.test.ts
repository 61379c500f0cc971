import assert from 'node:assert/strict';
import { test } from 'node:test';
import { showLabels } from '../../../src/sim/metrics/labels.ts';
import { sampleText } from '../../../src/sim/metrics/promql/numbers.ts';
import {
  DEFAULT_SETTINGS,
  instantQuery,
  type Outcome,
  type Point,
  rangeQuery,
} from '../../../src/sim/metrics/promql/query.ts';
import { loaded, START_MS } from './load.ts';

// What a real Prometheus answers is in test/contract/promql.test.ts. Here are the smallest rows of each rule,
// and what the simulator refuses.

const store = loaded(`
  requests_total{version="stable",code="200"} 0+15*40
  requests_total{version="stable",code="500"} 0+0.15*40
  requests_total{version="canary",code="200"} 0 15 30 45 3 18 33 48 63
  gone 1 2 3 x
  late _ _ _ _ 7
  limit{version="stable"} 3 3 3 3 3 3 3 3 3
  limit{version="canary"} 8 8 8 8 8 8 8 8 8
  odd NaN NaN NaN NaN NaN NaN NaN NaN NaN
  latency_bucket{le="0.1"} 0+8*8
  latency_bucket{le="0.5"} 0+9*8
  latency_bucket{le="+Inf"} 0+10*8
`);

// At two minutes after the start, unless the row says otherwise: query, answer.
const rows: readonly (readonly [query: string, answer: string])[] = [
  ['1 + 2 * 3 ^ 2', '19'],
  ['-2 ^ 2', '-4'],
  ['"text"', '"text"'],
  ['limit{version="canary"}', '{__name__="limit", version="canary"} 8'],
  ['limit - limit offset 1m', '{version="canary"} 0; {version="stable"} 0'],
  ['gone', ''],
  ['gone offset 1m30s', '{__name__="gone"} 3'],
  ['late', '{__name__="late"} 7'],
  ['late offset 1m', '{__name__="late"} 7'],
  ['late offset 61s', ''],
  ['rate(requests_total{version="stable",code="200"}[1m])', '{code="200", version="stable"} 1'],
  // Falls from 45 to 3: a restart.
  ['increase(requests_total{version="canary"}[1m])', '{code="200", version="canary"} 60'],
  ['resets(requests_total{version="canary"}[2m])', '{code="200", version="canary"} 1'],
  ['count_over_time(limit{version="stable"}[1m])', '{version="stable"} 5'],
  ['count_over_time(gone[2m])', '{} 3'],
  ['sum by (version) (limit)', '{version="canary"} 8; {version="stable"} 3'],
  ['sum(odd) > 0', ''],
  ['sum(odd)', '{} NaN'],
  ['topk(1, limit)', '{__name__="limit", version="canary"} 8'],
  ['limit > 5', '{__name__="limit", version="canary"} 8'],
  ['limit > bool 5', '{version="canary"} 1; {version="stable"} 0'],
  ['histogram_quantile(0.4, rate(latency_bucket[1m]))', '{} 0.05'],
  ['max_over_time(sum(limit)[1m:15s])', '{} 11'],
  ['absent(nothing{job="app"})', '{job="app"} 1'],
  ['time()', '1795248120'],
  ['timestamp(limit{version="stable"} offset 7s)', '{version="stable"} 1795248105'],
  // Refused by name, as what cannot be read is refused with its place.
  ['histogram_fraction(0, 1, limit)', 'bad_data: the simulator cannot evaluate histogram_fraction()'],
  ['holt_winters(limit[1m], 0.5, 0.5)', 'bad_data: the simulator cannot evaluate holt_winters()'],
  ['limitk(1, limit)', 'bad_data: the simulator cannot evaluate limitk()'],
  ['mad_over_time(limit[1m])', 'bad_data: the simulator cannot evaluate mad_over_time()'],
  ['rate(limit[1m] smoothed)', 'bad_data: the simulator cannot evaluate the modifier smoothed'],
  ['limit / fill(0) limit', 'bad_data: the simulator cannot evaluate the modifier fill'],
  ['{"limit"}', 'bad_data: the simulator cannot evaluate names in quotes'],
  ['limit </ limit', 'bad_data: the simulator cannot evaluate the operator </'],
  ['limit[step() + 1m]', 'bad_data: 1:7: parse error: bad duration: "step() + 1m"'],
  ['limit[60]', 'bad_data: 1:7: parse error: a duration needs a unit: "60"'],
  ['nonsense(limit)', 'bad_data: 1:1: parse error: unknown function with name "nonsense"'],
  ['sum(limit', 'bad_data: 1:10: parse error: unexpected end of input'],
  ['limit{version=1}', 'bad_data: 1:15: parse error: unexpected "1"'],
  ['1 +\n  * 2', 'bad_data: 2:3: parse error: unexpected "*"'],
  [
    'rate(limit)',
    'bad_data: parse error: expected type range vector in call to function "rate", got instant vector',
  ],
  [
    'label_replace(limit, "a", "$1", "version", "(a|b)+(.*)")',
    'bad_data: the simulator cannot evaluate label_replace() with the regular expression "(a|b)+(.*)"',
  ],
  [
    '-{version="stable",code!=""}',
    '{code="200", version="stable"} -120; {code="500", version="stable"} -1.2',
  ],
  ['abs({__name__=~"limit|odd",version=""})', '{} NaN'],
  ['abs({__name__=~"gone|odd|late"})', 'execution: vector cannot contain metrics with the same labelset'],
  [
    'limit * on() limit',
    'execution: found duplicate series for the match group {} on the right hand-side of the operation: ' +
      '[{__name__="limit", version="stable"}, {__name__="limit", version="canary"}];' +
      'many-to-many matching not allowed: matching labels must be unique on one side',
  ],
];

for (const [query, answer] of rows) {
  void test(query, () => {
    assert.equal(
      told(instantQuery(store, { text: query, atMs: START_MS + 120_000 }, DEFAULT_SETTINGS)),
      answer,
    );
  });
}

// Query, from, to and step in seconds after the start, answer.
const ranges: readonly (readonly [string, readonly [number, number, number], string])[] = [
  ['limit{version="stable"}', [0, 30, 15], '{__name__="limit", version="stable"} 3@0 3@15 3@30'],
  ['gone', [0, 60, 15], '{__name__="gone"} 1@0 2@15 3@30'],
  ['time() - 1795248000', [0, 20, 10], '{} 0@0 10@10 20@20'],
  ['gone @ start()', [15, 45, 15], '{__name__="gone"} 2@15 2@30 2@45'],
  ['gone @ end()', [0, 30, 15], '{__name__="gone"} 3@0 3@15 3@30'],
  ['sum(gone) or vector(0)', [0, 45, 15], '{} 1@0 2@15 3@30 0@45'],
  ['max_over_time(gone[15s])', [0, 60, 15], '{} 1@0 2@15 3@30 3@45'],
  ['limit', [100_000, 100_015, 15], ''],
  [
    'gone[1m]',
    [0, 15, 15],
    'bad_data: invalid expression type "range vector" for range query, must be Scalar or instant Vector',
  ],
];

for (const [text, [from, to, step], answer] of ranges) {
  void test(`${text} from ${from} to ${to} each ${step}`, () => {
    const query = {
      text,
      startMs: START_MS + from * 1000,
      endMs: START_MS + to * 1000,
      stepMs: step * 1000,
    };
    assert.equal(told(rangeQuery(store, query, DEFAULT_SETTINGS)), answer);
  });
}

// Inputs that would take for ever, or all of the stack.
const floods: readonly (readonly [string, string, RegExp])[] = [
  ['parentheses', `${'('.repeat(600)}1${')'.repeat(600)}`, /more than 500 levels/],
  ['signs', `${'-'.repeat(600)}1`, /more than 500 levels/],
  ['operators', Array.from({ length: 600 }, () => '1').join('+'), /more than 500 levels/],
  ['more parentheses than the grammar follows', `${'('.repeat(5000)}1${')'.repeat(5000)}`, /^bad_data/],
  ['length', `limit{version="${'x'.repeat(20_000)}"}`, /more than 16384 characters/],
  ['calls', `${'abs('.repeat(600)}1${')'.repeat(600)}`, /more than 500 levels/],
  ['steps of a subquery', 'sum_over_time(time()[1y:1ms])', /only allowed on instant vector/],
  ['steps of a subquery of a vector', 'sum_over_time(vector(1)[1y:1ms])', /too many samples/],
  [
    'values that become labels',
    'count_over_time(count_values("v", vector(time()))[2h:1s])',
    /too many samples/,
  ],
  ['subqueries in subqueries', 'sum_over_time(sum_over_time(vector(1)[1d:1s])[1d:1s])', /too many samples/],
  ['a pattern', `limit{version=~"${'(a*)*'.repeat(300)}"}`, /^$|too many steps|too large/],
  [
    'groups of a pattern',
    'label_replace(limit, "a", "$1", "version", "(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)")',
    /repeats/,
  ],
];

for (const [name, text, answer] of floods) {
  void test(`a flood of ${name}`, () => {
    const query = { text, atMs: START_MS + 120_000 };
    assert.match(told(instantQuery(store, query, DEFAULT_SETTINGS)), answer);
  });
}

void test('the lookback and the step of subqueries are settings', () => {
  const settings = { lookbackMs: 60_000, evaluationIntervalMs: 30_000 };
  const at = (text: string, seconds: number) =>
    told(instantQuery(store, { text, atMs: START_MS + seconds * 1000 }, settings));
  assert.equal(at('late', 120), '{__name__="late"} 7');
  assert.equal(at('late', 121), '');
  assert.equal(at('count_over_time(vector(1)[1m:])', 120), '{} 3');
});

function told(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'error':
      return `${outcome.errorType}: ${outcome.message.replace('invalid parameter "query": ', '')}`;
    case 'scalar':
      return sampleText(outcome.value);
    case 'string':
      return JSON.stringify(outcome.value);
    case 'vector':
      return outcome.samples
        .map(({ labels, value }) => `${showLabels(labels)} ${sampleText(value)}`)
        .join('; ');
    case 'matrix':
      return outcome.series
        .map(({ labels, points }) => [showLabels(labels), ...points.map(shown)].join(' '))
        .join('; ');
    default:
      return outcome satisfies never;
  }
}

function shown({ atMs, value }: Point): string {
  return `${sampleText(value)}@${(atMs - START_MS) / 1000}`;
}
