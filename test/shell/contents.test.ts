import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CopyChange } from '../../src/core/plan.ts';
import { configurationObject, contentHash, copyOf } from '../../src/shell/contents.ts';

const map = { kind: 'ConfigMap', metadata: { name: 'a' }, data: { a: '1', b: '2' } };

const rows: readonly (readonly [string, object, object, same: boolean])[] = [
  ['the order of keys', map, { ...map, data: { b: '2', a: '1' } }, true],
  ['name and labels', map, { ...map, metadata: { name: 'b', labels: { x: 'y' } } }, true],
  ['that it never changes', map, { ...map, immutable: true }, true],
  [
    'empty and absent',
    { metadata: { name: 'a' } },
    { metadata: { name: 'a' }, data: {}, binaryData: {} },
    true,
  ],
  ['a value', map, { ...map, data: { a: '1', b: '3' } }, false],
  ['a key', map, { ...map, data: { a: '1', c: '2' } }, false],
  ['text and bytes', { data: { a: '1' } }, { binaryData: { a: '1' } }, false],
  ['the type of a Secret', { type: 'Opaque', data: {} }, { type: 'kubernetes.io/tls', data: {} }, false],
];
for (const [what, a, b, same] of rows)
  void test(`${same ? 'does not count' : 'counts'} for what is in it: ${what}`, () => {
    assert.equal(contentHash(a) === contentHash(b), same);
  });

void test('a hash can end a name', () => {
  for (let i = 0; i < 200; i++) assert.match(contentHash({ data: { i: String(i) } }), /^[a-z0-9]{10}$/);
});

void test('of what is in a Secret nothing is kept, also not what somebody applied', () => {
  const applied = { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"key":"c2VjcmV0"}}' };
  const metadata = { name: 'a', namespace: 'n', uid: 'u', resourceVersion: '1', annotations: applied };
  const kept = configurationObject({ kind: 'Secret', metadata, data: { key: 'c2VjcmV0' } } as never);
  assert.doesNotMatch(JSON.stringify(kept), /c2VjcmV0/);
  assert.equal(kept.kind, 'Secret');
});

void test('a copy has all that is in its source, and never changes', () => {
  const change: CopyChange = {
    apiVersion: 'v1',
    kind: 'Secret',
    namespace: 'n',
    name: 'a-1',
    verb: 'copy',
    phase: 'grow',
    notes: [],
    source: 'a',
    contentHash: '1',
    metadata: { name: 'a-1', namespace: 'n' },
  };
  const source = {
    metadata: { name: 'a', labels: { not: 'copied' } },
    type: 'kubernetes.io/tls',
    data: { k: 'dg==' },
    immutable: false,
  };
  assert.deepEqual(copyOf(source, change), {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'a-1', namespace: 'n' },
    immutable: true,
    type: 'kubernetes.io/tls',
    data: { k: 'dg==' },
  });
});
