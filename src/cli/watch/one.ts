import { resources } from '../../api/resources.ts';
import type { Rollout } from '../../api/rollout.ts';
import { Cache } from '../../shell/kube/cache.ts';
import type { KubeObject } from '../../shell/kube/object.ts';
import { withoutManagedFields } from '../../shell/kube/project.ts';
import { Reflector } from '../../shell/kube/reflector.ts';
import type { Cluster, Io } from '../io.ts';
import { tellTrouble } from './trouble.ts';

/** How a watch ended. */
export type WatchEnd =
  | { readonly kind: 'done'; readonly rollout: Rollout }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'interrupted' };

/**
 * Watches one rollout until `isDone` says so of a version of it, beginning with `first`. Ends earlier when it
 * is deleted, when `patienceMs` is over (0: never), or when the user has had enough. Never rejects.
 */
export async function watchOne(
  io: Io,
  cluster: Cluster,
  first: Rollout,
  { patienceMs }: { readonly patienceMs: number },
  isDone: (rollout: Rollout) => boolean,
): Promise<WatchEnd> {
  if (isDone(first)) return { kind: 'done', rollout: first };
  const over = new AbortController();
  let end: WatchEnd = { kind: 'interrupted' };
  const finish = (how: WatchEnd): void => {
    if (over.signal.aborted) return;
    end = how;
    over.abort();
  };
  const interrupt = (): void => finish({ kind: 'interrupted' });
  io.ended.addEventListener('abort', interrupt, { once: true });
  if (io.ended.aborted) interrupt();
  const cancel = patienceMs === 0 ? null : io.clock.after(patienceMs, () => finish({ kind: 'timeout' }));
  const cache = new Cache<Rollout & KubeObject>({
    project: (raw) => withoutManagedFields<Rollout & KubeObject>(raw),
    onChange: (_key, _before, after) => {
      if (over.signal.aborted) return;
      if (after === null) finish({ kind: 'gone' });
      else if (isDone(after)) finish({ kind: 'done', rollout: after });
    },
  });
  await new Reflector({
    client: cluster.api,
    resource: resources.rollouts,
    selection: { namespace: cluster.namespace, fieldSelector: `metadata.name=${first.metadata.name}` },
    sink: cache,
    clock: io.clock,
    onHealth: tellTrouble(io),
  }).run(over.signal);
  cancel?.();
  io.ended.removeEventListener('abort', interrupt);
  return end;
}
