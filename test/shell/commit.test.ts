import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Rollout, RolloutStatus } from '../../src/api/rollout.ts';
import { commit, newsOf } from '../../src/shell/commit.ts';
import type { Api } from '../../src/shell/kube/api.ts';
import { Failure } from '../../src/shell/kube/failure.ts';
import { makeStores } from '../../src/shell/stores.ts';

const rollout: Rollout = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: { name: 'web', namespace: 'shop', uid: 'u', resourceVersion: '5' },
  spec: {},
  status: { phase: 'Healthy', epoch: 3 },
};

/** An API server that stores a status but for the fields that its schema drops. */
function server(drops: readonly string[]) {
  const asked: unknown[] = [];
  const patch = (_resource: unknown, _place: unknown, { body }: { readonly body: { status: object } }) => {
    asked.push(body);
    const kept = Object.entries(body.status).filter(([field]) => !drops.includes(field));
    const status: unknown = Object.fromEntries(kept);
    return Promise.resolve({ ...rollout, metadata: { ...rollout.metadata, resourceVersion: '6' }, status });
  };
  return { asked, client: { patch } as unknown as Api };
}

const signal = new AbortController().signal;
const next: RolloutStatus = { phase: 'Progressing', epoch: 4 };

function newsIn(status: RolloutStatus) {
  return { status, news: newsOf(rollout, status) ?? assert.fail() };
}

void test('a status is stored on the very version that it was computed from, and only what changed', async () => {
  const { asked, client } = server([]);
  await commit({ stores: makeStores(() => {}), client }, rollout, newsIn(next), signal);
  assert.deepEqual(asked, [
    { metadata: { resourceVersion: '5' }, status: { phase: 'Progressing', epoch: 4 } },
  ]);
});

void test('a status that is stored already is no news', () => {
  assert.equal(newsOf(rollout, { epoch: 3, phase: 'Healthy' }), null);
});

void test('a CustomResourceDefinition that drops the epoch is told, with what to do', async () => {
  const { client } = server(['epoch']);
  await assert.rejects(
    commit({ stores: makeStores(() => {}), client }, rollout, newsIn(next), signal),
    /rollout shop\/web: .* drops status\.epoch; .*kubectl apply --server-side -f crds\//,
  );
});

void test('after a conflict the next try sees what is there, whether a watch has told of it or not', async () => {
  const stores = makeStores(() => {});
  stores.rollouts.observeWrite(rollout);
  const newer = { ...rollout, metadata: { ...rollout.metadata, resourceVersion: '9' } };
  const client = {
    patch: () => Promise.reject(new Failure('conflict', 'somebody wrote first')),
    list: () => Promise.resolve({ items: [newer], resourceVersion: '9' }),
  } as unknown as Api;
  await assert.rejects(commit({ stores, client }, rollout, newsIn(next), signal), /somebody wrote first/);
  assert.equal(stores.rollouts.get('shop/web')?.metadata.resourceVersion, '9');
});
