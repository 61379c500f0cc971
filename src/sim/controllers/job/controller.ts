import { isSameJson } from '../../../core/merge-patch.ts';
import { type Instant, parseInstant } from '../../../core/time.ts';
import { kinds } from '../../kinds.ts';
import type { Pod } from '../../kubelet/pod.ts';
import { claim, ownerIn } from '../claim.ts';
import { type Cluster, MANAGER, unlessGone } from '../cluster.ts';
import type { Tell } from '../events.ts';
import { createPods, deletePods } from '../pod-control.ts';
import { isOver, isReady } from '../pods.ts';
import { keyOf, placeFor, uidOf } from '../shelf.ts';
import {
  type Backoff,
  backoffAfter,
  backoffMs,
  deadlineMs,
  type Ending,
  endingOf,
  hasFailed,
  isComplete,
  type Tally,
  tally,
  workOf,
} from './decide.ts';
import { finishedBy, isTracked, type Job, type JobStatus, labelsOf, selectorOf, TRACKING } from './spec.ts';
import { counted, endedStatus, endingStatus, presentStatus, uncounted } from './status.ts';

const NEVER_FAILED: Backoff = { failures: 0, lastAt: Number.NEGATIVE_INFINITY };

/**
 * Runs the pods of Jobs to their end. Jobs with an index for each pod are left alone.
 * Source: https://kubernetes.io/docs/concepts/workloads/controllers/job/
 */
export function jobController(cluster: Cluster): void {
  const { view } = cluster;
  const jobs = view.of<Job>(kinds.jobs);
  const pods = view.of<Pod>(kinds.pods);
  const tell = cluster.tellAs('job-controller');
  const backoffs = new Map<string, Backoff>();
  const queue = cluster.queue((key) => {
    const job = jobs.get(key);
    if (job === null || job.spec.completionMode === 'Indexed') return null;
    const ended = finishedBy(job);
    if (ended !== null) return expire(cluster, job, ended.lastTransitionTime);
    return look(cluster, { job, tell, backoffs });
  });
  const orphans = cluster.queue((key) => {
    const pod = pods.get(key);
    if (pod !== null && isForsaken(pod)) release(cluster, pod);
    return null;
  });
  // Its Job is gone, or it never had one: nobody will count it any more.
  const isForsaken = (pod: Pod) => isTracked(pod) && ownerIn(jobs, pod) === null;
  const wake = (job: Job | null) => {
    if (job !== null) queue.add(keyOf(job));
  };
  view.on<Job>(kinds.jobs, (before, after) => {
    wake(after);
    if (after !== null || before === null) return;
    backoffs.delete(uidOf(before));
    for (const pod of pods.controlledBy(uidOf(before))) orphans.add(keyOf(pod));
  });
  view.on<Pod>(kinds.pods, (before, after) => {
    wake(ownerIn(jobs, after ?? before));
    if (after !== null && isForsaken(after)) orphans.add(keyOf(after));
  });
  for (const job of jobs.all()) wake(job);
}

interface Sight {
  readonly job: Job;
  readonly tell: Tell;
  /** By uid. */
  readonly backoffs: Map<string, Backoff>;
}

function look(cluster: Cluster, { job, tell, backoffs }: Sight): number | null {
  const now = cluster.clock.now();
  const shelf = cluster.view.of<Pod>(kinds.pods);
  const claimer = { owner: job, selector: selectorOf(job) };
  const pods = claim(cluster, claimer, { kind: kinds.pods, shelf, counts: () => true });
  const seen = tally(job, pods);
  const backoff = backoffAfter(backoffs.get(uidOf(job)) ?? NEVER_FAILED, seen, now);
  const ending = endingOf(job, pods, seen, now);
  const { active, waitMs, ready, removed } = work(cluster, { job, tell, seen, ending, backoff, now });
  const success = ending === null && isComplete(job, seen.succeeded, active) ? COMPLETE : ending;
  const counts = { active, ready, terminating: seen.terminating + removed };
  const status = {
    ...presentStatus(job, counts, now),
    uncountedTerminatedPods: uncounted(job, pods, success),
  };
  backoffs.set(uidOf(job), backoff);
  conclude(cluster, { job, pods, status, ending: success, tell });
  return success === null ? soonest([waitMs, deadlineMs({ ...job, status }, now)]) : null;
}

const COMPLETE: Ending = {
  type: 'SuccessCriteriaMet',
  reason: 'CompletionsReached',
  message: 'Reached expected number of succeeded pods',
};

interface Task {
  readonly job: Job;
  readonly tell: Tell;
  readonly seen: Tally;
  readonly ending: Ending | null;
  readonly backoff: Backoff;
  readonly now: Instant;
}

interface Done {
  readonly active: number;
  readonly ready: number;
  readonly removed: number;
  readonly waitMs: number | null;
}

function work(cluster: Cluster, { job, tell, seen, ending, backoff, now }: Task): Done {
  const by = { owner: job, tell };
  const isGoing = job.metadata.deletionTimestamp !== undefined;
  const nothing = { create: 0, remove: [] };
  const open = isGoing ? nothing : workOf(job, seen, now);
  const { create, remove } = ending === null ? open : { create: 0, remove: seen.active };
  const waitMs = create > 0 ? backoffMs(backoff, now) : 0;
  deletePods(cluster, by, remove);
  const begun = waitMs > 0 ? 0 : create;
  if (begun > 0) {
    const extras = { finalizers: [TRACKING], labels: labelsOf(job) };
    createPods(cluster, by, { template: job.spec.template, count: begun, extras });
  }
  return {
    active: seen.active.length - remove.length + begun,
    ready: seen.ready - remove.filter(isReady).length,
    removed: remove.length,
    waitMs: waitMs > 0 ? waitMs : null,
  };
}

interface Conclusion {
  readonly job: Job;
  readonly pods: readonly Pod[];
  readonly status: JobStatus;
  readonly ending: Ending | null;
  readonly tell: Tell;
}

// Noted first, then let go, then counted: whatever happens in between, no pod is counted twice.
function conclude(cluster: Cluster, { job, pods, status, ending, tell }: Conclusion): void {
  const now = cluster.clock.now();
  const noted = ending === null ? status : endingStatus(status, ending, now);
  const written = writeStatus(cluster, job, noted);
  tellSuspension(job, written, tell);
  const isGoing = job.metadata.deletionTimestamp !== undefined;
  const free = pods.filter(
    (pod) => isTracked(pod) && (isGoing || ending !== null || isOver(pod) || hasFailed(job, pod)),
  );
  for (const pod of free) release(cluster, pod);
  const shelf = cluster.view.of<Pod>(kinds.pods);
  const isStillTracked = (uid: string) => {
    const pod = shelf.byUid(uid);
    return pod !== null && isTracked(pod);
  };
  const summed = counted(written.status ?? {}, isStillTracked);
  const final = ending === null ? summed : endedStatus(summed, ending, now);
  writeStatus(cluster, written, final);
  if (ending === null || final === summed) return;
  const isGood = ending.type === 'SuccessCriteriaMet';
  tell(
    job,
    isGood
      ? { type: 'Normal', reason: 'Completed', message: 'Job completed' }
      : { type: 'Warning', reason: ending.reason, message: ending.message },
  );
}

function tellSuspension(before: Job, after: Job, tell: Tell): void {
  const isSuspended = (job: Job) => job.status?.conditions?.find(({ type }) => type === 'Suspended')?.status;
  const status = isSuspended(after);
  if (status === undefined || status === isSuspended(before)) return;
  const [reason, message] = status === 'True' ? ['Suspended', 'Job suspended'] : ['Resumed', 'Job resumed'];
  tell(after, { type: 'Normal', reason, message });
}

function writeStatus({ api }: Cluster, job: Job, status: JobStatus): Job {
  if (isSameJson({ ...job.status }, { ...status })) return job;
  return api.update(kinds.jobs, { ...job, status }, { manager: MANAGER, subresource: 'status' }) as Job;
}

function release({ api }: Cluster, pod: Pod): void {
  const finalizers = (pod.metadata.finalizers ?? []).filter((finalizer) => finalizer !== TRACKING);
  const patch = { metadata: { uid: uidOf(pod), finalizers: finalizers.length === 0 ? null : finalizers } };
  unlessGone(() => api.merge(kinds.pods, placeFor(pod), patch, { manager: MANAGER }));
}

// A Job that was done long enough ago goes, with its pods.
function expire({ api, clock }: Cluster, job: Job, endedAt: string): number | null {
  const { ttlSecondsAfterFinished } = job.spec;
  if (ttlSecondsAfterFinished === undefined || job.metadata.deletionTimestamp !== undefined) return null;
  const leftMs = (parseInstant(endedAt) ?? 0) + ttlSecondsAfterFinished * 1000 - clock.now();
  if (leftMs > 0) return leftMs;
  unlessGone(() => api.delete(kinds.jobs, placeFor(job), { propagation: 'Foreground', uid: uidOf(job) }));
  return null;
}

function soonest(times: readonly (number | null)[]): number | null {
  const known = times.filter((ms) => ms !== null);
  return known.length === 0 ? null : Math.min(...known);
}
