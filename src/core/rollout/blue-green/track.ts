import { isComplete } from '../goals.ts';
import type { Life } from '../life.ts';
import type { Release, Revision } from '../release.ts';
import { isInRollbackWindow } from '../rollback.ts';
import { serves } from '../sizes.ts';

/**
 * True where the preview is no preview any more: it has passed all that comes before the switch, or needs not
 * to, or the active Service selects it already.
 */
export function isPastCheckpoint(release: Release, life: Life): boolean {
  return isComplete(release, life) || life.checkpoint || life.full || isActive(release);
}

/** True where the active Service selects the wanted version. */
export function isActive(release: Release): boolean {
  return release.current !== null && release.activeHash === release.current.hash;
}

/**
 * True where the wanted version needs neither pause nor analysis: a person said so, or it has proved itself
 * before.
 */
export function isFastTracked(release: Release, life: Life): boolean {
  return life.full || isFastRollback(release, life) || isInRollbackWindow(release, life);
}

/**
 * True where the wanted version was stable before the present one and still has its pods, which
 * `scaleDownDelaySeconds` kept. Both may have been made in one second: revisions break the tie. Of a canary
 * what has served goes through its steps again: only `rollbackWindow` lets it pass.
 */
export function isFastRollback(release: Release, life: Life): boolean {
  const { current, stable, all, strategy } = release;
  if (strategy !== 'blueGreen' || current === null || stable === null) return false;
  if (stable.hash !== life.stable) return false;
  return current.served && current.spec > 0 && all.indexOf(current) < all.indexOf(stable);
}

/**
 * True where no version has ever served: the first one that does is stable. The condition Healthy is there
 * once any version has been, so a known good one is never passed over for lack of a selector.
 */
export function isUnserved({ activeHash, blueGreenSpec, stable, status }: Release): boolean {
  if (blueGreenSpec === null || activeHash !== null || (stable !== null && stable.available > 0))
    return false;
  return status.conditions?.some(({ type }) => type === 'Healthy') !== true;
}

/** How many pods the wanted version should have, unless it is given up: fewer while it is a preview. */
export function wantedPods(release: Release, life: Life): number {
  const count = release.blueGreenSpec?.previewReplicaCount;
  const isPreview = release.stable !== null && !isPastCheckpoint(release, life);
  return isPreview && count !== undefined ? count : release.replicas;
}

/** True where a version has exactly so many pods, and every one of them is available. */
export function isSaturated(revision: Revision | null, pods: number): boolean {
  return revision !== null && revision.spec === pods && revision.available >= pods;
}

/**
 * True where the wanted version can take all of the traffic: all of its pods are available. What is stable or
 * on the fast track must only be no worse than the version that serves now.
 */
export function canTakeOver(release: Release, life: Life): boolean {
  const { current, activeHash, replicas } = release;
  if (current === null) return false;
  if (isSaturated(current, replicas)) return true;
  if (activeHash === null || !(isComplete(release, life) || isFastTracked(release, life))) return false;
  const serving = release.all.find(({ hash }) => hash === activeHash);
  return serves(current) >= Math.max(1, Math.min(serving?.available ?? 0, replicas));
}
