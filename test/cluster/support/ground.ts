import { type Bed, type BedOptions, startBed } from '../bed/bed.ts';
import { type Controller, startController } from '../bed/controller.ts';
import { type Chronicle, type KINDS, openChronicle } from './chronicle.ts';

/** A control plane of its own, with one controller, one namespace, and a record of what happens there. */
export interface Ground {
  readonly bed: Bed;
  readonly namespace: string;
  readonly chronicle: Chronicle;
  readonly controller: Controller;
  close(): Promise<void>;
}

/** What `openGround` needs besides a name. */
export interface GroundOptions extends BedOptions {
  /** The kinds that the record is of. */
  readonly watched: readonly (keyof typeof KINDS)[];
}

/** Opens one; the record begins before the controller does. `name` begins the namespace's name. */
export async function openGround(name: string, { watched, ...options }: GroundOptions): Promise<Ground> {
  const bed = await startBed(options);
  try {
    const namespace = await bed.namespace(name);
    const chronicle = await openChronicle(bed.api, namespace, watched);
    const controller = await startController(bed, { args: ['--leader-elect=false'] });
    const close = async () => {
      chronicle.close();
      await controller.kill();
      await bed.stop();
    };
    return { bed, namespace, chronicle, controller, close };
  } catch (failure) {
    await bed.stop();
    throw failure;
  }
}
