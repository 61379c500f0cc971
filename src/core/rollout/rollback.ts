import type { Life } from './life.ts';
import type { Release } from './release.ts';

/**
 * True where the wanted version was made before the stable one and at most `rollbackWindow.revisions` ago:
 * going back to it skips steps, pauses and analyses. Counted are the ReplicaSets made strictly between the
 * two.
 */
export function isInRollbackWindow(release: Release, life: Life): boolean {
  const window = release.rollout.spec.rollbackWindow?.revisions;
  const { current, stable } = release;
  if (window === undefined || current === null || stable === null || stable.hash !== life.stable)
    return false;
  const older = release.all.indexOf(current);
  const newer = release.all.indexOf(stable);
  if (older >= newer) return false;
  return newer - older - 1 < window;
}
