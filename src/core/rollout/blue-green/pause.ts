import type { Instant } from '../../time.ts';
import type { Life } from '../life.ts';
import type { Facts } from '../machine.ts';
import type { Release } from '../release.ts';
import { isPastCheckpoint, isSaturated, wantedPods } from './track.ts';

/** What the preview is about now. It is the one step of a blue-green release. */
export function previewState(release: Release, life: Life, now: Instant): Facts['step'] {
  const isBegun = life.pauses.some(({ reason }) => reason === 'BlueGreenPause');
  if (isPastCheckpoint(release, life)) return isBegun ? 'pauseOver' : 'none';
  // Whoever lets an inconclusive analysis pass wants another one, and has promoted nothing.
  if (!isAnalysed(release, life)) return 'waiting';
  // A person who promotes does not have to find every pod available at that moment: the switch waits.
  if (life.controllerPause && life.pauses.length === 0) return 'pauseOver';
  if (!isSaturated(release.current, wantedPods(release, life))) return 'waiting';
  const { autoPromotionEnabled, autoPromotionSeconds = 0 } = release.blueGreenSpec ?? {};
  const isAutomatic = autoPromotionEnabled !== false;
  if (!isBegun) return isAutomatic && autoPromotionSeconds === 0 ? 'done' : 'previewPauseDue';
  if (!isAutomatic || life.pauses.length > 1) return 'waiting';
  const end = previewPauseEnd(release, life);
  return end === null || now >= end ? 'pauseOver' : 'waiting';
}

/** When the pause before the switch ends by itself; null where only a person ends it, or there is none. */
export function previewPauseEnd({ blueGreenSpec }: Release, life: Life): Instant | null {
  const { autoPromotionEnabled, autoPromotionSeconds = 0 } = blueGreenSpec ?? {};
  const pause = life.pauses.find(({ reason }) => reason === 'BlueGreenPause');
  // In doubt a pause does not end by itself: a person decides.
  if (pause === undefined || life.pauses.length > 1) return null;
  if (autoPromotionEnabled === false || autoPromotionSeconds === 0) return null;
  return Date.parse(pause.startTime) + autoPromotionSeconds * 1000;
}

function isAnalysed({ blueGreenSpec }: Release, { preRun }: Life): boolean {
  return blueGreenSpec?.prePromotionAnalysis === undefined || preRun?.status === 'Successful';
}
