// Finds for every planted defect a life in which it is noticed, and writes it down: node test/sim/survey.ts
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { MUTATIONS } from './mutations.ts';
import { livesFor, tableOf, tryMutations } from './support/mutants.ts';
import { SEEDS, SEEDS_FILE } from './support/seeds.ts';

const USAGE = `Usage: node test/sim/survey.ts [--lives N] [--seconds N] [--missing] [TEXT...]

Plants every defect of test/sim/mutations, one at a time, and plays lives until its law notices: the one that is
written down in mutations/seeds.json, then the first ones. Prints a table, and writes down what was found as it
comes. A defect that nothing has noticed is left out of the file. Run it after a change of what lives are drawn
from (test/sim/support/draw).

  --lives N      at most so many of the first lives for each (150)
  --seconds N    at most so long for each (300)
  --missing      only those of which no life is written down
  TEXT           only those whose name contains one of these texts
`;

const { values, positionals } = parseArgs({
  options: {
    lives: { type: 'string', default: '150' },
    seconds: { type: 'string', default: '300' },
    missing: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
  allowPositionals: true,
});
if (values.help) process.stdout.write(USAGE);
else await survey();

async function survey(): Promise<void> {
  const seeds = new Map(Object.entries(SEEDS));
  const wanted = MUTATIONS.filter(({ name }) => !values.missing || !seeds.has(name)).filter(
    ({ name }) => positionals.length === 0 || positionals.some((text) => name.includes(text)),
  );
  const all = wanted.map((mutation) => ({ mutation, seeds: livesFor(mutation, Number(values.lives)) }));
  const limits = { endMs: Number.POSITIVE_INFINITY, eachMs: 1_000 * Number(values.seconds) };
  const verdicts = await tryMutations(all, limits, (verdict) => {
    const { mutation, seed } = verdict;
    if (seed === null) seeds.delete(mutation.name);
    else seeds.set(mutation.name, seed);
    process.stdout.write(`${tableOf([verdict]).join('')}\n`);
    write(seeds);
  });
  const noticed = verdicts.filter(({ seed }) => seed !== null).length;
  process.stdout.write(`${noticed} of ${verdicts.length} defects noticed\n`);
}

/** In the order of the table. */
function write(seeds: ReadonlyMap<string, string>): void {
  const entries = MUTATIONS.flatMap(({ name }) => {
    const seed = seeds.get(name);
    return seed === undefined ? [] : [[name, seed] as const];
  });
  writeFileSync(SEEDS_FILE, `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`);
}
