import assert from 'node:assert/strict';
import { test } from 'node:test';
import { equalTemplates } from '../../../src/core/hash/equal.ts';
import { type Injected, withoutInjected } from '../../../src/core/hash/injected.ts';

const nothing: Injected = { labels: [], annotations: [], antiAffinity: false };
const role: Injected = { ...nothing, labels: ['role'], annotations: ['note'] };
const apart: Injected = { ...nothing, antiAffinity: true };

const byHash = {
  labelSelector: {
    matchExpressions: [{ key: 'rollouts-pod-template-hash', operator: 'In', values: ['abc'] }],
  },
  topologyKey: 'kubernetes.io/hostname',
};
const byApp = { labelSelector: { matchLabels: { app: 'a' } }, topologyKey: 'zone' };
const hard = (...terms: readonly unknown[]): unknown => ({
  requiredDuringSchedulingIgnoredDuringExecution: terms,
});
const soft = (...terms: readonly unknown[]): unknown => ({
  preferredDuringSchedulingIgnoredDuringExecution: terms.map((podAffinityTerm) => ({
    weight: 1,
    podAffinityTerm,
  })),
});
const rules = (podAntiAffinity: unknown): unknown => ({ spec: { affinity: { podAntiAffinity } } });

type Row = readonly [name: string, live: unknown, injected: Injected, bare: unknown];

const rows: readonly Row[] = [
  [
    'labels go by key',
    { metadata: { labels: { app: 'a', role: 'x' } } },
    role,
    { metadata: { labels: { app: 'a' } } },
  ],
  [
    'annotations too',
    { metadata: { annotations: { note: '', a: 'b' } } },
    role,
    { metadata: { annotations: { a: 'b' } } },
  ],
  ['what gets empty goes', { metadata: { annotations: { note: 'n' } }, spec: {} }, role, { spec: {} }],
  ['what was empty stays', { metadata: { labels: {} } }, role, { metadata: { labels: {} } }],
  ['a required term goes', rules(hard(byHash)), apart, {}],
  ['a preferred term goes', rules(soft(byHash)), apart, {}],
  ['the own terms stay', rules(hard(byApp, byHash)), apart, rules(hard(byApp))],
  ['the own preferred terms stay', rules(soft(byHash, byApp)), apart, rules(soft(byApp))],
  ['an own empty rule stays', { spec: { affinity: {} } }, apart, { spec: { affinity: {} } }],
  ['terms stay unless asked for', rules(hard(byHash)), nothing, rules(hard(byHash))],
  ['no template', null, { ...role, antiAffinity: true }, null],
  [
    'no object',
    { metadata: 'x', spec: ['y'] },
    { ...role, antiAffinity: true },
    { metadata: 'x', spec: ['y'] },
  ],
];

for (const [name, live, injected, bare] of rows) {
  void test(`without what was injected: ${name}`, () => {
    const before = structuredClone(live);
    assert.deepEqual(withoutInjected(live, injected), bare);
    assert.deepEqual(live, before, 'the input is left alone');
  });
}

void test('a live template without what was injected equals the one of the user', () => {
  const user = { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'app', image: 'a:1' }] } };
  const live = {
    metadata: { labels: { app: 'a', role: 'canary', 'rollouts-pod-template-hash': 'xyz' } },
    spec: { ...user.spec, affinity: { podAntiAffinity: hard(byHash) }, dnsPolicy: 'ClusterFirst' },
  };
  assert.ok(!equalTemplates(live, user));
  assert.ok(equalTemplates(withoutInjected(live, { ...role, antiAffinity: true }), user));
});
