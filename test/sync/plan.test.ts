import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Manifest } from '../../src/api/meta.ts';
import { APPLIED, SYNC_LABEL } from '../../src/sync/keys.ts';
import { keyOf } from '../../src/sync/manifests/declared.ts';
import { actionLine, plan, type Situation } from '../../src/sync/plan.ts';
import { ID, live, object, wanted } from './support/objects.ts';

const a = object('ConfigMap', 'a', { data: { key: '1' } });
const b = object('ConfigMap', 'b');
const old = live(b);

interface Row {
  readonly wanted: readonly Manifest[];
  readonly live?: readonly Manifest[];
  readonly given?: Partial<Situation>;
  readonly does: readonly string[] | string;
}

const annotated = (annotations: object): Manifest =>
  live(b, { annotations: { ...old.metadata.annotations, ...annotations } });
const appliedHere = new Map([[wanted(a).key, wanted(a).hash]]);

const rows: Readonly<Record<string, Row>> = {
  'what is not there is created': { wanted: [a], does: ['create ConfigMap shop/a'] },
  'what was applied is kept': { wanted: [a], live: [live(a)], does: ['keep ConfigMap shop/a'] },
  'what Git has changed is changed': {
    wanted: [a],
    live: [live({ ...a, data: { key: '0' } } as Manifest)],
    does: ['change ConfigMap shop/a'],
  },
  'what somebody else made is taken on': { wanted: [a], live: [a], does: ['change ConfigMap shop/a'] },
  'what another sync applied is not': {
    wanted: [a],
    live: [live(a, { labels: { [SYNC_LABEL]: 'other' } })],
    does: ['foreign ConfigMap shop/a'],
  },
  'unless it takes over': {
    wanted: [a],
    live: [live(a, { labels: { [SYNC_LABEL]: 'other' } })],
    given: { takesOver: true },
    does: ['change ConfigMap shop/a'],
  },
  'what is just going is waited for': {
    wanted: [a],
    live: [live(a, { deletionTimestamp: '2026-11-21T08:00:00Z' })],
    does: ['wait ConfigMap shop/a'],
  },
  'what somebody deleted after it was applied is no new object': {
    wanted: [a],
    given: { applied: appliedHere },
    does: ['restore ConfigMap shop/a'],
  },
  'what somebody took our mark from is no change of Git': {
    wanted: [a],
    live: [live(a, { annotations: { [APPLIED]: 'none' } })],
    given: { applied: appliedHere },
    does: ['restore ConfigMap shop/a'],
  },
  'what is in Git no more is pruned, after all is applied': {
    wanted: [a],
    live: [old],
    does: ['create ConfigMap shop/a', 'prune ConfigMap shop/b'],
  },
  'nothing is pruned where nobody wants it': {
    wanted: [a],
    live: [old],
    given: { pruning: 'never' },
    does: ['create ConfigMap shop/a', 'spare ConfigMap shop/b'],
  },
  'a label alone makes nothing ours': {
    wanted: [a],
    live: [live(b, { managedFields: [{ manager: 'other', operation: 'Apply' }] })],
    does: ['create ConfigMap shop/a'],
  },
  'what a controller has made is not ours': {
    wanted: [a],
    live: [live(b, { ownerReferences: [{ controller: true }] })],
    does: ['create ConfigMap shop/a'],
  },
  'what is going already is not pruned again': {
    wanted: [a],
    live: [live(b, { deletionTimestamp: '2026-11-21T08:00:00Z' })],
    does: ['create ConfigMap shop/a'],
  },
  'our annotation protects': {
    wanted: [a],
    live: [annotated({ 'sluice.dev/prune': 'disabled' })],
    given: { pruning: 'everything' },
    does: ['create ConfigMap shop/a', 'spare ConfigMap shop/b'],
  },
  'that of Flux, too': {
    wanted: [a],
    live: [annotated({ 'kustomize.toolkit.fluxcd.io/prune': 'disabled' })],
    does: ['create ConfigMap shop/a', 'spare ConfigMap shop/b'],
  },
  'that of Argo CD, too, among others': {
    wanted: [a],
    live: [annotated({ 'argocd.argoproj.io/sync-options': 'Validate=false, Prune=false' })],
    does: ['create ConfigMap shop/a', 'spare ConfigMap shop/b'],
  },
  'volumes, namespaces and definitions stay': {
    wanted: [a],
    live: [live(object('PersistentVolumeClaim', 'p')), live(object('Namespace', 'n'))],
    does: ['create ConfigMap shop/a', 'spare PersistentVolumeClaim shop/p', 'spare Namespace shop/n'],
  },
  'unless everything is asked for': {
    wanted: [a],
    live: [live(object('PersistentVolumeClaim', 'p'))],
    given: { pruning: 'everything' },
    does: ['create ConfigMap shop/a', 'prune PersistentVolumeClaim shop/p'],
  },
  'what others need comes first, and goes last': {
    wanted: ['Ingress', 'Rollout', 'Deployment', 'Gadget', 'Service', 'Secret', 'Namespace'].map((kind) =>
      object(kind, 'x'),
    ),
    live: ['Secret', 'Deployment'].map((kind) => live(object(kind, 'y'))),
    does: [
      ...['Namespace', 'Secret', 'Service', 'Gadget', 'Deployment', 'Rollout', 'Ingress'].map(
        (kind) => `create ${kind} shop/x`,
      ),
      'prune Deployment shop/y',
      'prune Secret shop/y',
    ],
  },
  'an empty folder is no wish': {
    wanted: [],
    live: [old, live(a)],
    does: 'there are no manifests in the folder. The 2 objects from before stay as they are.',
  },
  'also at the beginning': { wanted: [], does: 'there are no manifests in the folder.' },
};

for (const [name, row] of Object.entries(rows)) {
  void test(name, () => {
    const planned = plan({
      id: ID,
      wanted: row.wanted.map(wanted),
      live: new Map((row.live ?? []).map((one) => [keyOf(one), one])),
      applied: new Map(),
      pruning: 'usual',
      takesOver: false,
      ...row.given,
    });
    assert.deepEqual(
      planned.kind === 'actions' ? planned.actions.map(actionLine) : planned.message,
      row.does,
    );
  });
}
