import type {
  AntiAffinity,
  BlueGreenStrategy,
  CanaryStrategy,
  PingPong,
  PreferredAntiAffinity,
  ReplicaProgressThreshold,
  RollbackWindow,
  RolloutSpec,
  RunHistory,
  Strategy,
  WorkloadRef,
} from '../rollout.ts';
import { emptyObject, flag, int32, intOrString, likely, listOf, object, text, timestamp } from './build.ts';
import { extraMetadata, labelSelector, podTemplate } from './meta.ts';
import { backgroundAnalysis, canaryStep, rolloutAnalysis } from './steps.ts';
import { trafficRouting } from './traffic.ts';

const antiAffinity = object<AntiAffinity>('AntiAffinity', {
  preferredDuringSchedulingIgnoredDuringExecution: object<PreferredAntiAffinity>('PreferredAntiAffinity', {
    weight: int32(),
  }).optional(),
  requiredDuringSchedulingIgnoredDuringExecution: emptyObject.optional(),
});

const canaryStrategy = object<CanaryStrategy>('CanaryStrategy', {
  canaryService: text.optional(),
  stableService: text.optional(),
  steps: listOf(canaryStep).optional(),
  trafficRouting: trafficRouting.optional(),
  maxSurge: intOrString.optional(),
  maxUnavailable: intOrString.optional(),
  analysis: backgroundAnalysis.optional(),
  antiAffinity: antiAffinity.optional(),
  canaryMetadata: extraMetadata.optional(),
  stableMetadata: extraMetadata.optional(),
  scaleDownDelaySeconds: int32().optional(),
  scaleDownDelayRevisionLimit: int32().optional(),
  abortScaleDownDelaySeconds: int32().optional(),
  dynamicStableScale: flag.optional(),
  pingPong: object<PingPong>('PingPong', { pingService: text, pongService: text }).optional(),
  minPodsPerReplicaSet: int32().optional(),
  replicaProgressThreshold: object<ReplicaProgressThreshold>('ReplicaProgressThreshold', {
    type: likely('Percent', 'Pods'),
    value: int32(),
  }).optional(),
});

const blueGreenStrategy = object<BlueGreenStrategy>('BlueGreenStrategy', {
  activeService: text,
  previewService: text.optional(),
  previewReplicaCount: int32().optional(),
  autoPromotionEnabled: flag.optional(),
  autoPromotionSeconds: int32().optional(),
  maxUnavailable: intOrString.optional(),
  scaleDownDelaySeconds: int32().optional(),
  scaleDownDelayRevisionLimit: int32().optional(),
  abortScaleDownDelaySeconds: int32().optional(),
  prePromotionAnalysis: rolloutAnalysis.optional(),
  postPromotionAnalysis: rolloutAnalysis.optional(),
  antiAffinity: antiAffinity.optional(),
  previewMetadata: extraMetadata.optional(),
  activeMetadata: extraMetadata.optional(),
});

const workloadRef = object<WorkloadRef>('WorkloadRef', {
  apiVersion: text.optional(),
  kind: text.optional(),
  name: text.optional(),
  scaleDown: likely('never', 'onsuccess', 'progressively').optional(),
});

/** Schema of `RolloutSpec`. */
export const rolloutSpec = object<RolloutSpec>('RolloutSpec', {
  replicas: int32().optional(),
  selector: labelSelector
    .meta({
      'x-kubernetes-validations': [{ rule: 'self == oldSelf', message: 'spec.selector is immutable' }],
    })
    .optional(),
  template: podTemplate.optional(),
  workloadRef: workloadRef.optional(),
  minReadySeconds: int32().optional(),
  rollbackWindow: object<RollbackWindow>('RollbackWindow', { revisions: int32().optional() }).optional(),
  strategy: object<Strategy>('Strategy', {
    canary: canaryStrategy.optional(),
    blueGreen: blueGreenStrategy.optional(),
  }).optional(),
  revisionHistoryLimit: int32().optional(),
  paused: flag.optional(),
  progressDeadlineSeconds: int32().optional(),
  progressDeadlineAbort: flag.optional(),
  restartAt: timestamp.optional(),
  analysis: object<RunHistory>('RunHistory', {
    successfulRunHistoryLimit: int32().optional(),
    unsuccessfulRunHistoryLimit: int32().optional(),
  }).optional(),
});
