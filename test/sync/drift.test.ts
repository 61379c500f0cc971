import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Manifest } from '../../src/api/meta.ts';
import { Failure } from '../../src/shell/kube/failure.ts';
import { conflictLines, conflictsOf, type Force, mayForce } from '../../src/sync/conflict.ts';
import { deferring } from '../../src/sync/deference.ts';
import { driftOf } from '../../src/sync/drift.ts';
import { ownersOf } from '../../src/sync/owners.ts';
import { driftLines } from '../../src/sync/words.ts';
import { live, object, written } from './support/objects.ts';

type Fields = Readonly<Record<string, unknown>>;

const managed = (manifest: Manifest, ...managedFields: readonly object[]): Manifest =>
  live(manifest, { managedFields, annotations: {} });

void describe('drift', () => {
  const rows: Readonly<
    Record<
      string,
      { kind?: string; live: Fields; git: Fields; by?: readonly object[]; told: readonly string[] }
    >
  > = {
    nothing: { live: { data: { a: '1' } }, git: { data: { a: '1' } }, told: [] },
    'a state that a controller reports': { live: { status: { phase: 'x' } }, git: {}, told: [] },
    'a value': {
      live: { data: { a: '2' } },
      git: { data: { a: '1' } },
      by: [written('kubectl-edit', ['data.a'])],
      told: ['ConfigMap shop/x: data.a is "2", in Git "1" (kubectl-edit)'],
    },
    'a value that is gone, which nobody owns': {
      live: { data: {} },
      git: { data: { a: '1' } },
      told: ['ConfigMap shop/x: data.a is absent, in Git "1"'],
    },
    'a long value is cut': {
      live: { data: { a: 'x'.repeat(100) } },
      git: { data: { a: '1' } },
      told: [`ConfigMap shop/x: data.a is "${'x'.repeat(58)}…, in Git "1"`],
    },
    'a value of a Secret is not told': {
      kind: 'Secret',
      live: { data: { a: 'Mg==' } },
      git: { data: { a: 'MQ==' } },
      by: [written('kubectl-edit', ['data.a'])],
      told: ['Secret shop/x: data.a is not as in Git (kubectl-edit)'],
    },
    'a member of a list that is known by a key': {
      kind: 'Deployment',
      live: { spec: { containers: [{ name: 'app', image: '2' }] } },
      git: { spec: { containers: [{ name: 'app', image: '1' }] } },
      by: [
        written('kubectl-set', ['spec.containers.k:{"name":"app"}.image']),
        written('other', ['spec.containers.k:{"name":"b"}.image']),
      ],
      told: ['Deployment shop/x: spec.containers[0].image is "2", in Git "1" (kubectl-set)'],
    },
    'a list of another length': {
      live: { items: [1, 2] },
      git: { items: [1] },
      told: ['ConfigMap shop/x: items is not as in Git'],
    },
    'the size that an autoscaler has chosen is its business': {
      kind: 'Deployment',
      live: { spec: { replicas: 5 } },
      git: { spec: { replicas: 1 } },
      by: [written('kube-controller-manager', ['spec.replicas'], 'scale')],
      told: [],
    },
    'the size that a person has chosen is drift': {
      kind: 'Deployment',
      live: { spec: { replicas: 5 } },
      git: { spec: { replicas: 1 } },
      by: [written('kubectl', ['spec.replicas'], 'scale')],
      told: ['Deployment shop/x: spec.replicas is 5, in Git 1 (kubectl (scale))'],
    },
    'a list that the controller owns as a whole': {
      kind: 'HTTPRoute',
      live: { spec: { rules: [{ weight: 9 }] } },
      git: { spec: { rules: [{ weight: 1 }] } },
      by: [written('sluice', ['spec.rules'])],
      told: [],
    },
  };
  for (const [name, row] of Object.entries(rows)) {
    void test(name, () => {
      const kind = row.kind ?? 'ConfigMap';
      const seen = managed(object(kind, 'x', row.live), ...(row.by ?? []));
      const drift = driftOf(seen, managed(object(kind, 'x', row.git)));
      assert.deepEqual(drift === null ? [] : driftLines(drift), row.told);
    });
  }

  void test('who owns a field: also of what is above and below it', () => {
    const seen = managed(
      object('ConfigMap', 'x', { spec: { list: ['a', 'b'] }, data: { deep: { er: 1 } } }),
      written('atom', ['data']),
      written('item', ['spec.list.v:"b"']),
      written('sluice-sync', ['spec.list', 'data.deep']),
    );
    const names = (...keys: readonly (string | number)[]) => ownersOf(seen, keys).map(({ name }) => name);
    assert.deepEqual(
      [names('data', 'deep', 'er'), names('spec', 'list', 1), names('spec', 'list', 0), names('spec')],
      [['atom'], ['item'], [], ['item']],
    );
  });
});

void describe('what controllers have chosen stays', () => {
  const sluice = { managedFields: [written('sluice', ['spec.rules'])] };
  const hash = 'rollouts-pod-template-hash';
  const refs = (...weights: readonly (number | null)[]) => [
    {
      backendRefs: weights.map((weight, i) => ({
        name: i === 0 ? 'stable' : 'canary',
        ...(weight === null ? {} : { weight }),
      })),
    },
  ];
  const rows: Readonly<
    Record<string, { kind: string; git: object; live: object; meta?: object; becomes: object }>
  > = {
    'a size that an autoscaler set is left out': {
      kind: 'Deployment',
      git: { replicas: 1, paused: false },
      live: { replicas: 5 },
      meta: { managedFields: [written('kube-controller-manager', ['spec.replicas'], 'scale')] },
      becomes: { paused: false },
    },
    'a size that a person set is not': {
      kind: 'Deployment',
      git: { replicas: 1 },
      live: { replicas: 5 },
      meta: { managedFields: [written('kubectl', ['spec.replicas'], 'scale')] },
      becomes: { replicas: 1 },
    },
    'the hash in the selector of a Service': {
      kind: 'Service',
      git: { selector: { app: 'web' } },
      live: { selector: { app: 'web', [hash]: 'abc' } },
      becomes: { selector: { app: 'web', [hash]: 'abc' } },
    },
    'weights of a route, in rules that are otherwise those of Git': {
      kind: 'HTTPRoute',
      git: { rules: refs(null, null) },
      live: { rules: [{ matches: ['default'], ...refs(90, 10)[0] }] },
      meta: sluice,
      becomes: { rules: [{ matches: ['default'], ...refs(90, 10)[0] }] },
    },
    'weights of a route, in rules that Git has changed': {
      kind: 'HTTPRoute',
      git: { rules: [{ matches: ['new'], ...refs(1, 1)[0] }] },
      live: { rules: refs(90, 10) },
      meta: { annotations: { 'sluice.dev/epoch': '4' } },
      becomes: { rules: [{ matches: ['new'], ...refs(90, 10)[0] }] },
    },
    'weights of a route without a controller are those of Git': {
      kind: 'HTTPRoute',
      git: { rules: refs(50, 50) },
      live: { rules: refs(90, 10) },
      becomes: { rules: refs(50, 50) },
    },
  };
  for (const [name, row] of Object.entries(rows)) {
    void test(name, () => {
      const git = object(row.kind, 'x', { spec: row.git });
      const body = deferring(git, live(object(row.kind, 'x', { spec: row.live }), row.meta));
      assert.deepEqual(body['spec'], row.becomes);
      assert.deepEqual(deferring(git, null), git);
    });
  }
});

void describe('conflicts', () => {
  const failure = (...causes: readonly (readonly [field: string, message: string])[]) =>
    new Failure('conflict', 'kube: patch', {
      causes: causes.map(([field, message]) => ({ field, message, reason: 'FieldManagerConflict' })),
    });
  const edit = ['.data.a', 'conflict with "kubectl-edit" using v1 at 2026-11-21T08:00:00Z'] as const;
  const helm = ['.data.b', 'conflict with "helm" using v1'] as const;
  const scaled = [
    '.spec.replicas',
    'conflict with "kube-controller-manager" with subresource "scale"',
  ] as const;
  const rules = ['.spec.rules', 'conflict with "sluice" using gateway.networking.k8s.io/v1'] as const;
  const [no, people, all]: readonly Force[] = [
    { all: false, people: false },
    { all: false, people: true },
    { all: true, people: true },
  ];
  const rows: readonly (readonly [string, Failure, Force | undefined, boolean])[] = [
    ['nothing is taken', failure(edit), no, false],
    ['from people', failure(edit), people, true],
    ['from all or from none', failure(edit, helm), people, false],
    ['from programs', failure(edit, helm), all, true],
    ['never from an autoscaler', failure(scaled), all, false],
    ['a field whose values were taken over before', failure(rules), no, true],
  ];
  for (const [name, error, force = { all: false, people: false }, isForced] of rows)
    void test(name, () => assert.equal(mayForce(conflictsOf(error) ?? [], force), isForced));

  void test('are told by field and manager; other failures are none', () => {
    assert.deepEqual(conflictLines('ConfigMap x', conflictsOf(failure(edit, helm, scaled)) ?? []), [
      'ConfigMap x is not applied: data.a was set by kubectl-edit; --force-conflicts takes it',
      'ConfigMap x is not applied: data.b was set by helm; --force-conflicts takes it',
      'ConfigMap x is not applied: spec.replicas was set by kube-controller-manager (scale); it is applied when that controller lets go of it',
    ]);
    assert.equal(conflictsOf(new Failure('conflict', 'somebody wrote first')), null);
    assert.equal(conflictsOf(new Failure('invalid', 'wrong')), null);
  });
});
