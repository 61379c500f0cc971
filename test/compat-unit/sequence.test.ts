import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Json } from '../compat/json.ts';
import type { Hold } from '../compat/milestones.ts';
import { follow } from '../compat/sequence.ts';

/** `a (b) c|d e`: b was only passing by, c and d went to and fro. Numbers are numbers. */
function holds(text: string): readonly Hold[] {
  return text.split(' ').map((word, index) => {
    const passing = word.startsWith('(');
    const values = word.replace(/[()]/g, '').split('|').map(jsonOf);
    const durable = !passing && values.length === 1;
    return { values, from: index, until: index + 1, step: 0, durable, endedBy: null, interrupted: false };
  });
}

function jsonOf(word: string): Json {
  return /^\d+$/.test(word) ? Number(word) : word;
}

function verdict(ours: string, original: string, between: boolean): string {
  const followed = follow(holds(ours), holds(original), { between });
  return followed.follows
    ? 'follows'
    : `${followed.mismatch.kind} ${String(followed.mismatch.value as string)}`;
}

const rows: readonly (readonly [original: string, ours: string, expected: string])[] = [
  ['a b c', 'a b c', 'follows'],
  ['a (b) c', 'a c', 'follows'],
  ['a (b) c', 'a b c', 'follows'],
  ['a b c', 'a c', 'missing b'],
  ['a b c', 'a b', 'missing c'],
  ['a b', 'a b c', 'extra c'],
  ['a b', 'a x b', 'extra x'],
  ['a b c', 'a c b', 'extra c'],
  ['a b', 'a b a b', 'extra a'],
  ['a b|a c', 'a b a b a c', 'follows'],
  ['a b|a c', 'a c', 'follows'],
  ['a b|a c', 'a x c', 'extra x'],
  ['b (a) b', 'b', 'follows'],
  ['(a) b (a) b c', 'a b c', 'follows'],
  ['b a b', 'b', 'missing a'],
  ['(a) (b) a b', 'a b', 'follows'],
];

for (const [original, ours, expected] of rows) {
  void test(`${ours} after ${original}: ${expected}`, () =>
    assert.equal(verdict(ours, original, false), expected));
}

const sizes: readonly (readonly [original: string, ours: string, expected: string])[] = [
  ['5 (4) (3) 2', '5 4 2', 'follows'],
  ['5 2', '5 4 3 2', 'follows'],
  ['5 2', '5 6 2', 'extra 6'],
  ['5 2', '5 1 2', 'extra 1'],
  ['5 3 1', '5 1', 'missing 3'],
  ['5 3 1', '5 4 2 1', 'extra 2'],
];

for (const [original, ours, expected] of sizes) {
  void test(`sizes ${ours} after ${original}: ${expected}`, () =>
    assert.equal(verdict(ours, original, true), expected));
}

const word = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.boolean());

void test('whatever leaves out only what passed by follows', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(word, fc.boolean()), { minLength: 1, maxLength: 12 }), (all) => {
      const original = all.map(([[value, durable]]) => (durable ? value : `(${value})`));
      const ours = all.flatMap(([[value, durable], kept]) => (durable || kept ? [value] : []));
      fc.pre(ours.length > 0);
      assert.equal(verdict(ours.join(' '), original.join(' '), false), 'follows');
    }),
  );
});

void test('whatever leaves out something durable does not follow, unless its like stands there too', () => {
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), fc.nat(8), (all, at) => {
      const original = all.map(([value, durable]) => (durable ? value : `(${value})`));
      const marked = original.toSpliced(at, 0, 'z');
      assert.equal(verdict(all.map(([value]) => value).join(' '), marked.join(' '), false), 'missing z');
    }),
  );
});
