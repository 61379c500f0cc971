import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Sighting } from '../compat/hub.ts';
import type { JsonObject } from '../compat/json.ts';
import { readableLine } from '../compat/readable.ts';
import { toRecording } from '../compat/recorder.ts';
import { Symbols } from '../compat/symbols.ts';

const startMs = Date.parse('2026-01-01T00:00:00Z');

/** Something seen at a time (seconds), under a resource version. */
function seen(
  [at, version]: readonly [number, number],
  type: Sighting['type'],
  kind: string,
  object: JsonObject,
): Sighting {
  return { at: startMs + at * 1000, version, type, kind, object };
}

function managed(manager: string, time: string): JsonObject {
  return { manager, time: `2026-01-01T00:00:0${time}Z` };
}

function replicaSet(size: number, available: number, by: JsonObject): JsonObject {
  return {
    metadata: {
      name: 'app-abc12',
      uid: 'u-1',
      namespace: 'compat-x',
      resourceVersion: '7',
      managedFields: [by],
      labels: { 'rollouts-pod-template-hash': 'abc12' },
      ownerReferences: [{ kind: 'Rollout', name: 'app', uid: 'u-0', controller: true }],
    },
    spec: { replicas: size },
    status: { availableReplicas: available, fullyLabeledReplicas: available },
  };
}

const rollout: JsonObject = {
  metadata: { name: 'app', uid: 'u-0', generation: 1, managedFields: [managed('user', '0')] },
  status: { conditions: [{ type: 'Available', lastTransitionTime: '2026-01-01T00:00:01Z' }] },
};

function event(count: number): JsonObject {
  return {
    metadata: { name: 'app.1' },
    involvedObject: { kind: 'Rollout', name: 'app' },
    type: 'Normal',
    reason: 'Scaling',
    message: 'Scaled app-abc12 in compat-x',
    count,
  };
}

const sightings: readonly Sighting[] = [
  seen([0.1, 10], 'ADDED', 'Rollout', rollout),
  seen([0.2, 12], 'ADDED', 'ReplicaSet', replicaSet(0, 0, managed('sluice', '0'))),
  // This watch was late: its version says that it came before.
  seen([0.3, 11], 'ADDED', 'Event', event(1)),
  seen([1.4, 13], 'MODIFIED', 'ReplicaSet', replicaSet(2, 0, managed('sluice', '1'))),
  seen([1.5, 14], 'MODIFIED', 'ReplicaSet', replicaSet(2, 0, managed('kube-controller-manager', '1'))),
  seen([1.6, 15], 'MODIFIED', 'ReplicaSet', replicaSet(2, 2, managed('kube-controller-manager', '1'))),
  seen([1.7, 16], 'MODIFIED', 'Event', event(3)),
  seen([1.8, 17], 'DELETED', 'ReplicaSet', replicaSet(2, 2, managed('kube-controller-manager', '1'))),
  seen([1.9, 18], 'ADDED', 'Event', { ...event(1), involvedObject: { kind: 'Deployment', name: 'web' } }),
];

function record(reference: ReadonlyMap<string, string>) {
  const texts = new Map([['compat-x', '<ns>']]);
  const symbols = new Symbols({ reference, severalRollouts: false, texts, startMs });
  for (const sighting of sightings) symbols.meet(sighting);
  const done = [
    { at: startMs, step: 0, action: { apply: ['Rollout/app'] }, result: { status: 200 } },
    { at: startMs + 1000, step: 1, action: { wait: { seconds: 1 } }, result: { waited: 'ok' } },
  ];
  const kinds = new Set(['Rollout', 'ReplicaSet', 'Event']);
  return toRecording({ scenario: 'x', about: '', startMs, done, sightings, served: [], kinds }, symbols);
}

void test('lines come in the order of versions, with symbols, writers and the action under way', () => {
  const told = record(new Map()).lines.map(
    (line) => `${line.step} ${readableLine(line)?.trim() ?? 'versions only'}`,
  );
  assert.deepEqual(told, [
    '0 +0.00 >>> [0] apply ["Rollout/app"]',
    '0 +0.10 Rollout/app ADDED by user',
    '0 +0.30 Event/Rollout/app Scaling: Scaled app-<hash1> in <ns>',
    '0 +0.20 ReplicaSet/app-<hash1> ADDED by controller replicas=0 available=0',
    '1 +1.00 >>> [1] wait {"seconds":1}',
    '1 +1.40 ReplicaSet/app-<hash1> (controller) spec.replicas: 0→2',
    '1 +1.60 ReplicaSet/app-<hash1> (kube) availableReplicas: 0→2',
    '1 +1.70 Event/Rollout/app Scaling: Scaled app-<hash1> in <ns> x3',
    '1 +1.80 ReplicaSet/app-<hash1> DELETED',
  ]);
});

void test('an event that is counted up was emitted as often', () => {
  assert.equal(record(new Map()).emitted.length, 3);
});

void test('what differs between runs is hidden in final objects, and what is left out is not there', () => {
  const { finals } = record(new Map());
  assert.deepEqual([...finals.keys()], ['Rollout/app']);
  assert.deepEqual(finals.get('Rollout/app'), {
    metadata: { name: 'app', generation: 1 },
    status: { conditions: [{ type: 'Available', lastTransitionTime: '<t+1>' }] },
  });
});

void test("a hash of the original's keeps its symbol", () => {
  assert.deepEqual(record(new Map([['abc12', '<hash4>']])).hashes, {
    abc12: { symbol: '<hash4>', owner: 'app' },
  });
});
