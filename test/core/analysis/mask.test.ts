import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { maskOf } from '../../../src/core/analysis/mask.ts';

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
  row([' \n'], 'nothing here', 'nothing here');
  row([' a&b\n'], 'q=a%26b', 'q=*****');
  row([' a"b\n'], '{"k":"a\\"b"}', '{"k":"*****"}');
  row(['a.c'], 'a.c but abc', '***** but abc');
  row(['[({^$*+?|\\-/}]'], '[({^$*+?|\\-/}] x', '***** x');
  row(['long', 'longer'], 'longer and long', '***** and *****');
  row(['half \ud800'], 'q=half%20%EF%BF%BD', 'q=*****');
  row(['\ud800'], 'half \ud800 x', 'half ***** x');
});

void test('no secret is left, whatever it is', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.string(), fc.string(), (secret, before, after) => {
      fc.pre(
        secret.trim() !== '' && !'*****'.includes(secret) && !before.concat('*****', after).includes(secret),
      );
      assert.ok(!maskOf([secret])(before + secret + after).includes(secret));
    }),
  );
});
