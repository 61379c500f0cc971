import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LABEL } from '../../src/api/keys.ts';
import type { Change } from '../../src/core/plan.ts';
import { apply } from '../../src/shell/apply.ts';
import type { Api } from '../../src/shell/kube/api.ts';
import { Failure, type FailureCode } from '../../src/shell/kube/failure.ts';
import type { KubeObject } from '../../src/shell/kube/object.ts';
import { makeStores, type Stores } from '../../src/shell/stores.ts';

type Labels = Readonly<Record<string, string>>;

/** An object `n/a` at a version. */
function made(resourceVersion: string, labels: Labels = {}, uid = 'u'): KubeObject {
  return { metadata: { namespace: 'n', name: 'a', uid, resourceVersion, labels } };
}

/** An API server that refuses every write, and where `present` is what there is, as of version 9. */
function server(code: FailureCode, present: KubeObject | null, facts: { readonly object: string | null }) {
  const asked: string[] = [];
  const refuse = () => Promise.reject(new Failure(code, `refused: ${code}`, facts));
  const client = {
    create: refuse,
    patch: refuse,
    delete: refuse,
    list: (
      { resource }: { readonly resource: string },
      selection: { readonly namespace: string; readonly fieldSelector: string },
      project: (raw: KubeObject) => KubeObject,
    ) => {
      asked.push(`${resource} ${selection.namespace} ${selection.fieldSelector}`);
      return Promise.resolve({
        items: present === null ? [] : [project(present)],
        resourceVersion: '9',
      });
    },
  };
  return { asked, client: client as unknown as Api };
}

const about = { phase: 'tidy', apiVersion: 'v1', namespace: 'n', name: 'a', notes: [] } as const;
const patch = (kind: string): Change => ({ ...about, kind, verb: 'patch', patch: {}, resourceVersion: '5' });
const remove = (kind: string): Change => ({ ...about, kind, verb: 'delete', uid: 'u', resourceVersion: '5' });
const create = (kind: string, labels: Labels): Change => {
  const manifest = { apiVersion: 'v1', kind, metadata: { name: 'a', labels } };
  return { ...about, kind, verb: 'create', manifest };
};

const mine = { [LABEL.instanceId]: 'one' };
const theirs = { [LABEL.instanceId]: 'two' };
const hashed = { [LABEL.podTemplateHash]: 'x' };
const otherHash = { [LABEL.podTemplateHash]: 'y' };
const uninstalled = { object: null };

interface Row {
  readonly name: string;
  readonly change: Change;
  readonly store: keyof Stores;
  readonly known: KubeObject | null;
  readonly code: FailureCode;
  readonly facts?: { readonly object: string | null };
  readonly present: KubeObject | null;
  /** The version that is known afterwards; null: none. */
  readonly seen: string | null;
  readonly asks?: number;
}

const at5 = made('5');
const run = { change: patch('AnalysisRun'), store: 'runs', known: at5 } as const;
const set = { change: patch('ReplicaSet'), store: 'replicaSets', known: made('5', hashed) } as const;
const gone = { change: remove('AnalysisRun'), store: 'runs', known: at5 } as const;

const rows: readonly Row[] = [
  { name: 'somebody wrote first', ...run, code: 'conflict', present: made('8'), seen: '8' },
  { name: 'it has gone', ...run, code: 'missing', present: null, seen: null },
  {
    name: 'it has gone, and is there again',
    ...run,
    code: 'conflict',
    present: made('8', {}, 'v'),
    seen: '8',
  },
  { name: 'an older answer says nothing', ...run, code: 'conflict', present: made('4'), seen: '5' },
  { name: 'another instance took it', ...run, code: 'conflict', present: made('8', theirs), seen: null },
  {
    name: 'of one instance',
    ...run,
    known: made('5', mine),
    code: 'conflict',
    present: made('8', mine),
    seen: '8',
  },
  { name: 'a ReplicaSet', ...set, code: 'conflict', present: made('8', hashed), seen: '8' },
  { name: 'with another hash', ...set, code: 'conflict', present: made('8', otherHash), seen: '8' },
  { name: 'without a hash it is watched no more', ...set, code: 'conflict', present: made('8'), seen: null },
  {
    name: 'the kind is not installed',
    ...run,
    code: 'missing',
    facts: uninstalled,
    present: null,
    seen: '5',
    asks: 0,
  },
  { name: 'another failure', ...run, code: 'transient', present: made('8'), seen: '5', asks: 0 },
  { name: 'a delete in conflict', ...gone, code: 'conflict', present: made('8'), seen: '8' },
  {
    name: 'a delete of another one by now',
    ...gone,
    code: 'conflict',
    present: made('8', {}, 'v'),
    seen: '8',
  },
  {
    name: 'made already, unheard',
    change: create('AnalysisRun', mine),
    store: 'runs',
    known: null,
    code: 'exists',
    present: made('8', mine),
    seen: '8',
  },
  {
    name: 'the name is taken by what is not watched',
    change: create('AnalysisRun', mine),
    store: 'runs',
    known: null,
    code: 'exists',
    present: made('8', theirs),
    seen: null,
  },
];

const signal = new AbortController().signal;

for (const { name, change, store, known, code, facts = { object: 'a' }, present, seen, asks = 1 } of rows)
  void test(`${change.verb} refused, ${code}: ${name}`, async () => {
    const stores = makeStores(() => {});
    if (known !== null) stores[store].observeWrite(known);
    const { asked, client } = server(code, present, facts);
    await assert.rejects(apply({ stores, client }, change, signal), new RegExp(`refused: ${code}`));
    assert.equal(stores[store].get('n/a')?.metadata.resourceVersion ?? null, seen);
    assert.equal(asked.length, asks);
    for (const one of asked) assert.match(one, /^(analysisruns|replicasets) n metadata\.name=a$/);
  });

void test('what was to be deleted and is gone is known to be gone', async () => {
  const stores = makeStores(() => {});
  stores.runs.observeWrite(at5);
  const { asked, client } = server('missing', null, { object: 'a' });
  await apply({ stores, client }, remove('AnalysisRun'), signal);
  assert.deepEqual([stores.runs.get('n/a'), asked], [null, []]);
});

void test('what is made while the answer is on its way is not forgotten for it', () => {
  const stores = makeStores(() => {});
  stores.runs.observeWrite(made('12'));
  stores.runs.observeAbsence(at5, '9');
  assert.equal(stores.runs.get('n/a')?.metadata.resourceVersion, '12');
  stores.replicaSets.observeAbsence(at5, '9');
  stores.replicaSets.upsert({ ...made('8', hashed) } as never);
  assert.equal(stores.replicaSets.get('n/a')?.metadata.resourceVersion, '8');
});
