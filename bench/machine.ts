import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';

/** On what, and with what, something was measured. */
export interface Surroundings {
  readonly at: string;
  readonly machine: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  /** Our version and commit; `+` where the checkout has changes. */
  readonly sluice: string;
  /** Whether the bundles or the sources ran. */
  readonly from: string;
  readonly kubernetes: string;
}

const REPOSITORY = join(import.meta.dirname, '..');

/** Looks around. */
export function surroundings(kubernetes: string, from: string): Surroundings {
  const all = cpus();
  return {
    at: new Date().toISOString(),
    machine: all[0]?.model ?? 'unknown',
    cores: all.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    sluice: ourVersion(),
    from,
    kubernetes,
  };
}

/** How many processes wanted a core in the last minute, on average: a quiet machine is near 0. */
export function load(): number {
  return loadavg()[0] ?? Number.NaN;
}

function ourVersion(): string {
  const { version } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as {
    version: string;
  };
  const git = (...args: readonly string[]) =>
    execFileSync('git', args, { cwd: REPOSITORY, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const changed = git('status', '--porcelain', 'src').trim() === '' ? '' : '+';
    return `${version} ${git('rev-parse', '--short', 'HEAD').trim()}${changed}`;
  } catch {
    return version;
  }
}
