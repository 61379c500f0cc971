import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '../../../src/api/meta.ts';
import { mergePatch as computePatch, isSameJson } from '../../../src/core/merge-patch.ts';
import { ApiError } from '../../../src/sim/api-server/api.ts';
import { jsonPatch, MOST_COPIED, MOST_OPERATIONS } from '../../../src/sim/api-server/patch/json.ts';
import { mergePatch } from '../../../src/sim/api-server/patch/merge.ts';
import { strategicPatch, takesStrategic } from '../../../src/sim/api-server/patch/strategic.ts';
import { builtinSchema } from '../../../src/sim/api-server/schema/builtin.ts';
import { withDefaults } from '../../../src/sim/api-server/schema/defaulting.ts';
import { prune } from '../../../src/sim/api-server/schema/prune.ts';
import { known, readVector } from './replay.ts';

/** Frozen through and through, so that a patch that writes into its input throws. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(frozen);
  return Object.freeze(value);
}

/** What a patch gives, or the status and message with which it is refused. */
function outcome(patch: () => unknown): unknown {
  try {
    return patch();
  } catch (error) {
    if (error instanceof ApiError) return `${error.code} ${error.message}`;
    throw error;
  }
}

const object: JsonObject = frozen({ data: { k: 'v' }, list: ['a', 'b'], deep: { list: [{ x: 1 }] } });
const REJECTED = '422 the server rejected our request due to an error in our request';
const data = (fields: JsonObject) => ({ ...object, data: fields });
const list = (...items: string[]) => ({ ...object, list: items });

/** As kube-apiserver 1.35 answered. */
const jsonRows: readonly (readonly [operations: unknown, result: unknown])[] = [
  [[], object],
  [[{ op: 'add', path: '/data/l', value: 'w' }], data({ k: 'v', l: 'w' })],
  [[{ op: 'add', path: '/data/q' }], data({ k: 'v', q: null })],
  [[{ op: 'add', path: 'ignored/data/q', value: 1 }], data({ k: 'v', q: 1 })],
  [[{ op: 'add', path: '/list/-', value: 'z' }], list('a', 'b', 'z')],
  [[{ op: 'add', path: '/list/1', value: 'z' }], list('a', 'z', 'b')],
  [[{ op: 'add', path: '/list/2', value: 'z' }], list('a', 'b', 'z')],
  [[{ op: 'add', path: '/list/-2', value: 'z' }], list('a', 'z', 'b')],
  [[{ op: 'add', path: '/data/a~1b~0c', value: 1 }], data({ k: 'v', 'a/b~c': 1 })],
  [[{ op: 'add', path: '/list/9', value: 'z' }], REJECTED],
  [[{ op: 'add', path: '/list/-9', value: 'z' }], REJECTED],
  [[{ op: 'add', path: '/list/x', value: 'z' }], REJECTED],
  [[{ op: 'add', path: '/none/x', value: 'z' }], REJECTED],
  [[{ op: 'add', path: '', value: {} }], REJECTED],
  [[{ op: 'remove', path: '/data/k' }], data({})],
  [[{ op: 'remove', path: '/list/0' }], list('b')],
  [[{ op: 'remove', path: '/list/-1' }], list('a')],
  [[{ op: 'remove', path: '/data/none' }], REJECTED],
  [[{ op: 'remove', path: '/list/2' }], REJECTED],
  [[{ op: 'remove', path: '' }], REJECTED],
  [[{ op: 'replace', path: '/data/k', value: 'w' }], data({ k: 'w' })],
  [[{ op: 'replace', path: '/data/none', value: 'w' }], data({ k: 'v', none: 'w' })],
  [[{ op: 'replace', path: '/list/01', value: 'z' }], list('a', 'z')],
  [[{ op: 'replace', path: '/list/-', value: 'z' }], REJECTED],
  [[{ op: 'replace', path: '/data/k/x', value: 'z' }], REJECTED],
  [[{ op: 'replace', path: '', value: {} }], {}],
  [[{ op: 'move', from: '/data/k', path: '/data/l' }], data({ l: 'v' })],
  [[{ op: 'move', from: '/list/0', path: '/list/1' }], list('b', 'a')],
  [[{ op: 'move', from: '/data/none', path: '/data/l' }], REJECTED],
  [[{ op: 'copy', from: '/data/k', path: '/data/l' }], data({ k: 'v', l: 'v' })],
  [[{ op: 'copy', from: '/data/none', path: '/data/l' }], data({ k: 'v', l: null })],
  [[{ op: 'test', path: '/data/k', value: 'v' }], object],
  [[{ op: 'test', path: '/deep', value: { list: [{ x: 1 }] } }], object],
  [[{ op: 'test', path: '/data/none', value: null }], object],
  [[{ op: 'test', path: '/data/k', value: 'w' }], REJECTED],
  [[{ op: 'test', path: '', value: {} }], REJECTED],
  [[{ op: 'frob', path: '/data/k' }], REJECTED],
  [[{ path: '/data/k' }], REJECTED],
  [
    { op: 'add' },
    '400 error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
  ],
  [[3], '400 error decoding patch: json: cannot unmarshal number into Go value of type handlers.jsonPatchOp'],
];

void test('JSON patches', () => {
  for (const [operations, result] of jsonRows) {
    assert.deepEqual(
      outcome(() => jsonPatch(object, operations)),
      result,
      JSON.stringify(operations),
    );
  }
});

void test('a JSON patch is all or nothing, and shares what it does not touch', () => {
  const add = { op: 'add', path: '/data/l', value: 'w' };
  const done = jsonPatch(object, [add]);
  assert.equal(done['deep'], object['deep']);
  assert.equal(
    outcome(() => jsonPatch(object, [add, { op: 'remove', path: '/x' }])),
    REJECTED,
  );
});

void test('a JSON patch is bounded in length and in what it copies', () => {
  const many = Array.from({ length: MOST_OPERATIONS + 1 }, () => ({
    op: 'test',
    path: '/data/k',
    value: 'v',
  }));
  const message = `413 The allowed maximum operations in a JSON patch is ${MOST_OPERATIONS}, got ${many.length}`;
  assert.equal(
    outcome(() => jsonPatch(object, many)),
    message,
  );
  const doubling = Array.from({ length: 60 }, (_, i) => ({ op: 'copy', from: '/deep', path: `/deep/c${i}` }));
  assert.ok(2 ** doubling.length > MOST_COPIED);
  assert.equal(
    outcome(() => jsonPatch(object, doubling)),
    REJECTED,
  );
});

void test('keys like __proto__ are data', () => {
  const [operation] = JSON.parse('[{"op":"add","path":"/__proto__","value":{"polluted":1}}]') as [JsonObject];
  const patched = [
    jsonPatch(object, [operation]),
    mergePatch(object, JSON.parse('{"__proto__":{"polluted":1}}')),
  ];
  for (const done of patched) {
    assert.deepEqual(Object.getOwnPropertyDescriptor(done, '__proto__')?.value, { polluted: 1 });
    assert.equal(Object.getPrototypeOf(done), Object.prototype);
    assert.equal(({} as JsonObject)['polluted'], undefined);
  }
});

const mergeRows: readonly (readonly [patch: unknown, result: unknown])[] = [
  [{}, object],
  [{ data: { k: null } }, data({})],
  [{ data: { k: 'w', l: { m: null, n: 1 } } }, data({ k: 'w', l: { n: 1 } })],
  [{ list: ['z'] }, list('z')],
  [{ data: null }, { list: object['list'], deep: object['deep'] }],
  [{ none: null }, object],
  [{ data: 3 }, { ...object, data: 3 }],
  [
    [],
    '400 error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}',
  ],
  [
    3,
    '400 error decoding patch: json: cannot unmarshal number into Go value of type map[string]interface {}',
  ],
  [null, '400 Invalid JSON Patch'],
];

void test('merge patches', () => {
  for (const [patch, result] of mergeRows) {
    assert.deepEqual(
      outcome(() => mergePatch(object, patch)),
      result,
      JSON.stringify(patch),
    );
  }
});

const json = fc.letrec<{ value: unknown; object: JsonObject }>((tie) => ({
  value: fc.oneof(
    fc.integer(),
    fc.string({ maxLength: 3 }),
    fc.boolean(),
    fc.array(tie('value')),
    tie('object'),
  ),
  object: fc.dictionary(fc.string({ maxLength: 3 }), tie('value'), {
    maxKeys: 4,
  }) as fc.Arbitrary<JsonObject>,
}));

void test('a merge patch that was computed leads where it should, and copies nothing that stays', () => {
  const law = fc.property(json.object, json.object, (before, after) => {
    const patch = computePatch(before, after);
    const done = patch === null ? before : mergePatch(frozen(before), patch);
    assert.ok(isSameJson(done, after));
    assert.equal(mergePatch(frozen(before), {}), before);
  });
  fc.assert(law);
});

const deployment = builtinSchema('apps/v1', 'Deployment');
assert.ok(deployment !== null);

interface StrategicVector {
  readonly before?: JsonObject;
  readonly patch: unknown;
  readonly code: number;
  readonly message?: string;
  readonly object?: JsonObject;
}

const [first, ...strategicRows] = readVector('strategic.json') as readonly StrategicVector[];
const before = frozen(first?.before ?? {});

/** Refused by validation only, or before the patch is looked at. */
const isRefusedElsewhere = ({ code, patch }: StrategicVector): boolean =>
  code === 422 || patch === 'x{' || JSON.stringify(patch) === '{"$patch":"delete"}';

for (const row of strategicRows.filter((vector) => !isRefusedElsewhere(vector))) {
  void test(`strategic patch as recorded: ${JSON.stringify(row.patch)}`, () => {
    const done = outcome(() => {
      const patched = strategicPatch(before, row.patch, deployment);
      const { status: _, ...rest } = withDefaults(prune(patched, deployment).object, deployment);
      return rest;
    });
    const { status: _, ...expected } = row.object ?? {};
    assert.deepEqual(done, row.code < 300 ? expected : `${row.code} ${row.message ?? ''}`);
  });
}

void test('a strategic patch shares what it does not touch; custom resources take none', () => {
  const done = strategicPatch(before, { metadata: { labels: { q: '1' } } }, deployment);
  assert.equal(done['spec'], before['spec']);
  assert.ok(takesStrategic(deployment));
  assert.ok(!takesStrategic(known['Rollout']?.schema ?? deployment));
});
