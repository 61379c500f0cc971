import type { AnalysisTemplateRef, Argument, DryRun, MeasurementRetention } from './analysis.ts';
import type { ExperimentService } from './experiment.ts';
import type { Duration, ExtraMetadata, IntOrString, Json, LabelSelector } from './meta.ts';

/** One step of a canary: exactly one field is set. */
export interface CanaryStep {
  /** Share of traffic (or of pods, without a router) for the canary: 0 to `maxTrafficWeight`. */
  readonly setWeight?: number;
  /** Waits. `{}` waits until somebody promotes. */
  readonly pause?: PauseStep;
  /** Sizes the canary apart from its weight. Needs `trafficRouting`. */
  readonly setCanaryScale?: SetCanaryScale;
  /** Runs an analysis to its end; the step is done when it is successful. */
  readonly analysis?: RolloutAnalysis;
  /** Runs an experiment to its end; the step is done when it is successful. */
  readonly experiment?: ExperimentStep;
  /** Sends requests with certain headers to the canary, or removes such a route. */
  readonly setHeaderRoute?: SetHeaderRoute;
  /** Copies requests to the canary, or removes such a route. */
  readonly setMirrorRoute?: SetMirrorRoute;
  /** Runs a step plugin. */
  readonly plugin?: PluginStep;
}

/** A pause, timed or until promoted. */
export interface PauseStep {
  /** Seconds as a number or as text of a number, or a duration such as `10m`. Absent: until promoted. */
  readonly duration?: IntOrString;
}

/** The size of the canary. At most one field is set. */
export interface SetCanaryScale {
  /** Percent of `spec.replicas`. */
  readonly weight?: number;
  readonly replicas?: number;
  /** Back to following the traffic weight. */
  readonly matchTrafficWeight?: boolean;
}

/** An analysis that a Rollout starts: the templates are merged into one AnalysisRun. */
export interface RolloutAnalysis {
  readonly templates?: readonly AnalysisTemplateRef[];
  readonly args?: readonly Argument[];
  /** Metrics whose outcome does not count. */
  readonly dryRun?: readonly DryRun[];
  /** How many measurements to keep. */
  readonly measurementRetention?: readonly MeasurementRetention[];
  /** Put on the AnalysisRun. */
  readonly analysisRunMetadata?: ExtraMetadata;
}

/** An analysis that runs beside the steps. */
export interface BackgroundAnalysis extends RolloutAnalysis {
  /** Index of the step with which it starts. Default 0. */
  readonly startingStep?: number;
}

/** An Experiment that is run as a step. */
export interface ExperimentStep {
  readonly templates: readonly ExperimentStepTemplate[];
  /** How long it runs once all of its pods are available. Absent: until its analyses end. */
  readonly duration?: Duration;
  readonly analyses?: readonly ExperimentStepAnalysis[];
  readonly dryRun?: readonly DryRun[];
  readonly analysisRunMetadata?: ExtraMetadata;
  /** Default 30. */
  readonly scaleDownDelaySeconds?: number;
}

/** Pods of an experiment, copied from the canary or from the stable version. */
export interface ExperimentStepTemplate {
  readonly name: string;
  /** Whose pod template to use. */
  readonly specRef: 'canary' | 'stable';
  /** Default 1. */
  readonly replicas?: number;
  /** Put on the pods. */
  readonly metadata?: ExtraMetadata;
  /** Default: the Rollout's. */
  readonly selector?: LabelSelector;
  /** Share of traffic. Needs a router that can route to experiments. */
  readonly weight?: number;
  /** Makes a Service for these pods. */
  readonly service?: ExperimentService;
}

/** An analysis of an experiment step. */
export interface ExperimentStepAnalysis {
  readonly name: string;
  readonly templateName: string;
  readonly clusterScope?: boolean;
  readonly args?: readonly Argument[];
  /** The experiment does not end before this analysis has. */
  readonly requiredForCompletion?: boolean;
}

/** A route to the canary for requests whose headers match. */
export interface SetHeaderRoute {
  /** One of `managedRoutes`. */
  readonly name?: string;
  /** All must match. Empty: the route is removed. */
  readonly match?: readonly HeaderMatch[];
}

/** A condition on one header. */
export interface HeaderMatch {
  readonly headerName: string;
  readonly headerValue: StringMatch;
}

/** A condition on a text: exactly one field is set. */
export interface StringMatch {
  readonly exact?: string;
  readonly prefix?: string;
  readonly regex?: string;
}

/** A route that copies requests to the canary. */
export interface SetMirrorRoute {
  /** One of `managedRoutes`. */
  readonly name: string;
  /** Which requests. Empty: the route is removed. */
  readonly match?: readonly RouteMatch[];
  /** Percent of the matching requests. Default 100. */
  readonly percentage?: number;
}

/** A condition on a request: all that is set must match. */
export interface RouteMatch {
  readonly method?: StringMatch;
  readonly path?: StringMatch;
  readonly headers?: Readonly<Record<string, StringMatch>>;
}

/** A step that a plugin carries out. */
export interface PluginStep {
  readonly name: string;
  /** Understood by the plugin only. */
  readonly config?: Json;
}
