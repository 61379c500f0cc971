import { resources } from '../../api/resources.ts';
import type { Rollout } from '../../api/rollout.ts';
import { Cache } from '../../shell/kube/cache.ts';
import { type KubeObject, keyOf } from '../../shell/kube/object.ts';
import type { Selection } from '../../shell/kube/options.ts';
import { withoutManagedFields } from '../../shell/kube/project.ts';
import { Reflector } from '../../shell/kube/reflector.ts';
import type { Cluster, Io } from '../io.ts';
import { say } from '../lines.ts';
import { tellTrouble } from './trouble.ts';

/**
 * Writes a line for every change of a list of rollouts, until the user has had enough. `first` was written
 * already.
 */
export async function watchList(
  io: Io,
  cluster: Cluster,
  selection: Selection,
  first: readonly (Rollout & KubeObject)[],
  line: (rollout: Rollout) => string,
): Promise<number> {
  const told = new Map(first.map((rollout) => [keyOf(rollout), content(line(rollout))]));
  const cache = new Cache<Rollout & KubeObject>({
    project: (raw) => withoutManagedFields<Rollout & KubeObject>(raw),
    onChange: (key, _before, after) => {
      if (after === null) {
        told.delete(key);
        return;
      }
      const text = line(after);
      if (told.get(key) === content(text)) return;
      told.set(key, content(text));
      say(io.out, text);
    },
  });
  await new Reflector({
    client: cluster.api,
    resource: resources.rollouts,
    selection,
    sink: cache,
    clock: io.clock,
    onHealth: tellTrouble(io),
  }).run(io.ended);
  return 0;
}

/** A line without its time, which alone is no change. */
function content(line: string): string {
  return line.replace(/^\d{4}-\d\d-\d\dT[\d:]+Z\s+/, '');
}
