import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deletionOrder } from '../../../src/sim/controllers/deletion-order.ts';
import type { Pod } from '../../../src/sim/kubelet/pod.ts';

const now = Date.parse('2026-11-21T12:00:00Z');
const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString().replace('.000Z', 'Z');

interface Told {
  readonly node?: string | null;
  readonly phase?: string;
  /** Seconds since it got ready; null: it is not. */
  readonly ready?: number | null;
  readonly age?: number;
  readonly cost?: string;
  readonly restarts?: number;
}

// Unless told otherwise: on a node of its own, ready for 100 of its 200 seconds.
function pod(name: string, told: Told = {}): Pod {
  const { node = `node-of-${name}`, phase = 'Running', ready = 100, age = 200, cost, restarts = 0 } = told;
  const container = {
    name: 'app',
    image: '',
    imageID: '',
    ready: true,
    started: true,
    state: {},
    lastState: {},
  };
  return {
    metadata: {
      name,
      uid: name,
      creationTimestamp: ago(age),
      ...(cost === undefined ? {} : { annotations: { 'controller.kubernetes.io/pod-deletion-cost': cost } }),
    },
    spec: { containers: [], ...(node === null ? {} : { nodeName: node }) },
    status: {
      phase,
      containerStatuses: [{ ...container, restartCount: restarts }],
      conditions: ready === null ? [] : [{ type: 'Ready', status: 'True', lastTransitionTime: ago(ready) }],
    },
  };
}

const rows: readonly (readonly [what: string, pods: readonly Pod[], order: string])[] = [
  ['without a node first', [pod('a'), pod('b', { node: null })], 'b a'],
  ['pending before running', [pod('a'), pod('b', { phase: 'Pending' })], 'b a'],
  [
    'unknown between the two',
    [pod('a'), pod('b', { phase: 'Unknown' }), pod('c', { phase: 'Pending' })],
    'c b a',
  ],
  ['not ready before ready', [pod('a'), pod('b', { ready: null })], 'b a'],
  ['not ready even if it costs more', [pod('a'), pod('b', { ready: null, cost: '100' })], 'b a'],
  ['the cheapest first', [pod('a', { cost: '5' }), pod('b', { cost: '-5' }), pod('c')], 'b c a'],
  [
    'those that share a node first',
    [pod('a'), pod('b', { node: 'n' }), pod('c', { node: 'n', restarts: 1 })],
    'c b a',
  ],
  ['ready for a shorter time first', [pod('a', { ready: 100 }), pod('b', { ready: 10 })], 'b a'],
  ['times of one magnitude: by uid', [pod('b', { ready: 100 }), pod('a', { ready: 110 })], 'a b'],
  ['restarted more often first', [pod('a'), pod('b', { restarts: 2 })], 'b a'],
  ['younger first', [pod('a', { age: 5000 }), pod('b', { age: 200 })], 'b a'],
  ['alike: as they were', [pod('b'), pod('a')], 'b a'],
];

void describe('pods go in this order', () => {
  for (const [what, pods, order] of rows) {
    void test(what, () => {
      const names = deletionOrder(pods, { related: pods, now }).map(({ metadata }) => metadata.name);
      assert.equal(names.join(' '), order);
    });
  }

  void test('pods of another ReplicaSet of the same owner count where they share a node', () => {
    const [a, b] = [pod('a', { node: 'n' }), pod('b', { node: 'm' })];
    const other = pod('c', { node: 'm' });
    const names = deletionOrder([a, b], { related: [a, b, other], now }).map(({ metadata }) => metadata.name);
    assert.deepEqual(names, ['b', 'a']);
  });
});
