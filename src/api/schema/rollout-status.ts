import type {
  AlbStatus,
  AnalysisRunSummary,
  AwsResource,
  BlueGreenStatus,
  CanaryStatus,
  PauseCondition,
  PointOfNoReturn,
  RolloutDuration,
  RolloutStatus,
  StepPluginStatus,
  TrafficWeights,
  WeightDestination,
} from '../rollout-status.ts';
import { analysisPhase } from './analysis.ts';
import { flag, int32, json, likely, listOf, object, text, timestamp } from './build.ts';
import { condition } from './meta.ts';

const summary = object<AnalysisRunSummary>('AnalysisRunSummary', {
  name: text,
  status: analysisPhase,
  message: text.optional(),
});

const weightDestination = object<WeightDestination>('WeightDestination', {
  weight: int32(),
  serviceName: text.optional(),
  podTemplateHash: text.optional(),
});

const stepPluginStatus = object<StepPluginStatus>('StepPluginStatus', {
  index: int32(),
  name: text,
  message: text.optional(),
  phase: likely('Running', 'Successful', 'Failed', 'Error').optional(),
  startedAt: timestamp.optional(),
  updatedAt: timestamp.optional(),
  finishedAt: timestamp.optional(),
  operation: likely('Run', 'Terminate', 'Abort'),
  backoff: text.optional(),
  disabled: flag.optional(),
  executions: int32().optional(),
  status: json.optional(),
});

const canaryStatus = object<CanaryStatus>('CanaryStatus', {
  currentStepAnalysisRunStatus: summary.optional(),
  currentBackgroundAnalysisRunStatus: summary.optional(),
  currentExperiment: text.optional(),
  weights: object<TrafficWeights>('TrafficWeights', {
    canary: weightDestination,
    stable: weightDestination,
    additional: listOf(weightDestination).optional(),
    verified: flag.optional(),
  }).optional(),
  stablePingPong: likely('ping', 'pong').optional(),
  stepPluginStatuses: listOf(stepPluginStatus).optional(),
  pointOfNoReturn: object<PointOfNoReturn>('PointOfNoReturn', {
    step: int32(),
    at: timestamp,
    cause: text.optional(),
  }).optional(),
});

const blueGreenStatus = object<BlueGreenStatus>('BlueGreenStatus', {
  previewSelector: text.optional(),
  activeSelector: text.optional(),
  scaleUpPreviewCheckPoint: flag.optional(),
  prePromotionAnalysisRunStatus: summary.optional(),
  postPromotionAnalysisRunStatus: summary.optional(),
});

const awsResource = object<AwsResource>('AwsResource', { name: text, arn: text, fullName: text.optional() });

const albStatus = object<AlbStatus>('AlbStatus', {
  loadBalancer: awsResource.optional(),
  canaryTargetGroup: awsResource.optional(),
  stableTargetGroup: awsResource.optional(),
  ingress: text.optional(),
});

const duration = object<RolloutDuration>('RolloutDuration', {
  rolloutStartedAt: timestamp.optional(),
  finishedAt: timestamp.optional(),
  completionStatus: text.optional(),
  manualPauseStartedAt: timestamp.optional(),
  totalManualPauseDurationSeconds: int32().optional(),
});

/** Schema of `RolloutStatus`. */
export const rolloutStatus = object<RolloutStatus>('RolloutStatus', {
  phase: likely('Healthy', 'Degraded', 'Progressing', 'Paused').optional(),
  message: text.optional(),
  abort: flag.optional(),
  abortedAt: timestamp.optional(),
  pauseConditions: listOf(
    object<PauseCondition>('PauseCondition', {
      reason: likely(
        'CanaryPauseStep',
        'BlueGreenPause',
        'InconclusiveAnalysisRun',
        'InconclusiveExperiment',
        'PointOfNoReturn',
      ),
      startTime: timestamp,
    }),
  ).optional(),
  controllerPause: flag.optional(),
  promoteFull: flag.optional(),
  currentPodHash: text.optional(),
  currentStepHash: text.optional(),
  currentStepIndex: int32().optional(),
  stableRS: text.optional(),
  replicas: int32().optional(),
  updatedReplicas: int32().optional(),
  readyReplicas: int32().optional(),
  availableReplicas: int32().optional(),
  HPAReplicas: int32().optional(),
  selector: text.optional(),
  collisionCount: int32().optional(),
  observedGeneration: text.optional(),
  workloadObservedGeneration: text.optional(),
  conditions: listOf(
    condition(
      likely('InvalidSpec', 'Available', 'Progressing', 'ReplicaFailure', 'Paused', 'Completed', 'Healthy'),
    ),
  ).optional(),
  canary: canaryStatus.optional(),
  blueGreen: blueGreenStatus.optional(),
  restartedAt: timestamp.optional(),
  duration: duration.optional(),
  alb: albStatus.optional(),
  albs: listOf(albStatus).optional(),
  epoch: int32().optional(),
});
