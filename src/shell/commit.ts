import type { Json, JsonObject } from '../api/meta.ts';
import { resources } from '../api/resources.ts';
import type { Rollout, RolloutStatus } from '../api/rollout.ts';
import { mergePatch } from '../core/merge-patch.ts';
import type { Api } from './kube/api.ts';
import { Failure } from './kube/failure.ts';
import type { KubeObject } from './kube/object.ts';
import { lookAnew } from './look-anew.ts';
import type { Stores } from './stores.ts';

/** Our name in managedFields and Events. */
export const FIELD_MANAGER = 'sluice';

/** What a status says that is not stored yet, as a merge patch; null: nothing. */
export function newsOf(rollout: Rollout, status: RolloutStatus): JsonObject | null {
  return mergePatch(plain(rollout.status ?? {}), plain(status));
}

/**
 * Stores the news of a status on the very version of the rollout that it was computed from: a Failure
 * `conflict` says that the decision is out of date. Returns the version that it has now.
 */
export async function commit(
  io: { readonly stores: Stores; readonly client: Api },
  rollout: Rollout,
  { news, status }: { readonly news: JsonObject; readonly status: RolloutStatus },
  signal: AbortSignal,
): Promise<string> {
  const { name, namespace = '', resourceVersion, labels = {} } = rollout.metadata;
  const body = { metadata: { resourceVersion }, status: news };
  const place = { namespace, name, subresource: 'status' };
  const options = { fieldManager: FIELD_MANAGER, signal };
  const patch = { type: 'merge', body } as const;
  const written = await io.client
    .patch<KubeObject>(resources.rollouts, place, patch, options)
    .catch(async (failure: unknown) => {
      const about = { resource: resources.rollouts, namespace, name, labels };
      await lookAnew(io.client, io.stores.rollouts, about, failure, signal);
      throw failure;
    });
  io.stores.rollouts.observeWrite(written);
  if ((written as Partial<Rollout>).status?.epoch !== status.epoch) throw foreignSchema(name, namespace);
  return written.metadata.resourceVersion ?? '';
}

/**
 * The CustomResourceDefinition of the original controller drops what it does not know. Without the epoch
 * nothing may be done, so say how to mend it; it is looked at again with growing waits.
 */
function foreignSchema(name: string, namespace: string): Failure {
  const how = 'apply the ones of this version: kubectl apply --server-side -f crds/';
  return new Failure(
    'invalid',
    `rollout ${namespace}/${name}: the installed CustomResourceDefinition of Rollouts drops status.epoch; ${how}`,
  );
}

/** A status is JSON by construction; its type only says so in more words. */
function plain(status: RolloutStatus): JsonObject {
  return status as unknown as Readonly<Record<string, Json>>;
}
