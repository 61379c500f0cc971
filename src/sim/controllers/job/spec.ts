import type { LabelSelector, Manifest, PodTemplate, StringMap } from '../../../api/meta.ts';
import type { Pod } from '../../kubelet/pod.ts';

/** `batch/v1` Job, as far as its controller looks at it. */
export interface Job extends Manifest {
  readonly spec: {
    readonly parallelism?: number;
    readonly completions?: number;
    readonly backoffLimit?: number;
    readonly activeDeadlineSeconds?: number;
    readonly ttlSecondsAfterFinished?: number;
    readonly suspend?: boolean;
    readonly completionMode?: string;
    readonly podReplacementPolicy?: string;
    readonly selector?: LabelSelector;
    readonly template: PodTemplate;
  };
  readonly status?: JobStatus;
}

/** What a Job is. */
export interface JobStatus {
  readonly active?: number;
  readonly ready?: number;
  readonly terminating?: number;
  readonly succeeded?: number;
  readonly failed?: number;
  readonly startTime?: string;
  readonly completionTime?: string;
  readonly conditions?: readonly JobCondition[];
  readonly uncountedTerminatedPods?: Uncounted;
}

/** The uids of pods that have ended and may or may not be in the counts yet. */
export interface Uncounted {
  readonly succeeded?: readonly string[];
  readonly failed?: readonly string[];
}

/** A condition of a Job. */
export interface JobCondition {
  readonly type: 'Complete' | 'Failed' | 'SuccessCriteriaMet' | 'FailureTarget' | 'Suspended';
  readonly status: 'True' | 'False';
  readonly lastProbeTime: string;
  readonly lastTransitionTime: string;
  readonly reason: string;
  readonly message: string;
}

/** Keeps a pod until its Job has counted it. */
export const TRACKING = 'batch.kubernetes.io/job-tracking';

const DEFAULT_BACKOFF_LIMIT = 6;

/** How many pods may run at once. */
export function parallelismOf({ spec }: Job): number {
  return spec.parallelism ?? 1;
}

/** How many pods must succeed; null: one does, and then no new ones are begun. */
export function completionsOf({ spec }: Job): number | null {
  return spec.completions ?? (spec.parallelism === undefined ? 1 : null);
}

/** How many pods may fail. */
export function backoffLimitOf({ spec }: Job): number {
  return spec.backoffLimit ?? DEFAULT_BACKOFF_LIMIT;
}

/** The labels that a Job's pods have beside those of the template. */
export function labelsOf({ metadata: { name, uid = '' } }: Job): StringMap {
  return {
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  };
}

/** By which labels a Job finds its pods. */
export function selectorOf(job: Job): LabelSelector {
  const { uid = '' } = job.metadata;
  return job.spec.selector ?? { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } };
}

/** The condition of that type, if it holds. */
export function holding(job: Job, type: JobCondition['type']): JobCondition | null {
  const found = job.status?.conditions?.find((condition) => condition.type === type);
  return found?.status === 'True' ? found : null;
}

/** How a Job has ended; null: it has not. */
export function finishedBy(job: Job): JobCondition | null {
  return holding(job, 'Complete') ?? holding(job, 'Failed');
}

/** Whether a pod waits to be counted. */
export function isTracked({ metadata }: Pod): boolean {
  return metadata.finalizers?.includes(TRACKING) ?? false;
}

/** Whether a new pod takes the place of one that is still about to go. */
export function replacesTerminating({ spec }: Job): boolean {
  return spec.podReplacementPolicy !== 'Failed';
}
