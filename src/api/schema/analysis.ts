import type {
  AnalysisRunSpec,
  AnalysisRunStatus,
  AnalysisTemplateRef,
  AnalysisTemplateSpec,
  Argument,
  ArgumentSource,
  DryRun,
  FieldRef,
  Measurement,
  MeasurementRetention,
  Metric,
  MetricResult,
  RunSummary,
  SecretKeyRef,
  TtlStrategy,
} from '../analysis.ts';
import {
  flag,
  int32,
  intOrString,
  likely,
  listOf,
  object,
  oneOf,
  stringMap,
  text,
  timestamp,
} from './build.ts';
import { provider } from './providers.ts';

/** Schema of `AnalysisPhase`. */
export const analysisPhase = likely('Pending', 'Running', 'Successful', 'Failed', 'Error', 'Inconclusive');

/** Schema of `Argument`. */
export const argument = object<Argument>('Argument', {
  name: text,
  value: text.optional(),
  valueFrom: object<ArgumentSource>('ArgumentSource', {
    secretKeyRef: object<SecretKeyRef>('SecretKeyRef', { name: text, key: text }).optional(),
    fieldRef: object<FieldRef>('FieldRef', { fieldPath: text }).optional(),
    podTemplateHashValue: oneOf('Stable', 'Latest').optional(),
  }).optional(),
});

/** Schema of `DryRun`. */
export const dryRun = object<DryRun>('DryRun', { metricName: text });

/** Schema of `MeasurementRetention`. */
export const measurementRetention = object<MeasurementRetention>('MeasurementRetention', {
  metricName: text,
  limit: int32(),
});

/** Schema of `AnalysisTemplateRef`. */
export const analysisTemplateRef = object<AnalysisTemplateRef>('AnalysisTemplateRef', {
  templateName: text.optional(),
  clusterScope: flag.optional(),
});

const metric = object<Metric>('Metric', {
  name: text,
  interval: text.optional(),
  initialDelay: text.optional(),
  count: intOrString.optional(),
  successCondition: text.optional(),
  failureCondition: text.optional(),
  failureLimit: intOrString.optional(),
  inconclusiveLimit: intOrString.optional(),
  consecutiveErrorLimit: intOrString.optional(),
  consecutiveSuccessLimit: intOrString.optional(),
  provider,
});

/** Schema of `AnalysisTemplateSpec`. */
export const analysisTemplateSpec = object<AnalysisTemplateSpec>('AnalysisTemplateSpec', {
  metrics: listOf(metric).optional(),
  args: listOf(argument).optional(),
  dryRun: listOf(dryRun).optional(),
  measurementRetention: listOf(measurementRetention).optional(),
  templates: listOf(analysisTemplateRef).optional(),
});

/** Schema of `AnalysisRunSpec`. */
export const analysisRunSpec = object<AnalysisRunSpec>('AnalysisRunSpec', {
  metrics: listOf(metric),
  args: listOf(argument).optional(),
  terminate: flag.optional(),
  dryRun: listOf(dryRun).optional(),
  measurementRetention: listOf(measurementRetention).optional(),
  ttlStrategy: object<TtlStrategy>('TtlStrategy', {
    secondsAfterCompletion: int32().optional(),
    secondsAfterFailure: int32().optional(),
    secondsAfterSuccess: int32().optional(),
  }).optional(),
});

const runSummary = object<RunSummary>('RunSummary', {
  count: int32().optional(),
  successful: int32().optional(),
  failed: int32().optional(),
  inconclusive: int32().optional(),
  error: int32().optional(),
});

const measurement = object<Measurement>('Measurement', {
  phase: analysisPhase,
  message: text.optional(),
  startedAt: timestamp.optional(),
  finishedAt: timestamp.optional(),
  value: text.optional(),
  metadata: stringMap.optional(),
  resumeAt: timestamp.optional(),
});

const metricResult = object<MetricResult>('MetricResult', {
  name: text,
  phase: analysisPhase,
  measurements: listOf(measurement).optional(),
  message: text.optional(),
  count: int32().optional(),
  successful: int32().optional(),
  failed: int32().optional(),
  inconclusive: int32().optional(),
  error: int32().optional(),
  consecutiveError: int32().optional(),
  consecutiveSuccess: int32().optional(),
  dryRun: flag.optional(),
  metadata: stringMap.optional(),
});

/** Schema of `AnalysisRunStatus`. */
export const analysisRunStatus = object<AnalysisRunStatus>('AnalysisRunStatus', {
  phase: analysisPhase,
  message: text.optional(),
  metricResults: listOf(metricResult).optional(),
  startedAt: timestamp.optional(),
  completedAt: timestamp.optional(),
  runSummary: runSummary.optional(),
  dryRunSummary: runSummary.optional(),
});
