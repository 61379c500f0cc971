import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../compat/json.ts';
import { evenOut } from '../compat/measurements.ts';

/** A run whose metric gave these values; every one but 0 is successful. */
function run(metric: JsonObject, values: readonly number[]): JsonObject {
  const measurements = values.map((value, index) => ({ value: `[${value}]`, startedAt: `<t+${index}>` }));
  const result = {
    name: 'rate',
    count: values.length,
    successful: values.filter((v) => v !== 0).length,
    measurements,
  };
  return { spec: { metrics: [{ name: 'rate', ...metric }] }, status: { metricResults: [result] } };
}

const repeated = { interval: '1s' };
const counted = { interval: '1s', count: 3 };

const rows: readonly (readonly [string, JsonObject, number[], number[], boolean])[] = [
  ['a repeated metric measured once more', repeated, [1, 1, 1], [1, 1, 1, 1], true],
  ['a repeated metric measured twice less', repeated, [1, 1, 1], [1], true],
  ['a repeated metric measured far more often', repeated, [1, 1], [1, 1, 1, 1, 1, 1], false],
  ['another value in between', repeated, [1, 1], [1, 2, 1], false],
  ['a failure instead', repeated, [1, 1, 0], [1, 1, 1], false],
  ['a metric that reached its count', counted, [1, 1, 1], [1, 1, 1, 1], false],
  ['a metric that was ended before its count', counted, [1, 1], [1], true],
  ['a metric that is measured once', {}, [1], [1, 1], false],
];

for (const [name, metric, original, ours, alike] of rows) {
  void test(`${name}: ${alike ? 'alike' : 'different'}`, () => {
    const even = evenOut({ ours: run(metric, ours), original: run(metric, original) });
    assert.equal(JSON.stringify(even.ours) === JSON.stringify(even.original), alike);
  });
}
