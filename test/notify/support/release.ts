import type { AnalysisRun, AnalysisRunStatus, Metric } from '../../../src/api/analysis.ts';
import type { BlueGreenStrategy, CanaryStep, Rollout, RolloutStatus } from '../../../src/api/rollout.ts';
import type { ReplicaSet } from '../../../src/api/workload.ts';
import type { Snapshot } from '../../../src/notify/transitions.ts';

/** 2026-11-21T08:00:00Z */
export const NOW = Date.parse('2026-11-21T08:00:00Z');

export const STEPS: readonly CanaryStep[] = [
  { setWeight: 10 },
  { pause: { duration: '5m' } },
  { analysis: { templates: [{ templateName: 'success-rate' }] } },
  { setWeight: 30 },
  { pause: {} },
  { setWeight: 100 },
];

/** A revision: its hash is `h` and its number, its image has that number as tag. */
export function replicaSet(revision: number, pods: number, container = 'web'): ReplicaSet {
  const hash = `h${revision}`;
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `checkout-${hash}`,
      namespace: 'shop',
      uid: `rs-${hash}`,
      generation: pods + 1,
      labels: { 'rollouts-pod-template-hash': hash },
      annotations: { 'rollout.argoproj.io/revision': `${revision}` },
    },
    spec: {
      replicas: pods,
      selector: { matchLabels: { app: 'checkout' } },
      template: template(revision, container),
    },
    status: { replicas: pods },
  };
}

/** The same, made by a commit. */
export function committed(revision: number, pods: number, hash: string, message: string): ReplicaSet {
  const made = replicaSet(revision, pods);
  const annotations = {
    ...made.metadata.annotations,
    'sluice.dev/commit': hash,
    'sluice.dev/commit-author': 'Ada Lovelace <ada@example.com>',
    'sluice.dev/commit-message': message,
  };
  return { ...made, metadata: { ...made.metadata, annotations } };
}

function template(revision: number, container = 'web') {
  return {
    spec: {
      containers: [
        { name: container, image: `registry.example.com/shop/checkout:1.${revision}` },
        { name: 'proxy', image: 'envoy:3' },
      ],
    },
  };
}

/** A Rollout at revision 5, which sets out from revision 4. */
export function rollout(
  status: RolloutStatus,
  more: {
    readonly annotations?: Readonly<Record<string, string>>;
    readonly steps?: readonly CanaryStep[];
    readonly blueGreen?: BlueGreenStrategy;
  } = {},
): Rollout {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: {
      name: 'checkout',
      namespace: 'shop',
      uid: 'ro-1',
      resourceVersion: '1',
      annotations: { 'rollout.argoproj.io/revision': '5', ...more.annotations },
    },
    spec: {
      replicas: 10,
      template: template(5),
      strategy:
        more.blueGreen === undefined
          ? { canary: { steps: more.steps ?? STEPS } }
          : { blueGreen: more.blueGreen },
    },
    status: {
      currentPodHash: 'h5',
      stableRS: 'h4',
      duration: { rolloutStartedAt: '2026-11-21T07:50:00Z' },
      ...status,
    },
  };
}

/** What is stored of the release of revision 5. */
export function snapshot(
  status: RolloutStatus,
  more: Partial<Omit<Snapshot, 'rollout'>> & Parameters<typeof rollout>[1] = {},
): Snapshot {
  return {
    rollout: rollout(status, more),
    replicaSets: more.replicaSets ?? [replicaSet(4, 9), replicaSet(5, 1)],
    runs: more.runs ?? [],
  };
}

/** A run of the release of revision 5, at step 3. */
export function analysisRun(
  status: AnalysisRunStatus,
  metrics: readonly Partial<Metric>[] = [
    { name: 'success-rate', successCondition: 'result[0] >= 0.95', failureLimit: 1 },
  ],
): AnalysisRun {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisRun',
    metadata: {
      name: 'checkout-h5-5-2',
      namespace: 'shop',
      uid: '12345678-aaaa',
      labels: { 'rollouts-pod-template-hash': 'h5', 'step-index': '2' },
      creationTimestamp: '2026-11-21T07:55:00Z',
    },
    spec: {
      metrics: metrics.map((metric) => ({ name: 'x', provider: { prometheus: { query: 'q' } }, ...metric })),
    },
    status: { completedAt: '2026-11-21T07:58:00Z', ...status },
  };
}

/** A condition of a Rollout. */
export function condition(
  type: 'Completed' | 'Progressing',
  status: 'True' | 'False',
  reason: string,
  message = '',
) {
  const at = '2026-11-21T07:58:00Z';
  return { type, status, reason, message, lastUpdateTime: at, lastTransitionTime: at } as const;
}

/** The status after an abort for a cause; empty: somebody asked for it. */
export function abortedStatus(cause: string): RolloutStatus {
  const text = 'Rollout aborted update to revision 5';
  return {
    abort: true,
    abortedAt: '2026-11-21T07:58:00Z',
    currentStepIndex: 0,
    conditions: [
      condition('Progressing', 'False', 'RolloutAborted', cause === '' ? text : `${text}: ${cause}`),
    ],
  };
}

/** The run that failed with two bad values out of four. */
export const FAILED_RUN = analysisRun({
  phase: 'Failed',
  message: 'Metric "success-rate" assessed Failed due to failed (2) > failureLimit (1)',
  metricResults: [
    {
      name: 'success-rate',
      phase: 'Failed',
      count: 4,
      successful: 2,
      failed: 2,
      measurements: [
        { phase: 'Successful', value: '[0.991]' },
        { phase: 'Successful', value: '[0.9842857142857143]' },
        { phase: 'Failed', value: '[0.93]' },
        { phase: 'Failed', value: '[0.9120001]' },
      ],
    },
    { name: 'latency', phase: 'Successful', count: 4, successful: 4 },
  ],
});
