import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

void test('a write that is cancelled before it has left does not hang its connection', () => {
  const script = join(import.meta.dirname, 'cancelled.ts');
  const { stdout, stderr, error } = spawnSync(process.execPath, [script], {
    encoding: 'utf8',
    timeout: 20_000,
    killSignal: 'SIGKILL',
  });
  assert.equal(error, undefined, `${error?.message ?? ''}${stdout}${stderr}`);
  assert.match(stdout, /update leases n\/a: given up\nand the next one was answered\n/, stderr);
});
