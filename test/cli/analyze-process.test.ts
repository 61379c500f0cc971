import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { serve, text } from '../providers/support/server.ts';

/** The command as a process: that it ends, with which code, and that no open connection holds it. */

const PROGRAM = join(import.meta.dirname, '../../src/cli/kubectl-sluice.ts');

function template(url: string, more: string): string {
  return `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {name: ready}
spec:
  metrics: [{name: ready, provider: {web: {url: '${url}'}}${more}}]
`;
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the program; `act` gets it as soon as a measurement is told. */
function run(stdin: string, act: (child: ReturnType<typeof spawn>) => void): Promise<Ended> {
  const child = spawn(process.execPath, [PROGRAM, 'analyze', '-f', '-'], { stdio: 'pipe' });
  child.stdin.end(stdin);
  let [out, err] = ['', ''];
  let hasActed = false;
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    if (hasActed || !out.includes(' UTC  ')) return;
    hasActed = true;
    act(child);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

void describe('analyze as a process', () => {
  void test('it ends when all is measured', async () => {
    await using server = await serve([text('1')]);
    const { code, out, err } = await run(template(server.url, ''), () => {});
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, /✔ Successful {2}ready {2}after \ds\n {2}ready {2}✔ Successful {2}1\/1 {2}1\n$/);
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    void test(`${signal} ends it, and it says what was measured`, async () => {
      await using server = await serve([text('1')]);
      const { code, out, err } = await run(template(server.url, ', interval: 1h, count: 9'), (child) => {
        child.kill(signal);
      });
      assert.deepEqual([code, err], [130, '']);
      assert.match(out, /\? Inconclusive {2}ready {2}after \ds\n {2}ready {2}◌ Running {2}1\/9 {2}1\n/);
    });
});
