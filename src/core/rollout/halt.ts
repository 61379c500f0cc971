import type { Life } from './life.ts';
import type { Release } from './release.ts';

/** True where a person or an inconclusive analysis has stopped everything. */
export function isHalted(release: Release, life: Life): boolean {
  return release.rollout.spec.paused === true || (isInDoubt(life) && life.abort !== true);
}

/** True where an inconclusive analysis waits for a person to judge it. */
export function isInDoubt(life: Life): boolean {
  return life.pauses.some(({ reason }) => reason.startsWith('Inconclusive'));
}
