import type { RolloutAnalysis } from '../../../api/rollout.ts';
import { isComplete, isFullyAvailable } from '../goals.ts';
import type { Life } from '../life.ts';
import type { Release } from '../release.ts';
import { isActive, isFastTracked, isPastCheckpoint, isSaturated, wantedPods } from './track.ts';

/** The analysis before the switch, while it is to go on; undefined where there is none. */
export function preAnalysis(release: Release, life: Life): RolloutAnalysis | undefined {
  const isOver = isPastCheckpoint(release, life) || isFastTracked(release, life);
  return isOver || !isUnderWay(release, life) ? undefined : release.blueGreenSpec?.prePromotionAnalysis;
}

/** The analysis after the switch, while it is to go on; undefined where there is none. */
export function postAnalysis(release: Release, life: Life): RolloutAnalysis | undefined {
  const isOver = isFastTracked(release, life) || !isPastCheckpoint(release, life);
  return isOver || !isUnderWay(release, life) ? undefined : release.blueGreenSpec?.postPromotionAnalysis;
}

/** True where all pods of the preview are there to be looked at. */
export function isPreviewReady(release: Release, life: Life): boolean {
  return isSaturated(release.current, wantedPods(release, life));
}

/**
 * True where the active Service selects the wanted version, and that has stood the test there with all of its
 * pods: until then the one before keeps all of its own.
 */
export function isSwitched(release: Release, life: Life): boolean {
  if (!isActive(release) || !isFullyAvailable(release)) return false;
  return postAnalysis(release, life) === undefined || life.postRun?.status === 'Successful';
}

function isUnderWay(release: Release, life: Life): boolean {
  const isNew = life.stable !== null && !isComplete(release, life) && release.stable !== null;
  return isNew && life.abort !== true;
}
