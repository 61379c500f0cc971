import { type Instant, parseInstant } from '../../../core/time.ts';
import type { Pod } from '../../kubelet/pod.ts';
import { deletionOrder } from '../deletion-order.ts';
import { isActive, isReady, isTerminating } from '../pods.ts';
import { uidOf } from '../shelf.ts';
import {
  backoffLimitOf,
  completionsOf,
  holding,
  isTracked,
  type Job,
  parallelismOf,
  replacesTerminating,
} from './spec.ts';

/** How the pods of a Job stand. */
export interface Tally {
  readonly active: readonly Pod[];
  readonly ready: number;
  readonly terminating: number;
  /** Ended, and not yet written down in the Job's status. */
  readonly newlySucceeded: readonly Pod[];
  readonly newlyFailed: readonly Pod[];
  readonly succeeded: number;
  readonly failed: number;
}

/** Why a Job is to end. What is left of it goes first. */
export interface Ending {
  readonly type: 'SuccessCriteriaMet' | 'FailureTarget';
  readonly reason: string;
  readonly message: string;
}

/** Failures in a row and when the last one was. */
export interface Backoff {
  readonly failures: number;
  readonly lastAt: Instant;
}

/** What is to be done about the pods. */
export interface Work {
  readonly create: number;
  readonly remove: readonly Pod[];
}

const FIRST_BACKOFF_MS = 10_000;
const LONGEST_BACKOFF_MS = 600_000;

/** Counts the pods of a Job, together with those that were counted before and are gone. */
export function tally(job: Job, pods: readonly Pod[]): Tally {
  const { status } = job;
  const { succeeded = [], failed = [] } = status?.uncountedTerminatedPods ?? {};
  const active = pods.filter(isActive);
  const tracked = pods.filter(isTracked);
  const newlySucceeded = tracked.filter((pod) => hasSucceeded(pod) && !succeeded.includes(uidOf(pod)));
  const newlyFailed = tracked.filter((pod) => hasFailed(job, pod) && !failed.includes(uidOf(pod)));
  return {
    active,
    ready: active.filter(isReady).length,
    terminating: pods.filter(isTerminating).length,
    newlySucceeded,
    newlyFailed,
    succeeded: (status?.succeeded ?? 0) + newlySucceeded.length + succeeded.length,
    failed: (status?.failed ?? 0) + newlyFailed.length + failed.length,
  };
}

/** Why a Job has to end now, apart from being complete; null: it goes on. */
export function endingOf(job: Job, pods: readonly Pod[], { failed }: Tally, now: Instant): Ending | null {
  const decided = holding(job, 'SuccessCriteriaMet') ?? holding(job, 'FailureTarget');
  if (decided !== null) {
    const { reason, message } = decided;
    return {
      type: decided.type === 'FailureTarget' ? 'FailureTarget' : 'SuccessCriteriaMet',
      reason,
      message,
    };
  }
  if (failed > backoffLimitOf(job) || hasRestartedTooOften(job, pods)) {
    const message = 'Job has reached the specified backoff limit';
    return { type: 'FailureTarget', reason: 'BackoffLimitExceeded', message };
  }
  if (deadlineMs(job, now) !== 0) return null;
  const message = 'Job was active longer than specified deadline';
  return { type: 'FailureTarget', reason: 'DeadlineExceeded', message };
}

/** In how many milliseconds a Job has run for too long, at least 0; null: it may run for ever. */
export function deadlineMs({ spec, status }: Job, now: Instant): number | null {
  const startedAt = parseInstant(status?.startTime);
  if (spec.activeDeadlineSeconds === undefined || startedAt === null || spec.suspend === true) return null;
  return Math.max(0, startedAt + spec.activeDeadlineSeconds * 1000 - now);
}

/** How many pods to begin and which ones to end, so that as many run as are still needed. */
export function workOf(job: Job, { active, terminating, succeeded }: Tally, now: Instant): Work {
  const first = (count: number) => deletionOrder(active, { related: [], now }).slice(0, count);
  if (job.spec.suspend === true) return { create: 0, remove: active };
  const wanted = wantedOf(job, active.length, succeeded);
  if (active.length > wanted) return { create: 0, remove: first(active.length - wanted) };
  const waiting = replacesTerminating(job) ? 0 : terminating;
  return { create: Math.max(0, wanted - waiting - active.length), remove: [] };
}

/** Whether as many pods have succeeded as must, and none is left. */
export function isComplete(job: Job, succeeded: number, active: number): boolean {
  const completions = completionsOf(job);
  return active === 0 && (completions === null ? succeeded > 0 : succeeded >= completions);
}

/** The failures in a row after some more pods have ended; a success begins anew. */
export function backoffAfter(before: Backoff, { newlySucceeded, newlyFailed }: Tally, now: Instant): Backoff {
  const lastSuccessAt = Math.max(Number.NEGATIVE_INFINITY, ...newlySucceeded.map((pod) => endedAt(pod, now)));
  const failedAt = newlyFailed.map((pod) => endedAt(pod, now)).filter((at) => at > lastSuccessAt);
  const earlier = newlySucceeded.length === 0 ? before.failures : 0;
  return { failures: earlier + failedAt.length, lastAt: Math.max(before.lastAt, ...failedAt) };
}

/** How long to wait before a failed pod is replaced: 10 s, and twice as long with each further failure. */
export function backoffMs({ failures, lastAt }: Backoff, now: Instant): number {
  if (failures === 0) return 0;
  const pauseMs = Math.min(FIRST_BACKOFF_MS * 2 ** (failures - 1), LONGEST_BACKOFF_MS);
  return Math.max(0, lastAt + pauseMs - now);
}

/** Whether a pod counts as failed: also one that goes before it is done, unless the Job waits for that. */
export function hasFailed(job: Job, pod: Pod): boolean {
  if (pod.status?.phase === 'Failed') return true;
  if (!replacesTerminating(job)) return false;
  return pod.metadata.deletionTimestamp !== undefined && !hasSucceeded(pod);
}

/** Whether all containers of a pod ended well. */
export function hasSucceeded(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded';
}

function wantedOf(job: Job, active: number, succeeded: number): number {
  const completions = completionsOf(job);
  if (completions === null) return succeeded > 0 ? active : parallelismOf(job);
  return Math.max(0, Math.min(completions - succeeded, parallelismOf(job)));
}

// Where containers are restarted in their pod, restarts count instead of pods.
function hasRestartedTooOften(job: Job, pods: readonly Pod[]): boolean {
  if (job.spec.template.spec?.['restartPolicy'] !== 'OnFailure') return false;
  let restarts = 0;
  for (const { status } of pods) {
    if (status?.phase !== 'Running' && status?.phase !== 'Pending') continue;
    for (const container of status.containerStatuses ?? []) restarts += container.restartCount;
  }
  const limit = backoffLimitOf(job);
  return limit === 0 ? restarts > 0 : restarts >= limit;
}

function endedAt(pod: Pod, now: Instant): Instant {
  const ends = (pod.status?.containerStatuses ?? []).map(({ state }) =>
    parseInstant(state.terminated?.finishedAt),
  );
  const known = ends.filter((at) => at !== null);
  return known.length === 0 ? now : Math.max(...known);
}
