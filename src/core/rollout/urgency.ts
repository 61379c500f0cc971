import type { RolloutCondition, RolloutStatus } from '../../api/rollout.ts';
import { isSameJson } from '../merge-patch.ts';
import type { Change, Decision } from '../plan.ts';

/**
 * True where the status must be stored before this is done. Counts that are final but for what is done now
 * are not: that leads to more news at once.
 */
export function isStoredFirst({ urgency }: Decision, todo: readonly Change[]): boolean {
  return urgency === 'first' || (urgency === 'atRest' && todo.length === 0);
}

/**
 * What follows the pods, and may be a moment late: nobody acts on it, and pods change many times in an
 * update.
 */
const COUNTS: ReadonlySet<string> = new Set([
  'replicas',
  'updatedReplicas',
  'readyReplicas',
  'availableReplicas',
  'HPAReplicas',
  'selector',
  'message',
]);

/** Conditions that follow the pods. Of the others only status and reason matter at once. */
const FOLLOWING: ReadonlySet<string> = new Set(['Available', 'Progressing', 'ReplicaFailure']);

/**
 * True where a status says something new that must be stored before anything is done: a transition, a
 * verdict, a weight. Mere counts can wait for company, which halves the writes of an update.
 */
export function isUrgent(stored: RolloutStatus, next: RolloutStatus): boolean {
  const fields = new Set([...Object.keys(stored), ...Object.keys(next)]);
  for (const field of fields) {
    if (COUNTS.has(field) || field === 'conditions') continue;
    // The API server gives fields back in another order than we wrote them.
    if (!isSameJson(stored[field as keyof RolloutStatus], next[field as keyof RolloutStatus])) return true;
  }
  return gist(stored.conditions) !== gist(next.conditions);
}

function gist(conditions: readonly RolloutCondition[] = []): string {
  return conditions
    .filter((condition) => !FOLLOWING.has(condition.type) || condition.reason === 'ProgressDeadlineExceeded')
    .map((condition) => `${condition.type}=${condition.status}/${condition.reason}`)
    .sort()
    .join();
}
