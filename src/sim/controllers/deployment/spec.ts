import type { Manifest, PodTemplate, StringMap } from '../../../api/meta.ts';
import type {
  ReplicaSet,
  ReplicaSetSpec,
  ReplicaSetStatus,
  WorkloadCondition,
} from '../../../api/workload.ts';
import { limits } from '../../../core/rollout/limits.ts';

/** `apps/v1` Deployment, as far as its controller looks at it. */
export interface Deployment extends Manifest {
  readonly spec: ReplicaSetSpec & {
    readonly paused?: boolean;
    readonly revisionHistoryLimit?: number;
    readonly progressDeadlineSeconds?: number;
    readonly strategy?: {
      readonly type?: 'RollingUpdate' | 'Recreate';
      readonly rollingUpdate?: {
        readonly maxSurge?: number | string;
        readonly maxUnavailable?: number | string;
      };
    };
  };
  readonly status?: DeploymentStatus;
}

/** What a Deployment is. Counts are absent at zero. */
export interface DeploymentStatus extends Omit<ReplicaSetStatus, 'fullyLabeledReplicas'> {
  readonly updatedReplicas?: number;
  readonly unavailableReplicas?: number;
  readonly collisionCount?: number;
}

/** Annotations by which a Deployment remembers on its ReplicaSets what it meant. */
export const NOTE = {
  revision: 'deployment.kubernetes.io/revision',
  revisionHistory: 'deployment.kubernetes.io/revision-history',
  desiredReplicas: 'deployment.kubernetes.io/desired-replicas',
  maxReplicas: 'deployment.kubernetes.io/max-replicas',
} as const;

const FOR_EVER = 2_147_483_647;
const DEFAULT_DEADLINE_SECONDS = 600;
const DEFAULT_HISTORY_LIMIT = 10;

/** How many pods a Deployment wants. */
export function wantedOf({ spec }: Deployment): number {
  return spec.replicas ?? 1;
}

/** How many pods a ReplicaSet is to have. */
export function sizeOf({ spec }: ReplicaSet): number {
  return spec.replicas ?? 1;
}

/** How many of its pods are available. */
export function availableOf({ status }: ReplicaSet): number {
  return status?.availableReplicas ?? 0;
}

/** The template of a Deployment or ReplicaSet. */
export function templateOf({ spec }: { readonly spec: ReplicaSetSpec }): PodTemplate {
  return spec.template ?? {};
}

/** Annotations, or none. */
export function notesOf({ metadata }: Pick<Manifest, 'metadata'>): StringMap {
  return metadata.annotations ?? {};
}

/** Whether a Deployment goes from version to version gradually. */
export function isRolling({ spec }: Deployment): boolean {
  return spec.strategy?.type !== 'Recreate';
}

/** How many pods there may be beyond the wanted ones. */
export function maxSurge(deployment: Deployment): number {
  if (!isRolling(deployment)) return 0;
  return limits(deployment.spec.strategy?.rollingUpdate ?? {}, wantedOf(deployment)).maxSurge;
}

/** How many of the wanted pods may be missing. */
export function maxUnavailable(deployment: Deployment): number {
  if (!isRolling(deployment) || wantedOf(deployment) === 0) return 0;
  return limits(deployment.spec.strategy?.rollingUpdate ?? {}, wantedOf(deployment)).maxUnavailable;
}

/** How long no progress is no failure; null: for ever. */
export function deadlineSeconds({ spec }: Deployment): number | null {
  const seconds = spec.progressDeadlineSeconds ?? DEFAULT_DEADLINE_SECONDS;
  return seconds === FOR_EVER ? null : seconds;
}

/** How many old ReplicaSets stay; null: all. */
export function historyLimit({ spec }: Deployment): number | null {
  const limit = spec.revisionHistoryLimit ?? DEFAULT_HISTORY_LIMIT;
  return limit === FOR_EVER ? null : limit;
}

/** The condition of that type. */
export function conditionOf(
  status: { readonly conditions?: readonly WorkloadCondition[] } | undefined,
  type: string,
): WorkloadCondition | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}

/** Oldest first; of one second by name. */
export function byAge(a: Manifest, b: Manifest): number {
  const [left, right] = [a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? ''];
  if (left !== right) return left < right ? -1 : 1;
  return a.metadata.name < b.metadata.name ? -1 : 1;
}

/** The sum of one number of each. */
export function sum<T>(items: readonly T[], number: (item: T) => number): number {
  return items.reduce((total, item) => total + number(item), 0);
}
