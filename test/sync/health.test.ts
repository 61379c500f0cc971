import assert from 'node:assert/strict';
import { test } from 'node:test';
import { healthOf } from '../../src/sync/health.ts';
import { object } from './support/objects.ts';

const seen = { observedGeneration: 2 };
const up = { ...seen, replicas: 3, updatedReplicas: 3, availableReplicas: 3 };
const condition = (type: string, reason = '', message = '') => ({
  conditions: [{ type, status: 'True', reason, message }],
});

const rows: Readonly<Record<string, readonly [kind: string, spec: object, status: object, health: string]>> =
  {
    'what has no state': ['ConfigMap', {}, {}, 'healthy'],
    'a rollout': ['Rollout', {}, { observedGeneration: '2', phase: 'Healthy' }, 'healthy'],
    'a rollout of an older spec': [
      'Rollout',
      {},
      { observedGeneration: '1', phase: 'Degraded' },
      'waiting: the controller has not seen it yet',
    ],
    'a rollout that nobody has seen': ['Rollout', {}, {}, 'waiting: the controller has not seen it yet'],
    'a rollout that pauses': [
      'Rollout',
      {},
      { observedGeneration: '2', phase: 'Paused', message: 'CanaryPauseStep' },
      'waiting: Paused: CanaryPauseStep',
    ],
    'a rollout that went back': [
      'Rollout',
      {},
      { observedGeneration: '2', phase: 'Degraded', message: 'RolloutAborted: why' },
      'failed: Degraded: RolloutAborted: why',
    ],
    'a deployment': ['Deployment', { replicas: 3 }, up, 'healthy'],
    'a deployment of nothing': ['Deployment', { replicas: 0 }, seen, 'healthy'],
    'a deployment of an older spec': [
      'Deployment',
      { replicas: 3 },
      { ...up, observedGeneration: 1 },
      'waiting: it has not been seen yet',
    ],
    'a deployment that is begun': [
      'Deployment',
      { replicas: 3 },
      { ...up, updatedReplicas: 1 },
      'waiting: 1 of 3 pods are updated',
    ],
    'a deployment with old pods': [
      'Deployment',
      { replicas: 3 },
      { ...up, replicas: 4 },
      'waiting: old pods are ending',
    ],
    'a deployment whose pods do not come up': [
      'Deployment',
      { replicas: 3 },
      { ...up, availableReplicas: 1 },
      'waiting: 1 of 3 pods are available',
    ],
    'a deployment out of time': [
      'Deployment',
      { replicas: 3 },
      { ...seen, ...condition('Progressing', 'ProgressDeadlineExceeded', 'no progress') },
      'failed: no progress',
    ],
    'a replica set': ['ReplicaSet', { replicas: 2 }, { ...seen, availableReplicas: 2 }, 'healthy'],
    'a stateful set on its way': [
      'StatefulSet',
      { replicas: 2 },
      { ...seen, readyReplicas: 2, updatedReplicas: 1 },
      'waiting: 1 of 2 pods are updated',
    ],
    'a stateful set updated in part, as wanted': [
      'StatefulSet',
      { replicas: 2, updateStrategy: { rollingUpdate: { partition: 1 } } },
      { ...seen, readyReplicas: 2, updatedReplicas: 1 },
      'healthy',
    ],
    'a daemon set': [
      'DaemonSet',
      {},
      { ...seen, desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 1 },
      'waiting: 1 of 2 pods are available',
    ],
    'a job at work': ['Job', {}, {}, 'waiting: it is not complete yet'],
    'a job that is done': ['Job', {}, condition('Complete'), 'healthy'],
    'a job that failed': ['Job', {}, condition('Failed', '', 'backoff limit'), 'failed: backoff limit'],
    'a definition': ['CustomResourceDefinition', {}, condition('Established'), 'healthy'],
    'a definition that is new': ['CustomResourceDefinition', {}, {}, 'waiting: it is not established yet'],
  };

for (const [name, [kind, spec, status, wanted]] of Object.entries(rows)) {
  void test(name, () => {
    const base = object(kind, 'x', { spec, status });
    const health = healthOf({ ...base, metadata: { ...base.metadata, generation: 2 } });
    assert.equal(health.kind === 'healthy' ? 'healthy' : `${health.kind}: ${health.why}`, wanted);
  });
}
