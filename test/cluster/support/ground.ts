import { type Bed, type BedOptions, startBed } from '../bed/bed.ts';
import { type Controller, startController } from '../bed/controller.ts';
import { type Chronicle, type KINDS, openChronicle } from './chronicle.ts';
import { type MetricsServer, startMetricsServer } from './metrics-server.ts';

/**
 * A control plane of its own, with one controller, one namespace, a record of what happens there, and a server of
 * metrics.
 */
export interface Ground {
  readonly bed: Bed;
  readonly namespace: string;
  readonly chronicle: Chronicle;
  readonly controller: Controller;
  readonly metrics: MetricsServer;
  close(): Promise<void>;
}

/** What `openGround` needs besides a name. */
export interface GroundOptions extends BedOptions {
  /** The kinds that the record is of. */
  readonly watched: readonly (keyof typeof KINDS)[];
}

/** Opens one; the record begins before the controller does. `name` begins the namespace's name. */
export async function openGround(name: string, { watched, ...options }: GroundOptions): Promise<Ground> {
  // What has been opened is closed, last things first, also where the next thing cannot be.
  await using open = new AsyncDisposableStack();
  const bed = open.adopt(await startBed(options), (started) => started.stop());
  const metrics = open.adopt(await startMetricsServer(), (server) => server.close());
  const namespace = await bed.namespace(name);
  const chronicle = open.adopt(await openChronicle(bed.api, namespace, watched), (record) => record.close());
  const controller = open.adopt(await startController(bed, { args: ['--leader-elect=false'] }), (started) =>
    started.kill(),
  );
  const closing = open.move();
  return { bed, namespace, chronicle, controller, metrics, close: () => closing.disposeAsync() };
}
