import type { ExperimentService, ExperimentSpec } from './experiment.ts';
import type { Duration, ExtraMetadata, LabelSelector, PodTemplate } from './meta.ts';

/** The name of the metric provider plugin whose measurements are Experiments. */
export const EXPERIMENT = 'sluice/experiment';

/**
 * Configuration of the metric provider plugin `sluice/experiment`: each measurement makes an Experiment, and
 * is what the Experiment comes to. It must end by itself: with a duration, or by an analysis that is required
 * for its completion.
 */
export interface ExperimentMetric extends Omit<ExperimentSpec, 'templates' | 'terminate'> {
  readonly templates: readonly ExperimentMetricTemplate[];
  /** Counts from when all pods are available. Absent: until the required analyses have passed. */
  readonly duration?: Duration;
  /** Default: the Rollout's where a version is copied, else 600. */
  readonly progressDeadlineSeconds?: number;
}

/** Pods of such an Experiment: exactly one of `specRef` and `template` is set. */
export interface ExperimentMetricTemplate {
  readonly name: string;
  /** Default 1. */
  readonly replicas?: number;
  /** Default: the Rollout's where a version is copied, else 0. */
  readonly minReadySeconds?: number;
  /** The version of the release whose pods are copied. The run must be one that a Rollout has made. */
  readonly specRef?: 'canary' | 'stable';
  /** Needed with `template`. Default: that of the version. */
  readonly selector?: LabelSelector;
  readonly template?: PodTemplate;
  /** Put on the pods. */
  readonly metadata?: ExtraMetadata;
  /** Makes a Service for these pods, as long as there are any. */
  readonly service?: ExperimentService;
}
