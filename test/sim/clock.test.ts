import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualClock } from '../../src/sim/clock.ts';
import { Life } from '../../src/sim/life.ts';

const START = Date.parse('2026-11-21T08:00:00Z');

void test('timers fire in the order of time, those of one moment in the order in which they were set', async () => {
  const clock = new VirtualClock(START);
  const fired: string[] = [];
  clock.after(20, () => fired.push('c'));
  clock.after(10, () => fired.push('a'));
  clock.after(10, () => fired.push('b'));
  clock.after(-5, () => fired.push('at once'));
  assert.equal(await clock.run(15), false);
  assert.deepEqual(fired, ['at once', 'a', 'b']);
  assert.deepEqual([clock.elapsed(), clock.now() - START, clock.nextMs], [15, 15, 20]);
});

void test('what a timer sets off is done before the next one', async () => {
  const clock = new VirtualClock(START);
  const seen: string[] = [];
  const work = async () => {
    for (let i = 0; i < 3; i++) await Promise.resolve();
    seen.push('promises');
  };
  clock.after(1, () => void work());
  clock.after(2, () => seen.push('timer'));
  await clock.run(5);
  assert.deepEqual(seen, ['promises', 'timer']);
});

void test('it stops where it is told to, and when nothing is left', async () => {
  const clock = new VirtualClock(START);
  let count = 0;
  const again = () => {
    count++;
    clock.after(1_000, again);
  };
  again();
  assert.equal(await clock.run(Number.POSITIVE_INFINITY, () => count === 4), true);
  assert.equal(clock.elapsed(), 3_000);
  const idle = new VirtualClock(START);
  assert.equal(await idle.run(Number.POSITIVE_INFINITY), false);
  assert.equal(idle.elapsed(), 0);
});

void test('the wall clock jumps, timers do not notice; a cancelled timer never fires', async () => {
  const clock = new VirtualClock(START);
  const fired: string[] = [];
  clock.after(10, () => fired.push('due'));
  clock.after(10, () => fired.push('cancelled'))();
  clock.jump(3_600_000);
  await clock.run(9);
  assert.deepEqual(fired, []);
  await clock.run(10);
  assert.deepEqual([fired, clock.now() - START], [['due'], 3_600_010]);
});

void test('a life that has ended does nothing more, a sleeping one does it later', async () => {
  const clock = new VirtualClock(START);
  const fired: string[] = [];
  const told = (who: string) => () => fired.push(`${who} at ${clock.elapsed()}`);
  const [killed, asleep] = [new Life(clock), new Life(clock)];
  killed.after(5, told('killed'));
  killed.end();
  killed.after(5, told('killed'));
  asleep.after(10, told('asleep'));
  asleep.after(12, told('cancelled'))();
  asleep.sleep(30);
  asleep.after(40, told('awake'));
  await clock.run(100);
  assert.deepEqual(fired, ['asleep at 30', 'awake at 40']);
});

void test('the wall clock shows whole milliseconds, however many fractions have passed', async () => {
  const clock = new VirtualClock(START);
  const walls: number[] = [];
  let left = 1_000;
  const again = (): void => {
    walls.push(clock.now());
    if (left-- > 0) clock.after(0.1, again);
  };
  again();
  const atOneSecond: number[] = [];
  clock.after(1_000, () => atOneSecond.push(clock.elapsed(), clock.now() - START));
  await clock.run(2_000);
  assert.ok(walls.every(Number.isInteger));
  assert.deepEqual(atOneSecond, [1_000, 1_000]);
});
