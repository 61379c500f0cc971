import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Json } from '../../../src/api/meta.ts';
import { findAll, findFirst } from '../../../src/core/jsonpath/find.ts';

/** One template, the data it looks at, and what the original finds; `oracle/main.go` wrote it down. */
interface Row {
  readonly path: string;
  readonly data: Json;
  readonly results?: readonly (readonly Json[])[];
  readonly error?: string;
  /** What we find, or say, where we differ on purpose, and why we do. */
  readonly ours?: readonly (readonly Json[])[];
  readonly oursError?: string;
  readonly why?: string;
}

const text = readFileSync(new URL('./vectors/paths.jsonl', import.meta.url), 'utf8');
for (const line of text.trim().split('\n')) {
  const row = JSON.parse(line) as Row;
  void test(`${row.path} of ${JSON.stringify(row.data).slice(0, 40)}`, () => {
    const message = row.oursError ?? (row.ours === undefined ? row.error : undefined);
    const found = findAll(row.path, row.data);
    if (message !== undefined) assert.deepEqual(found, { kind: 'error', message });
    else
      assert.deepEqual(
        ordered(row, found),
        ordered(row, { kind: 'found', results: row.ours ?? row.results ?? [] }),
      );
  });
}

/** The original looks at the keys of an object in no order: where that shows, any order will do. */
function ordered(row: Row, found: ReturnType<typeof findAll>): unknown {
  if (found.kind === 'error' || !/\.\.|\.\*/.test(row.path)) return found;
  return found.results.map((values) => values.map((value) => JSON.stringify(sorted(value))).sort());
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item as Json)]));
}

const items = [
  { name: 'a', v: 1 },
  { name: 'b', v: 7 },
];

const first: readonly (readonly [path: string, data: Json, expected: ReturnType<typeof findFirst>])[] = [
  ['{$.data.value}', { data: { value: 2.5 } }, { kind: 'found', value: 2.5 }],
  ['{$.items[?(@.name=="b")].v}', { items }, { kind: 'found', value: 7 }],
  ['{$.items}', { items }, { kind: 'found', value: items }],
  ['{$.items[*].v}', { items }, { kind: 'found', value: 1 }],
  ['{$.nil}', { nil: null }, { kind: 'found', value: null }],
  ['{$.no}', { no: false }, { kind: 'found', value: false }],
  ['{$.nothing}', { data: 1 }, { kind: 'error', message: 'nothing is not found' }],
  ['{$.items[?(@.name=="c")].v}', { items }, { kind: 'nothing' }],
  ['{$.empty[*]}', { empty: [] }, { kind: 'nothing' }],
  ['', { items }, { kind: 'nothing' }],
  ['n: {.n}', { n: 1 }, { kind: 'found', value: 'n: ' }],
  ['{$.items[*', { items }, { kind: 'error', message: 'unterminated array' }],
];
for (const [path, data, expected] of first) {
  void test(`the first of ${JSON.stringify(path)} is ${JSON.stringify(expected)}`, () =>
    assert.deepEqual(findFirst(path, data), expected));
}

const wide = {
  a: Array.from({ length: 1000 }, (_, index) => ({ b: Array.from({ length: 1000 }, () => index) })),
};
let deep: Json = 1;
for (let depth = 0; depth < 5000; depth += 1) deep = [deep];

const stopped: readonly (readonly [what: string, path: string, data: Json, message: string])[] = [
  ['what finds too much', '{.a[*].b[*]}{.a[*].b[*]}', wide, 'jsonPath finds too much'],
  ['what walks too much', '{range .a[*]}{..}{end}', wide, 'jsonPath finds too much'],
  ['data too deep', '{..a}', deep, 'the answer is nested too deeply'],
  ['a long path', `{${'.a'.repeat(6000)}}`, {}, 'jsonPath is longer than 10000 characters'],
  ['filters in filters', '[?('.repeat(200).replace(/^/, '{'), {}, 'unterminated filter'],
];
for (const [what, path, data, message] of stopped) {
  void test(`stops ${what}`, () => assert.deepEqual(findAll(path, data), { kind: 'error', message }));
}

void test('any template ends with values or an error, and with the same ones again', () => {
  const parts =
    '{ } . .. $ @ [ ] * [?( )] [0] [-1] [1:2] [::2] , == < "a" \'a\' a b items name range end \\ 1 1.5 true';
  const path = fc
    .array(fc.constantFrom(...parts.split(' '), ' ', '\n'), { maxLength: 12 })
    .map((list) => `{${list.join('')}`);
  const data: fc.Arbitrary<Json> = fc.constantFrom<Json>(
    { items, a: { b: [1, 'x', null] } },
    [1, [2]],
    'text',
    null,
  );
  fc.assert(
    fc.property(fc.oneof(path, fc.string()), data, (template, json) => {
      assert.deepEqual(findAll(template, json), findAll(template, json));
    }),
    { numRuns: 2000 },
  );
});

void test('a value is found at its own path', () => {
  const key = fc.stringMatching(/^[a-z_][a-z0-9_-]{0,5}$/);
  fc.assert(
    fc.property(fc.array(key, { minLength: 1, maxLength: 5 }), fc.jsonValue(), (keys, leaf) => {
      const data = keys.reduceRight<Json>((inner, name) => ({ [name]: inner }), leaf as Json);
      assert.deepEqual(findFirst(`{.${keys.join('.')}}`, data), { kind: 'found', value: leaf });
    }),
  );
});
