import type { JsonObject } from '../compat/json.ts';
import type { Change } from '../compat/paths.ts';
import type { Emission, Line, Recording, Writer } from '../compat/recording.ts';
import { versionsOf } from '../compat/timeline.ts';

const weightPath = 'metadata.annotations[nginx.ingress.kubernetes.io/canary-weight]';
const selectorPath = 'spec.selector.rollouts-pod-template-hash';
const statusWeight = 'status.canary.weights.canary.weight';

/** What happens in the tale, line by line. */
export const lines: readonly Line[] = [
  act(0, 0, { apply: ['Service/stable', 'Service/canary', 'Rollout/app'] }),
  add(0.01, 'Service/stable', 'user', service('<hash1>')),
  add(0.01, 'Service/canary', 'user', service('<hash1>')),
  add(0.01, 'Ingress/app-canary', 'controller', ingress('0')),
  add(0.02, 'Rollout/app', 'user', rollout()),
  add(0.02, 'ReplicaSet/app-<hash1>', 'controller', replicaSet('<hash1>', 5)),
  act(0.03, 1, { wait: { phase: 'Healthy' } }),
  act(1, 2, { patch: { kind: 'Rollout', name: 'app' } }),
  change(1.1, 'Rollout/app', [
    ['status.phase', 'Healthy', 'Progressing'],
    ['status.currentStepIndex', 4, 0],
  ]),
  add(1.1, 'ReplicaSet/app-<hash2>', 'controller', replicaSet('<hash2>', 0)),
  change(1.12, 'ReplicaSet/app-<hash2>', [['spec.replicas', 0, 1]]),
  change(1.2, 'ReplicaSet/app-<hash2>', [['spec.replicas', 1, 3]]),
  byKube(1.9, 'ReplicaSet/app-<hash2>', [['status.availableReplicas', null, 3]]),
  change(1.91, 'Service/canary', [[selectorPath, '<hash1>', '<hash2>']]),
  change(1.92, 'Ingress/app-canary', [[weightPath, '0', '60']]),
  change(1.93, 'Rollout/app', [
    [statusWeight, 0, 60],
    ['status.currentStepIndex', 0, 1],
    ['status.phase', 'Progressing', 'Paused'],
    ['status.conditions[Paused].status', 'False', 'True'],
    ['status.conditions[Paused].lastTransitionTime', '<t+0>', '<t+1>'],
  ]),
  change(3.94, 'Ingress/app-canary', [[weightPath, '60', '0']]),
  change(3.95, 'Rollout/app', [
    ['status.currentStepIndex', 1, 2],
    ['status.phase', 'Paused', 'Degraded'],
    [statusWeight, 60, 0],
  ]),
  change(3.96, 'Service/canary', [[selectorPath, '<hash2>', '<hash1>']]),
  change(4.0, 'ReplicaSet/app-<hash2>', [['spec.replicas', 3, 0]]),
  byKube(4.1, 'ReplicaSet/app-<hash2>', [['status.availableReplicas', 3, null]]),
];

/** The events that the controller emits in the tale. */
export const emitted: readonly Emission[] = [
  emission(1, 'RolloutUpdated', 'Rollout updated to revision 2'),
  emission(1, 'ScalingReplicaSet', 'Scaled up ReplicaSet app-<hash2> (revision 2) from 0 to 1'),
  emission(1, 'TrafficWeightUpdated', 'Traffic weight updated from 0 to 60'),
  emission(1, 'TrafficWeightUpdated', 'Traffic weight updated '),
  emission(1, 'RolloutStepCompleted', 'Rollout step 1/4 completed (setWeight: 60)'),
  emission(1, 'RolloutPaused', 'Rollout is paused (CanaryPauseStep)'),
  emission(3, 'RolloutAborted', 'Rollout aborted update to revision 2'),
];

/**
 * A canary with NGINX that pauses and is aborted: made up, so that the comparison is tested without
 * recordings.
 */
export const tale: Recording = tell(lines, emitted);

/** A recording of these lines and events; what is there at the end follows from the lines. */
export function tell(told: readonly Line[], events: readonly Emission[]): Recording {
  const recording: Recording = {
    scenario: 'tale',
    about: 'A made-up canary that is aborted.',
    reached: true,
    hashes: { aaaa: { symbol: '<hash1>', specTemplate: {} }, bbbb: { symbol: '<hash2>', specTemplate: {} } },
    served: [[1, 'web', 'GET /rate', 1]],
    lines: told,
    finals: new Map(),
    emitted: events,
    milestones: {},
  };
  const finals = new Map<string, JsonObject>();
  for (const { object, state } of versionsOf(recording)) {
    if (state === null) finals.delete(object);
    else finals.set(object, state);
  }
  return { ...recording, finals };
}

/** An action begins. */
function act(t: number, step: number, action: JsonObject): Line {
  return { kind: 'action', t, step, action, result: { status: 200 } };
}

/** The action under way at a time of the tale. */
function stepAt(t: number): number {
  return t < 0.03 ? 0 : t < 1 ? 1 : 2;
}

function add(t: number, object: string, by: Writer, full: JsonObject): Line {
  return { kind: 'added', t, step: stepAt(t), object, by, full };
}

/** The controller changes an object. */
export function change(t: number, object: string, changes: readonly Change[]): Line {
  return { kind: 'modified', t, step: stepAt(t), object, by: 'controller', changes, flips: null };
}

function byKube(t: number, object: string, changes: readonly Change[]): Line {
  return { kind: 'modified', t, step: stepAt(t), object, by: 'kube', changes, flips: null };
}

/** The controller emits an event about the Rollout. */
export function emission(second: number, reason: string, message: string): Emission {
  return { second, object: 'Rollout/app', type: 'Normal', reason, message };
}

function service(hash: string): JsonObject {
  return { spec: { selector: { app: 'app', 'rollouts-pod-template-hash': hash } } };
}

function ingress(weight: string): JsonObject {
  const backend = { service: { name: 'canary', port: { number: 80 } } };
  return {
    metadata: { annotations: { 'nginx.ingress.kubernetes.io/canary-weight': weight } },
    spec: { rules: [{ http: { paths: [{ path: '/', backend }] } }] },
  };
}

function rollout(): JsonObject {
  return {
    metadata: { name: 'app', generation: 3 },
    spec: { replicas: 5 },
    status: {
      phase: 'Healthy',
      currentStepIndex: 4,
      stableRS: '<hash1>',
      observedGeneration: '3',
      conditions: [{ type: 'Paused', status: 'False', reason: 'RolloutPaused', lastTransitionTime: '<t+0>' }],
    },
  };
}

function replicaSet(hash: string, size: number): JsonObject {
  return {
    metadata: {
      labels: { 'rollouts-pod-template-hash': hash },
      ownerReferences: [{ kind: 'Rollout', name: 'app', controller: true }],
    },
    spec: { replicas: size },
    status: size === 0 ? {} : { availableReplicas: size },
  };
}
