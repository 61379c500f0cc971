import type { Manifest } from '../../api/meta.ts';
import type { Resource } from '../../api/resources.ts';
import type { Milliseconds } from '../../core/time.ts';
import { Cache } from '../../shell/kube/cache.ts';
import type { KubeObject } from '../../shell/kube/object.ts';
import { withoutManagedFields } from '../../shell/kube/project.ts';
import type { Health } from '../../shell/kube/reflection.ts';
import { Reflector } from '../../shell/kube/reflector.ts';
import type { Cluster, Io } from '../io.ts';

/** How a watch ended. */
export type WatchEnd<T> =
  | { readonly kind: 'done'; readonly object: T }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'interrupted' };

/** What is watched for, and how long. */
export interface Watch<T> {
  readonly resource: Resource;
  /** 0: as long as it takes. */
  readonly patienceMs: Milliseconds;
  /** Asked of each version that is seen, the first one, too. */
  readonly isDone: (object: T) => boolean;
  /** Hears of a watch that breaks, and that is well again. */
  readonly onHealth: (health: Health) => void;
}

/**
 * Watches one object until `isDone` says so of a version of it, beginning with `first`. Ends earlier when it
 * is deleted, when the time is over, or when the user has had enough. Never rejects.
 */
export async function watchOne<T extends Manifest>(
  io: Io,
  cluster: Cluster,
  first: T,
  { resource, patienceMs, isDone, onHealth }: Watch<T>,
): Promise<WatchEnd<T>> {
  if (isDone(first)) return { kind: 'done', object: first };
  const over = new AbortController();
  let end: WatchEnd<T> = { kind: 'interrupted' };
  const finish = (how: WatchEnd<T>): void => {
    if (over.signal.aborted) return;
    end = how;
    over.abort();
  };
  const interrupt = (): void => finish({ kind: 'interrupted' });
  io.ended.addEventListener('abort', interrupt, { once: true });
  if (io.ended.aborted) interrupt();
  const cancel = patienceMs === 0 ? null : io.clock.after(patienceMs, () => finish({ kind: 'timeout' }));
  const cache = new Cache<T & KubeObject>({
    project: (raw) => withoutManagedFields<T & KubeObject>(raw),
    onChange: (_key, _before, after) => {
      if (over.signal.aborted) return;
      if (after === null) finish({ kind: 'gone' });
      else if (isDone(after)) finish({ kind: 'done', object: after });
    },
  });
  await new Reflector({
    client: cluster.api,
    resource,
    selection: { namespace: cluster.namespace, fieldSelector: `metadata.name=${first.metadata.name}` },
    sink: cache,
    clock: io.clock,
    onHealth,
  }).run(over.signal);
  cancel?.();
  io.ended.removeEventListener('abort', interrupt);
  return end;
}
