import type { RolloutCondition, RolloutStatus } from '../../api/rollout.ts';

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
    const [before, after] = [stored[field as keyof RolloutStatus], next[field as keyof RolloutStatus]];
    if (before !== after && JSON.stringify(before) !== JSON.stringify(after)) return true;
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
