import type { AnalysisRun } from '../api/analysis.ts';
import type { Experiment } from '../api/experiment.ts';
import type { JsonObject, Manifest, ObjectMeta } from '../api/meta.ts';
import type { RolloutStatus } from '../api/rollout.ts';
import type { Pod, ReplicaSet } from '../api/workload.ts';
import type { Because } from './because.ts';
import type { WorkloadTarget } from './rollout/workload-target.ts';
import type { Routes } from './routes.ts';
import type { StepWants } from './steps/plugin.ts';
import type { Instant } from './time.ts';

/**
 * What one pass concludes about a rollout: what to write down, what to bring about, why, and when to look
 * again.
 */
export interface Decision {
  readonly status: RolloutStatus;
  readonly urgency: Urgency;
  /** Null where the spec cannot be followed: then nothing is touched. */
  readonly target: Target | null;
  readonly because: Because;
  /** Transitions to tell, in order. Told only after the status is stored. */
  readonly notes: readonly Note[];
  /** When to decide again if nothing changes before; null: never. */
  readonly wakeAt: Instant | null;
}

/**
 * When the status must be stored: before anything is done, as soon as nothing is left to be done, or whenever
 * there is company for its news.
 */
export type Urgency = 'first' | 'atRest' | 'none';

/** What should be. `changes` works out how to get there safely. */
export interface Target {
  readonly epoch: number;
  /** The ReplicaSet of the wanted template, where it is still to be made. */
  readonly create: ReplicaSet | null;
  /** Wanted state of existing ReplicaSets, in the order in which they are to be changed. */
  readonly replicaSets: readonly ReplicaSetTarget[];
  /** Pod-template hash that each Service should select. */
  readonly services: Readonly<Record<string, string>>;
  /** Wanted routes; null where they should stay as they are. */
  readonly routes: Routes | null;
  readonly runs: RunsTarget;
  readonly experiments: ExperimentsTarget;
  /** What plugin steps need done. */
  readonly steps: StepWants;
  /** Pods whose labels and annotations do not follow their version's part yet; absent: none. */
  readonly relabel?: readonly Relabelling[];
  /** Pods that a restart lets go now. */
  readonly evict: readonly Pod[];
  /** ReplicaSets beyond the history limit. */
  readonly discard: readonly ReplicaSet[];
  /** The revision number that the Rollout itself should show; null where it does. */
  readonly revision: string | null;
  /**
   * True where `spec.replicas` is absent and must be written, because the scale subresource cannot do
   * without.
   */
  readonly defaultReplicas: boolean;
  /** Null where the rollout refers to no workload. */
  readonly workload: WorkloadTarget | null;
}

/** Wanted state of one ReplicaSet. */
export interface ReplicaSetTarget {
  readonly replicaSet: ReplicaSet;
  readonly replicas: number;
  /** When it may be scaled to zero; null: no such time. */
  readonly deadline: Instant | null;
  /** Annotations that must have these values. */
  readonly annotations: Readonly<Record<string, string>>;
  /** True where it must be taken into possession first. */
  readonly adopt: boolean;
  /** True where traffic may be going to it, so that its pods may only be removed under a claimed route. */
  readonly carriesTraffic: boolean;
  /** What is to be put into its pod template, or taken out; null or absent: nothing. */
  readonly injection?: Injection | null;
}

/** A change of what a ReplicaSet's pod template has besides what its user wrote. */
export interface Injection {
  /** Merge patch of the template: only what is ours. Null where it stays as it is. */
  readonly template: JsonObject | null;
  /** What is remembered with it; null takes an annotation away. */
  readonly annotations: Readonly<Record<string, string | null>>;
}

/** Pods of one ReplicaSet that are given what its template says. */
export interface Relabelling {
  readonly replicaSet: ReplicaSet;
  readonly pods: readonly { readonly pod: Pod; readonly patch: JsonObject }[];
  /** True where no other pod of it lacks anything. */
  readonly isLast: boolean;
}

/** Which analysis runs should exist and go on. */
export interface RunsTarget {
  readonly create: readonly AnalysisRun[];
  readonly terminate: readonly AnalysisRun[];
  readonly discard: readonly AnalysisRun[];
}

/** Which experiments of steps should exist and go on. */
export interface ExperimentsTarget {
  readonly create: readonly Experiment[];
  readonly terminate: readonly Experiment[];
  readonly discard: readonly Experiment[];
}

/** Something that happened and is told as a Kubernetes Event, and to whoever subscribed to it. */
export interface Note {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** Which phase of the safe order a change belongs to. */
export type ChangePhase = 'record' | 'grow' | 'claim' | 'shift' | 'shrink' | 'runs' | 'tidy';

/**
 * One write to the API server. It carries the resourceVersion that it was computed from, so that it fails
 * with a conflict where the object has moved on.
 */
export type Change = CreateChange | CopyChange | PatchChange | DeleteChange | EvictChange;

interface ChangeBase {
  readonly phase: ChangePhase;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Told when the write has succeeded. */
  readonly notes: readonly Note[];
}

export interface CreateChange extends ChangeBase {
  readonly verb: 'create';
  readonly manifest: Manifest;
}

/** Makes a copy, which never changes, of a ConfigMap or a Secret. Contents are in no World and no plan. */
export interface CopyChange extends ChangeBase {
  readonly verb: 'copy';
  /** The name of what is copied, in the same namespace. */
  readonly source: string;
  /** What must be in it, else the plan is out of date. */
  readonly contentHash: string;
  readonly metadata: ObjectMeta;
}

export interface PatchChange extends ChangeBase {
  readonly verb: 'patch';
  /** RFC 7386 merge patch without the resourceVersion. */
  readonly patch: JsonObject;
  /** The version that the patch was computed from; null where it holds for every version. */
  readonly resourceVersion: string | null;
  /**
   * An annotation that must still say so, in place of the version: for an object whose status others write at
   * the same time. Then the patch changes annotations and nothing else.
   */
  readonly onlyWhile?: { readonly annotation: string; readonly says: string };
}

/** Asks for a pod to go; a disruption budget may say not now. */
export interface EvictChange extends ChangeBase {
  readonly verb: 'evict';
}

export interface DeleteChange extends ChangeBase {
  readonly verb: 'delete';
  readonly uid: string;
  readonly resourceVersion: string;
  /** True where what it owns goes first: it stays, about to go, until then. */
  readonly isForeground?: boolean;
}
