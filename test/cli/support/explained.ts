import type { AnalysisRunStatus, AnalysisTemplate, Measurement, Metric } from '../../../src/api/analysis.ts';
import type { RolloutStatus, Strategy } from '../../../src/api/rollout.ts';
import type { Pod, ReplicaSet } from '../../../src/api/workload.ts';
import {
  ago,
  BLUE_GREEN,
  CANARY,
  committed,
  condition,
  pod,
  ROUTED,
  replicaSet,
  rollout,
  run,
  updating,
} from '../../view/support/objects.ts';
import type { Case } from './cases.ts';
import { atGate } from './gated.ts';

const podsOf = (hash: string, count: number) =>
  ['2xk7p', '8bvzq', 'c4d9m', 'h5t2w', 'tq6rf'].slice(0, count).map((letters) => pod(hash, letters));
const paused = (step: number, seconds: number, reason = 'CanaryPauseStep' as const): RolloutStatus =>
  updating(step, {
    phase: 'Paused',
    message: reason,
    controllerPause: true,
    pauseConditions: [{ reason, startTime: ago(seconds) }],
  });
const weights = (canary: number) => ({
  weights: { canary: { weight: canary }, stable: { weight: 100 - canary } },
});
const COMMIT = 'a1b2c3d4e5f60718293a4b5c6d7e8f9012345678';

/** Weights, a pause and an analysis of five minutes. */
const ANALYSED: Strategy = {
  canary: {
    ...ROUTED.canary,
    steps: [
      { setWeight: 10 },
      { pause: { duration: 600 } },
      { analysis: { templates: [{ templateName: 'success-rate' }], args: [{ name: 'count', value: '6' }] } },
      { setWeight: 50 },
      { pause: { duration: '2h' } },
    ],
  },
};
const RATE: Metric = {
  name: 'success-rate',
  interval: '1m',
  count: '{{args.count}}',
  successCondition: 'result[0] >= 0.95',
  failureLimit: 2,
  provider: { prometheus: { query: 'q' } },
};
const TEMPLATE: AnalysisTemplate = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'AnalysisTemplate',
  metadata: { name: 'success-rate', namespace: 'shop' },
  spec: { args: [{ name: 'count' }], metrics: [RATE] },
};
const LATENCY: Metric = {
  name: 'latency',
  interval: '30s',
  failureCondition: 'result > 300',
  provider: { prometheus: { query: 'q' } },
};

function measured(seconds: number, value: string, phase: Measurement['phase'] = 'Successful'): Measurement {
  return { phase, value, startedAt: ago(seconds), finishedAt: ago(seconds) };
}

function analysis(name: string, metrics: readonly Metric[], status: AnalysisRunStatus, step?: number) {
  const made = run(name, 2, 'Running', [0, 0, 0, 0]);
  const labels = {
    'rollouts-pod-template-hash': 'new',
    ...(step === undefined ? {} : { 'step-index': String(step) }),
  };
  return {
    ...made,
    metadata: { ...made.metadata, labels },
    spec: { metrics, args: [{ name: 'count', value: '6' }] },
    status: { startedAt: ago(150), ...status },
  };
}

/** A pod with what Kubernetes says of it. */
function failing(letters: string, waiting: string, message: string, exitCode?: number): Pod {
  const made = pod('new', letters, { waiting });
  const lastState = exitCode === undefined ? {} : { terminated: { exitCode, reason: 'Error' } };
  const state = { waiting: { reason: waiting, message } };
  const container = { name: 'app', ready: false, restartCount: 4, state, lastState };
  return { ...made, status: { ...made.status, containerStatuses: [container] } };
}

const aborted = (cause: string, more: RolloutStatus = {}) =>
  updating(0, {
    phase: 'Degraded',
    message: `RolloutAborted: Rollout aborted update to revision 2${cause}`,
    abort: true,
    abortedAt: ago(40),
    conditions: [condition('Progressing', 'RolloutAborted', `Rollout aborted update to revision 2${cause}`)],
    ...more,
  });

const promoted = (more: RolloutStatus = {}) =>
  updating(4, {
    phase: 'Healthy',
    stableRS: 'new',
    updatedReplicas: 5,
    conditions: [condition('Healthy', 'RolloutHealthy', '', 7200)],
    ...more,
  });

const old = (want: number) => replicaSet('old', 1, { want, age: 9000 });
const both = (canary: number) => [replicaSet('new', 2, { want: canary }), old(5), ...podsOf('new', canary)];
const rated = {
  phase: 'Failed',
  message: 'Metric "success-rate" assessed Failed due to failed (3) > failureLimit (2)',
} as const;

/** A ReplicaSet with the same image as all others, and with a copy of a ConfigMap of its own. */
function configured(set: ReplicaSet, copy: string): ReplicaSet {
  const configuration = JSON.stringify({ [`ConfigMap/${copy}`]: 'app' });
  const annotations = { ...set.metadata.annotations, 'sluice.dev/configuration': configuration };
  const containers = [{ name: 'app', image: 'demo/app:1' }];
  return {
    ...set,
    metadata: { ...set.metadata, annotations },
    spec: { ...set.spec, template: { spec: { containers } } },
  };
}

/** The states that `explain` is looked at in. */
export const EXPLAINED: readonly Case[] = [
  { name: 'paused', objects: [rollout(paused(3, 250), { strategy: CANARY }), ...both(3)] },
  {
    name: 'paused-for-a-time',
    objects: [
      rollout({ ...paused(1, 250), canary: weights(10) }, { strategy: ANALYSED }),
      committed(replicaSet('new', 2, { want: 1 }), COMMIT, 'Faster checkout'),
      old(5),
      TEMPLATE,
    ],
  },
  {
    name: 'pods',
    objects: [
      rollout(
        updating(3, {
          message: 'updated replicas are still becoming available',
          canary: weights(10),
          conditions: [condition('Progressing', 'ReplicaSetUpdated', 'ReplicaSet "app-new" is progressing.')],
        }),
        { strategy: ANALYSED },
      ),
      replicaSet('new', 2, { want: 4, have: 1 }),
      pod('new', '2xk7p'),
      failing('8bvzq', 'ImagePullBackOff', 'Back-off pulling image "demo/app:new"'),
      failing('c4d9m', 'ImagePullBackOff', 'Back-off pulling image "demo/app:new"'),
      failing('h5t2w', 'CrashLoopBackOff', 'back-off 5m0s restarting failed container', 137),
      old(5),
    ],
  },
  {
    name: 'analysis',
    objects: [
      rollout(
        updating(2, {
          message: 'waiting for all steps to complete',
          canary: {
            ...weights(10),
            currentStepAnalysisRunStatus: { name: 'app-new-2-2', status: 'Running' },
            currentBackgroundAnalysisRunStatus: { name: 'app-new-2', status: 'Running' },
          },
        }),
        { strategy: ANALYSED },
      ),
      ...both(1),
      analysis(
        'app-new-2-2',
        [RATE],
        {
          phase: 'Running',
          metricResults: [
            {
              name: 'success-rate',
              phase: 'Running',
              count: 3,
              successful: 2,
              failed: 1,
              measurements: [
                measured(141, '[0.991]'),
                measured(81, '[0.93]', 'Failed'),
                measured(21, '[0.987]'),
              ],
            },
          ],
        },
        2,
      ),
      analysis('app-new-2', [LATENCY], { phase: 'Running', startedAt: ago(20) }),
    ],
  },
  {
    name: 'aborted-by-analysis',
    objects: [
      rollout(aborted(`: Step-based analysis phase error/failed: ${rated.message}`), { strategy: ANALYSED }),
      committed(replicaSet('new', 2, { want: 1, deadline: ago(-25) }), COMMIT, 'Faster checkout'),
      old(5),
      analysis(
        'app-new-2-2',
        [RATE],
        {
          ...rated,
          completedAt: ago(41),
          metricResults: [
            {
              name: 'success-rate',
              phase: 'Failed',
              count: 4,
              successful: 1,
              failed: 3,
              measurements: [
                measured(221, '[0.991]'),
                measured(161, '[0.93]', 'Failed'),
                measured(101, '[0.91]', 'Failed'),
                measured(41, '[0.9]', 'Failed'),
              ],
            },
          ],
        },
        2,
      ),
    ],
  },
  { name: 'aborted-by-a-person', objects: [rollout(aborted('')), ...both(0)] },
  {
    name: 'deadline',
    objects: [
      rollout(
        updating(0, {
          phase: 'Degraded',
          message: 'ProgressDeadlineExceeded: ReplicaSet "app-new" has timed out progressing.',
          conditions: [
            condition(
              'Progressing',
              'ProgressDeadlineExceeded',
              'ReplicaSet "app-new" has timed out progressing.',
            ),
          ],
        }),
      ),
      replicaSet('new', 2, { want: 1, have: 0 }),
      failing('c4d9m', 'CreateContainerConfigError', 'secret "app" not found'),
      old(4),
    ],
  },
  {
    name: 'invalid',
    objects: [
      rollout(
        updating(1, {
          phase: 'Degraded',
          conditions: [
            condition(
              'InvalidSpec',
              'InvalidSpec',
              'The Rollout "app" is invalid: spec.replicas: must be an integer; ' +
                'spec.strategy.canary.steps[0].setWeight: Invalid value: 101: must be at most 100',
            ),
          ],
        }),
      ),
      ...both(1),
    ],
  },
  {
    name: 'healthy',
    objects: [
      rollout(promoted()),
      committed(replicaSet('new', 2, { want: 5 }), COMMIT, 'Faster checkout'),
      replicaSet('old', 1, { want: 5, age: 9000, deadline: ago(-20) }),
    ],
  },
  {
    name: 'promoted-fully',
    objects: [
      rollout(promoted({ duration: { completionStatus: 'FastPromoted' } })),
      replicaSet('new', 2, { want: 5 }),
      old(0),
    ],
  },
  {
    name: 'promoting-fully',
    objects: [
      rollout(updating(4, { promoteFull: true })),
      replicaSet('new', 2, { want: 5, have: 2 }),
      old(3),
    ],
  },
  {
    name: 'retry',
    objects: [rollout({ ...aborted(''), abort: false }), ...both(0)],
  },
  {
    name: 'rollback-in-the-window',
    objects: [
      rollout(updating(4), { rollbackWindow: { revisions: 3 } }),
      replicaSet('old', 2, { want: 4 }),
      replicaSet('new', 3, { want: 3, have: 1, age: 9000 }),
    ],
  },
  {
    name: 'no-pods',
    objects: [
      rollout(promoted({ replicas: 0, updatedReplicas: 0, readyReplicas: 0, availableReplicas: 0 }), {
        replicas: 0,
      }),
      replicaSet('new', 2, { want: 0 }),
    ],
  },
  {
    name: 'inconclusive',
    objects: [
      rollout(
        {
          ...paused(2, 60, 'InconclusiveAnalysisRun' as never),
          canary: {
            ...weights(10),
            currentStepAnalysisRunStatus: { name: 'app-new-2-2', status: 'Inconclusive' },
          },
        },
        { strategy: ANALYSED },
      ),
      ...both(1),
      analysis('app-new-2-2', [RATE], {
        phase: 'Inconclusive',
        metricResults: [
          {
            name: 'success-rate',
            phase: 'Inconclusive',
            count: 1,
            inconclusive: 1,
            measurements: [measured(61, '[NaN]', 'Inconclusive')],
          },
        ],
      }),
    ],
  },
  { name: 'held', objects: [rollout(updating(0, { phase: 'Paused' }), { paused: true }), ...both(1)] },
  {
    name: 'blue-green',
    objects: [
      rollout(
        updating(0, {
          phase: 'Paused',
          controllerPause: true,
          pauseConditions: [{ reason: 'BlueGreenPause', startTime: ago(60) }],
          blueGreen: { activeSelector: 'old', previewSelector: 'new' },
        }),
        { strategy: BLUE_GREEN },
      ),
      replicaSet('new', 2, { want: 5 }),
      old(5),
    ],
  },
  {
    name: 'blue-green-switched',
    objects: [
      rollout(
        updating(0, {
          message: 'waiting for analysis to complete',
          blueGreen: {
            activeSelector: 'new',
            previewSelector: 'new',
            postPromotionAnalysisRunStatus: { name: 'app-new-2-post', status: 'Running' },
          },
        }),
        {
          strategy: {
            blueGreen: {
              ...BLUE_GREEN.blueGreen,
              activeService: 'app',
              postPromotionAnalysis: { templates: [{ templateName: 'success-rate' }] },
            },
          },
        },
      ),
      replicaSet('new', 2, { want: 5 }),
      old(5),
      analysis('app-new-2-post', [RATE], { phase: 'Running', startedAt: ago(20) }),
    ],
  },
  {
    name: 'configuration-of-a-workload',
    objects: [
      rollout(paused(1, 250), {
        strategy: CANARY,
        workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'app', scaleDown: 'progressively' },
      }),
      configured(replicaSet('new', 2, { want: 1 }), 'app-0c4d2'),
      configured(replicaSet('old', 1, { want: 4, age: 9000 }), 'app-9b1e7'),
    ],
  },
  { name: 'gate', objects: [atGate, ...both(1)] },
  { name: 'of-the-status-alone', objects: [rollout(paused(1, 700))] },
  { name: 'new', objects: [{ ...rollout({}), status: {} }] },
];
