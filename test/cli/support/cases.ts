import type { Manifest } from '../../../src/api/meta.ts';
import type { Rollout, Strategy } from '../../../src/api/rollout.ts';
import {
  ago,
  BLUE_GREEN,
  committed,
  condition,
  experiment,
  pod,
  ROUTED,
  replicaSet,
  rollout,
  run,
  updating,
} from '../../view/support/objects.ts';
import { atGate } from './gated.ts';

/** Objects of a namespace in which a rollout `app` is in a certain state. */
export interface Case {
  readonly name: string;
  readonly objects: readonly Manifest[];
}

const healthy = updating(4, {
  phase: 'Healthy',
  stableRS: 'new',
  updatedReplicas: 5,
});
const podsOf = (hash: string, count: number) =>
  ['2xk7p', '8bvzq', 'c4d9m', 'h5t2w', 'tq6rf'].slice(0, count).map((letters) => pod(hash, letters));

const exp = experiment('app-new-2-0', 2);
const pre = run('app-new-2-pre', 2, 'Running', [0, 0, 0, 0]);
const measuring = experiment('app-new-2-pre-side-1', 0, pre);

const at20 = { weights: { canary: { weight: 20 }, stable: { weight: 80 } } };
const PING_PONG: Strategy = {
  canary: { ...ROUTED.canary, pingPong: { pingService: 'app-ping', pongService: 'app-pong' } },
};

/** The states in which `get rollout` is looked at. */
export const ROLLOUTS: readonly Case[] = [
  {
    name: 'healthy',
    objects: [
      rollout(healthy),
      replicaSet('new', 2, { want: 5 }),
      ...podsOf('new', 5),
      replicaSet('old', 1, { want: 0, age: 90_000 }),
      pod('old', 'gx5fm', { leaving: true }),
      // Somebody else's.
      { ...replicaSet('foreign', 1, { want: 3 }), metadata: { name: 'foreign', uid: 'foreign' } },
    ],
  },
  {
    name: 'paused',
    objects: [
      rollout(
        updating(1, {
          phase: 'Paused',
          message: 'CanaryPauseStep',
          controllerPause: true,
          pauseConditions: [{ reason: 'CanaryPauseStep', startTime: ago(250) }],
        }),
      ),
      replicaSet('new', 2, { want: 1, age: 300 }),
      pod('new', 'c4d9m'),
      replicaSet('old', 1, { want: 4, age: 12_000 }),
      ...podsOf('old', 4),
    ],
  },
  {
    name: 'pods',
    objects: [
      rollout(
        updating(2, {
          message: 'updated replicas are still becoming available',
          availableReplicas: 3,
          readyReplicas: 3,
          updatedReplicas: 3,
          conditions: [condition('Progressing', 'ReplicaSetUpdated', 'ReplicaSet "app-new" is progressing.')],
        }),
      ),
      replicaSet('new', 2, { want: 3, have: 1 }),
      pod('new', '2xk7p', { restarts: 3 }),
      pod('new', '8bvzq', { waiting: 'ImagePullBackOff' }),
      pod('new', 'c4d9m', { waiting: 'ContainerCreating', age: 3 }),
      replicaSet('old', 1, { want: 2, age: 700_000 }),
      ...podsOf('old', 2),
    ],
  },
  {
    name: 'aborted',
    objects: [
      rollout(
        updating(0, {
          phase: 'Degraded',
          message: 'RolloutAborted: Rollout aborted update to revision 2: Metric "rate" assessed Failed',
          abort: true,
          abortedAt: ago(40),
          conditions: [
            condition(
              'Progressing',
              'RolloutAborted',
              'Rollout aborted update to revision 2: Metric "rate" assessed Failed',
            ),
          ],
        }),
      ),
      replicaSet('new', 2, { want: 1, deadline: ago(-25) }),
      pod('new', '2xk7p'),
      replicaSet('old', 1, { want: 5 }),
      ...podsOf('old', 5),
      run('app-new-2-1', 2, 'Failed', [5, 1, 2, 0]),
      run('app-new-2-3', 2, 'Error', [0, 0, 0, 5]),
    ],
  },
  {
    name: 'routed',
    objects: [
      rollout(
        updating(2, {
          message: 'waiting for all steps to complete',
          canary: {
            weights: { canary: { weight: 20 }, stable: { weight: 80 } },
            currentBackgroundAnalysisRunStatus: { name: 'app-new-2', status: 'Running' },
          },
        }),
        { strategy: ROUTED },
      ),
      replicaSet('new', 2, { want: 3 }),
      ...podsOf('new', 3),
      replicaSet('old', 1, { want: 5 }),
      ...podsOf('old', 5),
      run('app-new-2', 2, 'Running', [12, 0, 0, 0]),
    ],
  },
  {
    name: 'blue-green',
    objects: [
      rollout(
        updating(0, {
          phase: 'Paused',
          message: 'BlueGreenPause',
          controllerPause: true,
          pauseConditions: [{ reason: 'BlueGreenPause', startTime: ago(60) }],
          blueGreen: { activeSelector: 'old', previewSelector: 'new' },
        }),
        { strategy: BLUE_GREEN },
      ),
      replicaSet('new', 3, { want: 2 }),
      ...podsOf('new', 2),
      replicaSet('old', 2, { want: 5 }),
      ...podsOf('old', 5),
      replicaSet('older', 1, { want: 5, deadline: ago(3) }),
    ],
  },
  {
    name: 'blue-green-switched',
    objects: [
      rollout(
        updating(0, {
          message: 'waiting for analysis to complete',
          updatedReplicas: 5,
          blueGreen: {
            activeSelector: 'new',
            previewSelector: 'new',
            prePromotionAnalysisRunStatus: { name: 'app-new-3-pre', status: 'Successful' },
            postPromotionAnalysisRunStatus: { name: 'app-new-3-post', status: 'Running' },
          },
        }),
        { strategy: BLUE_GREEN, workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'app' } },
      ),
      replicaSet('new', 3, { want: 5 }),
      ...podsOf('new', 2),
      replicaSet('old', 2, { want: 5 }),
      run('app-new-3-pre', 3, 'Successful', [3, 0, 0, 0]),
      run('app-new-3-post', 3, 'Running', [1, 0, 0, 0]),
    ],
  },
  {
    name: 'ping-pong',
    objects: [
      rollout(updating(0, { canary: { ...at20, stablePingPong: 'ping' } }), { strategy: PING_PONG }),
      replicaSet('new', 2, { want: 1 }),
      ...podsOf('new', 1),
      replicaSet('old', 1, { want: 5 }),
    ],
  },
  {
    name: 'gate',
    objects: [
      atGate,
      replicaSet('new', 2, { want: 1 }),
      ...podsOf('new', 1),
      replicaSet('old', 1, { want: 5 }),
    ],
  },
  {
    name: 'commits',
    objects: [
      rollout(updating(1)),
      committed(replicaSet('new', 3, { want: 1 }), 'a1b2c3d4e5f6a7b8', 'Faster\x1b checkout'),
      ...podsOf('new', 1),
      committed(replicaSet('old', 2, { want: 4 }), '0123456789abcdef', ''),
      ...podsOf('old', 4),
      replicaSet('older', 1, { want: 0 }),
    ],
  },
  {
    name: 'experiment',
    objects: [
      rollout(updating(0, { message: 'waiting for all steps to complete' })),
      replicaSet('new', 2, { want: 0 }),
      replicaSet('old', 1, { want: 5 }),
      exp,
      replicaSet('new-2-0-baseline', 2, { want: 1 }, exp),
      pod('new-2-0-baseline', '2xk7p'),
      run('app-new-2-0-rate', 2, 'Inconclusive', [1, 0, 3, 0], exp),
    ],
  },
  {
    name: 'experiment-of-a-metric',
    objects: [
      rollout(updating(0, { blueGreen: { activeSelector: 'old', previewSelector: 'new' } }), {
        strategy: BLUE_GREEN,
      }),
      replicaSet('new', 2, { want: 5 }),
      replicaSet('old', 1, { want: 5 }),
      pre,
      measuring,
      replicaSet('new-2-pre-side-1-trial', 0, { want: 1 }, measuring),
      pod('new-2-pre-side-1-trial', '2xk7p'),
      run('app-new-2-pre-side-1-rate', 0, 'Running', [1, 0, 0, 0], measuring),
      // Somebody else's.
      experiment('other', 0, run('other', 0, 'Running', [0, 0, 0, 0])),
    ],
  },
  {
    name: 'invalid',
    objects: [
      rollout(
        {
          phase: 'Degraded',
          message: 'InvalidSpec: The Rollout "app" is invalid: spec.strategy: Required value',
          conditions: [
            condition(
              'InvalidSpec',
              'InvalidSpec',
              'The Rollout "app" is invalid: spec.strategy: Required value',
            ),
          ],
        },
        { strategy: {} },
      ),
    ],
  },
  { name: 'new', objects: [{ ...rollout({}), status: {} }] },
];

function called(made: Rollout, name: string, namespace: string): Rollout {
  return { ...made, metadata: { ...made.metadata, name, namespace } };
}

const several = [
  called(rollout(healthy), 'checkout', 'shop'),
  called(rollout(updating(2), { strategy: ROUTED }), 'cart', 'shop'),
  called(rollout({ phase: 'Paused' }, { strategy: BLUE_GREEN }), 'search-with-a-long-name', 'shop'),
  called(rollout(healthy), 'billing', 'accounts'),
];

/** What `list rollouts` is looked at with. */
export const LISTS: readonly (Case & { readonly args: readonly string[] })[] = [
  { name: 'namespace', args: [], objects: several },
  { name: 'all', args: ['-A'], objects: several },
  { name: 'one', args: ['--name', 'cart'], objects: several },
  { name: 'none', args: [], objects: [] },
];
