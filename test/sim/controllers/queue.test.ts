import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ApiError } from '../../../src/sim/api-server/api.ts';
import { VirtualClock } from '../../../src/sim/clock.ts';
import { Queue } from '../../../src/sim/controllers/queue.ts';
import { Random } from '../../../src/sim/random.ts';

void describe('a queue', () => {
  // What was looked at, and when.
  const start = (look: (key: string, count: number) => number | null) => {
    const clock = new VirtualClock(0);
    const seen: string[] = [];
    const queue = new Queue({
      clock,
      random: new Random('queue'),
      delayMs: { least: 10, most: 10 },
      look: (key) => {
        seen.push(`${key} ${clock.elapsed()}`);
        return look(key, seen.length);
      },
    });
    return { clock, queue, seen };
  };

  void test('looks at a key once, however often it is added', async () => {
    const { clock, queue, seen } = start(() => null);
    queue.add('a');
    queue.add('b');
    queue.add('a');
    await clock.run(100);
    queue.add('a');
    await clock.run(200);
    assert.deepEqual(seen, ['a 10', 'b 10', 'a 110']);
  });

  void test('comes back when it is told to, or sooner when it is asked to', async () => {
    const { clock, queue, seen } = start((_, count) => (count < 3 ? 1000 : null));
    queue.add('a');
    await clock.run(1500);
    queue.add('a');
    await clock.run(10_000);
    assert.deepEqual(seen, ['a 10', 'a 1010', 'a 1510']);
  });

  void test('tries again what the API server has refused, later each time', async () => {
    const { clock, queue, seen } = start((_, count) => {
      if (count < 4) throw new ApiError(409, 'Conflict', 'modified');
      return null;
    });
    queue.add('a');
    await clock.run(1000);
    assert.deepEqual(seen, ['a 10', 'a 15', 'a 25', 'a 45']);
  });

  void test('hides no mistake', async () => {
    const { clock, queue } = start(() => {
      throw new TypeError('ours');
    });
    queue.add('a');
    await assert.rejects(clock.run(1000), TypeError);
  });

  void test('takes nothing more once it was stopped', async () => {
    const { clock, queue, seen } = start(() => null);
    queue.add('a');
    queue.stop();
    queue.add('b');
    await clock.run(1000);
    assert.deepEqual(seen, []);
  });
});
