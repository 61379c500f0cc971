import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import * as z from 'zod';
import { KINDS } from '../../src/api/schema/kinds.ts';
import { crdFiles } from '../../tools/gen/crds.ts';
import { readDocs } from '../../tools/gen/docs.ts';
import { structuralMistakes } from '../../tools/gen/rules.ts';
import type { Schema } from '../../tools/gen/schema.ts';
import { generate, stale } from '../../tools/gen.ts';

const API = join(import.meta.dirname, '../../src/api');

const docs = readDocs(
  readdirSync(API)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(API, name), 'utf8')),
);

void test('generated files are up to date: run `npm run gen`', () => {
  assert.deepEqual(stale(generate()), []);
});

for (const { path, schema, text } of crdFiles(docs)) {
  void test(`${path} is a structural schema`, () => assert.deepEqual(structuralMistakes(schema), []));

  void test(`${path} fits: client-side kubectl apply keeps a copy of it in an annotation`, () => {
    assert.ok(text.length < 300_000);
    assert.ok(JSON.stringify(parse(text)).length < 262_144);
  });
}

const NO_TYPE: Schema = {};
const mistakes: readonly (readonly [schema: Schema, reason: string])[] = [
  [{ type: 'object', properties: { a: NO_TYPE } }, '.a: has no type'],
  [{ type: 'string', 'x-kubernetes-int-or-string': true }, ': has a type beside int-or-string'],
  [{ type: 'array' }, ': is a list without items'],
  [{ type: 'object', additionalProperties: false }, ': is closed'],
  [{ type: 'object', additionalProperties: NO_TYPE }, '.*: has no type'],
  [{ type: 'object', required: ['a'] }, ': requires a, which it does not have'],
  [{ type: 'array', items: NO_TYPE }, '[]: has no type'],
  [{ type: 'string', 'x-kubernetes-list-map-keys': ['a'] }, ': has keys but is no map'],
  [
    {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['a'],
      items: { type: 'object', properties: { a: { type: 'string' } } },
    },
    ': has the key a, which may be absent',
  ],
];
for (const [schema, reason] of mistakes) {
  void test(`a mistake is found: ${reason}`, () => assert.deepEqual(structuralMistakes(schema), [reason]));
}

void test('comments of interfaces become descriptions, also inherited ones', () => {
  const read = readDocs([
    '/** One. */\nexport interface A {\n  /** The `x`,\n   * long. */\n  readonly x?: string;\n  readonly y: A;\n}\n',
    '/** Two. */\nexport interface B extends A {\n  readonly z: string;\n}\n',
  ]);
  assert.deepEqual(Object.fromEntries(read.get('B') ?? []), { '': 'Two.', x: 'The x, long.' });
});

void test('every object of the schemas is an interface with a comment', () => {
  const titles = Object.values(KINDS).flatMap((kind) =>
    titlesOf(z.toJSONSchema(kind, { unrepresentable: 'any' })),
  );
  assert.ok(titles.length > 100);
  assert.deepEqual(
    titles.filter((title) => (docs.get(title)?.get('') ?? '') === ''),
    [],
  );
});

function titlesOf(node: unknown): readonly string[] {
  if (typeof node !== 'object' || node === null) return [];
  const own = 'title' in node && typeof node.title === 'string' ? [node.title] : [];
  return [...own, ...Object.values(node).flatMap(titlesOf)];
}
