import type {
  ExperimentAnalysis,
  ExperimentAnalysisRunStatus,
  ExperimentService,
  ExperimentSpec,
  ExperimentStatus,
  ExperimentTemplate,
  ExperimentTemplateStatus,
} from '../experiment.ts';
import { analysisPhase, argument, dryRun, measurementRetention } from './analysis.ts';
import { flag, int32, likely, listOf, object, text, timestamp } from './build.ts';
import { condition, extraMetadata, labelSelector, podTemplate } from './meta.ts';

/** Schema of `ExperimentService`. */
export const experimentService = object<ExperimentService>('ExperimentService', { name: text.optional() });

const experimentAnalyses = listOf(
  object<ExperimentAnalysis>('ExperimentAnalysis', {
    name: text,
    templateName: text,
    clusterScope: flag.optional(),
    args: listOf(argument).optional(),
    requiredForCompletion: flag.optional(),
  }),
);

const template = object<ExperimentTemplate>('ExperimentTemplate', {
  name: text,
  replicas: int32().optional(),
  minReadySeconds: int32().optional(),
  selector: labelSelector,
  template: podTemplate,
  service: experimentService.optional(),
});

/** Fields of `ExperimentSpec` that say how long it goes on and how it is measured. */
export const experimentCourse = {
  duration: text.optional(),
  progressDeadlineSeconds: int32().optional(),
  analyses: experimentAnalyses.optional(),
  scaleDownDelaySeconds: int32().optional(),
  dryRun: listOf(dryRun).optional(),
  measurementRetention: listOf(measurementRetention).optional(),
  analysisRunMetadata: extraMetadata.optional(),
};

/** Schema of `ExperimentSpec`. */
export const experimentSpec = object<ExperimentSpec>('ExperimentSpec', {
  templates: listOf(template),
  terminate: flag.optional(),
  ...experimentCourse,
});

const templateStatus = object<ExperimentTemplateStatus>('ExperimentTemplateStatus', {
  name: text,
  replicas: int32(),
  updatedReplicas: int32(),
  readyReplicas: int32(),
  availableReplicas: int32(),
  collisionCount: int32().optional(),
  status: likely('Progressing', 'Running', 'Successful', 'Failed', 'Error').optional(),
  message: text.optional(),
  lastTransitionTime: timestamp.optional(),
  serviceName: text.optional(),
  podTemplateHash: text.optional(),
});

/** Schema of `ExperimentStatus`. */
export const experimentStatus = object<ExperimentStatus>('ExperimentStatus', {
  phase: analysisPhase.optional(),
  message: text.optional(),
  templateStatuses: listOf(templateStatus).optional(),
  availableAt: timestamp.optional(),
  conditions: listOf(
    condition(likely('InvalidSpec', 'Completed', 'Progressing', 'Running', 'ReplicaFailure')),
  ).optional(),
  analysisRuns: listOf(
    object<ExperimentAnalysisRunStatus>('ExperimentAnalysisRunStatus', {
      name: text,
      analysisRun: text,
      phase: analysisPhase,
      message: text.optional(),
    }),
  ).optional(),
});
