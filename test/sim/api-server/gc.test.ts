import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Manifest } from '../../../src/api/meta.ts';
import type { Deletion } from '../../../src/sim/api-server/api.ts';
import { kinds } from '../../../src/sim/kinds.ts';
import { type Bench, bench, ownedBy, podSpec, replicaSet, told, USER } from './server.ts';

const { configMaps, jobs, pods, replicaSets } = kinds;
const at = (name: string) => ({ namespace: 'default', name });

/** A ReplicaSet `set`, pods `one` and `two` of it, and a ConfigMap `note` of pod `one`. */
function family({ api }: Bench, more: object = { controller: true, blockOwnerDeletion: true }): void {
  const set = api.create(replicaSets, replicaSet('set', 2), USER);
  for (const name of ['one', 'two']) {
    const pod = api.create(
      pods,
      { metadata: { ...at(name), ownerReferences: [ownedBy(set, more)] }, spec: podSpec },
      USER,
    );
    if (name === 'one')
      api.create(configMaps, { metadata: { ...at('note'), ownerReferences: [ownedBy(pod)] } }, USER);
  }
}

const left = ({ api }: Bench): string =>
  [replicaSets, pods, configMaps]
    .flatMap((kind) => api.list(kind, { namespace: 'default' }))
    .map(({ metadata }) => metadata.name)
    .join(' ');

interface Row {
  readonly deletion: Deletion;
  readonly before?: (bench: Bench) => void;
  /** Right after the deletion, and when everything has settled. */
  readonly now: string;
  readonly later: string;
}

const rows: Readonly<Record<string, Row>> = {
  'background: the owner goes first, the others after it': {
    deletion: { propagation: 'Background' },
    now: 'one two note',
    later: '',
  },
  'which is the default': { deletion: {}, now: 'one two note', later: '' },
  'foreground: the owner waits': {
    deletion: { propagation: 'Foreground' },
    now: 'set one two note',
    later: '',
  },
  'foreground: for those that hold it up, as long as they take': {
    deletion: { propagation: 'Foreground' },
    before: ({ api }) => {
      api.merge(pods, at('two'), { metadata: { finalizers: ['a.b/c'] } }, USER);
    },
    now: 'set one two note',
    later: 'set two',
  },
  'orphan: the others stay': {
    deletion: { propagation: 'Orphan' },
    now: 'set one two note',
    later: 'one two note',
  },
};

void describe('an owner is deleted', () => {
  for (const [name, { deletion, before, now, later }] of Object.entries(rows)) {
    void test(name, async () => {
      const one = bench();
      family(one);
      await one.pass(1000);
      before?.(one);
      one.api.delete(replicaSets, at('set'), deletion);
      assert.equal(left(one), now);
      await one.pass(5000);
      assert.equal(left(one), later);
    });
  }
});

void test('an owner that waits goes when the last one that held it up is gone', async () => {
  const one = bench();
  family(one);
  one.api.merge(pods, at('two'), { metadata: { finalizers: ['a.b/c'] } }, USER);
  one.api.delete(replicaSets, at('set'), { propagation: 'Foreground' });
  await one.pass(5000);
  assert.equal(left(one), 'set two');
  one.api.merge(pods, at('two'), { metadata: { finalizers: null } }, USER);
  await one.pass(5000);
  assert.equal(left(one), '');
});

void test('an owner does not wait for those that do not hold it up', async () => {
  const one = bench();
  family(one, { controller: true });
  const heard: string[] = [];
  one.api.onChange((change) => heard.push(told(change)));
  one.api.delete(replicaSets, at('set'), { propagation: 'Foreground' });
  await one.pass(5000);
  assert.equal(left(one), '');
  assert.ok(heard.indexOf('- replicasets/set') < heard.indexOf('- pods/one'), heard.join());
});

void test('an orphan has no owner any more', async () => {
  const one = bench();
  family(one);
  one.api.delete(replicaSets, at('set'), { propagation: 'Orphan' });
  await one.pass(5000);
  assert.equal(one.api.get(pods, at('one'))?.metadata.ownerReferences, undefined);
});

void test('who has another living owner stays, and forgets the dead one', async () => {
  const one = bench();
  const [a, b] = ['a', 'b'].map((name) => one.api.create(configMaps, { metadata: at(name) }, USER));
  const owners = [a, b].map((owner) => ownedBy(owner as Manifest));
  one.api.create(configMaps, { metadata: { ...at('child'), ownerReferences: owners } }, USER);
  one.api.delete(configMaps, at('a'));
  await one.pass(1000);
  const child = one.api.get(configMaps, at('child'));
  assert.deepEqual(
    child?.metadata.ownerReferences?.map((owner) => owner.name),
    ['b'],
  );
});

void test('who is born without a living owner does not live long', async () => {
  const one = bench();
  const owner = one.api.create(configMaps, { metadata: at('a') }, USER);
  one.api.delete(configMaps, at('a'));
  one.api.create(configMaps, { metadata: { ...at('late'), ownerReferences: [ownedBy(owner)] } }, USER);
  await one.pass(1000);
  assert.equal(left(one), '');
});

void test('an owner in another namespace is none', async () => {
  const one = bench();
  const owner = one.api.create(configMaps, { metadata: { namespace: 'kube-system', name: 'a' } }, USER);
  one.api.create(configMaps, { metadata: { ...at('child'), ownerReferences: [ownedBy(owner)] } }, USER);
  await one.pass(1000);
  assert.equal(left(one), '');
});

void test('pods of a Job stay unless one says otherwise', async () => {
  const one = bench();
  const template = { spec: { ...podSpec, restartPolicy: 'Never' } };
  const job = one.api.create(jobs, { metadata: at('job'), spec: { template } }, USER);
  one.api.create(pods, { metadata: { ...at('pod'), ownerReferences: [ownedBy(job)] }, spec: podSpec }, USER);
  one.api.delete(jobs, at('job'));
  await one.pass(1000);
  assert.equal(one.api.get(jobs, at('job')), null);
  assert.equal(left(one), 'pod');
});

void test('the same seed collects in the same order at the same moments', async () => {
  const run = async (): Promise<readonly string[]> => {
    const one = bench();
    const heard: string[] = [];
    one.api.onChange((change) => heard.push(`${one.clock.elapsed()} ${told(change)}`));
    family(one);
    one.api.delete(replicaSets, at('set'));
    await one.pass(1000);
    return heard;
  };
  assert.deepEqual(await run(), await run());
});
