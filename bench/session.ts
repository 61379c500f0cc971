import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Bed, startBed } from '../test/cluster/bed/bed.ts';
import { tail } from '../test/cluster/bed/processes.ts';
import { type MetricsServer, startMetricsServer } from '../test/cluster/support/metrics-server.ts';
import type { Built } from './built.ts';
import { launch, type MeasuredController } from './controller.ts';
import { shippedFlags } from './node-flags.ts';
import type { Options } from './options.ts';

/** A cluster with a controller and a metric server, for some scenarios after one another. */
export interface Session {
  readonly bed: Bed;
  readonly metrics: MetricsServer;
  readonly namespace: string;
  readonly options: Options;
  readonly built: Built;
  /** The controller that runs now. */
  controller(): MeasuredController;
  /** Ends the controller as a cluster would. */
  stopController(): Promise<void>;
  /** Starts another one, and returns at once. */
  startController(): Promise<MeasuredController>;
  /** The end of the controller's log. */
  logTail(): string;
  stop(): Promise<void>;
}

/** Starts a cluster and, ready for work, the controller. */
export async function openSession(options: Options, built: Built, label: string): Promise<Session> {
  progress(`${label}: starting a cluster`);
  const [bed, metrics] = await Promise.all([startBed({ keep: options.keep }), startMetricsServer()]);
  let count = 0;
  const begin = () => {
    count++;
    const name = `controller-${count}`;
    const env = environment(options, `${label.replaceAll(' ', '-')}-${name}`);
    return launch(bed, { file: built.controller, name, args: options.controllerArgs, env });
  };
  const close = async () => {
    await metrics.close();
    await bed.stop();
  };
  try {
    const namespace = await bed.namespace('bench');
    let controller = await begin();
    await controller.untilReady();
    return {
      bed,
      metrics,
      namespace,
      options,
      built,
      controller: () => controller,
      stopController: () => controller.kill('SIGTERM'),
      startController: async () => {
        controller = await begin();
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

function environment({ profile, nodeOptions }: Options, name: string): Readonly<Record<string, string>> {
  const options = [...shippedFlags(), nodeOptions].join(' ');
  if (profile === null) return { NODE_OPTIONS: options };
  const folder = resolve(profile);
  mkdirSync(folder, { recursive: true });
  // The profile is written when the process ends.
  const flags = `--cpu-prof --cpu-prof-dir=${folder} --cpu-prof-name=${name}.cpuprofile`;
  return { NODE_OPTIONS: `${options} ${flags}` };
}
