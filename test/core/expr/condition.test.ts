import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkCondition, evaluateCondition, type Verdict } from '../../../src/core/expr/condition.ts';
import type { Value } from '../../../src/core/expr/value.ts';

const NOW = Date.parse('2026-11-21T08:00:00Z');
const vector = (...samples: readonly number[]) => Float64Array.of(...samples);
const ONE = vector(1);

/** What the original controller answered: the value of the condition, or its message. */
function recorded(name: string, source: string, result: Value, expected: boolean | string): void {
  const verdict: Verdict =
    typeof expected === 'boolean' ? { kind: 'bool', value: expected } : { kind: 'error', message: expected };
  void test(`recorded ${name}: ${source}`, () =>
    assert.deepEqual(evaluateCondition(source, result, NOW), verdict));
}

recorded('as-int', 'asInt("1") == 1', ONE, true);
recorded('as-int-number', 'asInt(result[0]) == 1', ONE, true);
recorded('as-int-bad', 'asInt("x") == 1', ONE, 'strconv.ParseInt: parsing "x": invalid syntax');
recorded('as-float', 'asFloat("0.5") == 0.5', ONE, true);
recorded('as-float-number', 'asFloat(result[0]) == 1.0', ONE, true);
recorded('is-nan', '!isNaN(result[0])', ONE, true);
recorded('is-nan-text', '!isNaN("x")', ONE, 'cannot use string as argument (type float64) to call isNaN ');
recorded('is-inf', '!isInf(result[0])', ONE, true);
recorded('is-nil', '!isNil(result)', ONE, true);
recorded('is-nil-item', 'isNil(nil)', ONE, false);
recorded('default-nil', 'default(nil, 3) == 3', ONE, false);
recorded('default-value', 'default(result[0], 3) == 1', ONE, false);
recorded('default-empty', 'default([], 3) == 3', ONE, false);
recorded('default-self', 'default(result[0], 3) == result[0]', ONE, false);
recorded('default-greater', 'default(result[0], 3) > 0', ONE, 'invalid operation: []float64 > int');
recorded('default-text', 'default("a", "b") == "a"', ONE, false);
recorded('default-order', 'default(3, nil) == 3', ONE, false);
recorded('default-float', 'default(nil, 3.0) == 3.0', ONE, false);
recorded('default-list', 'default(result, [5])[0] == 1', ONE, true);
recorded('default-is-nil', 'isNil(default(nil, nil))', ONE, false);
recorded('nil-equals', 'nil == nil', ONE, true);
recorded('all', 'all(result, # > 0)', ONE, true);
recorded('any', 'any(result, {# > 0})', ONE, true);
recorded('len', 'len(result) == 1', ONE, true);
recorded('in', 'result[0] in [1, 2]', ONE, true);
recorded('in-range', 'result[0] in 0..3', ONE, true);
recorded('not-in', 'result[0] not in [2]', ONE, true);
recorded('ternary', 'result[0] > 0 ? true : false', ONE, true);
recorded('coalesce', '(result[0] ?? 5) == 1', ONE, true);
recorded('and-words', 'result[0] > 0 and not (result[0] > 5)', ONE, true);
recorded('matches', '"abc" matches "^a"', ONE, true);
recorded('contains', '"abc" contains "b"', ONE, true);
recorded('filter', 'len(filter(result, # == 1)) == 1', ONE, true);
recorded('map', 'map(result, # * 2)[0] == 2', ONE, true);
recorded('sum', 'sum(result) == 1', ONE, true);
recorded('pipe', 'result | len() == 1', ONE, true);
recorded('let', 'let x = result[0]; x == 1', ONE, true);
recorded('power', 'result[0] ** 2 == 1', ONE, true);
recorded('int-division', '7 / 2 == 3.5', ONE, true);
recorded('modulo', '7 % 4 == 3', ONE, true);
recorded('abs', 'abs(-1) == 1', ONE, true);
recorded('now', 'now().Year() > 2000', ONE, true);
recorded('negative-index', 'result[-1] == 1', ONE, true);
recorded('optional', 'result?.[0] == 1', ONE, true);
recorded('string-number', '"1" == 1', ONE, 'invalid operation: == (mismatched types string and int)');
recorded('unknown-function', 'median(result) == 1', ONE, true);
recorded('min', 'min(result) == 1', ONE, true);
recorded('get', 'get(result, 9) == nil', ONE, true);

recorded('s-true', 'result[0] > 0', ONE, true);
recorded('s-false', 'result[0] > 9', ONE, false);
recorded('not-bool', 'result[0]', ONE, 'expected bool, but got float64');
recorded('bad-syntax', 'result[0] >', ONE, 'unexpected token EOF');
recorded('bad-name', 'nothing > 1', ONE, 'unknown name nothing');
recorded('index', 'result[3] > 1', ONE, 'index out of range: 3 (array length is 1)');
recorded(
  'functions',
  'asInt("1") == 1 && asFloat("0.5") == 0.5 && !isNaN(result[0]) && !isInf(result[0]) && !isNil(result) && ' +
    'default(nil, 3) == 3 && all(result, # > 0) && len(result) == 1',
  ONE,
  false,
);

const NO_DATA = 'metric result is nil or empty: no data returned from the metric provider';
recorded('empty', 'result[0] >= 1', vector(), NO_DATA);
recorded('empty-len', 'len(result) == 0', vector(), true);
recorded('empty-default', 'default(result, 0) == 0', vector(), false);
recorded('nan', 'result[0] >= 0.9', vector(Number.NaN), false);
recorded('nan-both', 'result[0] < 0.9', vector(Number.NaN), false);
recorded('nan-aware', 'isNaN(result[0])', vector(Number.NaN), true);
recorded('inf', 'result[0] >= 0.9', vector(Number.POSITIVE_INFINITY), true);
recorded('scalar', 'result == 2.5', 2.5, true);
recorded('several', 'all(result, # > 0)', vector(1, 2, 3), true);
recorded('long-number', 'result[0] > 0', vector(12_345_678.123_456_79), true);

recorded('number', 'result > 1', 2.5, true);
recorded('whole', 'result.data.value == 2.5', { data: { value: 2.5 } }, true);
recorded('text', 'result == "plain"', 'plain', true);
recorded(
  'list',
  'len(result) == 2 && result[0].ok',
  [
    { name: 'a', ok: true, v: 1 },
    { name: 'b', v: 7 },
  ],
  true,
);
recorded('web-filter', 'result == 7', 7, true);
recorded('post', 'result.ok', { ok: true }, true);
recorded('boolean', 'result', true, true);
recorded('string', 'asFloat(result) > 1', '1.5', true);
recorded('null', 'isNil(result)', null, true);

const refused: readonly (readonly [source: string, line: number, column: number, message: string])[] = [
  ['result[0] >', 1, 11, 'unexpected token EOF'],
  ['result.a ==\n  nothing', 2, 3, 'unknown name nothing'],
  ['"1" == 1', 1, 5, 'invalid operation: == (mismatched types string and int)'],
  ['all(result, {', 1, 13, 'unexpected token EOF'],
  ['result ==\n\n  "open', 3, 8, 'literal not terminated'],
  ['len(1) > 0', 1, 1, 'invalid argument for len (type int)'],
  ['', 1, 1, 'unexpected token EOF'],
];
for (const [source, line, column, message] of refused) {
  void test(`checkCondition finds line ${line}, column ${column} of ${JSON.stringify(source)}`, () =>
    assert.deepEqual(checkCondition(source), { kind: 'error', message, line, column }));
}

for (const source of ['result[0] >= 0.95', '(result.a.b?.c ?? 1) > 0', 'all(result, {isNaN(#) or # < 3})']) {
  void test(`checkCondition has nothing against ${source}`, () => assert.equal(checkCondition(source), null));
}

void test('the time of a condition is the one it is given', () => {
  const source = 'now() == date("2026-11-21T08:00:00Z")';
  assert.deepEqual(evaluateCondition(source, ONE, NOW), { kind: 'bool', value: true });
  assert.deepEqual(evaluateCondition(source, ONE, NOW + 1), { kind: 'bool', value: false });
});
