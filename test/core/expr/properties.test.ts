import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compilePattern, hasMatch } from '../../../src/api/pattern/pattern.ts';
import { Budget, DEFAULT_LIMITS } from '../../../src/core/expr/budget.ts';
import { measurementFunctions } from '../../../src/core/expr/builtins/functions.ts';
import { evaluateCondition } from '../../../src/core/expr/condition.ts';
import { formatMoment, parseMoment, RFC3339_NANO } from '../../../src/core/expr/dates/layout.ts';
import { compile, evaluate } from '../../../src/core/expr/expr.ts';
import { isAnyMap, isJsonMap, isList, itemsOf, Moment, type Value } from '../../../src/core/expr/value.ts';
import { decodeBase64, encodeBase64 } from '../../../src/core/expr/values/base64.ts';
import { decodeUtf8, encodeUtf8 } from '../../../src/core/expr/values/utf8.ts';
import { show } from './show.ts';

const WORDS =
  'result # #acc #index . ?. [ ] ( ) { } , : ; ? ?? | + - * / % ** == != < <= > >= .. and or not in ' +
  'matches contains let x = if else true false nil 0 1 2 9223372036854775807 1.5 1e300 "a" "" `b` [1,2] ' +
  '{a:1} len all any filter map reduce sum sortBy groupBy first last sort string int float split repeat ' +
  'max min now date duration toJSON fromJSON $env __proto__ constructor a b flatten concat uniq keys ' +
  'result.a result[0]';

const limits = { steps: 20_000, memory: 20_000 };
const results: readonly Value[] = [
  null,
  1,
  'text',
  true,
  [1, 'a', null],
  { a: { b: [1] }, items: [{ v: 1 }] },
  Float64Array.of(1, Number.NaN),
];

function outcome(source: string, result: Value): string {
  const compiled = compile(source);
  if (compiled.kind === 'error') return compiled.message;
  const environment = {
    variables: new Map([['result', result]]),
    functions: measurementFunctions(result),
    now: 0,
  };
  const found = evaluate(compiled, environment, limits);
  return found.kind === 'error' ? found.message : `${found.kind} ${typeof found.value}`;
}

void test('any text ends as a value or an error', () => {
  const source = fc.oneof(
    fc.string(),
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: fc.constantFrom(...Array.from('#.[](){}"\'`\\|&?:;,0x1e+-*/ab')) }),
  );
  fc.assert(fc.property(source, fc.constantFrom(...results), (text, result) => outcome(text, result) !== ''));
});

void test('any row of words ends as a value or an error', () => {
  const words = fc.array(fc.constantFrom(...WORDS.split(' ')), { maxLength: 14 });
  const joined = fc.tuple(words, fc.constantFrom(' ', ''));
  fc.assert(
    fc.property(
      joined,
      fc.constantFrom(...results),
      ([list, glue], result) => outcome(list.join(glue), result) !== '',
    ),
    { numRuns: 1500 },
  );
});

const { expression } = fc.letrec<{ expression: string }>((tie) => {
  const sub = tie('expression');
  const atom = fc.constantFrom(
    'result',
    'result.a',
    '#',
    '#acc',
    '1',
    '2.5',
    '"a"',
    'nil',
    'true',
    '[1,2]',
    '{a:1}',
    '1..9',
    'x',
  );
  const binary = fc.constantFrom(...'+ - * / % ** == != < > in and or ?? .. matches contains'.split(' '));
  const call = fc.constantFrom(
    ...'len string int float sum max min first last sort reverse uniq flatten keys toJSON'.split(' '),
  );
  const predicate = fc.constantFrom(
    ...'all any none one filter map count find groupBy sortBy reduce sum'.split(' '),
  );
  const branch = fc.oneof(
    fc.tuple(sub, binary, sub).map(([a, operator, b]) => `(${a} ${operator} ${b})`),
    fc.tuple(call, sub).map(([name, a]) => `${name}(${a})`),
    fc.tuple(predicate, sub, sub).map(([name, a, b]) => `${name}(${a}, {${b}})`),
    fc.tuple(sub, sub, sub).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
    fc.tuple(sub, sub).map(([a, b]) => `(let x = ${a}; ${b})`),
    fc.tuple(sub, sub).map(([a, b]) => `${a}[${b}]`),
    fc.tuple(sub, fc.constantFrom('a', '__proto__', 'constructor')).map(([a, name]) => `${a}?.${name}`),
  );
  return { expression: fc.oneof({ maxDepth: 5, depthIdentifier: 'expression' }, atom, branch) };
});

void test('a well-formed expression gives the same outcome twice', () => {
  fc.assert(
    fc.property(expression, fc.constantFrom(...results), (source, result) =>
      assert.equal(outcome(source, result), outcome(source, result)),
    ),
    { numRuns: 1500 },
  );
});

/** Characters that cost as much as one item. */
const CHARACTERS = 16;

/** Items and entries that a value is made of, and its characters as they are charged; what is there twice counts once. */
function sizeOf(value: Value, seen = new Set<Value>()): number {
  if (typeof value === 'string') return value.length / CHARACTERS;
  if (typeof value !== 'object' || value === null || seen.has(value)) return 1;
  seen.add(value);
  if (isList(value)) return itemsOf(value).reduce<number>((sum, one) => sum + sizeOf(one, seen), 1);
  if (isAnyMap(value)) return [...value.values()].reduce<number>((sum, one) => sum + sizeOf(one, seen), 1);
  if (!isJsonMap(value)) return 1;
  return Object.values(value).reduce<number>((sum, one) => sum + sizeOf(one as Value, seen), 1);
}

void test('what an expression makes is no larger than its budget, however few steps and little memory it has', () => {
  const budgets = fc.record({
    steps: fc.integer({ min: 1, max: 5000 }),
    memory: fc.integer({ min: 1, max: 5000 }),
  });
  fc.assert(
    fc.property(expression, fc.constantFrom(...results), budgets, (source, result, own) => {
      const compiled = compile(source);
      if (compiled.kind === 'error') return;
      const environment = {
        variables: new Map([['result', result]]),
        functions: measurementFunctions(result),
        now: 0,
      };
      const found = evaluate(compiled, environment, own);
      if (found.kind === 'error') return;
      const given = sizeOf(result) + source.length;
      assert.ok(sizeOf(found.value) <= own.memory + own.steps + given, source);
    }),
    { numRuns: 3000 },
  );
});

void test('comparing a float with a literal is what it is in JavaScript', () => {
  fc.assert(
    fc.property(fc.double(), fc.double({ noNaN: true, noDefaultInfinity: true }), (sample, limit) => {
      const literal = Number.isInteger(limit) ? `${BigInt(limit)}.0` : String(limit);
      const verdict = evaluateCondition(`result[0] >= ${literal}`, Float64Array.of(sample), 0);
      assert.deepEqual(verdict, { kind: 'bool', value: sample >= limit });
    }),
  );
});

void test('integers compute as 64 bits do', () => {
  const int = fc.bigInt({ min: -(2n ** 63n) + 1n, max: 2n ** 63n - 1n });
  fc.assert(
    fc.property(int, int, fc.constantFrom('+', '-', '*'), (a, b, operator) => {
      const exact = operator === '+' ? a + b : operator === '-' ? a - b : a * b;
      const compiled = compile(`(${a}) ${operator} (${b})`);
      assert.equal(compiled.kind, 'compiled');
      const found = evaluate(compiled, { variables: new Map(), functions: new Map(), now: 0 });
      assert.equal(
        found.kind === 'value' ? show(found.value) : found.message,
        `i:${BigInt.asIntN(64, exact)}`,
      );
    }),
  );
});

const { pattern } = fc.letrec<{ pattern: string }>((tie) => {
  const sub = tie('pattern');
  const atom = fc.constantFrom(
    'a',
    'b',
    '.',
    '[ab]',
    '[^a]',
    '[a-c]',
    '\\w',
    '\\d',
    '\\b',
    '\\B',
    '^',
    '$',
    '\\.',
    '(?:)',
  );
  const branch = fc.oneof(
    fc.tuple(sub, sub).map(([a, b]) => a + b),
    fc.tuple(sub, sub).map(([a, b]) => `(?:${a}|${b})`),
    fc
      .tuple(sub, fc.constantFrom('*', '+', '?', '{2}', '{1,2}', '{0,}', '*?'))
      .map(([a, sign]) => `(${a})${sign}`),
  );
  return { pattern: fc.oneof({ maxDepth: 4 }, atom, branch) };
});

void test('patterns match what JavaScript says they match', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', '.', '\n', '_'), maxLength: 8 });
  fc.assert(
    fc.property(pattern, text, (source, subject) => {
      const compiled = compilePattern(source);
      assert.equal(compiled.kind, 'pattern');
      if (compiled.kind !== 'pattern') return;
      const matched = hasMatch(compiled.program, subject, new Budget(DEFAULT_LIMITS));
      assert.equal(matched, new RegExp(source, 'u').test(subject));
    }),
    { numRuns: 2000 },
  );
});

void test('any text is a pattern or an error', () => {
  const source = fc.string({ unit: fc.constantFrom(...Array.from('ab()[]{}|*+?^$.\\-0,1:<>PpLi=!Q')) });
  fc.assert(
    fc.property(source, (text) => ['pattern', 'error'].includes(compilePattern(text).kind)),
    { numRuns: 2000 },
  );
});

void test('text survives UTF-8 and Base64', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const bytes = encodeUtf8(text);
      assert.deepEqual(bytes, new Uint8Array(Buffer.from(text)));
      assert.equal(decodeUtf8(bytes), text);
      assert.equal(encodeBase64(bytes), Buffer.from(text).toString('base64'));
      assert.deepEqual(decodeBase64(encodeBase64(bytes)), bytes);
    }),
  );
});

void test('a time that is written is read back', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true }), (date) => {
      const moment = new Moment(BigInt(date.getTime()) * 1_000_000n, 'UTC');
      assert.deepEqual(parseMoment(formatMoment(moment, RFC3339_NANO), RFC3339_NANO, 'UTC'), moment);
    }),
  );
});
