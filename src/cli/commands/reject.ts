import { each } from '../each.ts';
import type { Cluster, Io } from '../io.ts';
import { sayTo, type VoteOptions } from '../vote.ts';

/** `reject NAME... [--gate NAME] [--by WHO]`: says no to the gate that a rollout waits at. */
export function reject(
  io: Io,
  cluster: Cluster,
  names: readonly string[],
  options: VoteOptions,
): Promise<number> {
  return each(io, names, async (name) => {
    const { gate, who } = await sayTo(cluster, name, 'reject', options);
    return `gate '${gate}' of rollout '${name}' rejected by ${who}: the release is given up`;
  });
}
