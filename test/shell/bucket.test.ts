import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Bucket } from '../../src/shell/bucket.ts';
import { FakeClock } from './kube/fake-clock.ts';

void test('a burst goes at once, then one after the other', () => {
  const bucket = new Bucket({ perSecond: 10, burst: 2 }, new FakeClock());
  assert.deepEqual(
    [1, 2, 3, 4].map(() => bucket.reserve()),
    [0, 0, 100, 200],
  );
});

void test('without a limit nobody waits', () => {
  const bucket = new Bucket({ perSecond: Number.POSITIVE_INFINITY, burst: 0 }, new FakeClock());
  assert.deepEqual(
    [1, 2, 3].map(() => bucket.reserve()),
    [0, 0, 0],
  );
});

void test('law: no span of time lets more pass than burst and rate allow, in order', async () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(
      gaps,
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 20 }),
      async (waits, perSecond, burst) => {
        const clock = new FakeClock();
        const bucket = new Bucket({ perSecond, burst }, clock);
        const passes: number[] = [];
        for (const wait of waits) {
          await clock.pass(wait);
          passes.push(clock.elapsed() + bucket.reserve());
        }
        for (const [first, from] of passes.entries()) {
          assert.ok(first === 0 || from >= (passes[first - 1] ?? 0) - 1e-6);
          for (const [last, to] of passes.entries()) {
            const allowed = burst + ((to - from) * perSecond) / 1000 + 1e-6;
            if (last >= first)
              assert.ok(last - first + 1 <= allowed + 1, `${last - first + 1} in ${to - from} ms`);
          }
        }
      },
    ),
    { numRuns: 50 },
  );
});
