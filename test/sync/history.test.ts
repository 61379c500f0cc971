import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { stringify } from 'yaml';
import { openLocal } from '../../src/sync/git/local.ts';
import { lastChanges } from '../../src/sync/history.ts';
import { ManifestReader } from '../../src/sync/manifests/reader.ts';
import { newRepository, type Repository } from './support/repository.ts';

const map = (name: string, value: string): string =>
  stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { value } });

void describe('the commit that changed an object last', () => {
  let repository: Repository;
  before(async () => {
    repository = await newRepository();
  });
  after(() => repository.remove());

  /** The messages of these commits, by name of the object. */
  const messages = async (hash: string, folder = 'apps'): Promise<Readonly<Record<string, string>>> => {
    const source = openLocal({ path: repository.path, branch: 'main', folder });
    const reader = new ManifestReader({ source, namespace: 'shop', env: {}, check: null });
    const { objects } = await reader.read(hash, new AbortController().signal);
    const versions = objects.map(({ key, hash: digest }) => ({ writtenKey: key, hash: digest }));
    const commits = await lastChanges(source, reader, hash, versions);
    return Object.fromEntries(
      objects.map(({ key, manifest }) => [manifest.metadata.name, commits.get(key)?.message ?? '']),
    );
  };

  void test('by what it says, not by its file', async () => {
    const { commit } = repository;
    await commit('a and b', { 'apps/both.yaml': `${map('a', '1')}---\n${map('b', '1')}` });
    await commit('b again', { 'apps/both.yaml': `${map('a', '1')}---\n${map('b', '2')}` });
    await commit('comments', { 'apps/both.yaml': `# a\n${map('a', '1')}---\n${map('b', '2')}` });
    await commit('moved', {
      'apps/both.yaml': null,
      'apps/a.yaml': map('a', '1'),
      'apps/deep/b.json': JSON.stringify({
        kind: 'ConfigMap',
        apiVersion: 'v1',
        data: { value: '2' },
        metadata: { name: 'b' },
      }),
    });
    const head = await commit('elsewhere', { 'other/c.yaml': map('c', '1') });
    assert.deepEqual(await messages(head), { a: 'a and b', b: 'b again' });
    const back = await commit('a as it was in the beginning, after a detour', {
      'apps/a.yaml': map('a', '9'),
    });
    assert.equal((await messages(back))['a'], 'a as it was in the beginning, after a detour');
    const broken = await commit('broken', { 'apps/a.yaml': 'kind: [' });
    const mended = await commit('mended', { 'apps/a.yaml': map('a', '9') });
    assert.deepEqual(await messages(mended), { a: 'mended', b: 'b again' }, broken);
  });

  void test('on the branch where it was changed, behind merges', async () => {
    const { commit } = repository;
    await repository.branch('topic');
    await commit('b on a branch', { 'apps/deep/b.json': null, 'apps/b.yaml': map('b', '3') });
    await repository.branch('main');
    await commit('a on main', { 'apps/a.yaml': map('a', '10') });
    const merged = await repository.merge('topic');
    assert.deepEqual(await messages(merged), { a: 'a on main', b: 'b on a branch' });
  });
});
