import type { ReplicaSet, WorkloadCondition } from '../../../api/workload.ts';
import { formatInstant, type Instant, parseInstant } from '../../../core/time.ts';
import { allOf, type Sets } from './sizes.ts';
import {
  availableOf,
  conditionOf,
  type Deployment,
  type DeploymentStatus,
  deadlineSeconds,
  maxUnavailable,
  sizeOf,
  sum,
  wantedOf,
} from './spec.ts';

type Conditions = readonly WorkloadCondition[];

/** A condition without its times. */
export interface Claim {
  readonly type: 'Available' | 'Progressing' | 'ReplicaFailure';
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

/** The conditions with another one; with the same status and reason it stays as it was. */
export function withCondition(conditions: Conditions, claim: Claim, now: Instant): Conditions {
  const before = conditions.find(({ type }) => type === claim.type);
  if (before?.status === claim.status && before.reason === claim.reason) return conditions;
  return [...without(conditions, claim.type), timed(claim, before, now)];
}

/** What a Deployment's status says when only its size changed. */
export function countedStatus(deployment: Deployment, sets: Sets, now: Instant): DeploymentStatus {
  const all = allOf(sets);
  const available = sum(all, availableOf);
  const { generation } = deployment.metadata;
  const { collisionCount, conditions = [] } = deployment.status ?? {};
  const terminating = terminatingOf(all);
  const counts = {
    observedGeneration: generation ?? 0,
    replicas: sum(all, presentOf),
    updatedReplicas: sets.fresh === null ? 0 : presentOf(sets.fresh),
    readyReplicas: sum(all, (set) => set.status?.readyReplicas ?? 0),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, sum(all, sizeOf) - available),
  };
  const isEnough = available >= wantedOf(deployment) - maxUnavailable(deployment);
  return {
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    ...(terminating === null ? {} : { terminatingReplicas: terminating }),
    ...(collisionCount === undefined ? {} : { collisionCount }),
    conditions: withCondition(conditions, isEnough ? ENOUGH : TOO_FEW, now),
  };
}

/** What a Deployment's status says while it goes to another version: also whether that goes on. */
export function rollingStatus(deployment: Deployment, sets: Sets, now: Instant): DeploymentStatus {
  const status = countedStatus(deployment, sets, now);
  const { conditions = [] } = status;
  const progressing = progressed(deployment, { status, conditions, fresh: sets.fresh, now });
  const failure = failureOf(sets);
  const isSame = failure !== null && conditionOf(status, 'ReplicaFailure')?.reason === failure.reason;
  if (isSame) return { ...status, conditions: progressing };
  const others = without(progressing, 'ReplicaFailure');
  return { ...status, conditions: failure === null ? others : [...others, failure] };
}

/** Whether all pods are there, available and of the present version. */
export function isComplete(deployment: Deployment, status: DeploymentStatus | undefined): boolean {
  const wanted = wantedOf(deployment);
  return (
    (status?.updatedReplicas ?? 0) === wanted &&
    (status?.replicas ?? 0) === wanted &&
    (status?.availableReplicas ?? 0) === wanted &&
    (status?.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}

/** In how many milliseconds the deadline for progress may have passed; null: it does not matter. */
export function deadlineMs(deployment: Deployment, now: Instant): number | null {
  const seconds = deadlineSeconds(deployment);
  const condition = conditionOf(deployment.status, 'Progressing');
  if (seconds === null || condition === undefined || condition.reason === TIMED_OUT) return null;
  if (isComplete(deployment, deployment.status)) return null;
  const updatedAt = parseInstant(condition.lastUpdateTime) ?? now;
  return Math.max(0, updatedAt + seconds * 1000 - now) + 1000;
}

const TIMED_OUT = 'ProgressDeadlineExceeded';
const ENOUGH: Claim = {
  type: 'Available',
  status: 'True',
  reason: 'MinimumReplicasAvailable',
  message: 'Deployment has minimum availability.',
};
const TOO_FEW: Claim = {
  type: 'Available',
  status: 'False',
  reason: 'MinimumReplicasUnavailable',
  message: 'Deployment does not have minimum availability.',
};

interface Progress {
  readonly status: DeploymentStatus;
  readonly conditions: Conditions;
  readonly fresh: ReplicaSet | null;
  readonly now: Instant;
}

function progressed(deployment: Deployment, { status, conditions, fresh, now }: Progress): Conditions {
  if (deadlineSeconds(deployment) === null) return without(conditions, 'Progressing');
  const before = conditionOf(deployment.status, 'Progressing');
  const isAllNew = (status.replicas ?? 0) === (status.updatedReplicas ?? 0);
  if (isAllNew && before?.reason === 'NewReplicaSetAvailable') return conditions;
  const subject =
    fresh === null ? `Deployment "${deployment.metadata.name}"` : `ReplicaSet "${fresh.metadata.name}"`;
  if (isComplete(deployment, status)) {
    const message = `${subject} has successfully progressed.`;
    return withCondition(conditions, progress('True', 'NewReplicaSetAvailable', message), now);
  }
  if (isMoving(deployment.status ?? {}, status)) {
    // Every bit of progress begins the time anew, even for the same reason.
    const claim = progress('True', 'ReplicaSetUpdated', `${subject} is progressing.`);
    return [...without(conditions, 'Progressing'), timed(claim, before, now)];
  }
  if (!isTimedOut(deployment, before, now)) return conditions;
  const message = `${subject} has timed out progressing.`;
  return withCondition(conditions, progress('False', TIMED_OUT, message), now);
}

function progress(status: Claim['status'], reason: string, message: string): Claim {
  return { type: 'Progressing', status, reason, message };
}

function isMoving(before: DeploymentStatus, after: DeploymentStatus): boolean {
  const oldOnes = ({ replicas = 0, updatedReplicas = 0 }: DeploymentStatus) => replicas - updatedReplicas;
  return (
    (after.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    oldOnes(after) < oldOnes(before) ||
    (after.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

function isTimedOut(deployment: Deployment, before: WorkloadCondition | undefined, now: Instant): boolean {
  const seconds = deadlineSeconds(deployment);
  if (seconds === null || before === undefined || before.reason === 'NewReplicaSetAvailable') return false;
  if (before.reason === TIMED_OUT) return true;
  return (parseInstant(before.lastUpdateTime) ?? now) + seconds * 1000 < now;
}

// The new ReplicaSet's trouble comes before that of the others.
function failureOf({ fresh, old }: Sets): WorkloadCondition | null {
  const all = fresh === null ? old : [fresh, ...old];
  const failures = all.flatMap((set) => conditionOf(set.status, 'ReplicaFailure') ?? []);
  const [failure] = failures;
  if (failure === undefined) return null;
  const { lastTransitionTime } = failure;
  return { ...failure, ...(lastTransitionTime === undefined ? {} : { lastUpdateTime: lastTransitionTime }) };
}

function presentOf({ status }: ReplicaSet): number {
  return status?.replicas ?? 0;
}

// Null while one of them does not say it.
function terminatingOf(all: readonly ReplicaSet[]): number | null {
  const seen = all.filter(({ status }) => (status?.observedGeneration ?? 0) > 0);
  if (seen.some(({ status }) => status?.terminatingReplicas === undefined)) return null;
  return sum(seen, ({ status }) => status?.terminatingReplicas ?? 0);
}

function without(conditions: Conditions, type: Claim['type']): Conditions {
  return conditions.filter((condition) => condition.type !== type);
}

function timed(claim: Claim, before: WorkloadCondition | undefined, now: Instant): WorkloadCondition {
  const { type, status, reason, message } = claim;
  const at = formatInstant(now);
  const lastTransitionTime = before?.status === status ? (before.lastTransitionTime ?? at) : at;
  return { type, status, lastUpdateTime: at, lastTransitionTime, reason, message };
}
