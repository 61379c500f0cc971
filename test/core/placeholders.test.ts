import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fillArguments, fillPlaceholders, maskSecrets, secretsOf } from '../../src/core/placeholders.ts';

const values = new Map([
  ['args.team', 'red'],
  ['args.zone', 'z1'],
  ['args.quote', 'say "hi"\n\\{}'],
  ['args.nested', '{{args.team}}'],
  ['args.empty', ''],
  ['args.dollar', '$& $1'],
]);

const filled: readonly (readonly [what: string, template: unknown, expected: unknown])[] = [
  ['a text without placeholders', 'up', 'up'],
  ['one placeholder', '{{args.team}}', 'red'],
  ['placeholders among text', 'q-{{args.team}}-{{ args.zone }}!', 'q-red-z1!'],
  ['blanks of any kind', '{{\targs.team \n}}', 'red'],
  ['the same one twice', '{{args.team}}{{args.team}}', 'redred'],
  ['an empty value', '[{{args.empty}}]', '[]'],
  ['quotes and braces in a value', 'x={{args.quote}}', 'x=say "hi"\n\\{}'],
  ['a placeholder in a value is text', '{{args.nested}}', '{{args.team}}'],
  ['dollar signs in a value', '{{args.dollar}}', '$& $1'],
  ['closing braces alone', 'sum by (a) {b="{}"}}', 'sum by (a) {b="{}"}}'],
  ['a single brace', 'up{job="{x}"}', 'up{job="{x}"}'],
  ['lists and objects', { a: ['{{args.team}}', { b: '{{args.zone}}' }] }, { a: ['red', { b: 'z1' }] }],
  ['keys', { '{{args.team}}-k': 1 }, { 'red-k': 1 }],
  ['what is no text', [1, true, null, { a: 2.5 }], [1, true, null, { a: 2.5 }]],
  ['a key named __proto__', JSON.parse('{"__proto__":"{{args.team}}"}'), JSON.parse('{"__proto__":"red"}')],
];
for (const [what, template, expected] of filled) {
  void test(`fills ${what}`, () =>
    assert.deepEqual(fillPlaceholders(template, values), { kind: 'filled', value: expected }));
}

const refused: readonly (readonly [what: string, template: unknown, problems: readonly string[]])[] = [
  ['an unknown name', '{{args.gone}}', ['failed to resolve {{args.gone}}']],
  ['an unknown name with its blanks', '{{ args.gone }}', ['failed to resolve {{ args.gone }}']],
  ['a name without args', '{{team}}', ['failed to resolve {{team}}']],
  ['no name', '{{}}', ['failed to resolve {{}}']],
  ['names of prototypes', '{{args.constructor}}', ['failed to resolve {{args.constructor}}']],
  [
    'all of them, each once',
    { a: '{{args.x}}{{args.y}}', b: ['{{args.x}}', '{{args.team}}'], '{{args.z}}': 1 },
    ['failed to resolve {{args.x}}', 'failed to resolve {{args.y}}', 'failed to resolve {{args.z}}'],
  ],
  [
    'an open end',
    'test-{{args.team',
    ['Cannot find end tag="}}" in the template="test-{{args.team" starting from "args.team"'],
  ],
];
for (const [what, template, problems] of refused) {
  void test(`refuses ${what}`, () =>
    assert.deepEqual(fillPlaceholders(template, values), { kind: 'error', problems }));
}

void test('arguments are filled in by their names', () => {
  const args = [
    { name: 'q', value: 'up', secret: false },
    { name: 'token', value: 'open-sesame', secret: true },
  ];
  const template = { query: '{{args.q}}', header: 'Bearer {{args.token}}' };
  const value = { query: 'up', header: 'Bearer open-sesame' };
  assert.deepEqual(fillArguments(template, args), { kind: 'filled', value });
  assert.deepEqual(secretsOf(args), ['open-sesame']);
});

void test('arguments without a value are all named', () => {
  const args = [
    { name: 'q', value: null, secret: false },
    { name: 'ok', value: '1', secret: false },
    { name: 's', value: null, secret: true },
  ];
  const problems = ['argument "q" was not supplied', 'argument "s" was not supplied'];
  assert.deepEqual(fillArguments('', args), { kind: 'error', problems });
});

const masked: readonly (readonly [text: string, secrets: readonly string[], expected: string])[] = [
  ['GET /?t=open-sesame failed', ['open-sesame'], 'GET /?t=***** failed'],
  ['aXbXc', ['X'], 'a*****b*****c'],
  ['nothing here', ['other'], 'nothing here'],
  ['nothing here', [''], 'nothing here'],
  ['nothing here', [' \n'], 'nothing here'],
  ['longer and long', ['long', 'longer'], '***** and *****'],
  ['a.c but abc', ['a.c'], '***** but abc'],
  ['[({^$*+?|\\-/}] x', ['[({^$*+?|\\-/}]'], '***** x'],
  ['token s3cret', ['s3cret\n'], 'token *****'],
  ['{"k":"a\\"b"}', ['a"b'], '{"k":"*****"}'],
  ['GET /?q=a%20b%26c', ['a b&c'], 'GET /?q=*****'],
  ['half \ud800 x', ['\ud800'], 'half ***** x'],
];
for (const [text, secrets, expected] of masked) {
  void test(`masks ${JSON.stringify(secrets)} in ${JSON.stringify(text)}`, () =>
    assert.equal(maskSecrets(text, secrets), expected));
}

void test('JSON without placeholders stays as it is', () => {
  const brace = (text: string) => text.includes('{{');
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      fc.pre(!brace(JSON.stringify(value)));
      assert.deepEqual(fillPlaceholders(value, values), { kind: 'filled', value });
    }),
  );
});

void test('a value ends up in its string and nowhere else', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (value, around) => {
      fc.pre(!/\{$|\{\{|^\}/.test(around));
      const template = { a: [`${around}{{args.v}}${around}`], b: 1 };
      const expected = { a: [around + value + around], b: 1 };
      const outcome = fillPlaceholders(template, new Map([['args.v', value]]));
      assert.deepEqual(outcome, { kind: 'filled', value: expected });
    }),
  );
});

void test('no secret is left in a masked text', () => {
  const secret = fc.string({ minLength: 6 }).filter((text) => text.trim().length >= 6 && !text.includes('*'));
  fc.assert(
    fc.property(secret, fc.string(), fc.string(), (hidden, before, after) => {
      assert.ok(!maskSecrets(before + hidden + after, [hidden]).includes(hidden));
    }),
  );
});
