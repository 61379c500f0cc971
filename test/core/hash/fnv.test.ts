import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fnv1a, fnv1aNumber, safeName } from '../../../src/core/hash/fnv.ts';

/** Test values of the authors: http://www.isthe.com/chongo/src/fnv/test_fnv.c */
const sums: readonly (readonly [string, number])[] = [
  ['', 0x811c9dc5],
  ['a', 0xe40c292c],
  ['foobar', 0xbf9cf968],
  ['chongo was here!\n', 0xd49930d5],
];

for (const [text, sum] of sums) {
  void test(`FNV-1a of ${JSON.stringify(text)}`, () => assert.equal(fnv1a(text), sum));
}

/** The definition, byte by byte. */
function slowly(bytes: Uint8Array): number {
  return Number(bytes.reduce((sum, byte) => ((sum ^ BigInt(byte)) * 0x01000193n) % 2n ** 32n, 0x811c9dc5n));
}

const wellFormed = fc.string({ unit: 'binary' });

void test('the sum is over the UTF-8 bytes', () => {
  fc.assert(fc.property(wellFormed, (text) => assert.equal(fnv1a(text), slowly(Buffer.from(text)))));
});

void test('a sum can be gone on with', () => {
  fc.assert(fc.property(wellFormed, wellFormed, (a, b) => assert.equal(fnv1a(b, fnv1a(a)), fnv1a(a + b))));
});

void test('a number counts as eight bytes, lowest first', () => {
  fc.assert(
    fc.property(wellFormed, fc.nat(), (text, number) => {
      const tail = Buffer.alloc(8);
      tail.writeUInt32LE(number);
      assert.equal(fnv1aNumber(number, fnv1a(text)), slowly(Buffer.concat([Buffer.from(text), tail])));
    }),
  );
});

void test('each digit has its letter', () => assert.equal(safeName(1_234_567_890), '56789bcdf4'));
