import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sleep } from '../../src/shell/clock.ts';
import { Failure } from '../../src/shell/kube/failure.ts';
import type { Api } from '../../src/sync/api.ts';
import { syncForever } from '../../src/sync/loop.ts';
import { parallel } from '../../src/sync/parallel.ts';
import { type Source, Unreadable } from '../../src/sync/source.ts';
import { FakeClock, settle } from '../shell/kube/fake-clock.ts';

/** A branch with files that a test sets, and that can be away. */
class Branch implements Source {
  readonly name = 'test@main:/';
  readonly folder = '';
  readonly heads: number[] = [];
  content: Readonly<Record<string, string>> = {};
  hash = 'a'.repeat(40);
  failure: string | null = null;
  #onChange = (): void => {};
  readonly #clock: FakeClock;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  push(hash: string, files: Readonly<Record<string, string>>): void {
    this.hash = hash.repeat(40);
    this.content = files;
    this.#onChange();
  }

  touch(): void {
    this.#onChange();
  }

  async head(): Promise<string> {
    this.heads.push(this.#clock.elapsed());
    if (this.failure !== null) throw new Unreadable(this.failure);
    return this.hash;
  }

  async commit(hash: string) {
    return { hash, parents: [], author: 'Ada <a@b>', message: hash.slice(0, 1) };
  }

  async files() {
    return Object.entries(this.content).map(([path, text]) => ({ path, blob: text }));
  }

  async treeId() {
    return JSON.stringify(this.content);
  }

  async read(blob: string) {
    return new TextEncoder().encode(blob);
  }

  watch(onChange: () => void) {
    this.#onChange = onChange;
    return () => {};
  }
}

/** An API server that cannot be reached; it counts how often somebody tried. */
function absent(): Api & { calls: number } {
  const api = {
    calls: 0,
    fail: (): Promise<never> => {
      api.calls += 1;
      return Promise.reject(new Failure('transient', 'kube: no way'));
    },
    get: () => api.fail(),
    getPath: () => api.fail(),
    list: () => api.fail(),
    patch: () => api.fail(),
    delete: () => api.fail(),
  };
  return api;
}

function begin(prepare: (source: Branch) => void) {
  const clock = new FakeClock();
  const end = new AbortController();
  const source = new Branch(clock);
  prepare(source);
  const api = absent();
  const told: string[] = [];
  const ended = syncForever({
    api,
    source,
    clock,
    signal: end.signal,
    namespace: 'shop',
    pruning: 'usual',
    selfHeal: false,
    forceConflicts: false,
    check: null,
    env: {},
    intervalMs: 10_000,
    healthTimeoutMs: 0,
    onSynced: () => told.push('synced'),
    onHealth: () => told.push('health'),
    onRefused: ({ problems }) => told.push(`refused ${problems.map(({ message }) => message).join()}`),
    onDrift: () => told.push('drift'),
    onTrouble: (error) => told.push(error instanceof Error ? error.message : 'over'),
  });
  const interrupt = async (): Promise<void> => {
    end.abort();
    await ended;
  };
  return { clock, source, api, told, end: interrupt };
}

void test('a repository that fails is told once, and tried again with growing waits', async () => {
  const { clock, source, told, end } = begin((branch) => {
    branch.failure = 'no branch';
  });
  await clock.pass(200_000);
  assert.deepEqual(
    source.heads.map((at) => at / 1000),
    [0, 1, 3, 7, 15, 31, 63, 123, 183],
  );
  assert.equal(told.filter((words) => words === 'no branch').length, 1);
  source.failure = 'another';
  await clock.pass(60_000);
  assert.equal(told.at(-1), 'another');
  await end();
});

void test('a broken commit is told once, and nobody asks the cluster', async () => {
  const { clock, source, api, told, end } = begin((branch) => branch.push('b', { 'a.yaml': 'a: 1' }));
  await clock.pass(60_000);
  source.push('c', { 'a.yaml': 'a: 1' });
  await clock.pass(60_000);
  const refused = told.filter((words) => words.startsWith('refused this is no Kubernetes object'));
  assert.deepEqual([refused.length, api.calls], [2, 0]);
  await end();
});

void test('other branches that move are no reason to look at the cluster', async () => {
  const { clock, source, end } = begin((branch) => branch.push('b', { 'a.yaml': 'a: 1' }));
  await clock.pass(1_000);
  const before = source.heads.length;
  source.touch();
  await settle();
  await clock.pass(0);
  assert.equal(source.heads.length, before + 1);
  await clock.pass(8_500);
  assert.equal(source.heads.length, before + 1, 'the interval goes on from the last look');
  await clock.pass(1_000);
  assert.equal(source.heads.length, before + 2);
  await end();
});

void test('an API server that is away is told once, and Ctrl-C ends the wait', async () => {
  const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';
  const { clock, api, told, end } = begin((branch) => branch.push('b', { 'a.yaml': map }));
  await clock.pass(30_000);
  assert.ok(api.calls > 3);
  assert.equal(told.filter((words) => words === 'kube: no way').length, 1);
  await end();
});

void test('work goes on side by side, in the order of the items, up to the first failure', async () => {
  const clock = new FakeClock();
  let now = 0;
  let most = 0;
  const work = async (item: number): Promise<number> => {
    now += 1;
    most = Math.max(most, now);
    await sleep(clock, 10 - item);
    now -= 1;
    if (item === 7) throw new Error('seven');
    return item * 2;
  };
  const done = parallel(3, [1, 2, 3, 4, 5], work);
  await clock.pass(100);
  assert.deepEqual([await done, most], [[2, 4, 6, 8, 10], 3]);
  const begun: number[] = [];
  const failed = parallel(2, [7, 1, 2, 3], (item) => {
    begun.push(item);
    return work(item);
  });
  const refusal = assert.rejects(failed, /seven/);
  await clock.pass(100);
  await refusal;
  assert.deepEqual(begun, [7, 1]);
});
