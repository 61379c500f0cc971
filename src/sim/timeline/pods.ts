import type { Manifest } from '../../api/meta.ts';
import type { Pod, ReplicaSet } from '../../api/workload.ts';
import { sayPods, unreadyPods } from '../../view/explain/pods.ts';
import { controls, revisionNumber } from '../../view/parts.ts';
import { podView } from '../../view/pod.ts';
import type { Change, LocalApi } from '../api-server/api.ts';
import type { Clock } from '../clock.ts';
import { kinds } from '../kinds.ts';
import type { Tell } from './entry.ts';
import { Hold } from './hold.ts';
import { keyOf, rolloutOf } from './reading.ts';

/** Sizes on the way to another are not told. */
const HOLD_MS = 2_500;
/** Pods that are not ready for so long are in trouble. */
const PATIENCE_MS = 45_000;

/** Tells how many pods the revisions have, once they have settled, and of pods that do not come up. */
export class PodWatch {
  readonly #api: LocalApi;
  readonly #clock: Clock;
  readonly #tell: Tell;
  readonly #sizes: Hold;
  readonly #troubles: Hold;
  /** The size that was told last, by uid. */
  readonly #told = new Map<string, number>();
  /** Those that have lost a pod since, by uid. */
  readonly #lost = new Set<string>();

  constructor(api: LocalApi, clock: Clock, tell: Tell) {
    this.#api = api;
    this.#clock = clock;
    this.#tell = tell;
    this.#sizes = new Hold(clock, HOLD_MS);
    this.#troubles = new Hold(clock, PATIENCE_MS);
  }

  see({ after }: Change): void {
    const rollout = after === null ? null : rolloutOf(this.#api, after);
    if (after === null || rollout === null) return;
    const set = after as Manifest as ReplicaSet;
    const { uid = '' } = set.metadata;
    const wanted = set.spec.replicas ?? 1;
    const { replicas = 0, availableReplicas: ready = 0 } = set.status ?? {};
    const isSettled = ready === wanted && replicas === wanted;
    if (!isSettled && this.#told.get(uid) === wanted) this.#lost.add(uid);
    const at = { rollout: keyOf(rollout), revision: revisionNumber(set) };
    this.#sizes.see(uid, isSettled ? `${wanted}` : 'on its way', (atMs) => {
      // One that never had pods has none at first.
      const isSame = (this.#told.get(uid) ?? 0) === wanted;
      const isAgain = this.#lost.has(uid) && isSame;
      if (!isSettled || (isSame && !isAgain)) return;
      this.#told.set(uid, wanted);
      this.#lost.delete(uid);
      this.#tell({ atMs, kind: 'pods', ...at, wanted, isAgain });
    });
    this.#troubles.see(uid, ready < wanted ? `short of ${wanted}` : 'well', () => {
      for (const what of ready < wanted ? this.#troublesOf(set) : [])
        this.#tell({ atMs: this.#clock.elapsed(), kind: 'trouble', ...at, what });
    });
  }

  stop(): void {
    this.#sizes.stop();
    this.#troubles.stop();
  }

  #troublesOf(set: ReplicaSet): readonly string[] {
    const { namespace = '' } = set.metadata;
    const pods = this.#api.list(kinds.pods, { namespace }) as readonly Manifest[] as readonly Pod[];
    return unreadyPods(pods.filter((pod) => controls(set, pod)).map(podView)).map(sayPods);
  }
}
