import type { ExtraMetadata, IntOrString, LabelSelector, Manifest, PodTemplate, Timestamp } from './meta.ts';
import type { RolloutStatus } from './rollout-status.ts';
import type { BackgroundAnalysis, CanaryStep, RolloutAnalysis } from './steps.ts';
import type { TrafficRouting } from './traffic.ts';

export type * from './rollout-status.ts';
export type * from './steps.ts';
export type * from './traffic.ts';

/** A workload whose new versions are brought out step by step. */
export interface Rollout extends Manifest {
  readonly apiVersion: 'argoproj.io/v1alpha1';
  readonly kind: 'Rollout';
  readonly spec: RolloutSpec;
  readonly status?: RolloutStatus;
}

/** What a Rollout should be. */
export interface RolloutSpec {
  /** Number of pods. Default 1. */
  readonly replicas?: number;
  /** Selects the pods; must match the template's labels. Immutable. Required unless `workloadRef` is set. */
  readonly selector?: LabelSelector;
  /** The pods. Empty where `workloadRef` is set. */
  readonly template?: PodTemplate;
  /** Takes pod template and selector from another workload. */
  readonly workloadRef?: WorkloadRef;
  /** How long a pod must be ready to count as available. Default 0. */
  readonly minReadySeconds?: number;
  /** A return to one of this many recent revisions skips the steps. */
  readonly rollbackWindow?: RollbackWindow;
  readonly strategy?: Strategy;
  /** How many old ReplicaSets to keep. Default 10. */
  readonly revisionHistoryLimit?: number;
  /** Stops at the current step, by hand. */
  readonly paused?: boolean;
  /** Without progress for so long, the Rollout is degraded. Default 600; must exceed `minReadySeconds`. */
  readonly progressDeadlineSeconds?: number;
  /** Abort the update when the deadline passes. Default false. */
  readonly progressDeadlineAbort?: boolean;
  /** Pods that are older than this are replaced, within `maxUnavailable`. */
  readonly restartAt?: Timestamp;
  /** How many finished runs and experiments to keep. */
  readonly analysis?: RunHistory;
}

/**
 * Names the workload that pod template and selector are taken from: Deployment, ReplicaSet or PodTemplate.
 */
export interface WorkloadRef {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly name?: string;
  /** What becomes of that workload's own pods. Default `never`. */
  readonly scaleDown?: 'never' | 'onsuccess' | 'progressively';
}

/** How far back a rollback is fast. */
export interface RollbackWindow {
  /** Number of revisions. */
  readonly revisions?: number;
}

/** How many finished runs and experiments to keep. */
export interface RunHistory {
  /** Default 5. */
  readonly successfulRunHistoryLimit?: number;
  /** Failed, inconclusive and broken ones. Default 5. */
  readonly unsuccessfulRunHistoryLimit?: number;
}

/** How new versions come out: exactly one field is set. */
export interface Strategy {
  readonly canary?: CanaryStrategy;
  readonly blueGreen?: BlueGreenStrategy;
}

/** The new version gets pods and traffic step by step. */
export interface CanaryStrategy {
  /** Service of the canary pods. Needed by most routers. */
  readonly canaryService?: string;
  /** Service of the stable pods. Needed by most routers. */
  readonly stableService?: string;
  /** Without steps all pods are replaced within `maxSurge` and `maxUnavailable`. */
  readonly steps?: readonly CanaryStep[];
  /** Absent: traffic follows the number of pods. */
  readonly trafficRouting?: TrafficRouting;
  /**
   * Pods above `replicas`: a number, or a percentage rounded up. Default 25%. Not 0 if `maxUnavailable` is 0.
   */
  readonly maxSurge?: IntOrString;
  /** Pods missing from `replicas`: a number, or a percentage rounded down. Default 25%. */
  readonly maxUnavailable?: IntOrString;
  /** Runs beside the steps. Failure aborts the update. */
  readonly analysis?: BackgroundAnalysis;
  readonly antiAffinity?: AntiAffinity;
  /** Put on pods only while they are the canary. */
  readonly canaryMetadata?: ExtraMetadata;
  /** Put on pods only while they are stable. */
  readonly stableMetadata?: ExtraMetadata;
  /** How long the old ReplicaSet keeps its pods after the switch. Default 30. Needs `trafficRouting`. */
  readonly scaleDownDelaySeconds?: number;
  /** How many old ReplicaSets may keep their pods for that time. Default: all. */
  readonly scaleDownDelayRevisionLimit?: number;
  /** How long the canary keeps its pods after an abort. Default 30; 0 keeps them for good. */
  readonly abortScaleDownDelaySeconds?: number;
  /** The stable version shrinks as its weight does. Default false. Needs `trafficRouting`. */
  readonly dynamicStableScale?: boolean;
  /** Two Services that take turns, in place of `canaryService` and `stableService`. */
  readonly pingPong?: PingPong;
  /** Fewest pods of a ReplicaSet that has any. Needs `trafficRouting`. */
  readonly minPodsPerReplicaSet?: number;
  /** Go on with fewer available canary pods than asked for. */
  readonly replicaProgressThreshold?: ReplicaProgressThreshold;
}

/** Two Services that take turns at being stable. */
export interface PingPong {
  readonly pingService: string;
  readonly pongService: string;
}

/** How many canary pods must be available for a step to be done. */
export interface ReplicaProgressThreshold {
  readonly type: 'Percent' | 'Pods';
  /** Percent 1 to 100, or a number of pods. */
  readonly value: number;
}

/** Keeps pods of the old and the new version off the same node. Exactly one field is set. */
export interface AntiAffinity {
  /** The scheduler tries. */
  readonly preferredDuringSchedulingIgnoredDuringExecution?: PreferredAntiAffinity;
  /** The scheduler must. */
  readonly requiredDuringSchedulingIgnoredDuringExecution?: Readonly<Record<never, never>>;
}

/** How hard the scheduler tries. */
export interface PreferredAntiAffinity {
  /** 1 to 100. */
  readonly weight: number;
}

/** The new version gets all of its pods first, then all of the traffic at once. */
export interface BlueGreenStrategy {
  /** Service of the version that users see. */
  readonly activeService: string;
  /** Service of the new version, from its start. */
  readonly previewService?: string;
  /** Pods of the new version before the switch. Default: `replicas`. */
  readonly previewReplicaCount?: number;
  /** False: waits for somebody to promote. Default true. */
  readonly autoPromotionEnabled?: boolean;
  /** How long to wait before promoting by itself. Default 0. */
  readonly autoPromotionSeconds?: number;
  /** Used by restarts only. Default 25%. */
  readonly maxUnavailable?: IntOrString;
  /** How long the old ReplicaSet keeps its pods after the switch. Default 30. */
  readonly scaleDownDelaySeconds?: number;
  /** How many old ReplicaSets may keep their pods for that time. Default: all. */
  readonly scaleDownDelayRevisionLimit?: number;
  /** How long the preview keeps its pods after an abort. Default 30; 0 keeps them for good. */
  readonly abortScaleDownDelaySeconds?: number;
  /** Must be successful before the switch. */
  readonly prePromotionAnalysis?: RolloutAnalysis;
  /** Must be successful after the switch, or the switch is undone. */
  readonly postPromotionAnalysis?: RolloutAnalysis;
  readonly antiAffinity?: AntiAffinity;
  /** Put on pods only while they are the preview. */
  readonly previewMetadata?: ExtraMetadata;
  /** Put on pods only while they are active. */
  readonly activeMetadata?: ExtraMetadata;
}
