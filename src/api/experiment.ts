import type { AnalysisPhase, Argument, DryRun, MeasurementRetention } from './analysis.ts';
import type {
  Condition,
  Duration,
  ExtraMetadata,
  LabelSelector,
  Manifest,
  PodTemplate,
  Timestamp,
} from './meta.ts';

/** Short-lived versions side by side, and their analysis. */
export interface Experiment extends Manifest {
  readonly apiVersion: 'argoproj.io/v1alpha1';
  readonly kind: 'Experiment';
  readonly spec: ExperimentSpec;
  readonly status?: ExperimentStatus;
}

/** What an Experiment should be. */
export interface ExperimentSpec {
  readonly templates: readonly ExperimentTemplate[];
  /** Counts from `status.availableAt`. Absent: until the required analyses have passed, or without end. */
  readonly duration?: Duration;
  /** Default 600. */
  readonly progressDeadlineSeconds?: number;
  /** Users set it true to end the experiment. */
  readonly terminate?: boolean;
  readonly analyses?: readonly ExperimentAnalysis[];
  /** How long pods stay after the end. Default 30. */
  readonly scaleDownDelaySeconds?: number;
  readonly dryRun?: readonly DryRun[];
  readonly measurementRetention?: readonly MeasurementRetention[];
  /** Put on the AnalysisRuns. */
  readonly analysisRunMetadata?: ExtraMetadata;
}

/** One version of an experiment: becomes a ReplicaSet. */
export interface ExperimentTemplate {
  readonly name: string;
  /** Default 1. */
  readonly replicas?: number;
  /** Default 0. */
  readonly minReadySeconds?: number;
  /** Must match the template's labels and no other template's. */
  readonly selector: LabelSelector;
  readonly template: PodTemplate;
  /** Makes a Service for these pods, as long as there are any. */
  readonly service?: ExperimentService;
}

/** A Service that an experiment makes. */
export interface ExperimentService {
  /** Default: the ReplicaSet's name. */
  readonly name?: string;
}

/** An analysis of an experiment. */
export interface ExperimentAnalysis {
  readonly name: string;
  readonly templateName: string;
  readonly clusterScope?: boolean;
  readonly args?: readonly Argument[];
  /** The experiment does not end before this analysis has. */
  readonly requiredForCompletion?: boolean;
}

/** What an Experiment is. */
export interface ExperimentStatus {
  readonly phase?: AnalysisPhase;
  readonly message?: string;
  readonly templateStatuses?: readonly ExperimentTemplateStatus[];
  /** When all pods were first available: `duration` counts from here. */
  readonly availableAt?: Timestamp;
  readonly conditions?: readonly ExperimentCondition[];
  readonly analysisRuns?: readonly ExperimentAnalysisRunStatus[];
}

/** One member of an Experiment's `status.conditions`. */
export type ExperimentCondition = Condition<
  'InvalidSpec' | 'Completed' | 'Progressing' | 'Running' | 'ReplicaFailure'
>;

/** How a version of an experiment stands. The four counts are written even at zero. */
export interface ExperimentTemplateStatus {
  readonly name: string;
  readonly replicas: number;
  readonly updatedReplicas: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
  readonly collisionCount?: number;
  readonly status?: 'Progressing' | 'Running' | 'Successful' | 'Failed' | 'Error';
  readonly message?: string;
  readonly lastTransitionTime?: Timestamp;
  readonly serviceName?: string;
  readonly podTemplateHash?: string;
}

/** How an analysis of an experiment stands. */
export interface ExperimentAnalysisRunStatus {
  readonly name: string;
  /** Name of the AnalysisRun; empty if it could not be made. */
  readonly analysisRun: string;
  /** Empty as long as there is no run. */
  readonly phase: AnalysisPhase | '';
  readonly message?: string;
}
