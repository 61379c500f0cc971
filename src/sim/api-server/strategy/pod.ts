import type { Manifest, ObjectMeta, Timestamp } from '../../../api/meta.ts';
import type { Cause } from '../errors.ts';
import { changes } from './pod-changes.ts';
import type { Strategy } from './strategy.ts';

/** The part of a pod's spec that is looked at. */
export interface PodSpec {
  readonly containers?: readonly object[];
  readonly initContainers?: readonly object[];
  readonly serviceAccountName?: string;
  readonly tolerations?: readonly { readonly key?: string; readonly effect?: string }[];
  readonly [field: string]: unknown;
}

/** Pods get what the admission plugins of every cluster add. Most of their spec is final. */
export const pod: Strategy = {
  create: (object) => {
    const given = (object['spec'] ?? {}) as PodSpec;
    const serviceAccountName = given.serviceAccountName ?? 'default';
    const spec = {
      ...given,
      serviceAccountName,
      serviceAccount: serviceAccountName,
      preemptionPolicy: given['preemptionPolicy'] ?? 'PreemptLowerPriority',
      priority: given['priority'] ?? 0,
      tolerations: [...(given.tolerations ?? []), ...missingTolerations(given.tolerations ?? [])],
    };
    return { ...object, spec };
  },
  causes: (object, live) => {
    const spec = (object['spec'] ?? {}) as PodSpec;
    return live === null ? newCauses(spec) : changes(spec, (live['spec'] ?? {}) as PodSpec);
  },
};

const TOPOLOGY = ['topology.kubernetes.io/region', 'topology.kubernetes.io/zone'] as const;

/** The same pod, on a node: what the scheduler's binding does. Where the node is, the pod says too. */
export function bound(live: Manifest, node: { readonly metadata: ObjectMeta }, now: Timestamp): Manifest {
  const status = (live['status'] ?? {}) as { readonly conditions?: readonly { readonly type: string }[] };
  const others = (status.conditions ?? []).filter(({ type }) => type !== 'PodScheduled');
  const scheduled = { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: now };
  const { labels = {} } = node.metadata;
  const where = TOPOLOGY.filter((key) => labels[key] !== undefined).map((key) => [key, labels[key]]);
  const topology =
    where.length === 0 ? {} : { labels: { ...live.metadata.labels, ...Object.fromEntries(where) } };
  return {
    ...live,
    metadata: { ...live.metadata, ...topology },
    spec: { ...(live['spec'] as object), nodeName: node.metadata.name },
    status: { ...status, conditions: [...others, scheduled] },
  };
}

function missingTolerations(given: NonNullable<PodSpec['tolerations']>): readonly object[] {
  return ['not-ready', 'unreachable']
    .map((word) => `node.kubernetes.io/${word}`)
    .filter((key) => !given.some((one) => one.key === key))
    .map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }));
}

function newCauses({ containers }: PodSpec): readonly Cause[] {
  if (containers?.length !== 0) return [];
  return [{ reason: 'FieldValueRequired', field: 'spec.containers', message: 'Required value' }];
}
