import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '../cluster/bed/processes.ts';

/** A controller process under test. */
export interface Controller {
  readonly pid: number;
  /** Settles when the process ends by itself, with what it ended with; never after `stop`. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

const main = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

/** Starts the controller from source, as users do, and waits until it says that it is ready. */
export async function startController(options: {
  readonly kubeconfig: string;
  readonly logFile: string;
  readonly args: readonly string[];
}): Promise<Controller> {
  const [metrics = 0, health = 0] = await freePorts(2);
  const args = [
    main,
    '--kubeconfig',
    options.kubeconfig,
    '--leader-elect=false',
    '--metricsPort',
    String(metrics),
    '--healthzPort',
    String(health),
    ...options.args,
  ];
  const log = openSync(options.logFile, 'a');
  const env = { ...process.env, POD_NAMESPACE: 'sluice' };
  const child = spawn(process.execPath, args, { stdio: ['ignore', log, log], env });
  closeSync(log);
  const stopped = { asked: false };
  const ended = endOf(child, stopped, options.logFile);
  const stop = async (): Promise<void> => {
    stopped.asked = true;
    await kill(child);
  };
  try {
    await Promise.race([ready(health), ended.then((why) => Promise.reject(new Error(why)))]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { pid: child.pid ?? 0, ended, stop };
}

function endOf(child: ChildProcess, stopped: { readonly asked: boolean }, logFile: string): Promise<string> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      if (!stopped.asked)
        resolve(`the controller ended by itself (${code ?? signal ?? '?'}); its log is ${logFile}`);
    });
  });
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await gone;
  clearTimeout(force);
}

/** How long a controller may take to be ready; seconds. */
const readyWithin = 60;

async function ready(port: number): Promise<void> {
  const deadline = Date.now() + readyWithin * 1000;
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null);
    if (answer?.ok === true) return;
    if (Date.now() > deadline) throw new Error(`the controller is not ready after ${readyWithin} s`);
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  }
}
