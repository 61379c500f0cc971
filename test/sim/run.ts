// Plays many seeded lives and says what was covered: `npm run sim -- --seeds 1000`.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { playAll } from './support/crew.ts';
import { draw } from './support/draw.ts';
import { type Broken, LAWS } from './support/laws/law.ts';
import { play } from './support/play.ts';
import { Report } from './support/report.ts';
import type { Script } from './support/script.ts';
import { shrink } from './support/shrink.ts';

const USAGE = `Usage: npm run sim -- [--seeds N] [--from N] [--seed SEED] [--keep-going] [--whole] [--threads N] [--out DIR]

Plays simulated lives, each drawn from its seed: rollouts, people, faults. Holds every write against the laws,
and everything against convergence once all is well again. A seed that fails is cut down to the smallest story
that still fails, which is printed and written to a file. Exit code 1 where a law was broken.

  --seeds N      how many (500)
  --from N       the first seed (1)
  --seed SEED    only this one
  --whole        tell of what was broken, and cut nothing down
  --keep-going   do not stop at the first seed that fails
  --threads N    how many at once (one for each processor)
  --out DIR      where failing stories are written (test/sim/failing)
  -h, --help     this text
`;

const SHRINK_TRIES = 300;

process.exitCode = await main();

async function main(): Promise<number> {
  const options = read();
  if (options === null) return 2;
  if (options.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const report = new Report();
  const failing: { readonly seed: string; readonly broken: readonly Broken[] }[] = [];
  let crashes = 0;
  await playAll(options.seeds, options.threads, ({ seed, played, crash }) => {
    if (crash !== null) {
      clearLine();
      process.stdout.write(`seed ${seed}: the simulation itself failed: ${crash}\n`);
      crashes++;
      return options.keepGoing;
    }
    if (played !== null) report.add(played);
    if (played !== null && played.broken.length > 0) failing.push({ seed, broken: played.broken });
    progress(report, options.seeds.length);
    return failing.length === 0 || options.keepGoing;
  });
  report.failures = failing.length;
  clearLine();
  for (const { seed, broken } of failing) {
    tellBroken(seed, broken);
    if (!options.whole) await cutDown(draw(seed), broken, options.out);
  }
  process.stdout.write(`${report.summary().join('\n')}\n`);
  return failing.length + crashes === 0 ? 0 : 1;
}

interface Options {
  readonly help: boolean;
  readonly seeds: readonly string[];
  readonly keepGoing: boolean;
  readonly whole: boolean;
  readonly threads: number;
  readonly out: string;
}

function read(): Options | null {
  try {
    const { values } = parseArgs({
      options: {
        seeds: { type: 'string', default: '500' },
        from: { type: 'string', default: '1' },
        seed: { type: 'string' },
        threads: { type: 'string', default: String(availableParallelism()) },
        'keep-going': { type: 'boolean', default: false },
        whole: { type: 'boolean', default: false },
        out: { type: 'string', default: join(import.meta.dirname, 'failing') },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const first = whole('from', values.from);
    const many = Array.from({ length: whole('seeds', values.seeds) }, (_, i) => String(first + i));
    return {
      help: values.help,
      seeds: values.seed === undefined ? many : [values.seed],
      keepGoing: values['keep-going'],
      whole: values.whole,
      threads: whole('threads', values.threads),
      out: values.out,
    };
  } catch (error) {
    process.stderr.write(`sim: ${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return null;
  }
}

function whole(flag: string, value: string): number {
  if (/^[1-9]\d{0,8}$/.test(value)) return Number(value);
  throw new Error(`--${flag} takes a whole number from 1 on, not ${JSON.stringify(value)}`);
}

function tellBroken(seed: string, broken: readonly Broken[]): void {
  const [first] = broken;
  if (first === undefined) return;
  process.stdout.write(`seed ${seed} at commit ${commit()} breaks a law: ${LAWS[first.law]}\n`);
  for (const { atMs, law, what } of broken)
    process.stdout.write(`  at ${(atMs / 1000).toFixed(1)} s, ${law}: ${what}\n`);
}

async function cutDown(script: Script, broken: readonly Broken[], out: string): Promise<void> {
  const [first] = broken;
  if (first === undefined) return;
  const breaks = async (smaller: Script) => (await play(smaller)).broken.some(({ law }) => law === first.law);
  const smallest = await shrink(script, breaks, SHRINK_TRIES);
  mkdirSync(out, { recursive: true });
  const file = join(out, `${first.law}-${script.seed}.json`);
  writeFileSync(file, `${JSON.stringify(smallest, null, 2)}\n`);
  const [again] = (await play(smallest)).broken;
  process.stdout.write(
    `  cut down to ${relative(process.cwd(), file)}, there: ${again?.what ?? 'nothing'}\n`,
  );
  process.stdout.write(`  ${JSON.stringify(smallest)}\n`);
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}

function progress(report: Report, of: number): void {
  if (!process.stdout.isTTY && report.seeds % 100 !== 0) return;
  clearLine();
  const line = report.progress(of);
  process.stdout.write(process.stdout.isTTY ? line : `${line}\n`);
}

function clearLine(): void {
  if (process.stdout.isTTY) process.stdout.write('\r\x1b[K');
}
