import { ApiError, type LocalApi } from '../api-server/api.ts';
import type { Clock } from '../clock.ts';
import { Random } from '../random.ts';
import { type Tell, teller } from './events.ts';
import { Queue } from './queue.ts';
import { View } from './view.ts';

/** The name under which the controllers write, as in a real cluster. */
export const MANAGER = 'kube-controller-manager';

/** What a controller finds around it. */
export interface Cluster {
  readonly api: LocalApi;
  readonly clock: Clock;
  readonly view: View;
  /** A queue of its own; ends with the cluster. */
  queue(look: (key: string) => number | null): Queue;
  /** Events in the name of a component; nothing where events are not wanted. */
  tellAs(component: string): Tell;
  /** Chance of its own. */
  chance(): Random;
  stop(): void;
}

/** How the controllers of a cluster are run. */
export interface ClusterOptions {
  readonly api: LocalApi;
  readonly clock: Clock;
  readonly random: Random;
  /** From a change to the look at it. Milliseconds. */
  readonly delayMs: { readonly least: number; readonly most: number };
  readonly events: boolean;
}

/** What the controllers of one cluster share. */
export function clusterOf({ api, clock, random, delayMs, events }: ClusterOptions): Cluster {
  const view = new View(api);
  const queues: Queue[] = [];
  const chance = () => new Random(random.uuid());
  return {
    api,
    clock,
    view,
    queue: (look) => {
      const queue = new Queue({ clock, random: chance(), delayMs, look });
      queues.push(queue);
      return queue;
    },
    tellAs: (component) => (events ? teller(api, clock, component) : () => {}),
    chance,
    stop: () => {
      view.stop();
      for (const queue of queues) queue.stop();
    },
  };
}

/** Whether the API server says that it has no such object. */
export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.reason === 'NotFound';
}

/** Whether nothing can be created any more because the namespace is about to go. */
export function isNamespaceTerminating(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  const causes = error.details?.['causes'];
  return Array.isArray(causes) && causes.some((cause) => cause.reason === 'NamespaceTerminating');
}

/** Does it; false where the object is gone already. */
export function unlessGone(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}
