import { join } from 'node:path';
import { request } from 'undici';
import type { Bed } from './bed.ts';
import { freePorts, type ServerProcess, startServer, untilReady } from './processes.ts';

/** How to run the controller under test. */
export interface ControllerOptions {
  /** Flags besides those for the kubeconfig and the ports. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Name of its log file, `NAME.log` in the bed's folder; needed where several run. */
  readonly name?: string;
  /** Return when `/readyz` says so (default), or as soon as the process has started. */
  readonly waits?: boolean;
}

/** A controller process. `kill('SIGTERM')` ends it as a cluster would, `kill()` as a crash. */
export interface Controller extends ServerProcess {
  readonly logFile: string;
  /** Base URLs of its two servers. */
  readonly metrics: string;
  readonly health: string;
}

const MAIN = join(import.meta.dirname, '..', '..', '..', 'src', 'main.ts');

/**
 * Starts the controller from its sources in a process of its own, as the ServiceAccount `sluice` of the bed.
 * It ends with `kill`, and at the latest with this process. Throws with the end of its log when it does not
 * get ready.
 */
export async function startController(bed: Bed, options: ControllerOptions = {}): Promise<Controller> {
  const { args = [], env = {}, name = 'controller', waits = true } = options;
  const logFile = join(bed.folder, `${name}.log`);
  const [metrics = 0, health = 0] = await freePorts(2);
  const ports = ['--metricsPort', `${metrics}`, '--healthzPort', `${health}`];
  const flags = [MAIN, '--kubeconfig', bed.kubeconfig('controller'), ...ports, ...args];
  const server = startServer({
    name,
    program: process.execPath,
    args: flags,
    logFile,
    env: { POD_NAMESPACE: 'sluice', ...env },
  });
  const urls = { metrics: `http://127.0.0.1:${metrics}`, health: `http://127.0.0.1:${health}` };
  if (waits) {
    const isReady = async () => {
      const answer = await request(`${urls.health}/readyz`);
      await answer.body.dump();
      return answer.statusCode === 200;
    };
    await untilReady(server, logFile, { seconds: 30, isReady });
  }
  return { ...server, ...urls, logFile };
}
