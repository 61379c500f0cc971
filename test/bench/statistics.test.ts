import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { median, percentile, round, summarise } from '../../bench/statistics.ts';

for (const [values, expected] of [
  [[], Number.NaN],
  [[7], 7],
  [[9, 1, 5], 5],
  [[4, 1, 2, 3], 2.5],
  [[10, 9, 100], 10],
] as const)
  void test(`the median of [${values.join(', ')}] is ${expected}`, () => {
    assert.equal(median(values), expected);
  });

// The examples of the article on the nearest-rank method.
for (const [percent, expected] of [
  [5, 15],
  [30, 20],
  [40, 20],
  [50, 35],
  [100, 50],
] as const)
  void test(`the ${percent}th percentile of 15 to 50 is ${expected}`, () => {
    assert.equal(percentile([50, 15, 35, 20, 40], percent), expected);
  });

const numbers = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1 });

void test('at least so many percent do not exceed a percentile, and it is one of the values', () => {
  fc.assert(
    fc.property(numbers, fc.integer({ min: 1, max: 100 }), (values, percent) => {
      const found = percentile(values, percent);
      assert.ok(values.includes(found));
      const notMore = values.filter((value) => value <= found).length;
      assert.ok(notMore * 100 >= percent * values.length);
      const less = values.filter((value) => value < found).length;
      assert.ok(less * 100 < percent * values.length);
    }),
  );
});

void test('a summary is in order and leaves its values as they are', () => {
  fc.assert(
    fc.property(numbers, (values) => {
      const before = [...values];
      const { count, least, median: middle, p95, most } = summarise(values);
      assert.deepEqual(values, before);
      assert.equal(count, values.length);
      assert.equal(least, Math.min(...values));
      assert.equal(most, Math.max(...values));
      assert.ok(least <= middle && middle <= most && least <= p95 && p95 <= most);
    }),
  );
});

void test('rounding keeps so many digits', () => {
  assert.deepEqual([round(1.2345, 2), round(-0.55, 0), round(1999.5, 0)], [1.23, -1, 2000]);
});
