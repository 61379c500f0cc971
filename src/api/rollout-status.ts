import type { AnalysisPhase } from './analysis.ts';
import type { Condition, Json, Timestamp } from './meta.ts';

/** In one word, for clients. Believe it only if `observedGeneration` equals `metadata.generation`. */
export type RolloutPhase = 'Healthy' | 'Degraded' | 'Progressing' | 'Paused';

/** What a Rollout is. Counts and flags are absent at zero and false. Users write the fields marked so. */
export interface RolloutStatus {
  readonly phase?: RolloutPhase;
  /** Why the phase is what it is. */
  readonly message?: string;
  /** Users set it true to abort and false to retry. */
  readonly abort?: boolean;
  readonly abortedAt?: Timestamp;
  /** Why we paused. Users empty it to go on. */
  readonly pauseConditions?: readonly PauseCondition[];
  /** True while a pause of ours is not yet taken back. With no `pauseConditions`: a user said go on. */
  readonly controllerPause?: boolean;
  /** Users set it true to skip all steps, pauses and analyses. */
  readonly promoteFull?: boolean;
  /** Hash of the current pod template: the label of its ReplicaSet. */
  readonly currentPodHash?: string;
  /** Hash of the list of steps. */
  readonly currentStepHash?: string;
  /**
   * Index of the step in work; equals the number of steps when done. Absent without steps. Users may raise
   * it.
   */
  readonly currentStepIndex?: number;
  /** Hash label of the last version that was fully promoted. */
  readonly stableRS?: string;
  /** Pods of all ReplicaSets. */
  readonly replicas?: number;
  /** Pods of the current template. */
  readonly updatedReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  /** What an autoscaler takes for the size. */
  readonly HPAReplicas?: number;
  /** What an autoscaler takes for the pod selector, as text. */
  readonly selector?: string;
  /** Enters the pod-template hash when set, even at 0. */
  readonly collisionCount?: number;
  /** The generation last acted on, as decimal text. */
  readonly observedGeneration?: string;
  /** The same of the workload that `workloadRef` names. */
  readonly workloadObservedGeneration?: string;
  readonly conditions?: readonly RolloutCondition[];
  readonly canary?: CanaryStatus;
  readonly blueGreen?: BlueGreenStatus;
  /** The `spec.restartAt` that has been carried out. */
  readonly restartedAt?: Timestamp;
  /** How long the update takes. */
  readonly duration?: RolloutDuration;
  /** AWS names of a single Ingress. */
  readonly alb?: AlbStatus;
  /** AWS names of several Ingresses. */
  readonly albs?: readonly AlbStatus[];
  /** Ours: counts the decisions that may move traffic. What we write is stamped with it. */
  readonly epoch?: number;
}

/** The types of condition that a Rollout can have. */
export type RolloutConditionType =
  | 'InvalidSpec'
  | 'Available'
  | 'Progressing'
  | 'ReplicaFailure'
  | 'Paused'
  | 'Completed'
  | 'Healthy'
  | 'Ready'
  | 'Reconciling'
  | 'Stalled';

/** One member of a Rollout's `status.conditions`. */
export type RolloutCondition = Condition<RolloutConditionType>;

/** Why we paused. */
export type PauseReason =
  | 'CanaryPauseStep'
  | 'BlueGreenPause'
  | 'InconclusiveAnalysisRun'
  | 'InconclusiveExperiment'
  | 'PointOfNoReturn';

/** Why and since when we paused. */
export interface PauseCondition {
  readonly reason: PauseReason;
  readonly startTime: Timestamp;
}

/** Status of the canary strategy. */
export interface CanaryStatus {
  readonly currentStepAnalysisRunStatus?: AnalysisRunSummary;
  readonly currentBackgroundAnalysisRunStatus?: AnalysisRunSummary;
  /** Name of the Experiment of the current step. */
  readonly currentExperiment?: string;
  /** Absent without a router. */
  readonly weights?: TrafficWeights;
  /** Which of the two Services of `pingPong` is stable. */
  readonly stablePingPong?: 'ping' | 'pong';
  readonly stepPluginStatuses?: readonly StepPluginStatus[];
  /** Ours: set while a release can no longer go back by itself. */
  readonly pointOfNoReturn?: PointOfNoReturn;
}

/** A Job has done what the stable version may not be able to live with. */
export interface PointOfNoReturn {
  /** Index of its step. */
  readonly step: number;
  readonly at: Timestamp;
  /** Why the release would have been given up, had it been able to go back. */
  readonly cause?: string;
}

/** Status of the blue-green strategy. */
export interface BlueGreenStatus {
  /** Hash that the preview Service selects. */
  readonly previewSelector?: string;
  /** Hash that the active Service selects. */
  readonly activeSelector?: string;
  /** The preview may grow from `previewReplicaCount` to full size. */
  readonly scaleUpPreviewCheckPoint?: boolean;
  readonly prePromotionAnalysisRunStatus?: AnalysisRunSummary;
  readonly postPromotionAnalysisRunStatus?: AnalysisRunSummary;
}

/** An AnalysisRun, in short. */
export interface AnalysisRunSummary {
  readonly name: string;
  readonly status: AnalysisPhase;
  readonly message?: string;
}

/** The split of the traffic, as last set. */
export interface TrafficWeights {
  readonly canary: WeightDestination;
  readonly stable: WeightDestination;
  /** Experiments. */
  readonly additional?: readonly WeightDestination[];
  /** Whether the router was seen to follow. Absent where it cannot be asked. */
  readonly verified?: boolean;
}

/** A share of the traffic and where it goes. */
export interface WeightDestination {
  /** 0 to `maxTrafficWeight`. */
  readonly weight: number;
  readonly serviceName?: string;
  readonly podTemplateHash?: string;
}

/** How far a step plugin has come. */
export interface StepPluginStatus {
  /** Index of the step. */
  readonly index: number;
  readonly name: string;
  readonly message?: string;
  readonly phase?: 'Running' | 'Successful' | 'Failed' | 'Error';
  readonly startedAt?: Timestamp;
  readonly updatedAt?: Timestamp;
  readonly finishedAt?: Timestamp;
  /** What the plugin was asked to do. */
  readonly operation: 'Run' | 'Terminate' | 'Abort';
  /** How long to wait before asking again, as a duration. */
  readonly backoff?: string;
  readonly disabled?: boolean;
  readonly executions?: number;
  /** The plugin's own notes, kept for it. */
  readonly status?: Json;
}

/** How long an update takes. */
export interface RolloutDuration {
  readonly rolloutStartedAt?: Timestamp;
  readonly finishedAt?: Timestamp;
  /** How it ended: `Promoted`, `FastPromoted`, `Aborted`, `FastRolledBack`. */
  readonly completionStatus?: string;
  /** Since when it waits for a person. Absent while it does not. */
  readonly manualPauseStartedAt?: Timestamp;
  /** Absent at 0, except after such a wait of no length. */
  readonly totalManualPauseDurationSeconds?: number;
}

/** What AWS calls the parts of one Ingress. */
export interface AlbStatus {
  readonly loadBalancer?: AwsResource;
  readonly canaryTargetGroup?: AwsResource;
  readonly stableTargetGroup?: AwsResource;
  readonly ingress?: string;
}

/** Names an object in AWS. */
export interface AwsResource {
  readonly name: string;
  readonly arn: string;
  readonly fullName?: string;
}
