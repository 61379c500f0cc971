import { LABEL } from '../api/keys.ts';
import { resources } from '../api/resources.ts';
import type { Decision } from '../core/plan.ts';
import type { World } from '../core/world.ts';
import type { Api } from './kube/api.ts';
import type { KubeObject } from './kube/object.ts';
import type { Stores } from './stores.ts';

/**
 * Asks the API server itself for a stable ReplicaSet that no watch of ours has shown. Who takes it for gone
 * takes the next version for the first one, which is promoted at once and gets all of the traffic. It is gone
 * where a user has deleted it. Or another controller has made it, and our watch is late or has lost an event.
 */
export class StableLooks {
  readonly #stores: Stores;
  readonly #client: Api;
  /** Whom it was asked for last, and in which epoch; it is asked once in each. */
  readonly #asked = new Map<string, string>();

  constructor({ stores, client }: { readonly stores: Stores; readonly client: Api }) {
    this.#stores = stores;
    this.#client = client;
  }

  /** True where it was there after all: then the decision must be made again. Throws a Failure. */
  async look(
    key: string,
    { rollout, replicaSets }: World,
    decision: Decision,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { stableRS = '', epoch = 0 } = rollout.status ?? {};
    const isShown = replicaSets.some(({ metadata }) => metadata.labels?.[LABEL.podTemplateHash] === stableRS);
    // The one that the spec asks for is made where it is not there.
    if (stableRS === '' || isShown || decision.status.currentPodHash === stableRS) {
      this.forget(key);
      return false;
    }
    const about = `${stableRS} in ${epoch}`;
    if (this.#asked.get(key) === about) return false;
    const selection = {
      namespace: rollout.metadata.namespace ?? '',
      labelSelector: `${LABEL.podTemplateHash}=${stableRS}`,
    };
    const whole = (raw: KubeObject): KubeObject => raw;
    const { items } = await this.#client.list(resources.replicaSets, selection, whole, { signal });
    this.#asked.set(key, about);
    for (const item of items) this.#stores.replicaSets.observeWrite(item);
    return items.length > 0;
  }

  forget(key: string): void {
    this.#asked.delete(key);
  }
}
