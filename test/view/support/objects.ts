import type { AnalysisPhase, AnalysisRun } from '../../../src/api/analysis.ts';
import type { Experiment } from '../../../src/api/experiment.ts';
import type { Manifest } from '../../../src/api/meta.ts';
import type { Rollout, RolloutSpec, RolloutStatus, Strategy } from '../../../src/api/rollout.ts';
import type { Pod, ReplicaSet } from '../../../src/api/workload.ts';

/** The moment at which all views here are made. */
export const NOW = Date.parse('2026-11-21T14:06:21Z');

/** A time so many seconds before `NOW`; below zero, after it. */
export function ago(seconds: number): string {
  return new Date(NOW - seconds * 1000).toISOString().replace('.000', '');
}

/** Strategies by what is done in them. */
export const CANARY: Strategy = {
  canary: { steps: [{ setWeight: 20 }, { pause: { duration: '10m' } }, { setWeight: 60 }, { pause: {} }] },
};
export const ROUTED: Strategy = {
  canary: {
    ...CANARY.canary,
    stableService: 'app-stable',
    canaryService: 'app-canary',
    trafficRouting: { nginx: { stableIngress: 'app' } },
  },
};
export const BLUE_GREEN: Strategy = { blueGreen: { activeService: 'app', previewService: 'app-preview' } };

/** A rollout `shop/app`, five pods, an hour old, whose status is that of its spec. */
export function rollout(status: RolloutStatus, spec: Partial<RolloutSpec> = {}, generation = 3): Rollout {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'app', namespace: 'shop', uid: 'app', generation, creationTimestamp: ago(3600) },
    spec: { replicas: 5, selector: { matchLabels: { app: 'app' } }, strategy: CANARY, ...spec },
    status: { observedGeneration: String(generation), ...status },
  };
}

/** The status of an update from revision `old` to `new` at a step. */
export function updating(step: number, more: RolloutStatus = {}): RolloutStatus {
  return {
    phase: 'Progressing',
    currentPodHash: 'new',
    stableRS: 'old',
    currentStepIndex: step,
    replicas: 5,
    updatedReplicas: 1,
    readyReplicas: 5,
    availableReplicas: 5,
    ...more,
  };
}

/** A ReplicaSet `app-<hash>` of the rollout. */
export function replicaSet(
  hash: string,
  revision: number,
  pods: { readonly want: number; readonly have?: number; readonly age?: number; readonly deadline?: string },
  owner: Manifest | null = null,
): ReplicaSet {
  const { want, have = want, age = 600, deadline } = pods;
  const name = `app-${hash}`;
  const annotations = {
    'rollout.argoproj.io/revision': String(revision),
    ...(deadline === undefined ? {} : { 'scale-down-deadline': deadline }),
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name,
      namespace: 'shop',
      uid: name,
      generation: 2,
      creationTimestamp: ago(age),
      annotations,
      labels: { 'rollouts-pod-template-hash': hash },
      ownerReferences: [ownedBy(owner ?? { kind: 'Rollout', metadata: { name: 'app', uid: 'app' } })],
    },
    spec: {
      replicas: want,
      selector: { matchLabels: { app: 'app' } },
      template: { spec: { containers: [{ name: 'app', image: `demo/app:${hash}` }] } },
    },
    status: { observedGeneration: 2, replicas: want, readyReplicas: have, availableReplicas: have },
  };
}

/** The same ReplicaSet, made by a commit of Ada's. */
export function committed(set: ReplicaSet, hash: string, message: string): ReplicaSet {
  const commit = {
    'sluice.dev/commit': hash,
    'sluice.dev/commit-author': 'Ada Lovelace <ada@example.com>',
    'sluice.dev/commit-message': message,
  };
  const annotations = { ...set.metadata.annotations, ...commit };
  return { ...set, metadata: { ...set.metadata, annotations } };
}

/** A pod of such a ReplicaSet, ready unless a reason says why not. */
export function pod(
  hash: string,
  letters: string,
  state: {
    readonly age?: number;
    readonly waiting?: string;
    readonly restarts?: number;
    readonly leaving?: boolean;
  } = {},
): Pod {
  const { age = 120, waiting, restarts = 0, leaving = false } = state;
  const name = `app-${hash}`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${name}-${letters}`,
      namespace: 'shop',
      creationTimestamp: ago(age),
      ...(leaving ? { deletionTimestamp: ago(0) } : {}),
      ownerReferences: [ownedBy({ kind: 'ReplicaSet', metadata: { name, uid: name } })],
    },
    spec: { containers: [{ name: 'app' }] },
    status: {
      phase: waiting === undefined ? 'Running' : 'Pending',
      containerStatuses: [
        {
          name: 'app',
          ready: waiting === undefined,
          restartCount: restarts,
          state: waiting === undefined ? { running: {} } : { waiting: { reason: waiting } },
        },
      ],
    },
  };
}

/** An analysis run of the rollout; `counts` are successful, failed, inconclusive and broken measurements. */
export function run(
  name: string,
  revision: number,
  phase: AnalysisPhase,
  counts: readonly [number, number, number, number],
  owner: Manifest | null = null,
): AnalysisRun {
  const [successful, failed, inconclusive, error] = counts;
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisRun',
    metadata: {
      name,
      namespace: 'shop',
      uid: name,
      creationTimestamp: ago(90),
      annotations: { 'rollout.argoproj.io/revision': String(revision) },
      ownerReferences: [ownedBy(owner ?? { kind: 'Rollout', metadata: { name: 'app', uid: 'app' } })],
    },
    spec: { metrics: [] },
    status: {
      phase,
      metricResults: [
        { name: 'rate', phase, successful, failed, inconclusive, error },
        { name: 'dry', phase: 'Failed', failed: 7, dryRun: true },
      ],
    },
  };
}

/** An experiment of the rollout, or of an analysis run. */
export function experiment(name: string, revision: number, owner: Manifest | null = null): Experiment {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Experiment',
    metadata: {
      name,
      namespace: 'shop',
      uid: name,
      creationTimestamp: ago(100),
      annotations: { 'rollout.argoproj.io/revision': String(revision) },
      ownerReferences: [ownedBy(owner ?? { kind: 'Rollout', metadata: { name: 'app', uid: 'app' } })],
    },
    spec: { templates: [] },
    status: { phase: 'Running' },
  };
}

/** A condition of a rollout, `seconds` old. */
export function condition(
  type: 'Progressing' | 'InvalidSpec' | 'Available' | 'Healthy',
  reason: string,
  message: string,
  seconds = 40,
) {
  const at = ago(seconds);
  return { type, status: 'False', reason, message, lastUpdateTime: at, lastTransitionTime: at } as const;
}

function ownedBy({ kind, metadata }: Pick<Manifest, 'kind' | 'metadata'>) {
  const { name, uid = '' } = metadata;
  return { apiVersion: 'argoproj.io/v1alpha1', kind, name, uid, controller: true };
}
