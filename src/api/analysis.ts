import type { Duration, IntOrString, Manifest, StringMap, Timestamp } from './meta.ts';
import type { Provider } from './providers.ts';

export type * from './providers.ts';

/** How a run, a metric or a measurement stands. */
export type AnalysisPhase = 'Pending' | 'Running' | 'Successful' | 'Failed' | 'Error' | 'Inconclusive';

/** Metrics for a namespace. */
export interface AnalysisTemplate extends Manifest {
  readonly apiVersion: 'argoproj.io/v1alpha1';
  readonly kind: 'AnalysisTemplate';
  readonly spec: AnalysisTemplateSpec;
}

/** Metrics for the whole cluster. */
export interface ClusterAnalysisTemplate extends Manifest {
  readonly apiVersion: 'argoproj.io/v1alpha1';
  readonly kind: 'ClusterAnalysisTemplate';
  readonly spec: AnalysisTemplateSpec;
}

/** Metrics and the arguments that they take. */
export interface AnalysisTemplateSpec {
  /** At least one, here or in `templates`. */
  readonly metrics?: readonly Metric[];
  readonly args?: readonly Argument[];
  readonly dryRun?: readonly DryRun[];
  readonly measurementRetention?: readonly MeasurementRetention[];
  /** Further templates whose metrics are added. */
  readonly templates?: readonly AnalysisTemplateRef[];
}

/** Names an analysis template. */
export interface AnalysisTemplateRef {
  readonly templateName?: string;
  /** True: a ClusterAnalysisTemplate. Default false. */
  readonly clusterScope?: boolean;
}

/** An analysis at work. */
export interface AnalysisRun extends Manifest {
  readonly apiVersion: 'argoproj.io/v1alpha1';
  readonly kind: 'AnalysisRun';
  readonly spec: AnalysisRunSpec;
  readonly status?: AnalysisRunStatus;
}

/** What an AnalysisRun should measure. Everything is in here: templates are not looked at again. */
export interface AnalysisRunSpec {
  readonly metrics: readonly Metric[];
  readonly args?: readonly Argument[];
  /** Users set it true to end the run. */
  readonly terminate?: boolean;
  readonly dryRun?: readonly DryRun[];
  readonly measurementRetention?: readonly MeasurementRetention[];
  /** When to delete the run after it has ended. Default: never. */
  readonly ttlStrategy?: TtlStrategy;
}

/** When to delete a run that has ended. The more precise field wins. */
export interface TtlStrategy {
  readonly secondsAfterCompletion?: number;
  readonly secondsAfterFailure?: number;
  readonly secondsAfterSuccess?: number;
}

/** One thing to measure, and what the values mean. */
export interface Metric {
  /** Unique in a run. */
  readonly name: string;
  /** Time between measurements. Absent: one measurement. */
  readonly interval?: Duration;
  /** Time before the first measurement. Default 0. */
  readonly initialDelay?: Duration;
  /** Number of measurements. Default 1, or without end if there is an `interval`. */
  readonly count?: IntOrString;
  /** An expression on `result` that must hold. */
  readonly successCondition?: string;
  /** An expression on `result` that must not hold. Neither holds: inconclusive. */
  readonly failureCondition?: string;
  /** Failures that are put up with. Default 0; -1 for any number. */
  readonly failureLimit?: IntOrString;
  /** Inconclusive measurements that are put up with. Default 0. */
  readonly inconclusiveLimit?: IntOrString;
  /** Errors in a row that are put up with. Default 4. */
  readonly consecutiveErrorLimit?: IntOrString;
  /** So many successes in a row are enough. Default 0: off. */
  readonly consecutiveSuccessLimit?: IntOrString;
  readonly provider: Provider;
}

/** An argument: of a template (perhaps with a default), of a run, or what a Rollout hands to it. */
export interface Argument {
  readonly name: string;
  /** May be empty. Not together with `valueFrom`. */
  readonly value?: string;
  readonly valueFrom?: ArgumentSource;
}

/** Where an argument's value comes from: exactly one field is set. */
export interface ArgumentSource {
  /** Read when it is needed, from the run's namespace. Not shown in messages. */
  readonly secretKeyRef?: SecretKeyRef;
  /** A field of the Rollout, e.g. `metadata.labels['team']`. In Rollouts and Experiments only. */
  readonly fieldRef?: FieldRef;
  /** A hash of the Rollout. In Rollouts only. */
  readonly podTemplateHashValue?: 'Stable' | 'Latest';
}

/** A field of the Rollout. */
export interface FieldRef {
  /** From the object's root, e.g. `metadata.annotations['team']`. */
  readonly fieldPath: string;
}

/** A key of a Secret. */
export interface SecretKeyRef {
  readonly name: string;
  readonly key: string;
}

/** Metrics whose outcome does not count. */
export interface DryRun {
  /** A regular expression on metric names. */
  readonly metricName: string;
}

/** How many measurements of some metrics to keep. */
export interface MeasurementRetention {
  /** A regular expression on metric names. */
  readonly metricName: string;
  /** Default for metrics without such an entry: 10. */
  readonly limit: number;
}

/** What an AnalysisRun has found. */
export interface AnalysisRunStatus {
  readonly phase: AnalysisPhase | '';
  readonly message?: string;
  readonly metricResults?: readonly MetricResult[];
  readonly startedAt?: Timestamp;
  readonly completedAt?: Timestamp;
  /** Counts of metrics that matter. */
  readonly runSummary?: RunSummary;
  /** Counts of metrics in dry-run mode. */
  readonly dryRunSummary?: RunSummary;
}

/** Counts of metrics by outcome. Absent at zero. */
export interface RunSummary {
  readonly count?: number;
  readonly successful?: number;
  readonly failed?: number;
  readonly inconclusive?: number;
  readonly error?: number;
}

/** What was found about one metric. Counts are absent at zero. */
export interface MetricResult {
  readonly name: string;
  readonly phase: AnalysisPhase;
  /** The latest ones, oldest first. */
  readonly measurements?: readonly Measurement[];
  readonly message?: string;
  /** Measurements without error. */
  readonly count?: number;
  readonly successful?: number;
  readonly failed?: number;
  readonly inconclusive?: number;
  readonly error?: number;
  /** Errors in a row, up to now. */
  readonly consecutiveError?: number;
  /** Successes in a row, up to now. */
  readonly consecutiveSuccess?: number;
  readonly dryRun?: boolean;
  /** What the provider says about the metric, e.g. the query with its arguments filled in. */
  readonly metadata?: StringMap;
}

/** One measurement. */
export interface Measurement {
  readonly phase: AnalysisPhase;
  readonly message?: string;
  readonly startedAt?: Timestamp;
  readonly finishedAt?: Timestamp;
  /** The value as JSON text. */
  readonly value?: string;
  /** The provider's notes: what `resume` needs to go on. */
  readonly metadata?: StringMap;
  /** When to ask the provider again. */
  readonly resumeAt?: Timestamp;
}
