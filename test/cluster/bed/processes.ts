import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** One server process of the bed. */
export interface ServerProcess {
  readonly name: string;
  readonly pid: number;
  /** True until it has ended, for whatever reason. */
  isAlive(): boolean;
  /** Exit code, or the signal that ended it; null while it runs. */
  outcome(): number | NodeJS.Signals | null;
  /** Sends a signal (SIGKILL unless given) and returns when it is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
}

/** How to start a server: `logFile` gets both output streams, appended. */
export interface ServerCommand {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly logFile: string;
  /** Variables besides those of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

const children = new Set<ChildProcess>();
const folders = new Set<string>();
let guarded = false;

/** Starts a server that ends with this process, whichever way this process ends. */
export function startServer({ name, program, args, logFile, env }: ServerCommand): ServerProcess {
  guard();
  const log = openSync(logFile, 'a');
  const [command, prefix] = withParentDeathSignal(program);
  const child = spawn(command, [...prefix, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', log, log],
  });
  children.add(child);
  const gone = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  }).then(() => {
    children.delete(child);
  });
  closeSync(log);
  child.unref();
  const isAlive = () => children.has(child);
  return {
    name,
    pid: child.pid ?? 0,
    isAlive,
    outcome: () => child.exitCode ?? child.signalCode,
    kill: async (signal = 'SIGKILL') => {
      child.ref();
      child.kill(signal);
      await gone;
    },
  };
}

/**
 * Waits until `isReady` says so. When the server ends before, or is not ready after `seconds`, throws an
 * error with the end of its log.
 */
export async function untilReady(
  server: ServerProcess,
  logFile: string,
  { seconds, isReady }: { readonly seconds: number; readonly isReady: () => Promise<boolean> },
): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    if (await isReady().catch(() => false)) return;
    const late = performance.now() > deadline;
    if (late || !server.isAlive()) {
      const how = late ? `is not ready after ${seconds} s` : 'has ended';
      throw new Error(`test bed: ${server.name} ${how}; the end of its log:\n${tail(logFile)}`);
    }
    await pause(25);
  }
}

/** The last lines of a log file. */
export function tail(logFile: string, lines = 25): string {
  if (!existsSync(logFile)) return '(no log)';
  return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
}

/** Has a folder removed when this process ends, unless `release` is called before. */
export function removeAtExit(folder: string): { release(): void } {
  guard();
  folders.add(folder);
  return {
    release: () => {
      folders.delete(folder);
    },
  };
}

// Below the ports that the kernel gives to connections: one of those could be taken again at once, before the
// server that it was meant for listens.
const PORTS = { first: 10_000, last: 31_999 };

/** Free TCP ports of the loopback address, all different. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = randomInt(PORTS.first, PORTS.last + 1);
    if (await isFree(port)) found.add(port);
  }
  return [...found];
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

// Where the kernel can do it, a server also ends when this process is killed without being able to clean up.
function withParentDeathSignal(program: string): readonly [string, readonly string[]] {
  const setpriv = '/usr/bin/setpriv';
  return existsSync(setpriv) ? [setpriv, ['--pdeathsig', 'KILL', '--', program]] : [program, []];
}

function guard(): void {
  if (guarded) return;
  guarded = true;
  process.once('exit', clean);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      clean();
      process.kill(process.pid, signal);
    });
  }
}

function clean(): void {
  for (const child of children) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
