import { viewOf } from '../../view/rollout-view.ts';
import { gather } from '../gather.ts';
import type { Cluster, Io } from '../io.ts';
import { say } from '../lines.ts';
import { paintFor } from '../text/paint.ts';
import { rolloutText } from '../text/rollout.ts';

/** Options of `get rollout`. */
export interface GetOptions {
  readonly watch?: boolean;
  readonly color: boolean;
  readonly timeoutSeconds?: string;
}

/** `get rollout NAME [-w]`: shows a rollout and all that belongs to it. */
export async function getRollout(
  io: Io,
  cluster: Cluster,
  name: string,
  options: GetOptions,
): Promise<number> {
  if (options.watch === true) {
    const { watchRollout } = await import('../watch/rollout.ts');
    return watchRollout(io, cluster, name, options);
  }
  const { parts, missing } = await gather(cluster, name);
  const now = io.clock.now();
  say(io.out, ...rolloutText(viewOf(parts, now), now, paintFor(io.out, io, options.color)));
  for (const what of missing) say(io.err, `Left out: ${what}`);
  return 0;
}
