import type { Manifest } from '../api/meta.ts';

/** What others need comes first. Kinds in one line are applied at the same time. */
const RANKS: readonly (readonly string[])[] = [
  ['Namespace'],
  ['CustomResourceDefinition'],
  ['StorageClass', 'PriorityClass', 'IngressClass', 'GatewayClass', 'ResourceQuota', 'LimitRange'],
  ['ServiceAccount', 'ClusterRole', 'Role'],
  ['ClusterRoleBinding', 'RoleBinding'],
  ['ConfigMap', 'Secret', 'PersistentVolume', 'PersistentVolumeClaim'],
  ['Service', 'Endpoints', 'EndpointSlice', 'NetworkPolicy'],
  ['AnalysisTemplate', 'ClusterAnalysisTemplate'],
  [],
  ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Pod', 'Job', 'CronJob'],
  ['Rollout'],
  ['HorizontalPodAutoscaler', 'PodDisruptionBudget'],
  [
    'Ingress',
    'Gateway',
    'HTTPRoute',
    'GRPCRoute',
    'TCPRoute',
    'TLSRoute',
    'VirtualService',
    'DestinationRule',
  ],
  ['APIService', 'MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'],
];
/** Kinds of others come before what may depend on them. */
const UNKNOWN = RANKS.findIndex((kinds) => kinds.length === 0);
const RANK_OF: ReadonlyMap<string, number> = new Map(
  RANKS.flatMap((kinds, rank) => kinds.map((kind) => [kind, rank] as const)),
);

/** When an object of this kind is applied: lower is earlier. */
export function rankOf({ kind }: Pick<Manifest, 'kind'>): number {
  return RANK_OF.get(kind) ?? UNKNOWN;
}

/** Groups items that may be applied at the same time, in the order of the groups; each keeps its order. */
export function inRanks<Item>(
  items: readonly Item[],
  manifestOf: (item: Item) => Pick<Manifest, 'kind'>,
): readonly (readonly Item[])[] {
  const ranks = Map.groupBy(items, (item) => rankOf(manifestOf(item)));
  return [...ranks].sort(([a], [b]) => a - b).map(([, group]) => group);
}
