import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Json, JsonObject } from '../../src/api/meta.ts';
import { isSameJson, mergePatch } from '../../src/core/merge-patch.ts';
import { frozen } from '../routers/fixtures/fixture.ts';

/** From before to after by this patch. The examples are those of RFC 7386, appendix A, as far as they are of objects. */
const rows: readonly [JsonObject, JsonObject, JsonObject | null][] = [
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { a: 'b', b: 'c' }, { b: 'c' }],
  [{ a: 'b' }, {}, { a: null }],
  [{ a: 'b', b: 'c' }, { b: 'c' }, { a: null }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd' } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [{}, { a: { bb: {} } }, { a: { bb: {} } }],
  [{ a: { b: 1 } }, { a: {} }, { a: { b: null } }],
  [{ a: 1 }, { a: {} }, { a: {} }],
  [{ a: { b: 1, c: [{ d: 2 }] } }, { a: { c: [{ d: 2 }], b: 1 } }, null],
  [{}, {}, null],
  [{ e: null }, { e: null }, null],
  [{ e: null }, {}, { e: null }],
];

for (const [before, after, patch] of rows) {
  void test(`${JSON.stringify(before)} becomes ${JSON.stringify(after)}`, () => {
    assert.deepEqual(mergePatch(frozen(before), frozen(after)), patch);
  });
}

const leaf = fc.oneof(fc.boolean(), fc.nat(3), fc.constantFrom('', 'x'));
const key = fc.constantFrom('a', 'b', 'constructor', '__proto__', 'length');
const { object } = fc.letrec<{ object: JsonObject; value: Json }>((tie) => ({
  object: fc
    .array(fc.tuple(key, tie('value')), { maxLength: 4 })
    .map((entries) => Object.fromEntries(entries)),
  value: fc.oneof({ depthSize: 'small' }, leaf, tie('object'), fc.array(tie('value'), { maxLength: 2 })),
}));

void test('the patch, applied to what was before, gives what comes after', () => {
  fc.assert(
    fc.property(object, object, (before, after) => {
      const patch = mergePatch(frozen(before), frozen(after));
      assert.deepEqual(patch === null ? before : applied(before, patch), after);
    }),
    { numRuns: 1000 },
  );
});

void test('there is a patch just where the two differ', () => {
  fc.assert(
    fc.property(object, object, (before, after) => {
      assert.equal(mergePatch(before, after) === null, isSameJson(before, after));
      assert.equal(
        isSameJson(before, after),
        JSON.stringify(sorted(before)) === JSON.stringify(sorted(after)),
      );
    }),
    { numRuns: 1000 },
  );
});

void test('a patch says nothing of fields that stay', () => {
  fc.assert(
    fc.property(object, leaf, (before, value) => {
      assert.deepEqual(mergePatch(before, { ...before, extra: value }), { extra: value });
    }),
  );
});

/** What a server does with a merge patch. */
function applied(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const result = new Map(Object.entries(isObject(target) ? target : {}));
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) result.delete(name);
    else result.set(name, applied(result.get(name), value));
  }
  return Object.fromEntries(result);
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return { fields: fields.map(([name, item]) => [name, sorted(item)]) };
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
