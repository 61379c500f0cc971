import { resources } from '../../api/resources.ts';
import type { Rollout } from '../../api/rollout.ts';
import type { KubeObject } from '../../shell/kube/object.ts';
import type { Selection } from '../../shell/kube/options.ts';
import type { Cluster, Io } from '../io.ts';
import { say } from '../lines.ts';
import { listText } from '../text/list.ts';
import { paintFor } from '../text/paint.ts';

/** Options of `list rollouts`. */
export interface ListOptions {
  readonly allNamespaces?: boolean;
  readonly name?: string;
  readonly watch?: boolean;
  readonly timestamps?: boolean;
  readonly color: boolean;
}

/** `list rollouts [-A] [-w]`: a line for each rollout, and with `-w` one for each change. */
export async function listRollouts(io: Io, cluster: Cluster, options: ListOptions): Promise<number> {
  const { allNamespaces = false, name, watch = false } = options;
  const selection: Selection = {
    ...(allNamespaces ? {} : { namespace: cluster.namespace }),
    ...(name === undefined ? {} : { fieldSelector: `metadata.name=${name}` }),
  };
  const { items } = await cluster.api.list(
    resources.rollouts,
    selection,
    (raw) => raw as Rollout & KubeObject,
  );
  const text = listText({
    allNamespaces,
    timestamps: watch && options.timestamps === true,
    paint: paintFor(io.out, io, options.color),
  });
  if (items.length === 0 && !watch) {
    say(
      io.err,
      allNamespaces ? 'No rollouts found.' : `No rollouts found in ${cluster.namespace} namespace.`,
    );
    return 0;
  }
  say(io.out, ...text.table([...items].sort(byKey), io.clock.now()));
  if (!watch) return 0;
  const { watchList } = await import('../watch/list.ts');
  return watchList(io, cluster, selection, items, (rollout) => text.line(rollout, io.clock.now()));
}

function byKey({ metadata: a }: Rollout, { metadata: b }: Rollout): number {
  const [left, right] = [a, b].map(({ namespace = '', name }) => `${namespace}/${name}`);
  return (left ?? '') < (right ?? '') ? -1 : 1;
}
