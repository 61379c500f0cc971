import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluateCondition } from '../../../src/core/expr/condition.ts';

const STEPS = 'evaluation stopped: more than 2000000 steps';
const MEMORY = 'memory budget exceeded';
const nest = (count: number, open: string, inner: string, close: string) =>
  open.repeat(count) + inner + close.repeat(count);
const chain = (count: number, part: string, join: string) =>
  Array.from({ length: count }, () => part).join(join);

const stopped: readonly (readonly [what: string, source: string, message: string | RegExp])[] = [
  ['a huge range', '1..1000000000 == nil', MEMORY],
  ['the hugest range', '-9223372036854775807..9223372036854775807 == nil', MEMORY],
  ['a range of ranges', 'all(map(1..1000, 1..1000), len(#) > 0)', MEMORY],
  ['loops in loops', 'all(1..1000, all(1..1000, all(1..1000, true)))', /steps|memory/],
  ['lists that grow', 'len(map(1..999, map(1..999, map(1..999, 1)))) > 0', MEMORY],
  ['text that doubles', 'len(reduce(1..60, #acc + #acc, "aaaaaaaaaaaaaaaa")) > 0', MEMORY],
  ['lists that double', 'len(reduce(1..60, concat(#acc, #acc), [1])) > 0', MEMORY],
  ['repeated repeats', 'repeat(repeat("a", 1000), 1000000) == ""', MEMORY],
  ['replacing in what was replaced', 'reduce(1..60, replace(#acc, "a", "aaaa"), "a") == ""', MEMORY],
  ['printing deep data', 'string(reduce(1..2000, [#acc], 1)) == ""', 'recursion depth exceeded'],
  [
    'comparing deep data',
    'reduce(1..2000, [#acc], 1) == reduce(1..2000, [#acc], 1)',
    'recursion depth exceeded',
  ],
  ['flattening deep data', 'flatten(reduce(1..2000, [#acc], 1)) == []', 'recursion depth exceeded'],
  ['comparing wide data often', 'any(1..5000, (1..999) == reverse(1..999))', /steps|memory/],
  ['unique items of many', 'len(uniq(1..9000)) > 0', STEPS],
  ['a slow pattern', '("aaaaaaaaaaaaaaaaaaaaaaaaa" | repeat(400)) matches "(a?){500}b"', STEPS],
  // The middle of `a < b < c` is evaluated twice, so that nesting doubles the work at each level.
  ['comparisons of comparisons', `${nest(60, '(0 < ', '1', ' < 2 ? 1 : 0)')} == 1`, STEPS],
  ['a pattern too large', '"a" matches "((a{1,100}){1,100}){1,100}"', /expression too large/],
  ['nested parentheses', nest(5000, '(', 'true', ')'), 'expression is nested deeper than 250 levels'],
  ['nested lists', `${nest(5000, '[', '1', ']')} == nil`, 'expression is nested deeper than 250 levels'],
  ['nested negations', `${'!'.repeat(5000)}true`, 'expression is nested deeper than 250 levels'],
  [
    'nested indexes',
    `result${nest(5000, '[result', '', ']')}`,
    'expression is nested deeper than 250 levels',
  ],
  ['nested conditions', 'true ? '.repeat(5000), 'expression is nested deeper than 250 levels'],
  ['a long sum', `${chain(4000, '1', ' + ')} > 0`, 'expression is nested deeper than 500 levels'],
  ['a long path', `result${'.a'.repeat(4000)}`, 'expression is nested deeper than 500 levels'],
  [
    'many nodes',
    `[${chain(20_000, '1', ',')}] == nil`,
    'compilation failed: expression exceeds maximum allowed nodes',
  ],
  ['a long source', `"${'a'.repeat(70_000)}" == ""`, 'expression is longer than 65536 characters'],
];
for (const [what, source, message] of stopped) {
  void test(`stops ${what}`, () => {
    const verdict = evaluateCondition(source, { a: 1 }, 0);
    assert.equal(verdict.kind, 'error');
    if (verdict.kind !== 'error') return;
    if (typeof message === 'string') assert.equal(verdict.message, message);
    else assert.match(verdict.message, message);
  });
}

const allowed: readonly (readonly [what: string, source: string])[] = [
  ['a hundred operands', `${chain(100, 'result.a == 1', ' && ')}`],
  ['comparisons of comparisons', `${nest(10, '(0 < ', '1', ' < 2 ? 1 : 0)')} == 1`],
  ['a list of a hundred thousand', 'len(filter(1..100000, # % 2 == 0)) == 50000'],
  ['a long text', 'len(repeat("a", 100000)) == 100000'],
  ['a pattern that backtracks elsewhere', '!(repeat("a", 5000) matches "^(a+)+$" and false)'],
  ['nesting that people write', `${nest(100, '(', 'true', ')')}`],
];
for (const [what, source] of allowed) {
  void test(`allows ${what}`, () =>
    assert.deepEqual(evaluateCondition(source, { a: 1 }, 0), { kind: 'bool', value: true }));
}

const prototypeNames = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '__defineGetter__',
];
for (const name of prototypeNames) {
  const sources = [
    `result.${name} == nil`,
    `result["${name}"] == nil`,
    `!("${name}" in result)`,
    `get(result, "${name}") == nil`,
  ];
  for (const source of [...sources, `$env?.${name} == nil`, `({a: 1}).${name} == nil`]) {
    void test(`sees no prototype: ${source}`, () =>
      assert.deepEqual(evaluateCondition(source, { a: 1 }, 0), { kind: 'bool', value: true }));
  }
  void test(`calls no prototype: ${name}`, () => {
    for (const source of [
      `${name}()`,
      `result.${name}()`,
      `result.a.${name}()`,
      `[].${name}()`,
      `"".${name}()`,
    ]) {
      assert.equal(evaluateCondition(source, { a: 1 }, 0).kind, 'error', source);
    }
    const made = evaluateCondition(`{"${name}": 7}["${name}"] == 7`, { a: 1 }, 0);
    assert.deepEqual(made, { kind: 'bool', value: true });
  });
}
