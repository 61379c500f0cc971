// What `npm run bench` runs: measures the controller and the plugin against a real control plane.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { findPrograms, missingPrograms } from '../test/cluster/bed/programs.ts';
import { type Built, buildBundles, SOURCES } from './built.ts';
import { load, surroundings } from './machine.ts';
import { type Options, parseOptions, USAGE, UsageError } from './options.ts';
import { type Plan, plansOf } from './plans.ts';
import { type Report, textOf } from './report.ts';
import { ofFailure, type Result } from './result.ts';
import { get } from './scenarios/get.ts';
import { idle } from './scenarios/idle.ts';
import { moments } from './scenarios/moments.ts';
import { phasesOf } from './scenarios/phases.ts';
import { reaction } from './scenarios/reaction.ts';
import { start } from './scenarios/start.ts';
import { openSession, progress, type Session } from './session.ts';

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  // That one needs no control plane, and has flags of its own.
  if (args[0] === 'analysis') return (await import('./analysis/run.ts')).main(args.slice(1));
  const options = optionsOf(args);
  if (options === null) return 0;
  if (options === 'wrong') return 2;
  const why =
    process.platform === 'linux' ? await missingPrograms() : 'they read /proc, which only Linux has';
  if (why !== null) {
    process.stderr.write(`bench: the benchmarks cannot run: ${why}\n`);
    return 1;
  }
  await findPrograms();
  if (options.from === 'bundle') progress('building the bundles');
  const built = options.from === 'bundle' ? await buildBundles() : SOURCES;
  const before = load();
  const results: Result[] = [];
  let kubernetes = 'unknown';
  for (let run = 1; run <= options.runs; run++) {
    for (const plan of plansOf(options)) {
      const outcome = await carryOut(options, built, plan, run);
      results.push(...outcome.results);
      kubernetes = outcome.kubernetes ?? kubernetes;
    }
  }
  finish(options, { surroundings: surroundings(kubernetes, built.from), load: [before, load()], results });
  return results.some(({ failure }) => failure !== null) ? 1 : 0;
}

function optionsOf(args: readonly string[]): Options | null | 'wrong' {
  try {
    const options = parseOptions(args);
    if (options === null) process.stdout.write(USAGE);
    return options;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`bench: ${error.message}\n\n${USAGE}`);
    return 'wrong';
  }
}

function finish(options: Options, report: Report): void {
  const file = resolve(options.out);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ ran: described(options), ...report }, null, 2)}\n`);
  process.stdout.write(textOf(report));
  progress(`all numbers are in ${options.out}`);
}

function described(options: Options) {
  return { ...options, scenarios: [...options.scenarios] };
}

interface Outcome {
  readonly results: readonly Result[];
  readonly kubernetes: string | null;
}

// What fails is told in the table, and the rest goes on.
async function carryOut(options: Options, built: Built, plan: Plan, run: number): Promise<Outcome> {
  const results: Result[] = [];
  let session: Session | null = null;
  let kubernetes: string | null = null;
  try {
    session = await openSession(options, built, plan.label);
    const version = await session.bed.api.wire.send<{ gitVersion: string }>('GET', '/version');
    kubernetes = version.gitVersion;
    for await (const result of plan.kind === null ? alone(session, plan, run) : many(session, plan, run))
      results.push(result);
  } catch (error) {
    progress(`${plan.label} FAILED: ${error instanceof Error ? error.message : String(error)}`);
    if (session !== null) progress(`the end of the controller's log:\n${session.logTail()}`);
    const missing = plan.scenarios.filter((name) => !results.some(({ scenario }) => scenario === name));
    for (const scenario of missing)
      results.push(ofFailure({ scenario, rollouts: plan.rollouts, run }, error));
  } finally {
    await session?.stop();
  }
  return { results, kubernetes };
}

async function* alone(session: Session, { scenarios }: Plan, run: number): AsyncGenerator<Result> {
  if (scenarios.includes('reaction')) yield await reaction(session, run);
  if (scenarios.includes('moments')) yield await moments(session, run);
  if (scenarios.includes('get')) yield await get(session, run);
}

async function* many(session: Session, plan: Plan, run: number): AsyncGenerator<Result> {
  const { kind, rollouts, scenarios } = plan;
  if (kind === null || rollouts === null) return;
  const phases = await phasesOf(session, { kind, count: rollouts, run });
  try {
    const created = await phases.create();
    if (scenarios.includes('create')) yield created;
    for (const scenario of scenarios) {
      if (scenario === 'idle') yield await idle(session, rollouts, run);
      else if (scenario === 'start') yield await start(session, rollouts, run);
      else if (scenario !== 'create') yield await phases.update(scenario);
    }
  } finally {
    phases.close();
  }
}
