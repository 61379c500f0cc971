import type { Manifest, ObjectMeta, Timestamp } from '../../../api/meta.ts';
import { kinds } from '../../kinds.ts';
import { type Cause, forbidden } from '../errors.ts';
import { invalid } from '../metadata.ts';
import type { Store } from '../store.ts';
import { changes } from './pod-changes.ts';
import type { Strategy } from './strategy.ts';
import { podSpecCauses } from './template.ts';

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
  defaults: (object) => {
    const spec = (object['spec'] ?? {}) as PodSpec;
    const { serviceAccountName: account } = spec;
    if (account === undefined || spec['serviceAccount'] === account) return object;
    return { ...object, spec: { ...spec, serviceAccount: account } };
  },
  create: (object, { store }) => {
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
    checkAccount(object.metadata, serviceAccountName, store);
    const gates = given['schedulingGates'];
    if (!Array.isArray(gates) || gates.length === 0) return { ...object, spec };
    const conditions = [{ ...GATED, lastTransitionTime: object.metadata.creationTimestamp }];
    return { ...object, spec, status: { ...(object['status'] as object), conditions } };
  },
  causes: (object, live) => {
    const spec = (object['spec'] ?? {}) as PodSpec;
    return live === null ? newCauses(spec) : changes(spec, (live['spec'] ?? {}) as PodSpec);
  },
};

const GATED = {
  type: 'PodScheduled',
  status: 'False',
  lastProbeTime: null,
  reason: 'SchedulingGated',
  message: 'Scheduling is blocked due to non-empty scheduling gates',
} as const;

/**
 * Whose account a pod names must be there. The one that every namespace gets is not asked for, so that pods
 * can be created in a namespace from its first moment.
 */
function checkAccount(
  { namespace = '', name, generateName }: ObjectMeta,
  account: string,
  store: Store,
): void {
  if (account === 'default' || store.get(kinds.serviceAccounts, { namespace, name: account }) !== null)
    return;
  const why = `error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`;
  throw forbidden(kinds.pods, generateName ?? name, why);
}

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

const RESTARTS = ['Always', 'OnFailure', 'Never'];

function newCauses(spec: PodSpec): readonly Cause[] {
  const { restartPolicy = 'Always', activeDeadlineSeconds: deadline } = spec;
  const supported = RESTARTS.map((word) => JSON.stringify(word)).join(', ');
  const message = `Unsupported value: ${JSON.stringify(restartPolicy)}: supported values: ${supported}`;
  const isDeadline = deadline === undefined || (Number(deadline) >= 1 && Number(deadline) <= MOST_SECONDS);
  return [
    ...podSpecCauses('', spec),
    ...(RESTARTS.includes(String(restartPolicy))
      ? []
      : [{ reason: 'FieldValueNotSupported', field: 'spec.restartPolicy', message }]),
    ...(isDeadline
      ? []
      : [
          invalid('spec.activeDeadlineSeconds', deadline, `must be between 1 and ${MOST_SECONDS}, inclusive`),
        ]),
  ];
}

const MOST_SECONDS = 2_147_483_647;
