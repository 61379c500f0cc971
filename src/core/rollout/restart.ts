import { LABEL } from '../../api/keys.ts';
import type { Rollout } from '../../api/rollout.ts';
import type { Pod } from '../../api/workload.ts';
import { type Instant, parseInstant } from '../time.ts';
import type { Release, Revision } from './release.ts';

/** How far a restart is: which pods go now, and whether all old ones are gone. */
export interface Restart {
  readonly evict: readonly Pod[];
  readonly isDone: boolean;
}

/** When old pods that may not go yet are looked at again, if nothing happens before. */
export const RESTART_LOOK_MS = 30_000;

/**
 * The restart that is asked for and has not been seen through: when it begins, or null where there is none.
 */
export function restartDue(rollout: Rollout): Instant | null {
  const { restartAt } = rollout.spec;
  if (restartAt === undefined || restartAt === rollout.status?.restartedAt) return null;
  return parseInstant(restartAt);
}

/**
 * Evicts pods that are older than the restart, those of the stable ReplicaSet first, as many as may be
 * missing at once: `maxUnavailable`, and at least one. The eviction itself respects disruption budgets.
 */
export function planRestart(release: Release, pods: readonly Pod[], dueAt: Instant): Restart {
  const order = [release.stable, release.current, ...release.older];
  const revisions = order.filter((r, i) => r !== null && order.indexOf(r) === i);
  const old = revisions.flatMap((revision) =>
    pods.filter(
      (pod) => pod.metadata.labels?.[LABEL.podTemplateHash] === revision?.hash && isOlder(pod, dueAt),
    ),
  );
  const going = old.filter((pod) => pod.metadata.deletionTimestamp !== undefined);
  const wanted = release.all.reduce((sum, r) => sum + r.spec, 0);
  const serving = pods.filter(isServing);
  const available = release.all.reduce((sum, r) => sum + counted(r, serving), 0);
  const least = Math.max(release.replicas, wanted) - Math.max(1, release.limits.maxUnavailable);
  const allowed = Math.max(0, available - least);
  const staying = old.filter((pod) => !going.includes(pod));
  return { evict: staying.slice(0, allowed), isDone: old.length === 0 };
}

/**
 * Pods of a revision that can be relied on: not those that are about to be removed, nor those evicted a
 * moment ago, which a ReplicaSet's status still counts.
 */
function counted({ hash, spec, available }: Revision, serving: readonly Pod[]): number {
  const own = serving.filter(({ metadata }) => metadata.labels?.[LABEL.podTemplateHash] === hash);
  return Math.min(spec, available, own.length);
}

function isServing({ metadata, status }: Pod): boolean {
  const isReady = status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') === true;
  return isReady && metadata.deletionTimestamp === undefined;
}

function isOlder(pod: Pod, dueAt: Instant): boolean {
  const createdAt = parseInstant(pod.metadata.creationTimestamp);
  return createdAt !== null && createdAt < dueAt;
}
