import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import { playAll } from './support/crew.ts';
import { LAWS } from './support/laws/law.ts';
import { Report } from './support/report.ts';

/** Always the same ones; `npm run sim -- --seeds 100000 --from 501` looks elsewhere. */
const SEEDS = Array.from({ length: 500 }, (_, i) => String(i + 1));

void test('every law holds in 500 lives, and each comes to its end', async () => {
  const report = new Report();
  const wrong: string[] = [];
  await playAll(SEEDS, availableParallelism(), ({ seed, played, crash }) => {
    if (crash !== null) wrong.push(`seed ${seed}: ${crash}`);
    if (played === null) return true;
    report.add(played);
    if (played.broken.length > 0) report.failures++;
    for (const { law, atMs, what } of played.broken)
      wrong.push(`seed ${seed} at ${(atMs / 1000).toFixed(1)} s: ${LAWS[law]}: ${what}`);
    return wrong.length < 20;
  });
  for (const line of report.summary()) process.stdout.write(`${line}\n`);
  assert.deepEqual(wrong, [], 'cut one down by `npm run sim -- --seed SEED`');
  // Or nothing was put to the test.
  assert.ok(report.strikes > 1_000, `${report.strikes} faults struck`);
});

void test('a life is the same every time', async () => {
  const { draw } = await import('./support/draw.ts');
  const { play } = await import('./support/play.ts');
  const once = await play(draw('7'));
  assert.deepEqual(await play(draw('7')), once);
  assert.ok(once.requests > 100);
});
