import type { Manifest, StringMap } from '../../api/meta.ts';
import { formatInstant } from '../../core/time.ts';
import type { LocalApi } from '../api-server/api.ts';
import type { Clock } from '../clock.ts';
import { kinds } from '../kinds.ts';

/** `v1` Node, as far as the scheduler looks at it. */
export interface Node extends Manifest {
  readonly spec?: { readonly unschedulable?: boolean };
  readonly status?: {
    readonly allocatable?: Readonly<Record<string, string>>;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/** The nodes to begin with. */
export interface NodeOptions {
  readonly count: number;
  readonly allocatable: Readonly<Record<string, string>>;
  /** The zones that nodes are in, in turn; at least one. */
  readonly zones: readonly string[];
}

/** Creates the nodes `node-1` and on, ready and with an address each. Those that are there already stay. */
export function createNodes(api: LocalApi, clock: Clock, { count, allocatable, zones }: NodeOptions): void {
  for (let index = 0; index < count; index++) {
    const name = `node-${index + 1}`;
    if (api.get(kinds.nodes, { name }) !== null) continue;
    const labels: StringMap = {
      'kubernetes.io/arch': 'amd64',
      'kubernetes.io/hostname': name,
      'kubernetes.io/os': 'linux',
      'topology.kubernetes.io/region': 'simulated',
      'topology.kubernetes.io/zone': zones[index % zones.length] ?? '',
    };
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, spec: {} };
    api.create(kinds.nodes, node, { manager: 'kubelet' });
    const status = statusOf(index, allocatable, formatInstant(clock.now()));
    api.merge(kinds.nodes, { name }, { status }, { manager: 'kubelet', subresource: 'status' });
  }
}

function statusOf(index: number, allocatable: NodeOptions['allocatable'], now: string): object {
  const ready = {
    type: 'Ready',
    status: 'True',
    reason: 'KubeletReady',
    message: 'kubelet is posting ready status',
    lastHeartbeatTime: now,
    lastTransitionTime: now,
  };
  const address = `10.64.${Math.floor(index / 250)}.${1 + (index % 250)}`;
  return {
    capacity: allocatable,
    allocatable,
    conditions: [ready],
    addresses: [
      { type: 'InternalIP', address },
      { type: 'Hostname', address: `node-${index + 1}` },
    ],
    nodeInfo: { kubeletVersion: 'v1.35.4', operatingSystem: 'linux', architecture: 'amd64' },
  };
}
