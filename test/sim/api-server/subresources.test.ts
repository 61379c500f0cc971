import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Manifest } from '../../../src/api/meta.ts';
import { kinds } from '../../../src/sim/kinds.ts';
import { type Bench, bench, parsed, podSpec, replicaSet, USER } from './server.ts';

const { podDisruptionBudgets, pods, replicaSets, rollouts } = kinds;
const at = (name: string) => ({ namespace: 'default', name });
const SETS = '/apis/apps/v1/namespaces/default/replicasets';
const PODS = '/api/v1/namespaces/default/pods';

interface Answer {
  readonly code?: number;
  readonly message?: string;
  readonly spec: { readonly replicas?: number };
  readonly status: { readonly replicas?: number; readonly selector?: string };
  readonly details?: { readonly causes?: readonly { readonly message: string }[] };
}

const scale = (one: Bench, method: string, path: string, body?: object, type = 'application/json'): Answer =>
  parsed(one.ask(method, `${path}/scale`, body, { 'content-type': type })) as Answer;

void describe('scale', () => {
  void test('is read and written through the object', () => {
    const one = bench();
    one.api.create(replicaSets, replicaSet('a', 3), USER);
    assert.deepEqual(scale(one, 'GET', `${SETS}/a`).spec, { replicas: 3 });
    assert.equal(scale(one, 'GET', `${SETS}/a`).status.selector, 'app=a');
    const put = scale(one, 'PUT', `${SETS}/a`, { metadata: at('a'), spec: { replicas: 5 } });
    assert.deepEqual(put.spec, { replicas: 5 });
    const merge = 'application/merge-patch+json';
    assert.deepEqual(scale(one, 'PATCH', `${SETS}/a`, { spec: { replicas: 0 } }, merge).spec, {});
    const set = one.api.get(replicaSets, at('a')) as Manifest;
    assert.deepEqual([(set['spec'] as { replicas: number }).replicas, set.metadata.generation], [0, 3]);
  });

  void test('of a custom resource stands where its definition says', () => {
    const one = bench();
    const spec = { replicas: 2 };
    one.api.create(rollouts, { metadata: at('r'), spec }, USER);
    const status = { HPAReplicas: 1, selector: 'x=y' };
    one.api.merge(rollouts, at('r'), { status }, { ...USER, subresource: 'status' });
    const path = '/apis/argoproj.io/v1alpha1/namespaces/default/rollouts/r';
    const seen = scale(one, 'GET', path);
    assert.deepEqual([seen.spec, seen.status], [{ replicas: 2 }, { replicas: 1, selector: 'x=y' }]);
    scale(one, 'PUT', path, { metadata: at('r'), spec: { replicas: 7 } });
    assert.deepEqual(one.api.get(rollouts, at('r'))?.['spec'], { replicas: 7 });
  });

  const refused: readonly (readonly [string, string, object, number])[] = [
    ['less than nothing', 'PATCH', { spec: { replicas: -1 } }, 422],
    ['an old version', 'PATCH', { metadata: { resourceVersion: '1' }, spec: { replicas: 1 } }, 409],
    ['another name', 'PUT', { metadata: at('b'), spec: { replicas: 1 } }, 400],
    ['half a pod', 'PATCH', { spec: { replicas: 0.5 } }, 422],
  ];
  for (const [name, method, body, code] of refused) {
    void test(`${name} is refused`, () => {
      const one = bench();
      one.api.create(replicaSets, replicaSet('a'), USER);
      const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
      assert.equal(scale(one, method, `${SETS}/a`, body, type).code, code);
    });
  }
});

/** A ready pod `a` on a node, and a budget with this status. */
function guarded(status: object | null, ready = 'True'): Bench {
  const one = bench();
  const labels = { app: 'a' };
  one.api.create(pods, { metadata: { ...at('a'), labels }, spec: { ...podSpec, nodeName: 'n' } }, USER);
  const conditions = [{ type: 'Ready', status: ready }];
  const how = { ...USER, subresource: 'status' } as const;
  one.api.merge(pods, at('a'), { status: { phase: 'Running', conditions } }, how);
  if (status === null) return one;
  const spec = { minAvailable: 1, selector: { matchLabels: labels } };
  one.api.create(podDisruptionBudgets, { metadata: at('pdb'), spec }, USER);
  one.api.merge(podDisruptionBudgets, at('pdb'), { status }, how);
  return one;
}

const evict = (one: Bench, query = '') => {
  const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: at('a') };
  const answer = one.ask('POST', `${PODS}/a/eviction${query}`, body);
  return { answer: parsed(answer) as Answer, status: answer.status };
};

const counted = { observedGeneration: 1, expectedPods: 2, currentHealthy: 2, desiredHealthy: 1 };
const rows: Readonly<Record<string, readonly [Bench, number, string]>> = {
  'no budget': [guarded(null), 201, ''],
  'a budget that allows one': [guarded({ ...counted, disruptionsAllowed: 1 }), 201, ''],
  'a budget that allows none': [
    guarded({ ...counted, currentHealthy: 1, disruptionsAllowed: 0 }),
    429,
    'The disruption budget pdb needs 1 healthy pods and has 1 currently',
  ],
  'a budget that nobody has looked at': [
    guarded({ disruptionsAllowed: 1 }),
    429,
    'The disruption budget pdb is still being processed by the server.',
  ],
  'a pod that does not work, while enough others do': [
    guarded({ ...counted, disruptionsAllowed: 0 }, 'False'),
    201,
    '',
  ],
};

void describe('eviction', () => {
  for (const [name, [one, code, why]] of Object.entries(rows)) {
    void test(`${name}: ${code}`, () => {
      const { answer, status } = evict(one);
      assert.equal(status, code);
      assert.equal(answer.details?.causes?.[0]?.message ?? '', why);
      const going = one.api.get(pods, at('a'))?.metadata.deletionTimestamp !== undefined;
      assert.equal(going, code === 201);
    });
  }

  void test('takes one from the budget', () => {
    const one = guarded({ ...counted, disruptionsAllowed: 1 });
    evict(one);
    const { status } = one.api.get(podDisruptionBudgets, at('pdb')) as unknown as {
      readonly status: { readonly disruptionsAllowed: number; readonly disruptedPods: object };
    };
    assert.deepEqual([status.disruptionsAllowed, Object.keys(status.disruptedPods)], [0, ['a']]);
  });

  void test('may be tried only', () => {
    const one = guarded({ ...counted, disruptionsAllowed: 1 });
    const before = one.api.store.version;
    assert.equal(evict(one, '?dryRun=All').status, 201);
    assert.equal(one.api.store.version, before);
  });
});

void test('a pod is bound once', () => {
  const one = bench();
  one.api.create(pods, { metadata: at('a'), spec: podSpec }, USER);
  const labels = { 'topology.kubernetes.io/zone': 'z' };
  one.api.create(kinds.nodes, { metadata: { name: 'n', labels } }, USER);
  const binding = { metadata: at('a'), target: { kind: 'Node', name: 'n' } };
  assert.equal(one.ask('POST', `${PODS}/a/binding`, binding).status, 201);
  const pod = one.api.get(pods, at('a')) as Manifest;
  assert.equal((pod['spec'] as { nodeName?: string }).nodeName, 'n');
  assert.deepEqual(pod.metadata.labels, labels);
  assert.equal(one.ask('POST', `${PODS}/a/binding`, binding).status, 409);
});

void describe('server-side apply', () => {
  const apply = (one: Bench, manager: string, replicas: number, more = '') => {
    const body = { apiVersion: 'apps/v1', kind: 'ReplicaSet', ...replicaSet('a', replicas) };
    const headers = { 'content-type': 'application/apply-patch+yaml' };
    const answer = one.ask('PATCH', `${SETS}/a?fieldManager=${manager}${more}`, body, headers);
    return { status: answer.status, answer: parsed(answer) as Answer };
  };

  void test('creates, changes nothing twice, and meets others', () => {
    const one = bench();
    assert.equal(apply(one, 'first', 1).status, 201);
    const { version } = one.api.store;
    assert.equal(apply(one, 'first', 1).status, 200);
    assert.equal(one.api.store.version, version);
    const refused = apply(one, 'second', 2);
    assert.equal(refused.status, 409);
    assert.equal(
      refused.answer.message,
      'Apply failed with 1 conflict: conflict with "first": .spec.replicas',
    );
    assert.equal(apply(one, 'second', 2, '&force=true').status, 200);
    assert.equal(one.api.get(replicaSets, at('a'))?.metadata.generation, 2);
  });

  void test('tried only, it stores nothing', () => {
    const one = bench();
    assert.equal(apply(one, 'first', 1, '&dryRun=All').status, 201);
    assert.equal(one.api.get(replicaSets, at('a')), null);
  });
});

void describe('a body', () => {
  const post = (body: string, type = 'application/json') =>
    bench().ask('POST', '/api/v1/namespaces/default/configmaps', body, { 'content-type': type });
  const limits: Readonly<Record<string, readonly [string, string, number]>> = {
    'in YAML': ['metadata: {name: a}', 'application/yaml', 201],
    'that is too large': [
      `{"metadata":{"name":"a"},"data":{"x":"${'x'.repeat(3 * 1024 * 1024)}"}}`,
      'application/json',
      413,
    ],
    'that is nested too deep': [`${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'application/json', 400],
    'with too many aliases': [
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
        .split('')
        .map((k, i) => `${k}: &${k} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`)
        .join('\n')}`,
      'application/yaml',
      400,
    ],
    'that is no JSON': ['{', 'application/json', 400],
    'that nobody understands': ['x', 'application/vnd.kubernetes.protobuf', 415],
    'without anything': ['', 'application/json', 400],
  };
  for (const [name, [body, type, code]] of Object.entries(limits)) {
    void test(`${name}: ${code}`, () => assert.equal(post(body, type).status, code));
  }
});
