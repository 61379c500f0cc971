import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { resolveMetrics } from '../../../src/core/analysis/resolve.ts';
import { substitute } from '../../../src/core/analysis/substitute.ts';

const values = new Map([
  ['args.team', 'red'],
  ['args.zone', 'z1'],
  ['args.quote', 'say "hi"\n\\{}'],
  ['args.nested', '{{args.team}}'],
  ['args.empty', ''],
  ['args.dollar', '$& $1'],
]);
const keep = new Set(['args.secret']);

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
  ['one to keep', '{{ args.secret }} {{args.team}}', '{{ args.secret }} red'],
  ['closing braces alone', 'sum by (a) {b="{}"}}', 'sum by (a) {b="{}"}}'],
  ['a single brace', 'up{job="{x}"}', 'up{job="{x}"}'],
  ['lists and objects', { a: ['{{args.team}}', { b: '{{args.zone}}' }] }, { a: ['red', { b: 'z1' }] }],
  ['keys', { '{{args.team}}-k': 1 }, { 'red-k': 1 }],
  ['what is no text', [1, true, null, { a: 2.5 }], [1, true, null, { a: 2.5 }]],
  ['a key named __proto__', JSON.parse('{"__proto__":"{{args.team}}"}'), JSON.parse('{"__proto__":"red"}')],
];
for (const [what, template, value] of filled) {
  void test(`fills ${what}`, () =>
    assert.deepEqual(substitute(template, values, keep), { value, unresolved: [], problems: [] }));
}

const unresolved: readonly (readonly [what: string, template: unknown, names: readonly string[]])[] = [
  ['an unknown name', '{{args.gone}}', ['args.gone']],
  ['an unknown name with its blanks', '{{ args.gone }}', ['args.gone']],
  ['a name without args', '{{team}}', ['team']],
  ['no name', '{{}}', ['']],
  ['names of prototypes', '{{args.constructor}}', ['args.constructor']],
  [
    'all of them, each once',
    { a: '{{args.x}}{{args.y}}', b: ['{{args.x}}'], '{{args.z}}': 1 },
    ['args.x', 'args.y', 'args.z'],
  ],
];
for (const [what, template, names] of unresolved) {
  void test(`leaves standing and names ${what}`, () =>
    assert.deepEqual(substitute(template, values, keep), {
      value: template,
      unresolved: names,
      problems: [],
    }));
}

void test('braces that are never closed are a problem', () => {
  const problem =
    'Cannot find end tag="}}" in the template="{{args.team}} {{args.team" starting from "args.team"';
  const { value, problems } = substitute('{{args.team}} {{args.team', values, keep);
  assert.deepEqual({ value, problems }, { value: 'red {{args.team', problems: [problem] });
});

void test('values nested without end are a problem and no overflow', () => {
  const deep: unknown = JSON.parse('['.repeat(5000) + ']'.repeat(5000));
  assert.deepEqual(substitute(deep, values, keep).problems, ['nested deeper than 500 levels']);
});

void test('a run that has several things wrong with its arguments is told all of them', () => {
  const provider = { prometheus: { query: '{{args.gone}} {{args.team' } };
  const outcome = resolveMetrics(
    { metrics: [{ name: 'm', provider }], args: [{ name: 'q' }, { name: 'team', value: 'red' }] },
    null,
  );
  assert.deepEqual(outcome.kind === 'problem' ? outcome.reasons : outcome, [
    'argument "q" was not supplied',
    'failed to resolve {{args.gone}}',
    'Cannot find end tag="}}" in the template="{{args.gone}} {{args.team" starting from "args.team"',
  ]);
});

void test('JSON without placeholders stays as it is', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      fc.pre(!JSON.stringify(value).includes('{{'));
      assert.deepEqual(substitute(value, values, keep), { value, unresolved: [], problems: [] });
    }),
  );
});

void test('a value ends up in its text and nowhere else', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (value, around) => {
      fc.pre(!/\{$|\{\{|^\}/.test(around));
      const template = { a: [`${around}{{args.v}}${around}`], b: 1 };
      const expected = { a: [around + value + around], b: 1 };
      assert.deepEqual(substitute(template, new Map([['args.v', value]]), keep).value, expected);
    }),
  );
});
