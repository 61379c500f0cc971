import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MUTATIONS } from './mutations.ts';
import { runSeeds, tryMutations } from './support/mutants.ts';

/** A change elsewhere may move a defect to another life: then so many are searched, from the first on. */
const FURTHER = Array.from({ length: 150 }, (_, i) => String(i + 1));

void test('the laws notice every defect that is planted in the controller', async () => {
  assert.ok(MUTATIONS.length >= 25, `only ${MUTATIONS.length} defects`);
  const all = MUTATIONS.map((mutation) => {
    const seeds = [mutation.seed, ...FURTHER.filter((seed) => seed !== mutation.seed)];
    return { mutation, seeds };
  });
  const missed: string[] = [];
  await tryMutations(all, ({ mutation, seed, tries }) => {
    const told = seed === null ? `NOT NOTICED in ${tries} lives` : `seed ${seed.padStart(2)}, life ${tries}`;
    process.stdout.write(`  ${mutation.name.padEnd(60)} ${mutation.law.padEnd(10)} ${told}\n`);
    if (seed === null) missed.push(mutation.name);
  });
  assert.deepEqual(missed, []);
});

void test('without a defect the same lives break no law', async () => {
  const seeds = [...new Set(MUTATIONS.map(({ seed }) => seed))];
  const trials = await runSeeds('', seeds);
  assert.equal(trials.length, seeds.length);
  assert.deepEqual(
    trials.filter(({ broken, crash }) => broken.length > 0 || crash !== null),
    [],
  );
});
