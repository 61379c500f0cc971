import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { tailAudit } from '../../bench/audit-tail.ts';

const lineOf = (name: string) =>
  `${JSON.stringify({ verb: 'get', objectRef: { resource: 'pods', name } })}\n`;

function logIn(context: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-audit-'));
  const file = join(folder, 'audit.log');
  writeFileSync(file, '');
  const tail = tailAudit(file);
  context.after(() => {
    tail.close();
    rmSync(folder, { recursive: true });
  });
  return { file, folder, names: () => tail.read().map(({ name }) => name) };
}

void test('each request is told once', (context) => {
  const { file, names } = logIn(context);
  assert.deepEqual(names(), []);
  appendFileSync(file, lineOf('a') + lineOf('b'));
  assert.deepEqual(names(), ['a', 'b']);
  assert.deepEqual(names(), []);
});

void test('half a line waits for its other half', (context) => {
  const { file, names } = logIn(context);
  const text = lineOf('a');
  appendFileSync(file, text.slice(0, 10));
  assert.deepEqual(names(), []);
  appendFileSync(file, text.slice(10) + lineOf('b').slice(0, 3));
  assert.deepEqual(names(), ['a']);
});

void test('nothing is missed where the log is renamed and begun anew', (context) => {
  const { file, folder, names } = logIn(context);
  appendFileSync(file, lineOf('a'));
  assert.deepEqual(names(), ['a']);
  appendFileSync(file, lineOf('b'));
  renameSync(file, join(folder, 'audit-old.log'));
  writeFileSync(file, lineOf('c'));
  assert.deepEqual(names(), ['b', 'c']);
  appendFileSync(file, lineOf('d'));
  assert.deepEqual(names(), ['d']);
});
