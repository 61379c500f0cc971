import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { chmod, rename, rm, writeFile } from 'node:fs/promises';
import { homedir, setPriority } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** A program that is built from Go modules. */
export interface GoProgram {
  /** The folder with `go.mod`. */
  readonly source: string;
  readonly name: string;
  /** The package that is built. */
  readonly path: string;
  readonly linkerFlags: string;
}

/** The folder in the user's cache for what a key decides. */
export function cacheFolderOf(family: string, key: string): string {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return join(cache, 'sluice', family, key.slice(0, 16));
}

/** Builds a program into a folder, where it appears when it is whole. Says how long it took. */
export async function buildProgram(
  { source, name, path, linkerFlags }: GoProgram,
  folder: string,
): Promise<void> {
  const started = performance.now();
  const part = join(folder, `.${name}.part`);
  const flags = ['-trimpath', '-buildvcs=false', '-ldflags', linkerFlags];
  await go(source, ['build', ...flags, '-o', part, path]);
  await chmod(part, 0o755);
  await rename(part, join(folder, name));
  say(`${name} built in ${Math.round((performance.now() - started) / 1000)} s`);
}

/**
 * Finds a program in the user's cache folder, or builds it into that folder: once for each version of Go and of
 * what is in `files` of its source. `about` says how long that takes. Throws where there is no Go.
 */
export async function findProgram(
  program: GoProgram,
  { files, about }: { readonly files: readonly string[]; readonly about: string },
): Promise<string> {
  const { source, name, path, linkerFlags } = program;
  const version = await goVersion();
  if (version === null) throw new Error(`Go is not on the PATH (it builds ${name} from Go modules, once)`);
  const hash = createHash('sha256').update(`${version} ${path} ${linkerFlags}\n`);
  for (const file of files) hash.update(readFileSync(join(source, file)));
  const folder = cacheFolderOf(name, hash.digest('hex'));
  const found = join(folder, name);
  mkdirSync(folder, { recursive: true });
  const build = () => {
    say(`building ${name} from Go modules (once; ${about} on two cores) ...`);
    return buildProgram(program, folder);
  };
  await alone(folder, () => existsSync(found), build);
  return found;
}

/** What `go env GOVERSION` says; null without Go. */
export async function goVersion(): Promise<string | null> {
  try {
    return (await go(import.meta.dirname, ['env', 'GOVERSION'])).trim();
  } catch {
    return null;
  }
}

/**
 * Does something of which the outcome is in a folder, unless it is complete; two processes never do it at once:
 * the second waits.
 */
export async function alone(
  folder: string,
  complete: () => boolean,
  work: () => Promise<void>,
): Promise<void> {
  // A file with the process id of its owner; that of a process which is gone does not count.
  const lock = join(folder, 'build.lock');
  for (let said = false; !complete(); ) {
    try {
      await writeFile(lock, String(process.pid), { flag: 'wx' });
    } catch {
      const owner = lockOwner(lock);
      if (owner !== null && !isAlive(owner)) await rm(lock, { force: true });
      if (owner !== null && !said) say(`waiting for process ${owner}, which is building in ${folder} ...`);
      said ||= owner !== null;
      await pause(200);
      continue;
    }
    try {
      return await work();
    } finally {
      await rm(lock, { force: true });
    }
  }
}

function lockOwner(lock: string): number | null {
  try {
    const pid = Number(readFileSync(lock, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Runs Go in the folder of a module and returns what it says. Throws with the end of its complaints. */
export function go(source: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('go', args, { cwd: source, stdio: ['ignore', 'pipe', 'pipe'] });
    const stop = () => child.kill('SIGKILL');
    process.once('exit', stop);
    let out = '';
    let errors = '';
    child.stdout.on('data', (data: Buffer) => {
      out += data.toString();
    });
    child.stderr.on('data', (data: Buffer) => {
      errors = (errors + data.toString()).slice(-4000);
    });
    child.once('error', reject);
    child.once('close', (code) => {
      process.off('exit', stop);
      if (code === 0) resolve(out);
      else reject(new Error(`go ${args.join(' ')} ended with ${code}:\n${errors}`));
    });
    // A build is long and nobody waits for each second of it: other work on the machine goes first.
    if (args[0] === 'build' && child.pid !== undefined) setPriority(child.pid, 5);
  });
}

/** Tells on standard error what takes so long. */
export function say(line: string): void {
  process.stderr.write(`test bed: ${line}\n`);
}
