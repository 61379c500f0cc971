import { resources } from '../../api/resources.ts';
import { RETRY } from '../../view/actions.ts';
import { act } from '../act.ts';
import { each } from '../each.ts';
import type { Cluster, Io } from '../io.ts';

/** `retry rollout NAME...`: begins an aborted update again. */
export function retryRollout(io: Io, cluster: Cluster, names: readonly string[]): Promise<number> {
  return each(io, names, async (name) => {
    await act(cluster, name, RETRY);
    return `rollout '${name}' retried`;
  });
}

/** `retry experiment NAME...`: begins an experiment again, as if it had never run. */
export function retryExperiment(io: Io, cluster: Cluster, names: readonly string[]): Promise<number> {
  return each(io, names, async (name) => {
    const place = { namespace: cluster.namespace, name };
    await cluster.api.patch(resources.experiments, place, { type: 'merge', body: { status: null } });
    return `experiment '${name}' retried`;
  });
}
