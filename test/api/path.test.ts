import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { at, find, keysOf } from '../../src/api/path.ts';
import { durationSeconds, pauseSeconds } from '../../src/api/validate/duration.ts';
import { quantityNanos } from '../../src/api/validate/quantity.ts';

void test('a path gives back the keys that it was made of', () => {
  const key = fc.oneof(fc.nat(), fc.string({ minLength: 1 }), fc.constantFrom('a', 'a.b', 'a/b', 'a"]', '0'));
  fc.assert(fc.property(fc.array(key), (keys) => assert.deepEqual(keysOf(at('', ...keys)), keys)));
});

const paths: readonly (readonly [keys: readonly (string | number)[], path: string])[] = [
  [['spec', 'steps', 3, 'setWeight'], 'spec.steps[3].setWeight'],
  [['metadata', 'labels', 'a/b'], 'metadata.labels["a/b"]'],
  [['x', 'say "hi"'], 'x["say \\"hi\\""]'],
];
for (const [keys, path] of paths) void test(`path ${path}`, () => assert.equal(at('', ...keys), path));

void test('text that is no path has no keys', () => {
  for (const text of ['a..b', 'a[', 'a[x]', '[-1]']) assert.equal(keysOf(text), null);
});

const OBJECT = { a: [{ b: 1 }, { c: 2 }, { b: null }, { b: 3 }], m: { x: { y: 1 }, 'p/q': { y: 2 } } };
const found: readonly (readonly [pattern: string, paths: readonly string[]])[] = [
  ['a[].b', ['a[0].b', 'a[3].b']],
  ['m.*.y', ['m.x.y', 'm["p/q"].y']],
  ['m.x', ['m.x']],
  ['m[]', []],
  ['z.y', []],
];
for (const [pattern, expected] of found) {
  void test(`${pattern} finds ${expected.join(', ')}`, () =>
    assert.deepEqual(
      find(OBJECT, pattern).map((f) => f.path),
      expected,
    ));
}

const durations: readonly (readonly [text: string, seconds: number | null])[] = [
  ['30s', 30],
  ['1h30m', 5400],
  ['500ms', 0.5],
  ['.5m', 30],
  ['-5s', -5],
  ['+1s', 1],
  ['0', 0],
  ['30', null],
  ['1d', null],
  ['soon', null],
  ['', null],
  ['1h ', null],
  ['1.5.5s', null],
];
for (const [text, seconds] of durations) {
  void test(`duration "${text}" is ${seconds} s`, () => assert.equal(durationSeconds(text), seconds));
}

const pauses: readonly (readonly [duration: string | number, seconds: number])[] = [
  [5, 5],
  ['5', 5],
  ['-5', -5],
  ['90s', 90],
  ['1500ms', 1],
  ['-500ms', -0],
  ['soon', -1],
  ['99999999999', -1],
];
for (const [duration, seconds] of pauses) {
  void test(`a pause of ${JSON.stringify(duration)} has ${seconds} s`, () =>
    assert.equal(pauseSeconds(duration), seconds));
}

const quantities: readonly (readonly [value: unknown, nanos: bigint | null])[] = [
  ['1', 10n ** 9n],
  [2, 2n * 10n ** 9n],
  ['100m', 10n ** 8n],
  ['1.5', 15n * 10n ** 8n],
  ['1Ki', 1024n * 10n ** 9n],
  ['1e3', 10n ** 12n],
  ['2E', 2n * 10n ** 27n],
  ['1E-3', 10n ** 6n],
  ['-1', -(10n ** 9n)],
  ['.5', 5n * 10n ** 8n],
  ['1n', 1n],
  ['0.1n', 1n],
  ['', null],
  ['.', null],
  ['1 Gi', null],
  ['1KI', null],
  ['abc', null],
  [true, null],
];
for (const [value, nanos] of quantities) {
  void test(`quantity ${JSON.stringify(value)} is ${nanos}`, () => assert.equal(quantityNanos(value), nanos));
}
