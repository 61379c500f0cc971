import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type JsonObject, same } from '../compat/json.ts';
import { applyChanges, changesBetween, splitPath, valueAt } from '../compat/paths.ts';

const object: JsonObject = {
  metadata: { annotations: { 'a.b/c': '1' } },
  status: { conditions: [{ type: 'Paused', status: 'True' }], measurements: [{ value: 1 }, { value: 2 }] },
};

const values: readonly (readonly [path: string, value: unknown])[] = [
  ['metadata.annotations[a.b/c]', '1'],
  ['status.conditions[Paused].status', 'True'],
  ['status.conditions[Other].status', undefined],
  ['status.measurements[1].value', 2],
  ['status.measurements[2].value', undefined],
  ['nothing.at.all', undefined],
];

for (const [path, value] of values) {
  void test(`${path} is ${String(value)}`, () => assert.equal(valueAt(object, path), value));
}

void test('a key in brackets may hold dots', () => {
  assert.deepEqual(splitPath('metadata.annotations[a.b/c].x[0]'), [
    'metadata',
    'annotations',
    'a.b/c',
    'x',
    '0',
  ]);
});

void test('changes name members by type, other keys by name', () => {
  const after = applyChanges(object, [
    ['status.conditions[Paused].status', 'True', 'False'],
    ['metadata.annotations[a.b/c]', '1', null],
    ['status.measurements[2]', null, { value: 3 }],
  ]);
  assert.deepEqual(changesBetween(object, after), [
    ['metadata.annotations[a.b/c]', '1', null],
    ['status.conditions[Paused].status', 'True', 'False'],
    ['status.measurements[2]', null, { value: 3 }],
  ]);
});

const leaf = fc.oneof(fc.integer(), fc.string(), fc.boolean());
const key = fc.constantFrom('a', 'b', 'c.d', 'e/f');
const named = fc.uniqueArray(fc.record({ name: fc.constantFrom('x', 'y', 'z'), value: leaf }), {
  selector: (member) => member.name,
});
const tree = fc.dictionary(key, fc.oneof(leaf, named, fc.dictionary(key, leaf)));

void test('applying the changes between two versions gives the second, but for the order of members', () => {
  const sorted = (value: JsonObject): JsonObject =>
    Object.fromEntries(
      Object.entries(value).map(([name, v]) => [
        name,
        Array.isArray(v) ? v.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b))) : v,
      ]),
    );
  fc.assert(
    fc.property(tree, tree, (before, after) => {
      const got = applyChanges(before, changesBetween(before, after));
      assert.ok(same(sorted(got), sorted(after)), JSON.stringify(got));
    }),
  );
});
