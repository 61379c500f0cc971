import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Health } from '../../src/shell/health.ts';
import { FakeClock } from './kube/fake-clock.ts';

const SECOND = 1_000;

/** Leads from the start for so many seconds (-1: never), then does not; asked at the end. */
const rows: readonly [why: string, ledSeconds: number, thenSeconds: number, status: number][] = [
  ['a leader is alive', 3600, 0, 200],
  ['standing by is alive, however long', -1, 3600, 200],
  ['leadership just lost: it is about to end by itself', 60, 50, 200],
  ['leadership lost for long, and it did not end: broken', 60, 70, 503],
];

for (const [why, ledSeconds, thenSeconds, status] of rows)
  void test(why, async () => {
    const clock = new FakeClock();
    let isLeading = ledSeconds >= 0;
    const health = new Health(clock, () => isLeading);
    const stop = new AbortController();
    const running = health.run(stop.signal);
    await clock.pass(Math.max(ledSeconds, 0) * SECOND);
    isLeading = false;
    await clock.pass(thenSeconds * SECOND);
    assert.equal(health.page().status, status);
    stop.abort();
    await running;
  });

void test('timers that do not fire: broken', async () => {
  const clock = new FakeClock();
  const health = new Health(clock, () => false);
  await clock.pass(61 * SECOND);
  assert.equal(health.page().status, 503);
});
