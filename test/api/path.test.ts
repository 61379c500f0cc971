import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { at, find, keysOf } from '../../src/api/path.ts';

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
