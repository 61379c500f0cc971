import { each } from '../each.ts';
import type { Cluster, Io } from '../io.ts';
import { sayTo, type VoteOptions } from '../vote.ts';

/** `approve NAME... [--gate NAME] [--by WHO]`: says yes to the gate that a rollout waits at. */
export function approve(
  io: Io,
  cluster: Cluster,
  names: readonly string[],
  options: VoteOptions,
): Promise<number> {
  return each(io, names, async (name) => {
    const { gate, who } = await sayTo(cluster, name, 'approve', options);
    return `gate '${gate}' of rollout '${name}' approved by ${who}`;
  });
}
