import type { Rollout } from '../api/rollout.ts';
import type { WorkloadObject } from '../core/rollout/workload.ts';
import type { Follower } from './follower.ts';

/**
 * Reads workloads anew that are older than those which their rollouts were decided by last: another
 * controller has heard of a change that our watch has not told yet, or has lost. Who went on with the old
 * template takes the release back, and the other one begins it again, hundreds of times a second.
 */
export class CatchUp {
  /** By rollout: which workload really has an older generation, because it was made anew. */
  readonly #renewed = new Map<string, string>();

  /** Throws a Failure. */
  async catchUp(
    key: string,
    { status }: Rollout,
    follower: Follower<WorkloadObject>,
    place: string,
    signal: AbortSignal,
  ): Promise<void> {
    const decidedBy = Number(status?.workloadObservedGeneration ?? 0);
    const isOlder = (): string | null => {
      const known = follower.find(place);
      if (known.kind !== 'there' || !((known.object.metadata.generation ?? 0) < decidedBy)) return null;
      return `${known.object.metadata.uid} before ${decidedBy}`;
    };
    const before = isOlder();
    if (before === null || this.#renewed.get(key) === before) return;
    await follower.readAnew(place, signal);
    const after = isOlder();
    if (after !== null) this.#renewed.set(key, after);
  }

  forget(key: string): void {
    this.#renewed.delete(key);
  }
}
