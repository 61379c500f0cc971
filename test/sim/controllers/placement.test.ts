import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Node } from '../../../src/sim/controllers/nodes.ts';
import { objection, type Place } from '../../../src/sim/controllers/placement.ts';
import { refusal } from '../../../src/sim/controllers/scheduler.ts';
import type { Affinity, Pod, PodSpec } from '../../../src/sim/kubelet/pod.ts';

const node = (name: string, zone: string, spec: object = {}): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { zone, 'kubernetes.io/hostname': name, size: '8' } },
  spec,
  status: { allocatable: { cpu: '2', memory: '1Gi', pods: '3' } },
});
const pod = (app: string, spec: Partial<PodSpec> = {}): Pod => ({
  metadata: { name: app, namespace: 'test', uid: app, labels: { app } },
  spec: { containers: [{ name: 'app' }], ...spec },
});
const asking = (cpu: string, memory = '0') =>
  pod('new', { containers: [{ name: 'app', resources: { requests: { cpu, memory } } }] });
const on = (key: string, operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt', ...values: string[]) =>
  pod('new', {
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key, operator, values }] }],
        },
      },
    },
  });
const near = (
  kind: 'podAffinity' | 'podAntiAffinity',
  app: string,
  topologyKey: string,
): Partial<PodSpec> => {
  const term = { labelSelector: { matchLabels: { app } }, topologyKey };
  const affinity: Affinity = { [kind]: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
  return { affinity };
};

// `a` has one pod of `web`, which uses a core; `b` is in the same zone, `c` in another. All are empty else.
function places(there: Pod = pod('web'), first: Node = node('a', 'x')): readonly Place[] {
  const guarded = there.spec.affinity?.podAntiAffinity === undefined ? [] : [there];
  const byUid = (pods: readonly Pod[]) => new Map(pods.map((one) => [one.metadata.uid ?? '', one]));
  const empty = { pods: byUid([]), guarded: byUid([]), used: { cpu: 0, memory: 0, pods: 0 } };
  return [
    {
      node: first,
      pods: byUid([there]),
      guarded: byUid(guarded),
      used: { cpu: 1, memory: 2 ** 29, pods: 1 },
    },
    { node: node('b', 'x'), ...empty },
    { node: node('c', 'y'), ...empty },
  ];
}

void describe('a pod may be on these nodes', () => {
  const guard = pod('web', near('podAntiAffinity', 'new', 'zone'));
  const shut = node('a', 'x', { unschedulable: true });
  const rows: readonly (readonly [what: string, pod: Pod, places: readonly Place[], fit: string])[] = [
    ['anywhere', pod('new'), places(), 'a b c'],
    ['not where it is closed', pod('new'), places(pod('web'), shut), 'b c'],
    ['where its selector is', pod('new', { nodeSelector: { zone: 'y' } }), places(), 'c'],
    ['nowhere else', pod('new', { nodeSelector: { zone: 'z' } }), places(), ''],
    ['enough cpu', asking('1'), places(), 'a b c'],
    ['too much cpu for one', asking('1001m'), places(), 'b c'],
    ['too much memory for one', asking('0', '600Mi'), places(), 'b c'],
    ['too much for all', asking('3'), places(), ''],
    ['a label in', on('zone', 'In', 'x', 'z'), places(), 'a b'],
    ['a label not in', on('zone', 'NotIn', 'x'), places(), 'c'],
    ['a label that is there', on('zone', 'Exists'), places(), 'a b c'],
    ['a label that is not there', on('gpu', 'DoesNotExist'), places(), 'a b c'],
    ['a label above', on('size', 'Gt', '8'), places(), ''],
    ['near on the node', pod('new', near('podAffinity', 'web', 'kubernetes.io/hostname')), places(), 'a'],
    ['near in the zone', pod('new', near('podAffinity', 'web', 'zone')), places(), 'a b'],
    ['near to nobody', pod('new', near('podAffinity', 'none', 'zone')), places(), ''],
    ['near to its own kind, the first', pod('new', near('podAffinity', 'new', 'zone')), places(), 'a b c'],
    [
      'far on the node',
      pod('new', near('podAntiAffinity', 'web', 'kubernetes.io/hostname')),
      places(),
      'b c',
    ],
    ['far in the zone', pod('new', near('podAntiAffinity', 'web', 'zone')), places(), 'c'],
    ['kept away by one that is there', pod('new'), places(guard), 'c'],
  ];
  for (const [what, it, all, fit] of rows) {
    void test(`${what}: ${fit || 'none'}`, () => {
      const names = all
        .filter((place) => objection(it, place, all) === null)
        .map((place) => place.node.metadata.name);
      assert.equal(names.join(' '), fit);
    });
  }

  void test('the reasons are counted', () => {
    const why = ['Insufficient cpu', 'Too many pods', 'Insufficient cpu'];
    assert.equal(refusal(why), '0/3 nodes are available: 1 Too many pods, 2 Insufficient cpu.');
    assert.equal(refusal([]), 'no nodes available to schedule pods');
  });
});
