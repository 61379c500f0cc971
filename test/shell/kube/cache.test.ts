import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byController, byNamespace, Cache } from '../../../src/shell/kube/cache.ts';
import { compareVersions, type KubeObject, keyOf, partsOf } from '../../../src/shell/kube/object.ts';
import { slimPod, withoutManagedFields } from '../../../src/shell/kube/project.ts';

/** An object named `a`: `made('5')` is uid 1 at version 5, `made('5', '2')` another one of that name. */
function made(version: string, uid = '1', more: Partial<KubeObject['metadata']> = {}): KubeObject {
  return { metadata: { namespace: 'n', name: 'a', uid, resourceVersion: version, ...more } };
}

interface Bench {
  readonly cache: Cache<KubeObject, 'owner' | 'namespace'>;
  /** `5>7`: from version 5 to 7, `-` for nothing. */
  readonly changes: string[];
}

function bench(...listed: readonly KubeObject[]): Bench {
  const changes: string[] = [];
  const at = (object: KubeObject | null): string => object?.metadata.resourceVersion ?? '-';
  const cache = new Cache<KubeObject, 'owner' | 'namespace'>({
    project: (raw) => raw,
    indexers: { owner: byController, namespace: byNamespace },
    onChange: (_, before, after) => changes.push(`${at(before)}>${at(after)}`),
    freeze: true,
  });
  cache.replace(listed, '5');
  changes.splice(0);
  return { cache, changes };
}

for (const [name, listed, act, changes] of [
  ['an event is taken', [made('5')], (c) => c.upsert(made('7')), ['5>7']],
  ['an event that is told twice changes nothing', [made('5')], (c) => c.upsert(made('5')), []],
  ['an old event changes nothing', [made('5')], (c) => c.upsert(made('4')), []],
  ['versions are numbers, not text', [made('9')], (c) => c.upsert(made('10')), ['9>10']],
  ['a deletion is taken', [made('5')], (c) => c.remove(made('8')), ['5>-']],
  ['a deletion may carry the last version', [made('5')], (c) => c.remove(made('5')), ['5>-']],
  ['a deletion of what is not there changes nothing', [], (c) => c.remove(made('8')), []],
  ['an own write shows at once', [made('5')], (c) => c.observeWrite(made('7')), ['5>7']],
  ['an own creation shows at once', [], (c) => c.observeWrite(made('7')), ['->7']],
  [
    'an own write that is older than the watch changes nothing',
    [made('5')],
    (c) => c.observeWrite(made('4')),
    [],
  ],
  [
    'the watch does not roll back an own write',
    [made('5')],
    (c) => [c.observeWrite(made('9')), c.upsert(made('7'))],
    ['5>9'],
  ],
  [
    'the watch repeats an own write',
    [made('5')],
    (c) => [c.observeWrite(made('9')), c.upsert(made('9'))],
    ['5>9'],
  ],
  [
    'a list does not roll back an own write',
    [made('5')],
    (c) => [c.observeWrite(made('9')), c.replace([made('5')], '8')],
    ['5>9'],
  ],
  [
    'a list does not take away what we made after it',
    [],
    (c) => [c.observeWrite(made('9')), c.replace([], '8')],
    ['->9'],
  ],
  ['a list takes away what is not in it', [made('5')], (c) => c.replace([], '8'), ['5>-']],
  [
    'an own deletion shows at once, and events on the way do not undo it',
    [made('5')],
    (c) => [c.observeDelete(made('5')), c.upsert(made('6'))],
    ['5>-'],
  ],
  [
    'nor does a list from before',
    [made('5')],
    (c) => [c.observeDelete(made('5')), c.replace([made('5')], '6')],
    ['5>-'],
  ],
  [
    'the watch repeats an own deletion',
    [made('5')],
    (c) => [c.observeDelete(made('5')), c.remove(made('8'))],
    ['5>-'],
  ],
  [
    'a new object takes the name of the deleted one',
    [made('5')],
    (c) => [c.observeDelete(made('5')), c.upsert(made('9', '2'))],
    ['5>-', '->9'],
  ],
  [
    'a late deletion does not hit the new object',
    [made('5')],
    (c) => [c.observeDelete(made('5')), c.observeWrite(made('9', '2')), c.remove(made('8'))],
    ['5>-', '->9'],
  ],
  [
    'an own deletion of an earlier object does not hit the present one',
    [made('5', '2')],
    (c) => c.observeDelete(made('3')),
    [],
  ],
  [
    'the answer to a write that comes after the deletion is no news',
    [made('5')],
    (c) => [c.remove(made('8')), c.observeWrite(made('7'))],
    ['5>-'],
  ],
  [
    'a second list that still has it is believed',
    [made('5')],
    (c) => [c.observeDelete(made('5')), c.replace([made('5')], '6'), c.replace([made('5')], '7')],
    ['5>-', '->5'],
  ],
  ['without numbers an own write waits for the watch', [made('x')], (c) => c.observeWrite(made('y')), []],
  ['without numbers an own creation waits for the watch', [], (c) => c.observeWrite(made('y')), []],
  ['without numbers events are taken as they come', [made('x')], (c) => c.upsert(made('b')), ['x>b']],
  ['without numbers a list takes away what is not in it', [made('x')], (c) => c.replace([], 'y'), ['x>-']],
] as const satisfies readonly (readonly [
  string,
  readonly KubeObject[],
  (c: Bench['cache']) => unknown,
  readonly string[],
])[]) {
  void test(name, () => {
    const { cache, changes: seen } = bench(...listed);
    act(cache);
    assert.deepEqual(seen, changes);
    assert.equal(
      cache.get('n/a')?.metadata.resourceVersion ?? '-',
      seen.at(-1)?.split('>')[1] ?? listed[0]?.metadata.resourceVersion ?? '-',
    );
  });
}

const owned = (uid: string): Partial<KubeObject['metadata']> => ({
  ownerReferences: [{ apiVersion: 'v1', kind: 'X', name: 'x', uid, controller: true }],
});

void test('objects are found by owner and namespace, and move when these change', () => {
  const { cache } = bench(made('1', '1', owned('o1')), made('2', '2', { name: 'b', ...owned('o1') }));
  const names = (uid: string): readonly string[] =>
    cache.by('owner', uid).map((object) => object.metadata.name);
  assert.deepEqual([names('o1'), names('o2'), cache.by('namespace', 'n').length], [['a', 'b'], [], 2]);
  cache.upsert(made('3', '1', owned('o2')));
  assert.deepEqual([names('o1'), names('o2')], [['b'], ['a']]);
  cache.remove(made('4', '1', owned('o2')));
  assert.deepEqual([names('o1'), names('o2'), [...cache.all()].length, cache.size], [['b'], [], 1, 1]);
});

void test('an owner that does not control is none', () => {
  assert.deepEqual(
    byController({
      metadata: { name: 'a', ownerReferences: [{ apiVersion: 'v1', kind: 'X', name: 'x', uid: 'u' }] },
    }),
    [],
  );
});

void test('it has synced with the first list, not before', async () => {
  const cache = new Cache({ project: (raw) => raw });
  assert.equal(cache.hasSynced, false);
  cache.replace([], '1');
  await cache.whenSynced();
  assert.equal(cache.hasSynced, true);
});

void test('a spec that has not changed stays the same value, another one takes its place', () => {
  const spec = (image: string) => ({ spec: { image, ports: [{ port: 80 }] } });
  const cache = new Cache<KubeObject & { readonly spec?: unknown }>({ project: (raw) => raw });
  cache.replace([{ ...made('1'), ...spec('a') }], '1');
  const first = cache.get('n/a')?.spec;
  cache.upsert({ ...made('2'), ...spec('a') });
  assert.equal(cache.get('n/a')?.spec, first);
  assert.equal(cache.get('n/a')?.metadata.resourceVersion, '2');
  cache.observeWrite({ ...made('3'), ...spec('b') });
  assert.deepEqual(cache.get('n/a')?.spec, { image: 'b', ports: [{ port: 80 }] });
  cache.upsert(made('4'));
  assert.equal(cache.get('n/a')?.spec, undefined);
});

void test('objects are frozen to the bottom when asked for', () => {
  const { cache } = bench(made('1', '1', { labels: { a: 'b' } }));
  assert.ok(Object.isFrozen(cache.get('n/a')?.metadata.labels));
});

for (const [left, right, order] of [
  ['5', '7', -1],
  ['10', '9', 1],
  ['7', '7', 0],
  ['18446744073709551615', '18446744073709551616', -1],
  ['a', 'a', 0],
  ['a', 'b', null],
  ['7', 'b', null],
  ['07', '8', null],
  ['', '8', null],
  [undefined, undefined, null],
] as const) {
  void test(`version ${left} to ${right}: ${order}`, () => {
    const compared = compareVersions(left, right);
    assert.equal(compared === null ? null : Math.sign(compared), order);
  });
}

void test('keys have namespaces where objects do', () => {
  assert.deepEqual([keyOf(made('1')), keyOf({ metadata: { name: 'a' } })], ['n/a', 'a']);
  assert.deepEqual(
    [partsOf('n/a'), partsOf('a')],
    [
      { namespace: 'n', name: 'a' },
      { namespace: '', name: 'a' },
    ],
  );
});

void test('managed fields go, everything else stays', () => {
  const raw = {
    kind: 'X',
    metadata: { name: 'a', managedFields: [{}], future: 1 },
    spec: { future: { a: 1 } },
  };
  assert.deepEqual(withoutManagedFields(raw), {
    kind: 'X',
    metadata: { name: 'a', future: 1 },
    spec: { future: { a: 1 } },
  });
  assert.ok('managedFields' in raw.metadata);
});

void test('a pod is kept slim', () => {
  const status = {
    name: 'c',
    ready: false,
    restartCount: 2,
    state: { waiting: { reason: 'CrashLoopBackOff' } },
    imageID: 'x',
  };
  const raw = {
    metadata: { ...made('1').metadata, managedFields: [] },
    spec: { nodeName: 'node', volumes: [{}], containers: [{ name: 'c', image: 'i', env: [{}] }] },
    status: {
      phase: 'Running',
      hostIP: '1.2.3.4',
      conditions: [{ type: 'Ready', status: 'False', lastProbeTime: null }],
      containerStatuses: [status],
    },
  };
  assert.deepEqual(slimPod(raw), {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: made('1').metadata,
    spec: { nodeName: 'node', containers: [{ name: 'c', image: 'i' }] },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'False' }],
      initContainerStatuses: [],
      containerStatuses: [{ name: 'c', ready: false, restartCount: 2, state: status.state }],
    },
  });
  assert.deepEqual(slimPod(made('1')).status, {
    conditions: [],
    initContainerStatuses: [],
    containerStatuses: [],
  });
});
