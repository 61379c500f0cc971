import type { Note } from '../plan.ts';
import { isFastRollback, isUnserved } from './blue-green/track.ts';
import type { Life } from './life.ts';
import type { SkipReason } from './machine.ts';
import { nextNumber, type Release } from './release.ts';
import { isInRollbackWindow } from './rollback.ts';
import { isUnproven } from './unproven.ts';

/**
 * Told once per release under way: a further change of the spec in the middle of one is the same unfinished
 * business.
 */
export function startNotes(life: Life, release: Release): readonly Note[] {
  const back = release.hash === life.stable;
  const isBlueGreen = release.strategy === 'blueGreen';
  // On the way back to stable a canary tells it with the steps that it passes over.
  const resumed = life.pauses.length > 0 && (!back || isBlueGreen) ? [RESUMED] : [];
  const isFirst = isBlueGreen && (life.stable === null || isUnserved(release));
  const completed = release.status.conditions?.find((condition) => condition.type === 'Completed');
  if (completed?.status === 'False' || back || isFirst) return resumed;
  const text = `Rollout not completed, started update to revision ${nextNumber(release)} (${release.hash})`;
  return [note('RolloutNotCompleted', text), ...resumed];
}

/** What is told of steps that are passed over; blue-green has none. */
export function skipNotes(life: Life, why: SkipReason, release: Release): readonly Note[] {
  if (why === 'full' || why === 'unproven') return life.pauses.length > 0 ? [RESUMED] : [];
  if (why === 'stable') {
    const paused = (release.status.pauseConditions ?? []).length > 0;
    return [note('SkipSteps', 'Rollback to stable ReplicaSets'), ...(paused ? [RESUMED] : [])];
  }
  const hasPods = release.strategy === 'canary' && (release.current?.spec ?? 0) > 0;
  if (why === 'window' && hasPods)
    return [note('SkipSteps', 'Rollback to active ReplicaSets within RollbackWindow')];
  return [];
}

/** The text of an abort, with its cause where a person did not ask for it. */
export function abortText(release: Release, cause: string | null): string {
  const text = `Rollout aborted update to revision ${nextNumber(release)}`;
  return cause === null ? text : `${text}: ${cause}`;
}

/** What is told of a version that is stable from now on. */
export function promoteNotes(life: Life, first: boolean, release: Release): readonly Note[] {
  const resumed = life.pauses.length > 0 ? [RESUMED] : [];
  return [note('RolloutCompleted', completedText(life, first, release)), ...resumed];
}

function completedText(life: Life, first: boolean, release: Release): string {
  const text = `Rollout completed update to revision ${nextNumber(release)} (${release.hash})`;
  if (first) return `${text}: Initial deploy`;
  if (life.full) return `${text}: Full promotion requested`;
  if (isUnproven(release) && release.steps.length > 0) return `${text}: Initial deploy`;
  if (isInRollbackWindow(release, life)) return `${text}: Rollback within window`;
  if (isFastRollback(release, life)) return `${text}: Fast rollback`;
  if (release.strategy === 'blueGreen') return `${text}: Completed blue-green update`;
  return `${text}: Completed all ${release.steps.length} canary steps`;
}

/** An ordinary event. */
export function note(reason: string, message: string): Note {
  return { type: 'Normal', reason, message };
}

const RESUMED = note('RolloutResumed', 'Rollout is resumed');
