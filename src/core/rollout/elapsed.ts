import type { RolloutDuration, RolloutStatus } from '../../api/rollout.ts';
import { formatInstant, type Instant } from '../time.ts';
import { isComplete, isFullyAvailable } from './goals.ts';
import type { Life } from './life.ts';
import type { Release } from './release.ts';

/** `status.duration`: when this release began and ended, how, and how long it waited for people. */
export function durationOf(
  release: Release,
  life: Life,
  stored: RolloutStatus,
  now: Instant,
): RolloutDuration | undefined {
  const begun = begin(life, stored, now);
  if (begun === undefined) return undefined;
  const waited = waitForPeople(release, life, begun, now);
  if (waited.completionStatus === undefined) {
    const outcome = outcomeOf(release, life, stored);
    if (outcome === undefined) return waited;
    return finish(release, life, { ...waited, completionStatus: outcome }, now);
  }
  return waited.finishedAt === undefined ? finish(release, life, waited, now) : waited;
}

function begin(life: Life, stored: RolloutStatus, now: Instant): RolloutDuration | undefined {
  const changed = life.hash !== (stored.currentPodHash ?? null);
  // Back to the stable version: nothing new begins, the release under way ends.
  if (changed && stored.duration !== undefined && life.hash === life.stable) return stored.duration;
  const retried = stored.abortedAt !== undefined && life.abortedAt === null && life.abort === false;
  const first = stored.duration?.rolloutStartedAt === undefined;
  return changed || retried || first ? { rolloutStartedAt: formatInstant(now) } : stored.duration;
}

function waitForPeople(
  release: Release,
  life: Life,
  duration: RolloutDuration,
  now: Instant,
): RolloutDuration {
  const { manualPauseStartedAt, ...rest } = duration;
  if (waitsForPerson(release, life))
    return { ...rest, manualPauseStartedAt: manualPauseStartedAt ?? formatInstant(now) };
  if (manualPauseStartedAt === undefined) return duration;
  const seconds = Math.max(0, Math.floor((now - Date.parse(manualPauseStartedAt)) / 1000));
  const total = (duration.totalManualPauseDurationSeconds ?? 0) + seconds;
  return { ...rest, totalManualPauseDurationSeconds: total };
}

function waitsForPerson(release: Release, life: Life): boolean {
  if (release.rollout.spec.paused === true) return true;
  const timed = life.step !== null && release.steps[life.step]?.pause?.duration !== undefined;
  const automatic = release.blueGreenSpec?.autoPromotionEnabled !== false;
  return life.pauses.some(({ reason }) => {
    if (reason === 'CanaryPauseStep') return !timed;
    return reason !== 'BlueGreenPause' || !automatic;
  });
}

function outcomeOf(release: Release, life: Life, stored: RolloutStatus): string | undefined {
  if (life.abort === true && !isComplete(release, life)) return 'Aborted';
  if (!isComplete(release, life)) return undefined;
  if (stored.stableRS === release.hash && stored.currentPodHash !== undefined) return 'FastRolledBack';
  return stored.promoteFull === true ? 'FastPromoted' : 'Promoted';
}

function finish(release: Release, life: Life, duration: RolloutDuration, now: Instant): RolloutDuration {
  if (life.abort !== true && !isFullyAvailable(release)) return duration;
  return { ...duration, finishedAt: formatInstant(now) };
}
