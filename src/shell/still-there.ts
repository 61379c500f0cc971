import { resources } from '../api/resources.ts';
import type { Rollout } from '../api/rollout.ts';
import type { Change } from '../core/plan.ts';
import type { Api } from './kube/api.ts';
import { Failure } from './kube/failure.ts';
import { lookAnew } from './look-anew.ts';
import type { Stores } from './stores.ts';

/**
 * Asks whether a rollout is as it was seen, where a route is to be made for it and no status has just been
 * stored on that very version: what is made carries no version that it could be refused by. The garbage
 * collector removes what belongs to a rollout that is gone, and whoever has not heard of that would make
 * it again at once, and again. A Failure `conflict` says that the decision is out of date.
 */
export async function confirm(
  io: { readonly stores: Stores; readonly client: Api },
  rollout: Rollout,
  todo: readonly Change[],
  signal: AbortSignal,
): Promise<void> {
  const made = todo.find((change) => isRoute(change) || isAdoption(change));
  if (made === undefined) return;
  const { name, namespace = '', uid, resourceVersion, labels = {} } = rollout.metadata;
  const outdated = new Failure(
    'conflict',
    `rollout ${namespace}/${name}: it has changed, so that ${made.kind} ${made.name} is not ${made.verb === 'create' ? 'made' : 'taken'}`,
  );
  const about = { resource: resources.rollouts, namespace, name, labels };
  await lookAnew(io.client, io.stores.rollouts, about, outdated, signal);
  const present = io.stores.rollouts.get(`${namespace}/${name}`)?.metadata;
  if (present?.uid !== uid || present?.resourceVersion !== resourceVersion) throw outdated;
}

function isRoute({ verb, phase }: Change): boolean {
  return verb === 'create' && phase === 'shift';
}

function isAdoption(change: Change): boolean {
  if (change.kind !== 'ReplicaSet' || change.verb !== 'patch') return false;
  const metadata = change.patch['metadata'];
  return typeof metadata === 'object' && metadata !== null && 'ownerReferences' in metadata;
}
