import { parseDuration } from '../../api/duration.ts';
import { resources } from '../../api/resources.ts';
import type { Rollout } from '../../api/rollout.ts';
import { clientPhase } from '../../view/phase.ts';
import { readRollout } from '../gather.ts';
import type { Cluster, Io } from '../io.ts';
import { say } from '../lines.ts';
import { Refusal } from '../refusal.ts';
import { oneLine } from '../text/printable.ts';
import { watchOne } from '../watch/one.ts';
import { tellTrouble } from '../watch/trouble.ts';

/** Options of `status`. Without `--no-watch` it waits. */
export interface StatusOptions {
  readonly watch?: boolean;
  readonly timeout: string;
}

/**
 * `status NAME [-w] [-t 60s]`: waits until a rollout is healthy. Fails when it is degraded, or the time is
 * over. With `--no-watch` it says how the rollout is now, and fails only when that is degraded.
 */
export async function status(
  io: Io,
  cluster: Cluster,
  name: string,
  options: StatusOptions,
): Promise<number> {
  const patienceMs = parseDuration(options.timeout);
  if (patienceMs === null || patienceMs < 0)
    throw new Refusal(`--timeout: ${options.timeout} is not a duration such as 60s`);
  const rollout = await readRollout(cluster, name);
  if (options.watch === false) {
    const { phase, message } = clientPhase(rollout);
    say(io.out, line(phase, message));
    return phase === 'Degraded' ? degraded(io, message) : 0;
  }
  let told = '';
  const isDone = (seen: Rollout): boolean => {
    const { phase, message } = clientPhase(seen);
    const text = line(phase, message);
    if (text !== told) say(io.out, text);
    told = text;
    return phase === 'Healthy' || phase === 'Degraded';
  };
  const watch = { resource: resources.rollouts, patienceMs, isDone, onHealth: tellTrouble(io) };
  const end = await watchOne<Rollout>(io, cluster, rollout, watch);
  switch (end.kind) {
    case 'done': {
      const { phase, message } = clientPhase(end.object);
      return phase === 'Degraded' ? degraded(io, message) : 0;
    }
    case 'timeout':
      throw new Refusal(`rollout '${name}' was not healthy after ${options.timeout}`);
    case 'gone':
      throw new Refusal(`rollout '${name}' was deleted`);
    case 'interrupted':
      return 130;
    default:
      return end satisfies never;
  }
}

function line(phase: string, message: string): string {
  return message === '' ? phase : `${phase} - ${oneLine(message)}`;
}

function degraded(io: Io, message: string): number {
  say(io.err, `Error: the rollout is degraded: ${oneLine(message)}`);
  return 1;
}
