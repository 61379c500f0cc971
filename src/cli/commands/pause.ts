import { PAUSE } from '../../view/actions.ts';
import { act } from '../act.ts';
import { each } from '../each.ts';
import type { Cluster, Io } from '../io.ts';

/** `pause NAME...`: stops at the current step, by hand. */
export function pause(io: Io, cluster: Cluster, names: readonly string[]): Promise<number> {
  return each(io, names, async (name) => {
    await act(cluster, name, PAUSE);
    return `rollout '${name}' paused`;
  });
}
