import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  describeDuration,
  formatDuration,
  formatNanos,
  parseDuration,
  parseNanos,
  parsePause,
} from '../../src/api/duration.ts';

const spellings: readonly (readonly [string, number | null])[] = [
  ['1h30m', 5_400_000],
  ['0.5m', 30_000],
  ['100ms', 100],
  ['1.5s', 1500],
  ['.5s', 500],
  ['1.s', 1000],
  ['-1m', -60_000],
  ['+2s', 2000],
  ['0', 0],
  ['-0', 0],
  ['1us', 0.001],
  ['1µs', 0.001],
  ['3ns', 0.000_003],
  ['1h1h', 7_200_000],
  ['1m0.5s', 60_500],
  ['2562047h47m16.854775807s', 9_223_372_036_854.775],
  ['2562047h47m16.854775808s', null],
  ['99999999999999999999h', null],
  ['', null],
  ['1', null],
  ['60', null],
  ['s', null],
  ['.s', null],
  ['1d', null],
  ['1.5.5s', null],
  ['30', null],
  ['1 s', null],
  [' 1s', null],
  ['1s ', null],
  ['--1s', null],
  ['1e3s', null],
  ['soon', null],
  ['1S', null],
];
for (const [text, span] of spellings) {
  void test(`parseDuration ${JSON.stringify(text)} is ${span}`, () =>
    assert.equal(parseDuration(text), span));
}

const pauses: readonly (readonly [number | string | null | undefined, ReturnType<typeof parsePause>])[] = [
  [undefined, { kind: 'forever' }],
  [null, { kind: 'forever' }],
  [2, { kind: 'timed', seconds: 2 }],
  [0, { kind: 'timed', seconds: 0 }],
  ['2', { kind: 'timed', seconds: 2 }],
  ['+2', { kind: 'timed', seconds: 2 }],
  ['2s', { kind: 'timed', seconds: 2 }],
  ['1500ms', { kind: 'timed', seconds: 1 }],
  ['0.04m', { kind: 'timed', seconds: 2 }],
  ['1h', { kind: 'timed', seconds: 3600 }],
  ['-0.5s', { kind: 'timed', seconds: 0 }],
  ['soon', { kind: 'invalid', seconds: -1 }],
  ['', { kind: 'invalid', seconds: -1 }],
  ['5 minutes', { kind: 'invalid', seconds: -1 }],
  ['99999999999', { kind: 'invalid', seconds: -1 }],
  ['2562047h', { kind: 'invalid', seconds: -1 }],
  [-5, { kind: 'invalid', seconds: -5 }],
  ['-5', { kind: 'invalid', seconds: -5 }],
  ['-500ms', { kind: 'timed', seconds: 0 }],
  ['-5s', { kind: 'invalid', seconds: -5 }],
];
for (const [duration, pause] of pauses) {
  void test(`a pause of ${JSON.stringify(duration)} is ${pause.kind}`, () =>
    assert.deepEqual(parsePause(duration), pause));
}

const printed: readonly (readonly [number, string, string])[] = [
  [0, '0s', '0s'],
  [100, '100ms', '0s'],
  [1500, '1.5s', '1s'],
  [3000, '3s', '3s'],
  [90_000, '1m30s', '1m 30s'],
  [270_000, '4m30s', '4m 30s'],
  [300_000, '5m0s', '5m'],
  [3_600_000, '1h0m0s', '1h'],
  [5_430_000, '1h30m30s', '1h 30m'],
  [3_605_000, '1h0m5s', '1h'],
  [90_000_000, '25h0m0s', '1d 1h'],
  [-1500, '-1.5s', '-1s'],
  [0.001, '1µs', '0s'],
  [0.000_001, '1ns', '0s'],
];
for (const [span, go, words] of printed) {
  void test(`${span} ms prints as ${go} and reads ${words}`, () => {
    assert.equal(formatDuration(span), go);
    assert.equal(describeDuration(span), words);
  });
}

void test('what is printed is read back', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }), (nanos) =>
      assert.equal(parseNanos(formatNanos(nanos)), nanos),
    ),
  );
});

void test('any text at all is a duration or null', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...Array.from('0123456789.-+hmsnuµ ')), maxLength: 12 }),
      (text) => {
        const span = parseDuration(text);
        assert.ok(span === null || Number.isFinite(span));
      },
    ),
  );
});
