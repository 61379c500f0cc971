import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { VERSION } from '../../src/version.ts';

const BUILD = join(import.meta.dirname, '../../tools/build.ts');

// In a folder of its own, where no node_modules can help out.
void describe('what npm run build makes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-build-'));
  const dist = join(folder, 'dist');
  const controller = join(dist, 'sluice.mjs');
  const run = (file: string, ...args: readonly string[]) =>
    spawnSync(process.execPath, [file, ...args], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, XDG_CACHE_HOME: folder },
    });

  before(() => {
    execFileSync(process.execPath, [BUILD, dist]);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  void test('a controller that knows its version and its flags', () => {
    assert.equal(run(controller, '--version').stdout, `${VERSION}\n`);
    assert.match(run(controller, '--help').stdout, /--kubeconfig <file>/);
  });

  for (const format of ['json', 'text'])
    void test(`a controller that logs in ${format}`, () => {
      const { status, stdout, stderr } = run(
        controller,
        `--logformat=${format}`,
        '--kubeconfig=/does/not/exist',
      );
      assert.equal(status, 1, stderr);
      assert.match(stdout, /cannot start/);
      assert.match(stdout, /\/does\/not\/exist/);
      if (format === 'json') assert.equal((JSON.parse(stdout) as { level: string }).level, 'fatal');
    });

  void test('a plugin that may be executed, and may be linked to from elsewhere', () => {
    const plugin = join(dist, 'kubectl-sluice.cjs');
    assert.equal(readFileSync(plugin, 'utf8').split('\n')[0], '#!/usr/bin/env node');
    assert.ok((statSync(plugin).mode & 0o111) === 0o111);
    const link = join(folder, 'kubectl-sluice');
    symlinkSync(plugin, link);
    assert.match(run(link, 'version').stdout, new RegExp(RegExp.escape(VERSION)));
    assert.match(run(link, '--help').stdout, /promote/);
  });

  void test('a plugin that can do all it does without node_modules', () => {
    const { status, stderr } = run(
      join(dist, 'kubectl-sluice.cjs'),
      'get',
      'rollout',
      'web',
      '--kubeconfig=/does/not/exist',
    );
    assert.equal(status, 1);
    assert.match(stderr, /\/does\/not\/exist/);
  });

  void test('nothing of this machine in it', () => {
    const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('js'),
    );
    const root = join(import.meta.dirname, '../..');
    const found = files.filter((file) => readFileSync(join(dist, file), 'utf8').includes(`"${root}/`));
    assert.ok(files.length > 3);
    assert.deepEqual(found, []);
  });
});
