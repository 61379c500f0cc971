import { formatDuration, parseDuration } from '../../api/duration.ts';
import { restart as restartAt } from '../../view/actions.ts';
import { act } from '../act.ts';
import { each } from '../each.ts';
import type { Cluster, Io } from '../io.ts';
import { Refusal } from '../refusal.ts';

/** `restart NAME... [--in 10s]`: replaces all pods that are there at that time. */
export function restart(
  io: Io,
  cluster: Cluster,
  names: readonly string[],
  options: { readonly in: string },
): Promise<number> {
  const delay = parseDuration(options.in);
  if (delay === null) throw new Refusal(`--in: ${options.in} is not a duration such as 10s`);
  return each(io, names, async (name) => {
    await act(cluster, name, restartAt(io.clock.now() + delay));
    return `rollout '${name}' restarts in ${formatDuration(delay)}`;
  });
}
