import assert from 'node:assert/strict';
import { test } from 'node:test';
import { numberText, type Report, table, textOf } from '../../bench/report.ts';
import { ofFailure, type Result } from '../../bench/result.ts';

for (const [value, text] of [
  [0, '0'],
  [Number.NaN, '-'],
  [0.064, '0.06'],
  [9.999, '10.00'],
  [21.44, '21.4'],
  [204.6, '205'],
  [1234.5, '1235'],
] as const)
  void test(`${value} is printed as ${text}`, () => {
    assert.equal(numberText(value), text);
  });

void test('columns of a table are as wide as they must be', () => {
  const [head = '', row = ''] = table([
    ['a'.repeat(40), 'x', 'long heading'],
    ['b', '1', '2'],
  ]);
  assert.equal(head.length, row.length);
  assert.match(row, /^b {39} {9}1 {13}2$/);
});

function result(rollouts: number, run: number, requests: number): Result {
  return {
    scenario: 'update',
    rollouts,
    run,
    figures: { 'requests each': requests },
    requestsEach: { 'patch rollouts': 1 },
    detail: null,
    failure: null,
  };
}

function report(...results: readonly Result[]): Report {
  const surroundings = {
    at: '2026-11-21T10:00:00.000Z',
    machine: 'some machine',
    cores: 2,
    memoryGiB: 4,
    system: 'Linux',
    node: 'v26.0.0',
    sluice: '0.1.0 abc',
    from: 'bundle',
    kubernetes: 'v1.35.4',
  };
  return { surroundings, load: [0.1, 2], results };
}

const lines = (...results: readonly Result[]) => textOf(report(...results)).split('\n');

void test('a figure is the median of its runs; a column for each number of rollouts, aim, original', () => {
  const text = lines(result(100, 1, 12), result(100, 2, 10), result(100, 3, 11), result(500, 1, 9));
  assert.ok(text.some((line) => /^update +100 +500 +aim +original$/.test(line)));
  assert.ok(text.some((line) => /^ {2}requests each +11\.0 +9\.00 +<= 10 +21$/.test(line)));
  assert.ok(text.some((line) => /^ {4}patch rollouts +1\.00 +1\.00$/.test(line)));
});

void test('the reader is told who shared the cores, and where the original was measured', () => {
  const text = lines(result(100, 1, 12)).join('\n');
  assert.match(text, /share these 2 cores with the\s+controller/);
  assert.match(text, /measured elsewhere/);
});

void test('what failed is told where its numbers would be', () => {
  const failure = ofFailure({ scenario: 'update', rollouts: 500, run: 1 }, new Error('it stopped'));
  const text = lines(result(100, 1, 12), failure);
  assert.ok(text.includes('  FAILED (500): it stopped'));
  assert.ok(text.some((line) => /^update +100 +aim/.test(line)));
});
