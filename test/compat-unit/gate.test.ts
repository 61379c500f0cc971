import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Gate } from '../compat/gate.ts';

void test('no more than its width run at a time, in order, and none before it is open', async () => {
  const gate = new Gate(2, 1);
  const started: number[] = [];
  const ends: (() => void)[] = [];
  const tasks = [0, 1, 2, 3].map((n) =>
    gate.run(() => {
      started.push(n);
      return new Promise<void>((resolve) => ends.push(resolve));
    }),
  );
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  await turn();
  assert.deepEqual(started, []);
  gate.countDown();
  await turn();
  assert.deepEqual(started, [0, 1]);
  ends[1]?.();
  await turn();
  assert.deepEqual(started, [0, 1, 2]);
  ends[0]?.();
  ends[2]?.();
  await turn();
  ends[3]?.();
  await Promise.all(tasks);
  assert.deepEqual(started, [0, 1, 2, 3]);
});

void test('a task that fails makes room for the next', async () => {
  const gate = new Gate(1, 0);
  await assert.rejects(gate.run(() => Promise.reject(new Error('no'))));
  assert.equal(await gate.run(() => Promise.resolve(7)), 7);
});
