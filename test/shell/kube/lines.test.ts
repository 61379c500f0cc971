import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Lines } from '../../../src/shell/kube/lines.ts';

void test('law: lines come out whole, wherever the chunks were cut', () => {
  const line = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\n'));
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat({ max: 40 })), (wanted, cuts) => {
      const bytes = Buffer.from(wanted.map((text) => `${text}\n`).join(''));
      const lines = new Lines();
      const got: string[] = [];
      let start = 0;
      for (const length of [...cuts, bytes.length]) {
        got.push(...lines.push(bytes.subarray(start, start + length)));
        start += length;
      }
      assert.deepEqual(
        got,
        wanted.filter((text) => text !== ''),
      );
    }),
  );
});

void test('what does not end is not a line, until it does', () => {
  const lines = new Lines();
  assert.deepEqual(lines.push(Buffer.from('a\nb')), ['a']);
  assert.deepEqual(lines.push(Buffer.from('c')), []);
  assert.deepEqual(lines.push(Buffer.from('\n')), ['bc']);
});
