import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Bed, startBed } from '../test/cluster/bed/bed.ts';
import { type Controller, startController } from '../test/cluster/bed/controller.ts';
import { tail } from '../test/cluster/bed/processes.ts';
import { type MetricsServer, startMetricsServer } from '../test/cluster/support/metrics-server.ts';
import type { Options } from './options.ts';

/** A cluster with a controller and a metric server, for some scenarios after one another. */
export interface Session {
  readonly bed: Bed;
  readonly metrics: MetricsServer;
  readonly namespace: string;
  readonly options: Options;
  /** The controller that runs now. */
  controller(): Controller;
  /** Ends the controller as a cluster would. */
  stopController(): Promise<void>;
  /** Starts another one, and returns at once. */
  startController(): Promise<Controller>;
  /** The end of the controller's log. */
  logTail(): string;
  stop(): Promise<void>;
}

/** Where the Lease goes; the bed has this namespace. */
const HOME = 'sluice';

/** Starts a cluster and the controller, with its flags as users have them, and the election. */
export async function openSession(options: Options, label: string): Promise<Session> {
  progress(`${label}: starting a cluster`);
  const [bed, metrics] = await Promise.all([startBed({ keep: options.keep }), startMetricsServer()]);
  let count = 0;
  const begin = (waits: boolean) => {
    count++;
    const name = `controller-${count}`;
    const env = profiling(options, `${label.replaceAll(' ', '-')}-${name}`);
    const args = ['--namespace', HOME, ...options.controllerArgs];
    return startController(bed, { args, name, waits, env });
  };
  const close = async () => {
    await metrics.close();
    await bed.stop();
  };
  try {
    const namespace = await bed.namespace('bench');
    let controller = await begin(true);
    return {
      bed,
      metrics,
      namespace,
      options,
      controller: () => controller,
      stopController: () => controller.kill('SIGTERM'),
      startController: async () => {
        controller = await begin(false);
        return controller;
      },
      logTail: () => tail(controller.logFile, 5),
      stop: async () => {
        await controller.kill('SIGTERM');
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** One line for whoever waits. */
export function progress(line: string): void {
  process.stderr.write(`bench: ${line}\n`);
}

// A profile is written when the process ends.
function profiling({ profile }: Options, name: string): Readonly<Record<string, string>> {
  if (profile === null) return {};
  const folder = resolve(profile);
  mkdirSync(folder, { recursive: true });
  const flags = `--cpu-prof --cpu-prof-dir=${folder} --cpu-prof-name=${name}.cpuprofile`;
  return { NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} ${flags}`.trim() };
}
