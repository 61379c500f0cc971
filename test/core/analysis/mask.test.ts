import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { maskOf } from '../../../src/core/analysis/mask.ts';
import { substitute } from '../../../src/core/analysis/substitute.ts';

void test('secrets are hidden', () => {
  const row = (secrets: readonly string[], text: string, expected: string) =>
    assert.equal(maskOf(secrets)(text), expected);
  row([], 'nothing', 'nothing');
  row([''], 'nothing', 'nothing');
  row(['abc'], 'xabcabcx', 'x**********x');
  row(['ab', 'abcd'], 'abcd', '*****');
  row(['a b&c'], 'http://x/?q=a%20b%26c', 'http://x/?q=*****');
  row(['a b&c'], 'q=a+b%26c', 'q=*****');
  row(['say "x"'], String.raw`{"a":"say \"x\""}`, '{"a":"*****"}');
  row(['line\n'], 'a line at the end', 'a ***** at the end');
});

void test('no secret is left, whatever it is', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.string(), fc.string(), (secret, before, after) => {
      fc.pre(!'*****'.includes(secret) && !before.concat('*****', after).includes(secret));
      assert.ok(!maskOf([secret])(before + secret + after).includes(secret));
    }),
  );
});

void test('placeholders are filled in', () => {
  const values = new Map([
    ['args.a', '1'],
    ['args.b', '{{args.a}}'],
  ]);
  const row = (value: unknown, expected: unknown, ...unresolved: readonly string[]) =>
    assert.deepEqual(substitute(value, values, new Set(['args.s'])), { value: expected, unresolved });
  row('x{{args.a}}y', 'x1y');
  row('{{ args.a }}{{args.a}}', '11');
  row({ k: ['{{args.a}}', 2, null, true] }, { k: ['1', 2, null, true] });
  row({ '{{args.a}}': 'x' }, { '1': 'x' });
  row('{{args.b}}', '{{args.a}}');
  row('{{args.s}}', '{{args.s}}');
  row('{{args.x}} {{args.x}} {{y}}', '{{args.x}} {{args.x}} {{y}}', 'args.x', 'y');
  row('{{ not closed', '{{ not closed');
  row('{{}}', '{{}}', '');
  row('{{args.constructor}}', '{{args.constructor}}', 'args.constructor');
});
