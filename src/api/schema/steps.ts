import type { ExperimentService } from '../experiment.ts';
import type {
  BackgroundAnalysis,
  CanaryStep,
  ExperimentStep,
  ExperimentStepAnalysis,
  ExperimentStepTemplate,
  HeaderMatch,
  PauseStep,
  PluginStep,
  RolloutAnalysis,
  RouteMatch,
  SetCanaryScale,
  SetHeaderRoute,
  SetMirrorRoute,
  StringMatch,
} from '../steps.ts';
import { analysisTemplateRef, argument, dryRun, measurementRetention } from './analysis.ts';
import { flag, int32, intOrString, json, listOf, mapOf, object, oneOf, text } from './build.ts';
import { extraMetadata, labelSelector } from './meta.ts';

const analysisFields = {
  templates: listOf(analysisTemplateRef).optional(),
  args: listOf(argument).optional(),
  dryRun: listOf(dryRun).optional(),
  measurementRetention: listOf(measurementRetention).optional(),
  analysisRunMetadata: extraMetadata.optional(),
};

/** Schema of `RolloutAnalysis`. */
export const rolloutAnalysis = object<RolloutAnalysis>('RolloutAnalysis', analysisFields);

/** Schema of `BackgroundAnalysis`. */
export const backgroundAnalysis = object<BackgroundAnalysis>('BackgroundAnalysis', {
  ...analysisFields,
  startingStep: int32().optional(),
});

const stringMatch = object<StringMatch>('StringMatch', {
  exact: text.optional(),
  prefix: text.optional(),
  regex: text.optional(),
});

const service = object<ExperimentService>('ExperimentService', { name: text.optional() });

const experimentStep = object<ExperimentStep>('ExperimentStep', {
  templates: listOf(
    object<ExperimentStepTemplate>('ExperimentStepTemplate', {
      name: text,
      specRef: oneOf('canary', 'stable'),
      replicas: int32().optional(),
      metadata: extraMetadata.optional(),
      selector: labelSelector.optional(),
      weight: int32().optional(),
      service: service.optional(),
    }),
  ),
  duration: text.optional(),
  analyses: listOf(
    object<ExperimentStepAnalysis>('ExperimentStepAnalysis', {
      name: text,
      templateName: text,
      clusterScope: flag.optional(),
      args: listOf(argument).optional(),
      requiredForCompletion: flag.optional(),
    }),
  ).optional(),
  dryRun: listOf(dryRun).optional(),
  analysisRunMetadata: extraMetadata.optional(),
  scaleDownDelaySeconds: int32().optional(),
});

const setHeaderRoute = object<SetHeaderRoute>('SetHeaderRoute', {
  name: text.optional(),
  match: listOf(
    object<HeaderMatch>('HeaderMatch', { headerName: text, headerValue: stringMatch }),
  ).optional(),
});

const setMirrorRoute = object<SetMirrorRoute>('SetMirrorRoute', {
  name: text,
  match: listOf(
    object<RouteMatch>('RouteMatch', {
      method: stringMatch.optional(),
      path: stringMatch.optional(),
      headers: mapOf(stringMatch).optional(),
    }),
  ).optional(),
  percentage: int32().optional(),
});

/** Schema of `CanaryStep`. That exactly one field is set is checked in `validate/steps.ts`. */
export const canaryStep = object<CanaryStep>('CanaryStep', {
  setWeight: int32().optional(),
  pause: object<PauseStep>('PauseStep', { duration: intOrString.optional() }).optional(),
  setCanaryScale: object<SetCanaryScale>('SetCanaryScale', {
    weight: int32().optional(),
    replicas: int32().optional(),
    matchTrafficWeight: flag.optional(),
  }).optional(),
  analysis: rolloutAnalysis.optional(),
  experiment: experimentStep.optional(),
  setHeaderRoute: setHeaderRoute.optional(),
  setMirrorRoute: setMirrorRoute.optional(),
  plugin: object<PluginStep>('PluginStep', { name: text, config: json.optional() }).optional(),
});
