import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Mutation } from './mutations/mutation.ts';
import { MUTATIONS } from './mutations.ts';
import { livesFor, runSeeds, type Trying, tableOf, tryMutations } from './support/mutants.ts';
import { SEEDS } from './support/seeds.ts';

/** A change elsewhere may move a defect to another life: then so many are searched, from the first on. */
const LIVES = 150;
/** A machine of two idle cores needs a third of it where every seed is still right. */
const MOST_MS = 300_000;
/** Where most seeds have moved there is no time to search for all; these are enough to say that laws work. */
const ENOUGH = 40;

const known: readonly Mutation[] = MUTATIONS.filter(({ name }) => SEEDS[name] !== undefined);

void test('the laws notice every defect that is planted in the controller', async () => {
  assert.ok(known.length >= ENOUGH, `of only ${known.length} defects it is known where they show`);
  const all = known.map((mutation): Trying => ({ mutation, seeds: livesFor(mutation, LIVES) }));
  const verdicts = await tryMutations(all, { endMs: performance.now() + MOST_MS }, (verdict) => {
    process.stdout.write(`  ${tableOf([verdict]).join('')}\n`);
  });
  const missed = verdicts.filter(({ seed, isOver }) => seed === null && !isOver);
  const noticed = verdicts.filter(({ seed }) => seed !== null);
  const moved = noticed.filter(({ mutation, seed }) => seed !== SEEDS[mutation.name]);
  if (moved.length > 0)
    process.stdout.write(
      `  ${moved.length} show in other lives: node test/sim/survey.ts writes down where\n`,
    );
  assert.deepEqual(
    missed.map(({ mutation }) => mutation.name),
    [],
  );
  assert.ok(noticed.length >= ENOUGH, `there was time for ${noticed.length} defects only`);
});

void test('without a defect the same lives break no law', async () => {
  const seeds = [...new Set(known.map(({ name }) => SEEDS[name] ?? ''))];
  const trials = await runSeeds('', seeds);
  assert.equal(trials.length, seeds.length);
  assert.deepEqual(
    trials.filter(({ broken, crash }) => broken.length > 0 || crash !== null),
    [],
  );
});
