import type { ExperimentMetric, ExperimentMetricTemplate } from '../experiment-metric.ts';
import { dryRun, measurementRetention } from './analysis.ts';
import { int32, listOf, object, oneOf, text } from './build.ts';
import { experimentAnalyses, experimentService } from './experiment.ts';
import { extraMetadata, labelSelector, podTemplate } from './meta.ts';

const template = object<ExperimentMetricTemplate>('ExperimentMetricTemplate', {
  name: text,
  replicas: int32().optional(),
  minReadySeconds: int32().optional(),
  specRef: oneOf('canary', 'stable').optional(),
  selector: labelSelector.optional(),
  template: podTemplate.optional(),
  metadata: extraMetadata.optional(),
  service: experimentService.optional(),
})
  .refine(({ specRef, template: own }) => (specRef === undefined) !== (own === undefined), {
    error: 'set exactly one of specRef and template',
  })
  .refine(({ selector, template: own }) => own === undefined || selector !== undefined, {
    error: 'a template of its own needs a selector',
    path: ['selector'],
  });

/** Schema of `ExperimentMetric`. */
export const experimentMetric = object<ExperimentMetric>('ExperimentMetric', {
  templates: listOf(template),
  duration: text.optional(),
  progressDeadlineSeconds: int32().optional(),
  analyses: experimentAnalyses.optional(),
  scaleDownDelaySeconds: int32().optional(),
  dryRun: listOf(dryRun).optional(),
  measurementRetention: listOf(measurementRetention).optional(),
  analysisRunMetadata: extraMetadata.optional(),
}).refine(
  ({ duration, analyses = [] }) =>
    duration !== undefined || analyses.some(({ requiredForCompletion }) => requiredForCompletion === true),
  { error: 'needs a duration, or an analysis with requiredForCompletion: else it would never end' },
);
