// What `npm test` runs: the unit tests, and those against a real control plane where one can be had.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { inNamespace, missingNamespace } from './cluster/bed/namespace.ts';
import { findPrograms, isOnPath, missingPrograms } from './cluster/bed/programs.ts';
import { findInfluxd } from './contract/influxdb/program.ts';
import { findLoki } from './contract/loki/program.ts';

const USAGE = `Usage: node test/run.ts [unit|sim|cluster|compat|all] [-t NAME] [FILE...]

  unit       everything that needs nothing but Node
  sim        many simulated lives from seeds, under faults, and defects that they must notice; recorded
             scenarios of the original controller in the simulated world; only Node, too
  cluster    against a real etcd, kube-apiserver and kube-controller-manager with a fake node
  compat     recorded scenarios of the original controller, on the same control plane
  all        one after the other (default)

  -t, --test-name-pattern NAME   only tests whose name matches
  -h, --help                     this text
  FILE                           only these test files; each runs in the part to which it belongs

Cluster and compat need Go (or KUBEBUILDER_ASSETS), unshare and ip (Debian: util-linux, iproute2), and some
tests prometheus or graphite-web. The control plane, InfluxDB and Loki are built from Go modules once, which
takes about eight minutes, and are kept in the user's cache folder. One or two files that fail are run once more, and
named. A part whose needs are not met is left out, and said to be; with CI set it fails.
`;

/** Tests that play whole lives take minutes, not milliseconds. */
const LIVES =
  /^test\/sim\/(seeds|kept|crashes|metadata|mutations|recordings|workload|configuration)\.test\.ts$/;

const PARTS = ['unit', 'sim', 'cluster', 'compat'] as const;
type Part = (typeof PARTS)[number];

interface Result {
  readonly part: Part;
  readonly code: number;
  readonly told: string;
}

const ROOT = join(import.meta.dirname, '..');
/** Loads the seed of properties before the tests. */
const SEEDED = ['--import', pathToFileURL(join(ROOT, 'test/seed.ts')).href];
/**
 * A process for each file, one at a time: each of cluster has a cluster of its own, and nothing of it outlives the
 * file. A process ends with its tests, also where a failed one has left something open.
 */
const ONE_BY_ONE = [
  '--test-isolation=process',
  '--test-concurrency=1',
  '--test-timeout=1800000',
  '--test-force-exit',
];
/** All in one process, which is several times faster. */
const SHARED = [...SEEDED, '--test-isolation=none', '--test-timeout=120000'];
const FAILED_FILES = pathToFileURL(join(ROOT, 'test/failed-files.ts')).href;
/** More files than that fail for a reason, not by chance. */
const MOST_AGAIN = 2;
/** What files of such names need besides is built before: they run where there is no network. */
const BUILT: readonly (readonly [RegExp, () => Promise<string>])[] = [
  [/influxdb\.test/, findInfluxd],
  [/loki\.test/, findLoki],
];
const inCi = (process.env['CI'] ?? '') !== '';

// As a shell tells it of a program that Ctrl-C has ended.
const STOPPED = 130;
let running: ChildProcess | null = null;
let stopped = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
process.on('exit', () => {
  if (running !== null) killGroup(running, 'SIGKILL');
});

process.exitCode = await main();

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      'test-name-pattern': { type: 'string', short: 't', multiple: true, default: [] },
    },
    allowPositionals: true,
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const [first = ''] = positionals;
  const named = PARTS.find((part) => part === first);
  const files = (named === undefined && first !== 'all' ? positionals : positionals.slice(1)).map(fromRoot);
  const missing = files.find((file) => !existsSync(join(ROOT, file)));
  if (missing !== undefined) {
    process.stderr.write(`tests: ${missing} is neither a part nor a file\n\n${USAGE}`);
    return 2;
  }
  const parts = named === undefined ? PARTS : [named];
  const patterns = values['test-name-pattern'].map((name) => `--test-name-pattern=${name}`);
  const results: Result[] = [];
  for (const part of parts) {
    if (stopped) break;
    const chosen = files.length === 0 ? filesOf(part) : files.filter((file) => partOf(file) === part);
    if (chosen.length > 0) results.push(await runPart(part, chosen, patterns));
  }
  return close(results);
}

// The last line is for people; the lines above it are the test runner's own.
function close(results: readonly Result[]): number {
  if (stopped) return STOPPED;
  if (results.length === 0) {
    process.stderr.write('tests: there is no test file for this\n');
    return 2;
  }
  process.stdout.write(`\ntests: ${results.map(({ part, told }) => `${part} ${told}`).join(', ')}\n`);
  return Math.max(...results.map((result) => result.code));
}

async function runPart(part: Part, files: readonly string[], patterns: readonly string[]): Promise<Result> {
  const options = part === 'sim' ? ONE_BY_ONE : part === 'unit' ? SHARED : [...SEEDED, ...ONE_BY_ONE];
  const argumentsFor = (some: readonly string[]) => [...options, ...patterns, ...some];
  if (part === 'unit' || part === 'sim') return runTwice(part, argumentsFor, files);
  const why = (await missingPrograms()) ?? missingNamespace();
  if (why !== null) return leftOut(part, why);
  if (part === 'cluster' && !(await isOnPath('prometheus'))) {
    const lack = 'prometheus is not on the PATH (Debian: apt-get install prometheus)';
    if (inCi) return leftOut(part, lack);
    process.stderr.write(`tests: cluster tests with Prometheus are left out: ${lack}\n`);
  }
  await findPrograms();
  for (const [pattern, find] of BUILT) if (files.some((file) => pattern.test(file))) await find();
  if (part === 'compat') return ended(part, await runNode(argumentsFor(files), inNamespace));
  return runTwice(part, argumentsFor, files, inNamespace);
}

/**
 * Real clocks, sockets and processes on a busy machine: a few files that fail are run once more, and named.
 * Whatever a seed decides fails again. Compat does so by itself, scenario by scenario.
 */
async function runTwice(
  part: Part,
  argumentsFor: (files: readonly string[]) => readonly string[],
  files: readonly string[],
  wrap?: Wrap,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-tests-'));
  const list = join(folder, 'failed');
  try {
    const telling = [`--test-reporter=${FAILED_FILES}`, `--test-reporter-destination=${list}`];
    const code = await runNode([...telling, ...argumentsFor(files)], wrap);
    const failed = existsSync(list) ? readFileSync(list, 'utf8').split('\n').filter(Boolean) : [];
    if (code === 0 || stopped || failed.length === 0 || failed.length > MOST_AGAIN) return ended(part, code);
    const names = failed.map(fromRoot).join(', ');
    process.stderr.write(`\ntests: failed, and run once more: ${names}\n`);
    const second = await runNode(argumentsFor(failed), wrap);
    return second === 0
      ? { part, code: 0, told: `passed (at the second try: ${names})` }
      : ended(part, second);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function ended(part: Part, code: number): Result {
  return { part, code, told: code === 0 ? 'passed' : `failed (exit code ${code})` };
}

function leftOut(part: Part, why: string): Result {
  process.stderr.write(`tests: ${part} is left out: ${why}\n`);
  return { part, code: inCi ? 1 : 0, told: inCi ? 'missing, which fails in CI' : 'left out' };
}

function filesOf(part: Part): readonly string[] {
  const all = globSync('test/**/*.test.ts', { cwd: ROOT });
  return all.filter((file) => partOf(file) === part).sort();
}

function partOf(file: string): Part {
  if (LIVES.test(file)) return 'sim';
  const [, folder] = file.split('/');
  if (folder === 'contract') return 'cluster';
  return folder === 'cluster' || folder === 'compat' ? folder : 'unit';
}

function fromRoot(file: string): string {
  return relative(ROOT, resolve(file)).replaceAll('\\', '/');
}

type Wrap = (command: readonly string[]) => readonly string[];

// The child has a process group of its own, so that a signal reaches all that it has started, and once only.
function runNode(args: readonly string[], wrap?: Wrap): Promise<number> {
  const spec = ['--test-reporter=spec', '--test-reporter-destination=stdout'];
  const plain = [process.execPath, '--test', ...spec, ...args];
  const [program = '', ...rest] = wrap === undefined ? plain : wrap(plain);
  const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };
  const child = spawn(program, rest, {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  running = child;
  return new Promise((resolve) => {
    const finish = (code: number) => {
      killGroup(child, 'SIGKILL');
      running = null;
      resolve(code);
    };
    child.once('error', (error) => {
      process.stderr.write(`tests: ${error.message}\n`);
      finish(1);
    });
    child.once('exit', (code, signal) => finish(signal === null ? (code ?? 1) : STOPPED));
  });
}

// The running part gets the signal and ten seconds to clean up; no other part is begun.
function stop(signal: NodeJS.Signals): void {
  stopped = true;
  if (running === null) process.exit(STOPPED);
  const child = running;
  killGroup(child, signal);
  setTimeout(() => killGroup(child, 'SIGKILL'), 10_000).unref();
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone, which is what was wanted.
  }
}
