import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure } from '../../src/shell/kube/failure.ts';
import { settle } from './kube/fake-clock.ts';
import { Bench, running } from './queue-bench.ts';

void describe('queue', () => {
  void test('a key added three times is looked at once', async () => {
    const bench = running();
    for (const priority of ['event', 'resync', 'user'] as const) bench.queue.add('a', priority);
    assert.equal(bench.queue.adds, 1);
    assert.deepEqual(await bench.news(), ['a']);
    assert.deepEqual(await bench.news(1000), []);
  });

  void test('a pass never starts inside add', () => {
    const bench = running();
    bench.queue.add('a', 'user');
    assert.deepEqual(bench.started, []);
  });

  void test('added while it is looked at: once more, and not before the first look ends', async () => {
    const bench = running();
    bench.answer = null;
    bench.queue.add('a', 'event');
    assert.deepEqual(await bench.news(), ['a']);
    bench.queue.add('a', 'event');
    bench.queue.add('a', 'resync');
    assert.equal(bench.queue.adds, 2);
    assert.deepEqual(await bench.news(1000), []);
    bench.open.get('a')?.done(null);
    assert.deepEqual(await bench.news(), ['a']);
    bench.open.get('a')?.done(null);
    assert.deepEqual(await bench.news(1000), []);
  });

  void test('no more keys at once than workers', async () => {
    const bench = running({ workers: 2 });
    bench.answer = null;
    for (const key of ['a', 'b', 'c']) bench.queue.add(key, 'event');
    assert.deepEqual(await bench.news(), ['a', 'b']);
    bench.open.get('b')?.done(null);
    assert.deepEqual(await bench.news(), ['c']);
  });

  void test('users go first, and a key that waits moves up when a user asks for it', async () => {
    const bench = new Bench({ workers: 1 });
    bench.queue.add('r1', 'resync');
    bench.queue.add('e1', 'event');
    bench.queue.add('r2', 'resync');
    bench.queue.add('r2', 'user');
    bench.run();
    assert.deepEqual(await bench.news(), ['r2', 'e1', 'r1']);
  });

  void test('resyncs get their turn while users keep asking', async () => {
    const bench = new Bench({ workers: 1 });
    for (let n = 0; n < 100; n++) bench.queue.add(`u${n}`, 'user');
    for (let n = 0; n < 2; n++) bench.queue.add(`r${n}`, 'resync');
    bench.run();
    const order = await bench.news();
    assert.ok(order.indexOf('r0') < 20 && order.indexOf('r1') < 40, order.join(' '));
  });

  void test('it wakes a key at the moment its last pass named, and at that one only', async () => {
    const bench = running();
    const start = bench.clock.now();
    bench.answer = () => start + 60_000;
    bench.queue.add('a', 'event');
    assert.deepEqual(await bench.news(1000), ['a']);
    bench.answer = () => start + 90_000;
    bench.queue.add('a', 'event');
    assert.deepEqual(await bench.news(59_500), ['a']);
    bench.answer = () => null;
    assert.deepEqual(await bench.news(29_000), []);
    assert.deepEqual(await bench.news(1000), ['a']);
    assert.deepEqual(await bench.news(1_000_000), []);
  });

  void test('a moment in the past is now', async () => {
    const bench = running();
    let looks = 0;
    bench.answer = () => (++looks < 3 ? 5 : null);
    bench.queue.add('a', 'event');
    assert.deepEqual(await bench.news(10), ['a', 'a', 'a']);
  });

  for (const jumpMs of [-3_600_000, 3_600_000]) {
    void test(`the wall clock jumps by ${jumpMs} ms: moments follow it, delays do not`, async () => {
      const bench = running();
      const start = bench.clock.now();
      bench.answer = (key) => (key === 'moment' ? start + 3_600_000 : null);
      bench.queue.add('moment', 'event');
      assert.deepEqual(await bench.news(1000), ['moment']);
      bench.answer = () => null;
      bench.queue.addAfter('delay', 120_000);
      bench.clock.jump(jumpMs);
      const soon = jumpMs > 0 ? ['moment'] : [];
      assert.deepEqual(await bench.news(60_000), soon);
      assert.deepEqual(await bench.news(60_000), ['delay']);
      assert.deepEqual(await bench.news(7_200_000), jumpMs > 0 ? [] : ['moment']);
    });
  }

  void test('addAfter keeps the earliest', async () => {
    const bench = running();
    for (const delayMs of [5000, 1000, 9000]) bench.queue.addAfter('a', delayMs);
    assert.deepEqual(await bench.news(999), []);
    assert.deepEqual(await bench.news(2), ['a']);
    assert.deepEqual(await bench.news(100_000), []);
  });

  void test('a thousand delays need one timer', async () => {
    const bench = running();
    for (let n = 0; n < 1000; n++) bench.queue.addAfter(`k${n}`, 1000 + ((n * 7919) % 1000));
    assert.equal(bench.clock.timers, 2);
    assert.equal((await bench.news(2000)).length, 1000);
  });

  void test('failures double the wait up to the longest, and one success forgets them', async () => {
    const bench = running({ firstRetryMs: 10, longestRetryMs: 40 });
    let failures = 4;
    bench.answer = () => {
      if (failures-- > 0) throw new Error('no');
      return null;
    };
    bench.queue.add('a', 'event');
    await bench.tick(1000);
    assert.deepEqual(retries(bench), [10, 20, 40, 40, 'done']);
    failures = 1;
    bench.queue.add('a', 'event');
    await bench.tick(1000);
    assert.deepEqual(retries(bench).slice(5), [10, 'done']);
  });

  void test('a server that is throttling says when to come back', async () => {
    const bench = running();
    let isFirst = true;
    bench.answer = () => {
      const was = isFirst;
      isFirst = false;
      if (was) throw new Failure('throttled', 'kube: slow down', { retryAfterSeconds: 7 });
      return null;
    };
    bench.queue.add('a', 'event');
    assert.deepEqual(await bench.news(6999), ['a']);
    assert.deepEqual(await bench.news(100), ['a']);
  });

  void test('all retries together stay within their rate', async () => {
    const bench = running({ retryRate: { perSecond: 10, burst: 1 } });
    bench.answer = () => {
      throw new Error('no');
    };
    for (let n = 0; n < 20; n++) bench.queue.add(`k${n}`, 'event');
    await bench.tick(1000);
    assert.ok(bench.passes.length <= 20 + 11, String(bench.passes.length));
  });

  void test('stop finishes what is in hand and starts nothing more', async () => {
    const bench = running({ workers: 1 });
    bench.answer = null;
    bench.queue.add('a', 'event');
    bench.queue.add('b', 'event');
    await bench.tick();
    bench.stop.abort();
    await bench.tick(1000);
    assert.equal(bench.ended, false);
    bench.open.get('a')?.done(5);
    await settle();
    assert.equal(bench.ended, true);
    assert.deepEqual(await bench.news(1_000_000), ['a']);
    assert.equal(bench.clock.timers, 0);
  });

  void test('kill reaches the pass in hand, which is then cancelled and not a failure', async () => {
    const bench = running();
    bench.answer = null;
    bench.queue.add('a', 'event');
    await bench.tick();
    bench.kill.abort();
    bench.open.get('a')?.fail(new Failure('cancelled', 'kube: given up'));
    await settle();
    assert.deepEqual(
      bench.passes.map((pass) => pass.outcome.kind),
      ['cancelled'],
    );
    assert.equal(bench.ended, true);
  });
});

function retries(bench: Bench): readonly (number | string)[] {
  return bench.passes.map(({ outcome }) => (outcome.kind === 'failed' ? outcome.retryMs : outcome.kind));
}
