import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { chmodSync, cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import git from 'isomorphic-git';
import { addressOf, branchOf, folderOf } from '../../src/sync/git/address.ts';
import { openLocal } from '../../src/sync/git/local.ts';
import { openRemote } from '../../src/sync/git/remote.ts';
import { openSource, syncIdOf } from '../../src/sync/open.ts';
import { firstLine } from '../../src/sync/source.ts';
import { newRepository } from './support/repository.ts';

const hasGit = spawnSync('git', ['--version']).status === 0;
const without = hasGit || process.env['CI'] !== undefined ? false : 'the program git is not installed';
const folder = mkdtempSync(join(tmpdir(), 'sluice-git-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const signal = new AbortController().signal;

const said = (work: () => unknown): string => {
  try {
    return JSON.stringify(work());
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

void describe('what a user names', () => {
  const addresses: Readonly<Record<string, RegExp>> = {
    '/srv/repo': /"local","path":"\/srv\/repo"/,
    'file:///srv/a%20b': /"local","path":"\/srv\/a b"/,
    'https://example.com/a.git': /"remote","url":"https:\/\/example\.com\/a\.git"/,
    'ssh://git@example.com:22/a.git': /"remote"/,
    'git@example.com:a/b.git': /"remote"/,
    '--upload-pack=touch /tmp/x': /is no repository/,
    '': /is no repository/,
    'a\nb': /is no repository/,
    'ext::sh -c true': /"local"/,
    'http://example.com/a.git': /^http is not supported/,
    'git://example.com/a.git': /^git is not supported/,
    'https://me:word@example.com/a': /^put no credentials into the URL/,
    'https://token@example.com/a': /^put no credentials into the URL/,
    'ssh://me:word@example.com/a': /^put no credentials into the URL/,
    'ssh://-oProxyCommand=x/a': /begins with a dash|no valid URL/,
    '-oProxyCommand=x@host:a': /is no repository/,
  };
  for (const [text, wanted] of Object.entries(addresses))
    void test(`repository ${JSON.stringify(text)}`, () =>
      assert.match(
        said(() => addressOf(text)),
        wanted,
      ));

  const branches: Readonly<Record<string, boolean>> = {
    main: true,
    'feature/a-1': true,
    'refs/heads/main': true,
    '-x': false,
    'a..b': false,
    'a b': false,
    'a:b': false,
    'a/.b': false,
    'a.lock': false,
    '/a': false,
    '': false,
  };
  for (const [text, isName] of Object.entries(branches))
    void test(`branch ${JSON.stringify(text)}`, () =>
      assert.equal(/is not the name/.test(said(() => branchOf(text))), !isName));

  for (const [text, wanted] of [
    ['.', '""'],
    ['./apps//web/', '"apps/web"'],
    ['/etc', /is not a folder/],
    ['a/../..', /is not a folder/],
  ] as const)
    void test(`folder ${text}`, () => {
      const result = said(() => folderOf(text));
      if (typeof wanted === 'string') assert.equal(result, wanted);
      else assert.match(result, wanted);
    });

  void test('first lines are one line, bounded, and move no cursor', () => {
    assert.equal(firstLine('\n  a\x1b[2Jb \nc'), 'a [2Jb');
    assert.equal(Array.from(firstLine('😀'.repeat(300))).length, 200);
    assert.equal(firstLine(''), '');
  });
});

void describe('a repository of this machine', () => {
  void test('its commits are read, not its working copy', async () => {
    const repository = await newRepository();
    try {
      const source = openLocal({ path: repository.path, branch: 'main', folder: 'apps' });
      await assert.rejects(source.head(signal), /has no branch main/);
      const first = await repository.commit('One\n\nMore', {
        'apps/a.yaml': '1',
        'apps/deep/b.yaml': '2',
        c: '3',
      });
      writeFileSync(join(repository.path, 'apps/a.yaml'), 'not committed');
      assert.equal(await source.head(signal), first);
      const files = (await source.files(first, 'apps')) ?? [];
      assert.deepEqual(
        files.map(({ path }) => path),
        ['apps/a.yaml', 'apps/deep/b.yaml'],
      );
      assert.equal(Buffer.from(await source.read(files[0]?.blob ?? '')).toString(), '1');
      assert.deepEqual(await source.commit(first), {
        hash: first,
        parents: [],
        author: 'Ada Example <ada@example.com>',
        message: 'One',
      });
      assert.deepEqual([await source.files(first, 'none'), await source.files(first, 'c')], [null, null]);
      const second = await repository.commit('Elsewhere', { c: '4' });
      assert.equal(await source.treeId(first, 'apps'), await source.treeId(second, 'apps'));
      await assert.rejects(source.commit('0'.repeat(40)), /commit 0000/);
    } finally {
      repository.remove();
    }
  });

  void test('links are not followed, and not taken for files', async () => {
    const repository = await newRepository();
    try {
      symlinkSync('/etc/passwd', join(repository.path, 'link.yaml'));
      const hash = await repository.commit('Link', { 'a.yaml': '1' });
      await git.add({ fs, dir: repository.path, filepath: 'link.yaml' });
      const linked = await repository.commit('Link', {});
      const source = openLocal({ path: repository.path, branch: 'main', folder: '' });
      assert.notEqual(await source.treeId(hash, ''), await source.treeId(linked, ''));
      assert.deepEqual(
        (await source.files(linked, ''))?.map(({ path }) => path),
        ['a.yaml'],
      );
    } finally {
      repository.remove();
    }
  });

  void test('bare repositories, worktrees and packed branches', { skip: without }, async () => {
    const repository = await newRepository();
    try {
      const hash = await repository.commit('One', { 'a.yaml': '1' });
      const run = (...args: readonly string[]) =>
        execFileSync('git', ['-C', repository.path, ...args], { stdio: 'pipe' });
      const bare = join(folder, 'bare.git');
      run('clone', '--quiet', '--bare', repository.path, bare);
      const tree = join(folder, 'tree');
      run('worktree', 'add', '--quiet', '--detach', tree);
      run('gc', '--quiet');
      run('pack-refs', '--all');
      for (const path of [repository.path, bare, tree]) {
        const source = openLocal({ path, branch: 'main', folder: '' });
        assert.equal(await source.head(signal), hash, path);
        assert.equal((await source.files(hash, ''))?.length, 1);
      }
    } finally {
      repository.remove();
    }
  });

  void test('what is no repository, or of a kind that cannot be read', () => {
    assert.throws(() => openLocal({ path: folder, branch: 'main', folder: '' }), /is no Git repository/);
    for (const [name, line, wanted] of [
      ['sha', 'objectformat = sha256', /SHA-256/],
      ['table', 'refStorage = reftable', /reftable/],
    ] as const) {
      const path = join(folder, name);
      fs.mkdirSync(join(path, '.git'), { recursive: true });
      writeFileSync(join(path, '.git', 'config'), `[extensions]\n\t${line}\n`);
      assert.throws(() => openLocal({ path, branch: 'main', folder: '' }), wanted);
    }
  });

  void test('a new commit is told at once', async () => {
    const repository = await newRepository();
    try {
      await repository.commit('One', { a: '1' });
      const source = openLocal({ path: repository.path, branch: 'main', folder: '' });
      let stop = (): void => {};
      const changed = new Promise<void>((resolve) => {
        stop = source.watch(resolve);
      });
      await repository.commit('Two', { a: '2' });
      await changed;
      stop();
    } finally {
      repository.remove();
    }
  });

  void test('every source and namespace has a mark of its own, which fits into a label', async () => {
    const repository = await newRepository();
    try {
      const open = (branch: string, below: string) =>
        openSource({ repository: repository.path, branch, folder: below }, {}).source;
      const ids = [
        syncIdOf(open('main', '.'), 'a'),
        syncIdOf(open('main', './'), 'a'),
        syncIdOf(open('main', '.'), 'b'),
        syncIdOf(open('next', '.'), 'a'),
        syncIdOf(open('main', 'apps'), 'a'),
      ];
      assert.equal(new Set(ids).size, 4);
      for (const id of ids) assert.match(id, /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/);
    } finally {
      repository.remove();
    }
  });
});

void describe('a repository elsewhere', { skip: without }, () => {
  // What ssh does, without the way: git begins the other side as it would there.
  const ssh = join(folder, 'ssh');
  writeFileSync(ssh, '#!/bin/sh\n[ "$1" = -G ] && exit 1\nfor last; do :; done\nexec sh -c "$last"\n');
  chmodSync(ssh, 0o755);
  const env = { PATH: process.env['PATH'], GIT_SSH_COMMAND: ssh, HOME: '/nonexistent' };

  void test('is fetched when its branch moves, and read like one here', async () => {
    const repository = await newRepository();
    try {
      const first = await repository.commit('One', { 'a.yaml': '1' });
      const spot = { url: `ssh://localhost${repository.path}`, folder: '', copy: join(folder, 'copy'), env };
      const source = openRemote({ ...spot, branch: 'main' });
      assert.equal(await source.head(signal), first);
      assert.equal((await source.commit(first)).message, 'One');
      const second = await repository.commit('Two', { 'a.yaml': '2' });
      assert.equal(await source.head(signal), second);
      const [file] = (await source.files(second, '')) ?? [];
      assert.equal(Buffer.from(await source.read(file?.blob ?? '')).toString(), '2');
      assert.deepEqual((await source.commit(second)).parents, [first]);
      const packs = readdirSync(join(folder, 'copy'));
      assert.equal(await source.head(signal), second);
      assert.deepEqual(readdirSync(join(folder, 'copy')), packs);
      const next = openRemote({ ...spot, copy: join(folder, 'copy2'), branch: 'next' });
      await assert.rejects(next.head(signal), /has no branch next/);
    } finally {
      repository.remove();
    }
  });

  void test('a history that ends somewhere', async () => {
    const repository = await newRepository();
    try {
      await repository.commit('One', { a: '1' });
      const last = await repository.commit('Two', { a: '2' });
      const copy = join(folder, 'shallow');
      cpSync(join(repository.path, '.git'), copy, { recursive: true });
      writeFileSync(join(copy, 'shallow'), `${last}\n`);
      const parent =
        (await openLocal({ path: copy, branch: 'main', folder: '' }).commit(last)).parents[0] ?? '';
      fs.rmSync(join(copy, 'objects', parent.slice(0, 2), parent.slice(2)));
      const source = openLocal({ path: copy, branch: 'main', folder: '' });
      assert.deepEqual((await source.commit(last)).parents, []);
    } finally {
      repository.remove();
    }
  });

  void test('what fails is said in the words of git, and what is missing by name', async () => {
    const spot = { branch: 'main', folder: '', copy: join(folder, 'copy3') };
    const lost = openRemote({ ...spot, url: `ssh://localhost${folder}/nothing`, env });
    await assert.rejects(lost.head(signal), /ssh:\/\/localhost\S+: fatal: .*nothing/);
    const bare = openRemote({ ...spot, url: 'ssh://localhost/a', env: { PATH: folder } });
    await assert.rejects(bare.head(signal), /^Unreadable: git is not installed/);
  });
});
