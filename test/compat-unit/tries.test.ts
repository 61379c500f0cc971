import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Gate } from '../compat/gate.ts';
import { tryInTurn } from '../compat/tries.ts';

/** Tasks by name, each with what its tries come to; says who was tried, in order, and with how many at a time. */
async function tried(tasks: Readonly<Record<string, readonly (boolean | Error)[]>>) {
  const count = Object.keys(tasks).length;
  const gates = [new Gate(9, 0), new Gate(2, count), new Gate(1, count)];
  const order: string[] = [];
  let together = 0;
  const outcomes = Object.entries(tasks).map(([name, results]) => {
    const left = [...results];
    const once = async () => {
      together += 1;
      order.push(`${name}${together}`);
      await new Promise((resolve) => setImmediate(resolve));
      together -= 1;
      const result = left.shift();
      if (result instanceof Error) throw result;
      return result === true;
    };
    return tryInTurn(gates, once, (good) => good);
  });
  const ends = await Promise.allSettled(outcomes);
  const told = ends.map((end) =>
    end.status === 'fulfilled' ? `${end.value.result} ${end.value.tries}` : 'error',
  );
  return { order: order.join(' '), told: told.join(', ') };
}

void test('who differs is tried again when all others are through, at last alone', async () => {
  const [yes, no] = [true, false];
  const broken = new Error('broken');
  // The number behind a name says how many are under way.
  const rows = [
    [{ a: [yes], b: [yes] }, 'a1 b2', 'true 1, true 1'],
    [{ a: [no, yes], b: [yes], c: [no, yes] }, 'a1 b2 c3 a1 c2', 'true 2, true 1, true 2'],
    [{ a: [no, no, yes], b: [no, no, no] }, 'a1 b2 a1 b2 a1 b1', 'true 3, false 3'],
    [{ a: [no, no, no], b: [no, yes], c: [yes] }, 'a1 b2 c3 a1 b2 a1', 'false 3, true 2, true 1'],
    [{ a: [broken], b: [no, broken], c: [no, no, yes] }, 'a1 b2 c3 b1 c2 c1', 'error, error, true 3'],
  ] as const;
  for (const [tasks, order, told] of rows) assert.deepEqual(await tried(tasks), { order, told });
});
