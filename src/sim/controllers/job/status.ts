import { formatInstant, type Instant } from '../../../core/time.ts';
import type { Pod } from '../../kubelet/pod.ts';
import { uidOf } from '../shelf.ts';
import { type Ending, hasFailed, hasSucceeded } from './decide.ts';
import { isTracked, type Job, type JobCondition, type JobStatus, type Uncounted } from './spec.ts';

/** How many pods there are now, after what was done about them. */
export interface Counts {
  readonly active: number;
  readonly ready: number;
  readonly terminating: number;
}

/** The status with the present counts, when it began, and whether it is suspended. */
export function presentStatus(job: Job, { active, ready, terminating }: Counts, now: Instant): JobStatus {
  const { active: _, startTime, ...before } = job.status ?? {};
  const isSuspended = job.spec.suspend === true;
  const conditions = suspension(before.conditions ?? [], isSuspended, now);
  const isTurned = conditions !== before.conditions && conditions.length > 0;
  const begins = (startTime === undefined || isTurned) && !isSuspended;
  const started = begins ? formatInstant(now) : isSuspended && isTurned ? undefined : startTime;
  return {
    ...before,
    ...(started === undefined ? {} : { startTime: started }),
    ...(active === 0 ? {} : { active }),
    ready,
    terminating,
    uncountedTerminatedPods: before.uncountedTerminatedPods ?? {},
    ...(conditions.length === 0 ? {} : { conditions }),
  };
}

/** Pods that have ended and have to be counted, together with those that are noted already. */
export function uncounted(job: Job, pods: readonly Pod[], ending: Ending | null): Uncounted {
  const { succeeded = [], failed = [] } = job.status?.uncountedTerminatedPods ?? {};
  const tracked = pods.filter(isTracked);
  const isNew = (pod: Pod) => !succeeded.includes(uidOf(pod)) && !failed.includes(uidOf(pod));
  const good = tracked.filter((pod) => isNew(pod) && hasSucceeded(pod));
  // When a Job fails, what is left of it fails with it.
  const isLost = (pod: Pod) => hasFailed(job, pod) || ending?.type === 'FailureTarget';
  const bad = tracked.filter((pod) => isNew(pod) && !hasSucceeded(pod) && isLost(pod));
  return uncountedOf([...succeeded, ...good.map(uidOf)], [...failed, ...bad.map(uidOf)]);
}

/** Puts into the counts those that were noted and are no longer tracked. */
export function counted(status: JobStatus, isStillTracked: (uid: string) => boolean): JobStatus {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  const good = (status.succeeded ?? 0) + succeeded.filter((uid) => !isStillTracked(uid)).length;
  const bad = (status.failed ?? 0) + failed.filter((uid) => !isStillTracked(uid)).length;
  return {
    ...status,
    ...(good === 0 ? {} : { succeeded: good }),
    ...(bad === 0 ? {} : { failed: bad }),
    uncountedTerminatedPods: uncountedOf(succeeded.filter(isStillTracked), failed.filter(isStillTracked)),
  };
}

/** The status with the reason for which a Job ends. */
export function endingStatus(status: JobStatus, ending: Ending, now: Instant): JobStatus {
  const { conditions = [] } = status;
  if (conditions.some(({ type }) => type === ending.type)) return status;
  return { ...status, conditions: [...conditions, conditionOf(ending, now)] };
}

/** The status of a Job that has ended, once every pod is counted and gone; before that as it was. */
export function endedStatus(status: JobStatus, ending: Ending, now: Instant): JobStatus {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  if (succeeded.length + failed.length > 0 || (status.terminating ?? 0) > 0) return status;
  const type = ending.type === 'FailureTarget' ? 'Failed' : 'Complete';
  const condition = conditionOf({ ...ending, type }, now);
  const at = condition.lastTransitionTime;
  return {
    ...status,
    conditions: [...(status.conditions ?? []), condition],
    ...(type === 'Complete' ? { completionTime: at } : {}),
  };
}

function suspension(
  conditions: readonly JobCondition[],
  isSuspended: boolean,
  now: Instant,
): readonly JobCondition[] {
  const before = conditions.find(({ type }) => type === 'Suspended');
  if (isSuspended === (before?.status === 'True')) return conditions;
  const [status, reason, message] = isSuspended
    ? (['True', 'JobSuspended', 'Job suspended'] as const)
    : (['False', 'JobResumed', 'Job resumed'] as const);
  const others = conditions.filter(({ type }) => type !== 'Suspended');
  return [...others, { ...conditionOf({ type: 'Suspended', reason, message }, now), status }];
}

function conditionOf(
  { type, reason, message }: Pick<JobCondition, 'type' | 'reason' | 'message'>,
  now: Instant,
): JobCondition {
  const at = formatInstant(now);
  return { type, status: 'True', lastProbeTime: at, lastTransitionTime: at, reason, message };
}

function uncountedOf(succeeded: readonly string[], failed: readonly string[]): Uncounted {
  return { ...(succeeded.length === 0 ? {} : { succeeded }), ...(failed.length === 0 ? {} : { failed }) };
}
