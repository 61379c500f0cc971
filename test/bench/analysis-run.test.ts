import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';

const PROGRAM = join(import.meta.dirname, '../../bench/analysis/run.ts');

interface Ended {
  readonly code: unknown;
  readonly out: string;
  readonly err: string;
}

function run(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [PROGRAM, ...args], { timeout: 60_000 }, (error, out, err) => {
      resolve({ code: error?.code ?? 0, out, err });
    });
  });
}

void describe('npm run bench -- analysis', () => {
  void test('prints tables, and how far it is', async () => {
    const { code, out, err } = await run('--runs', '1', '--seed', '3');
    assert.equal(code, 0);
    assert.match(out, /^1 lives of each service, seed 3\n/);
    for (const title of ['Aims', '10 times as many failures', 'All in all', 'Steps that end'])
      assert.ok(out.includes(`\n${title}`), title);
    assert.match(err, /service (\d+) of \1\n$/);
  });
  void test('has help', async () => {
    const { code, out } = await run('--help');
    assert.equal(code, 0);
    assert.match(out, /^Usage: npm run bench -- analysis/);
  });
  for (const [args, message] of [
    [['--runs', '0'], '--runs: "0" is not a whole number from 1'],
    [['--seed', 'x'], '--seed: "x" is not a whole number'],
    [['-o', 'xml'], '-o: "xml" is none of text, json, markdown'],
    [['--fast'], "Unknown option '--fast'"],
  ] as const)
    void test(`refuses ${args.join(' ')}`, async () => {
      const { code, err } = await run(...args);
      assert.equal(code, 2);
      assert.ok(err.startsWith(`bench: ${message}`), err);
    });
});
