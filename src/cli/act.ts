import { resources } from '../api/resources.ts';
import type { Action } from '../view/actions.ts';
import type { Cluster } from './io.ts';

/** Carries an action out: status first, so that the controller knows what is wanted when the spec changes. */
export async function act(cluster: Cluster, name: string, action: Action): Promise<void> {
  const place = { namespace: cluster.namespace, name };
  const { status, object } = action;
  if (status !== null) {
    const target = { ...place, subresource: 'status' };
    await cluster.api.patch(resources.rollouts, target, { type: 'merge', body: status });
  }
  if (object !== null) await cluster.api.patch(resources.rollouts, place, { type: 'merge', body: object });
}
