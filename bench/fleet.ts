import { setTimeout as pause } from 'node:timers/promises';
import { type Api, valueAt } from '../test/cluster/bed/api.ts';
import type { KubeObject } from '../test/cluster/bed/client.ts';
import { ROLLOUTS } from './kinds.ts';

/** All rollouts of a namespace, as last seen. */
export interface Fleet {
  readonly namespace: string;
  /** Waits until `count` rollouts are so. Throws after `seconds`, and says how far they came. */
  until(claim: Claim, count: number, seconds: number): Promise<void>;
  /** How often each phase is seen, of those whose newest generation is observed: `Healthy 98, none 2`. */
  phases(): string;
  close(): void;
}

/** Something that is true or false of a rollout. */
export type Claim = (rollout: KubeObject) => boolean;

/** Requests of ours that are under way at the same time. */
const AT_ONCE = 50;
const LOOK_MS = 50;

/** Follows the rollouts of a namespace. */
export async function followFleet(api: Api, namespace: string): Promise<Fleet> {
  const latest = new Map<string, KubeObject>();
  const collection = { apiVersion: ROLLOUTS, kind: 'Rollout', namespace };
  let isClosed = false;
  // The first events of a watch without a version are those of all objects that are there.
  const begin = () => api.watch(collection, ({ type, object }) => take(latest, type, object));
  let watching = await begin();
  void (async () => {
    while (!isClosed) {
      await watching.done;
      if (!isClosed) watching = await pause(100).then(begin);
    }
  })();
  const phases = () => {
    const counts = new Map<string, number>();
    for (const rollout of latest.values()) {
      const phase = isObserved(rollout) ? String(valueAt(rollout, 'status.phase')) : 'not observed';
      counts.set(phase, (counts.get(phase) ?? 0) + 1);
    }
    return [...counts].map(([phase, count]) => `${phase} ${count}`).join(', ');
  };
  return {
    namespace,
    phases,
    until: async (claim, count, seconds) => {
      const deadline = performance.now() + seconds * 1000;
      while ([...latest.values()].filter(claim).length < count) {
        if (performance.now() > deadline)
          throw new Error(`${count} rollouts are not there after ${seconds} s: ${phases()}`);
        await pause(LOOK_MS);
      }
    },
    close: () => {
      isClosed = true;
      watching.stop();
    },
  };
}

/** True where the newest spec is out: Healthy, and nothing left of older releases. */
export const isDone: Claim = (rollout) =>
  isHealthy(rollout) && valueAt(rollout, 'status.replicas') === valueAt(rollout, 'spec.replicas');

/** True where the newest spec is Healthy; pods of older releases may be left. */
export const isHealthy: Claim = (rollout) =>
  isObserved(rollout) && valueAt(rollout, 'status.phase') === 'Healthy';

/** True where the status speaks of the newest generation of the spec. */
export const isObserved: Claim = (rollout) =>
  String(valueAt(rollout, 'status.observedGeneration')) === String(rollout.metadata.generation);

/** Does something for each, many at once, and ends with the first fault. */
export async function forAll<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const queue = items.values();
  const lane = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

function take(latest: Map<string, KubeObject>, type: string, object: KubeObject): void {
  if (type === 'DELETED') latest.delete(object.metadata.name);
  if (type === 'ADDED' || type === 'MODIFIED') latest.set(object.metadata.name, object);
}
