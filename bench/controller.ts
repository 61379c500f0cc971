import { join } from 'node:path';
import { request } from 'undici';
import type { Bed } from '../test/cluster/bed/bed.ts';
import { freePorts, type ServerProcess, startServer, untilReady } from '../test/cluster/bed/processes.ts';

/** A controller that is measured, in a process of its own. */
export interface MeasuredController extends ServerProcess {
  readonly logFile: string;
  /** Base URLs of its two servers. */
  readonly metrics: string;
  readonly health: string;
  /** Waits until it says that it is ready; throws with the end of its log where it does not. */
  untilReady(): Promise<void>;
}

/** How one is started. */
export interface Launch {
  /** The file that Node is given. */
  readonly file: string;
  /** Name of its log, `NAME.log` in the bed's folder. */
  readonly name: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

// The bed has this namespace; the Lease goes there.
const HOME = 'sluice';

/** Starts a controller with the election and its flags as users have them, and returns at once. */
export async function launch(bed: Bed, { file, name, args, env }: Launch): Promise<MeasuredController> {
  const [metrics = 0, health = 0] = await freePorts(2);
  const logFile = join(bed.folder, `${name}.log`);
  const ports = ['--metricsPort', `${metrics}`, '--healthzPort', `${health}`];
  const place = ['--kubeconfig', bed.kubeconfig('controller'), '--namespace', HOME];
  const flags = [file, ...place, ...ports, ...args];
  const server = startServer({
    name,
    program: process.execPath,
    args: flags,
    logFile,
    env: { POD_NAMESPACE: 'sluice', ...env },
  });
  const urls = { metrics: `http://127.0.0.1:${metrics}`, health: `http://127.0.0.1:${health}` };
  const isReady = async () => {
    const answer = await request(`${urls.health}/readyz`);
    await answer.body.dump();
    return answer.statusCode === 200;
  };
  return {
    ...server,
    ...urls,
    logFile,
    untilReady: () => untilReady(server, logFile, { seconds: 120, isReady }),
  };
}
