import { ANNOTATION } from '../api/keys.ts';
import { resources } from '../api/resources.ts';
import type { Rollout } from '../api/rollout.ts';
import { releaseService } from '../core/release-service.ts';
import type { Instant } from '../core/time.ts';
import { apply } from './apply.ts';
import type { Api } from './kube/api.ts';
import { isFailure } from './kube/failure.ts';
import type { Stores } from './stores.ts';

/** One pass over one Service that carries a mark of ours: hands it back when nobody manages it any more. */
export function servicePass(io: {
  readonly stores: Stores;
  readonly client: Api;
}): (key: string, signal: AbortSignal) => Promise<Instant | null> {
  return async (key, signal) => {
    const service = io.stores.services.get(key);
    const manager = service?.metadata.annotations?.[ANNOTATION.managedByRollouts];
    if (service === null || manager === undefined) return null;
    const namespace = service.metadata.namespace ?? '';
    const known = io.stores.rollouts.get(`${namespace}/${manager}`);
    // Not in our view may mean that a controller with another instance id has it: only the API server knows.
    const rollout = known ?? (await find(io.client, { namespace, name: manager }, signal));
    const change = releaseService(service, rollout);
    if (change !== null) await apply(io, change, signal);
    return null;
  };
}

/** The Rollout as the API server has it; null: there is none. Throws a Failure. */
export async function find(
  client: Api,
  place: { readonly namespace: string; readonly name: string },
  signal: AbortSignal,
): Promise<Rollout | null> {
  try {
    return (await client.get(resources.rollouts, place, { signal })) as unknown as Rollout;
  } catch (failure) {
    if (isFailure(failure, 'missing')) return null;
    throw failure;
  }
}
