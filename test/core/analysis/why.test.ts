import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Argument, Measurement, Metric } from '../../../src/api/analysis.ts';
import { expectation, sayMeasurement, withArguments } from '../../../src/core/analysis/why.ts';

/** What people are told of conditions and measurements. */

const conditions: readonly (readonly [condition: string, args: readonly Argument[], shown: string])[] = [
  ['result[0] < 1', [], 'expected result[0] < 1'],
  ['result[0] < {{args.most}}', [{ name: 'most', value: '0.05' }], 'expected result[0] < 0.05'],
  ['result[0] < {{ args.most }}', [{ name: 'most', value: '0.05' }], 'expected result[0] < 0.05'],
  ['result[0] < {{args.most}}', [], 'expected result[0] < {{args.most}}'],
  [
    'result == "{{args.token}}"',
    [{ name: 'token', valueFrom: { secretKeyRef: { name: 'a', key: 'b' } } }],
    'expected result == "{{args.token}}"',
  ],
];
for (const [successCondition, args, shown] of conditions) {
  void test(`${successCondition} is told as ${shown}`, () => {
    const metric: Metric = { name: 'rate', successCondition, provider: {} };
    assert.equal(expectation(withArguments(metric, args)), shown);
  });
}

const measurements: readonly (readonly [measurement: Measurement, said: string])[] = [
  [{ phase: 'Successful', value: '[0.99]' }, '0.99'],
  [{ phase: 'Failed', value: '[0.123456789]' }, '0.12346 (bad)'],
  [{ phase: 'Inconclusive', value: '[]' }, '[] (unclear)'],
  [{ phase: 'Error', message: 'connection refused' }, 'could not be taken: connection refused'],
  [{ phase: 'Error' }, 'could not be taken'],
  [{ phase: 'Successful' }, 'succeeded'],
  [{ phase: 'Failed' }, 'failed'],
  [{ phase: 'Inconclusive', message: 'no image' }, 'could not be taken: no image'],
];
for (const [measurement, said] of measurements) {
  void test(`a measurement that is ${measurement.phase} is told as ${said}`, () => {
    assert.equal(sayMeasurement(measurement), said);
  });
}
