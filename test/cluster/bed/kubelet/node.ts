import type { Api } from '../api.ts';

/** The name of the one node of a bed. */
export const NODE = 'fake';

/** The address of that node, which nothing listens on. */
export const NODE_ADDRESS = '10.64.0.1';

/** Creates the node: ready and of a size that no test reaches. */
export async function createNode(api: Pick<Api, 'apply'>): Promise<void> {
  const size = { cpu: '10000', memory: '10000Gi', pods: '20000' };
  const node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: NODE,
      labels: {
        'kubernetes.io/hostname': NODE,
        'kubernetes.io/os': 'linux',
        'topology.kubernetes.io/region': 'rig',
        'topology.kubernetes.io/zone': 'rig-a',
      },
    },
  };
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const ready = {
    type: 'Ready',
    status: 'True',
    reason: 'KubeletReady',
    lastHeartbeatTime: now,
    lastTransitionTime: now,
  };
  const addresses = [{ type: 'InternalIP', address: NODE_ADDRESS }];
  await api.apply(node, 'kubelet');
  await api.apply(
    { ...node, status: { capacity: size, allocatable: size, conditions: [ready], addresses } },
    'kubelet',
    'status',
  );
}
