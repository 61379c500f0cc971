import type { ExperimentMetric, ExperimentMetricTemplate } from '../experiment-metric.ts';
import { int32, listOf, object, oneOf, text } from './build.ts';
import { experimentCourse, experimentService } from './experiment.ts';
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
  ...experimentCourse,
}).refine(
  ({ duration, analyses = [] }) =>
    duration !== undefined || analyses.some(({ requiredForCompletion }) => requiredForCompletion === true),
  { error: 'needs a duration, or an analysis with requiredForCompletion: else it would never end' },
);
