import type { ReplicaSet } from '../../api/workload.ts';
import type { Release } from './release.ts';

/**
 * ReplicaSets beyond `revisionHistoryLimit` (10), oldest first: old revisions without pods. An invalid or
 * failed release does not push a known good one out: the stable one is never among them.
 */
export function discardable(release: Release): readonly ReplicaSet[] {
  const limit = release.rollout.spec.revisionHistoryLimit ?? 10;
  const old = [...release.older].sort((a, b) => a.number - b.number);
  const surplus = old.length - limit;
  if (surplus <= 0) return [];
  return old
    .slice(0, surplus)
    .filter((r) => r.spec === 0 && r.replicas === 0 && r.adopted && isSettled(r.replicaSet))
    .map((r) => r.replicaSet);
}

function isSettled({ metadata, status }: ReplicaSet): boolean {
  return (
    metadata.deletionTimestamp === undefined &&
    (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0)
  );
}
