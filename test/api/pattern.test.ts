import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePattern, hasMatch } from '../../src/api/pattern/pattern.ts';
import { tryPattern } from '../../src/api/pattern/try.ts';
import { Budget, DEFAULT_LIMITS } from '../../src/core/expr/budget.ts';

const rows: readonly (readonly [pattern: string, text: string, matches: boolean])[] = [
  ['', '', true],
  ['a', 'cab', true],
  ['^a', 'ba', false],
  ['a$', 'ab', false],
  ['a$', 'a\n', false],
  ['a\\z', 'a', true],
  ['\\Aa', 'ba', false],
  ['(?m)^b$', 'a\nb\nc', true],
  ['(?m:^b)$', 'a\nb', true],
  ['a.b', 'a\nb', false],
  ['(?s)a.b', 'a\nb', true],
  ['(?i)ABC', 'xabcx', true],
  ['(?i)[a-c]+$', 'ABC', true],
  ['(?i)straße', 'STRAßE', true],
  ['(?i)k', '\u212a', true],
  ['(?i:a)b', 'Ab', true],
  ['(?i:a)b', 'AB', false],
  ['(?i)a(?-i)b', 'AB', false],
  ['(?i)a(?-i)b', 'Ab', true],
  ['(a(?i)b)c', 'aBc', true],
  ['(a(?i)b)c', 'aBC', false],
  ['[]a]', ']', true],
  ['[^]a]', ']', false],
  ['[a-]', '-', true],
  ['[-a]', '-', true],
  ['[a\\-z]', 'b', false],
  ['[\\d_]+$', '1_2', true],
  ['[^\\d]', '1', false],
  ['[[:alpha:]]', '5', false],
  ['[[:^alpha:]]', '5', true],
  ['[[:digit:]x]', 'x', true],
  ['\\pL', 'é', true],
  ['\\p{Greek}', 'λ', true],
  ['\\P{Greek}', 'λ', false],
  ['\\p{^Greek}', 'a', true],
  ['\\p{Lu}', 'a', false],
  ['\\x41\\x{1F600}', 'A😀', true],
  ['\\101', 'A', true],
  ['\\t\\n\\f\\r\\v\\a', '\t\n\f\r\v\x07', true],
  ['\\Qa.b\\E.', 'a.bx', true],
  ['\\Qa.b\\E.', 'axbx', false],
  ['^.$', '😀', true],
  ['^(?:a|b|)$', '', true],
  ['^(a|ab)(c|bcd)(d*)$', 'abcd', true],
  ['^a{2,3}$', 'aaaa', false],
  ['^a{2,}$', 'aaaa', true],
  ['^a{0}$', '', true],
  ['a{,2}', 'a{,2}', true],
  ['a{', 'a{', true],
  ['x*', '', true],
  ['(?P<name>a)(?<other>b)', 'ab', true],
  ['^(a*)*$', 'aaab', false],
  ['\\bfoo\\b', 'a foo b', true],
  ['\\bfoo\\b', 'afoo', false],
  ['\\Boo', 'foo', true],
  ['^5\\d\\d$', '503', true],
];
for (const [source, text, matches] of rows) {
  void test(`/${source}/ ${matches ? 'matches' : 'does not match'} ${JSON.stringify(text)}`, () => {
    const pattern = compilePattern(source);
    assert.equal(pattern.kind, 'pattern');
    if (pattern.kind !== 'pattern') return;
    assert.equal(hasMatch(pattern.program, text, new Budget(DEFAULT_LIMITS)), matches);
  });
}

const refused: readonly (readonly [pattern: string, why: string])[] = [
  ['(a', 'missing closing ): `(a`'],
  ['a)', 'unexpected ): `a)`'],
  ['[a', 'missing closing ]: `[a`'],
  ['[z-a]', 'invalid character class range: `z-a`'],
  ['*', 'missing argument to repetition operator: `*`'],
  ['a**', 'invalid nested repetition operator: `**`'],
  ['a{2}{3}', 'invalid nested repetition operator: `{2}{3}`'],
  ['a{1001}', 'invalid repeat count: `{1001}`'],
  ['a{3,2}', 'invalid repeat count: `{3,2}`'],
  ['\\', 'trailing backslash at end of expression: ``'],
  ['\\q', 'invalid escape sequence: `\\q`'],
  ['\\1', 'invalid escape sequence: `\\1`'],
  ['(?=a)', 'invalid or unsupported Perl syntax: `(?=`'],
  ['(?!a)', 'invalid or unsupported Perl syntax: `(?!`'],
  ['(?<=a)', 'invalid or unsupported Perl syntax: `(?<=`'],
  ['(?<!a)', 'invalid or unsupported Perl syntax: `(?<!`'],
  ['(?P<n-n>a)', 'invalid named capture: `(?P<n-n>`'],
  ['\\p{Foo}', 'invalid character class range: `\\p{Foo}`'],
  ['[[:foo:]]', 'invalid character class range: `[:foo:]`'],
];
for (const [source, why] of refused) {
  void test(`/${source}/ is refused`, () =>
    assert.deepEqual(compilePattern(source), { kind: 'error', message: `error parsing regexp: ${why}` }));
}

const evil = ['(a+)+$', '(a|aa)+$', '(a*)*b', '^(\\w+\\s?)*$', '(.*a){20}$'];
for (const source of evil) {
  void test(`/${source}/ takes steps in proportion to the text`, () => {
    const pattern = compilePattern(source);
    assert.equal(pattern.kind, 'pattern');
    if (pattern.kind !== 'pattern') return;
    const text = `${'a'.repeat(2000)}!`;
    const steps = 4 * pattern.program.length * text.length;
    assert.equal(hasMatch(pattern.program, text, new Budget({ steps, memory: 1 })), false);
  });
}

void test('repeats of nothing are read at once', () => {
  assert.equal(compilePattern('((((){1000}){1000}){1000}){1000}').kind, 'pattern');
});

void test('a pattern is tried on many texts', () => {
  assert.deepEqual(tryPattern('b$', ['ab', 'ba', 'b']), { kind: 'tried', matching: ['ab', 'b'] });
  assert.deepEqual(tryPattern('(a', []), {
    kind: 'error',
    message: 'error parsing regexp: missing closing ): `(a`',
  });
  assert.deepEqual(tryPattern('(a?){1000}$', [`${'a'.repeat(2000)}!`]), { kind: 'costly' });
});
