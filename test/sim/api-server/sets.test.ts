import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '../../../src/api/meta.ts';
import { apply } from '../../../src/sim/api-server/fields/apply.ts';
import { SetBuilder } from '../../../src/sim/api-server/fields/builder.ts';
import {
  comparePaths,
  pathText,
  readFields,
  writeFields,
} from '../../../src/sim/api-server/fields/format.ts';
import { readOwners, writeOwners } from '../../../src/sim/api-server/fields/managers.ts';
import {
  difference,
  type FieldSet,
  intersection,
  isSameSet,
  pathsOf,
  union,
} from '../../../src/sim/api-server/fields/set.ts';
import { managedIn, trackUpdate } from '../../../src/sim/api-server/fields/track.ts';
import { builtinSchema } from '../../../src/sim/api-server/schema/builtin.ts';

const paths = fc.array(
  fc.array(fc.constantFrom('f:a', 'f:b', 'k:{"n":1}', 'v:"x"'), { minLength: 1, maxLength: 4 }),
  {
    maxLength: 8,
  },
);
const texts = (set: FieldSet): readonly string[] =>
  pathsOf(set)
    .map((path) => path.join(' '))
    .toSorted();
const sets = paths.map((list) => {
  const builder = new SetBuilder();
  for (const path of list) builder.add(path);
  return builder.done();
});

void test('sets of fields are sets of paths', () => {
  const law = fc.property(sets, sets, (a, b) => {
    const [one, other] = [new Set(texts(a)), new Set(texts(b))];
    assert.deepEqual(texts(union(a, b)), [...one.union(other)].toSorted());
    assert.deepEqual(texts(intersection(a, b)), [...one.intersection(other)].toSorted());
    assert.deepEqual(texts(difference(a, b)), [...one.difference(other)].toSorted());
    assert.equal(isSameSet(a, b), one.symmetricDifference(other).size === 0);
    assert.equal(union(a, a), a);
    assert.equal(difference(a, difference(b, a)), a);
  });
  fc.assert(law);
});

void test('a set is read as it was written', () => {
  const law = fc.property(sets, (set) => {
    const again = readFields(JSON.parse(JSON.stringify(writeFields(set))) as JsonObject);
    assert.ok(again !== null && isSameSet(again, set));
  });
  fc.assert(law);
});

void test('what is no set of fields', () => {
  const deep = JSON.parse(`${'{"f:a":'.repeat(200)}{}${'}'.repeat(200)}`) as JsonObject;
  const rows: readonly JsonObject[] = [{ a: {} }, { 'f:a': 1 }, { 'f:a': { b: {} } }, deep];
  for (const row of rows) assert.equal(readFields(row), null, JSON.stringify(row));
  assert.equal(readOwners([{ manager: 'a', operation: 'Other' }]), null);
  assert.equal(readOwners('x'), null);
});

void test('paths as people read them, in the order in which they are told', () => {
  const rows = [
    ['f:spec', 'f:containers', 'k:{"name":"app"}', 'f:image'],
    ['f:metadata', 'f:finalizers', 'v:"a/b"'],
    ['f:spec', 'f:ports', 'k:{"port":80,"protocol":"TCP"}'],
    ['f:list', 'i:3'],
  ];
  assert.deepEqual(rows.toSorted(comparePaths).map(pathText), [
    '.list[3]',
    '.metadata.finalizers[="a/b"]',
    '.spec.containers[name="app"].image',
    '.spec.ports[port=80,protocol="TCP"]',
  ]);
});

const entry = (manager: string, operation: string, time: string, subresource = ''): JsonObject => ({
  manager,
  operation,
  apiVersion: 'v1',
  ...(time === '' ? {} : { time: `2026-01-01T00:00:0${time}Z` }),
  fieldsType: 'FieldsV1',
  fieldsV1: { 'f:data': {} },
  ...(subresource === '' ? {} : { subresource }),
});

void test('entries stand by operation, then age, then name', () => {
  const ordered = [
    entry('z', 'Apply', ''),
    entry('a', 'Apply', '5'),
    entry('z', 'Update', '1'),
    entry('a', 'Update', '2'),
    entry('b', 'Update', '2'),
    entry('b', 'Update', '2', 'status'),
  ];
  assert.deepEqual(writeOwners(readOwners(ordered.toReversed()) ?? new Map()), ordered);
});

const schema = builtinSchema('v1', 'ConfigMap') ?? assert.fail();
const write = (manager: string, second: number) =>
  ({ manager, time: `2026-01-01T00:00:0${second}Z`, subresource: '', isStatusApart: false }) as const;
const configMap = (data: JsonObject, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'x', ...metadata },
  data,
});
const times = (managed: readonly JsonObject[]) => managed.map(({ manager, time }) => ({ manager, time }));

void test('the time of an entry is that of the last field taken', () => {
  const first = trackUpdate(null, configMap({ k: '1' }), write('u', 1), schema);
  const before = configMap({ k: '1' }, { managedFields: first });
  const same = trackUpdate(before, before, write('u', 2), schema);
  assert.deepEqual(same, first);
  const other = trackUpdate(before, configMap({ k: '2' }, { managedFields: first }), write('u', 3), schema);
  assert.deepEqual(times(other), [{ manager: 'u', time: '2026-01-01T00:00:03Z' }]);
});

void test('an apply that changes nothing leaves even the time as it is', () => {
  const applied = (live: JsonObject | null, second: number) =>
    apply(live, configMap({ k: '1' }), { ...write('a', second), force: false }, schema);
  const first = applied(null, 1);
  assert.ok(first.kind === 'applied');
  assert.deepEqual(applied(first.object, 2), first);
});

/** Someone applies these keys with the value of the step, by force. */
const applies = fc.array(
  fc.record({
    manager: fc.constantFrom('a', 'b', 'c'),
    keys: fc.uniqueArray(fc.constantFrom('k', 'l', 'm'), { maxLength: 3 }),
  }),
  { maxLength: 12 },
);

void test('after any applies by force, what is there is what somebody applies, and the last one wins', () => {
  const law = fc.property(applies, (steps) => {
    let live: JsonObject | null = null;
    const wanted = new Map<string, ReadonlySet<string>>();
    const values = new Map<string, string>();
    for (const [i, { manager, keys }] of steps.entries()) {
      const data = Object.fromEntries(keys.map((key) => [key, String(i)]));
      const result = apply(live, configMap(data), { ...write(manager, 1), force: true }, schema);
      assert.ok(result.kind === 'applied');
      live = result.object;
      // A forced apply takes a key from all others, since its value is new each time.
      for (const [other, theirs] of wanted) wanted.set(other, theirs.difference(new Set(keys)));
      wanted.set(manager, new Set(keys));
      for (const key of keys) values.set(key, String(i));
    }
    const owned = new Set([...wanted.values()].flatMap((keys) => [...keys]));
    const expected = Object.fromEntries([...values].filter(([key]) => owned.has(key)));
    assert.deepEqual(live?.['data'] ?? {}, expected);
    for (const [identity, { manager, set }] of readOwners(live === null ? [] : managedIn(live)) ?? []) {
      const theirs = new Set(pathsOf(set).map((path) => path[1]?.slice(2) ?? ''));
      theirs.delete('');
      assert.deepEqual(theirs, wanted.get(manager) ?? new Set(), identity);
    }
  });
  fc.assert(law);
});
