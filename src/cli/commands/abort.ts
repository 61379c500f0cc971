import { ABORT } from '../../view/actions.ts';
import { act } from '../act.ts';
import { each } from '../each.ts';
import type { Cluster, Io } from '../io.ts';

/** `abort NAME...`: stops the update and goes back to the stable version. */
export function abort(io: Io, cluster: Cluster, names: readonly string[]): Promise<number> {
  return each(io, names, async (name) => {
    await act(cluster, name, ABORT);
    return `rollout '${name}' aborted`;
  });
}
