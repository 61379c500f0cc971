import type { JsonObject } from '../../../api/meta.ts';
import { defaultsOf } from '../../../core/hash/defaults.ts';
import type { GoObject } from '../../../core/hash/go-decode.ts';

/**
 * What the unset fields of a built-in type get, by the type's name (such as `apps.v1.DeploymentSpec`) and by
 * what the value itself holds. What is in pod templates has its defaults in `core/hash`. What admission adds
 * to pods (tokens, tolerations) and what is allocated (cluster IPs, node ports) is not meant here.
 * Source: https://kubernetes.io/docs/reference/kubernetes-api/ ("Defaults to"), and answers of a real API server
 * (test/sim/api-server/vectors/builtin.json).
 */
export function fallbacksOf(type: string, value: JsonObject): JsonObject {
  const rule = rules.get(type);
  const inTemplate = type.startsWith('core.v1.') ? coreDefaults(type, value) : none;
  if (rule === undefined) return inTemplate;
  const named = typeof rule === 'function' ? rule(value) : rule;
  return { ...inTemplate, ...named };
}

const none: JsonObject = {};

function coreDefaults(type: string, value: JsonObject): JsonObject {
  return defaultsOf(type.slice('core.v1.'.length), value as GoObject) as JsonObject;
}

type Rule = (value: JsonObject) => JsonObject;

const rolling: JsonObject = { maxUnavailable: '25%', maxSurge: '25%' };
const RBAC = 'rbac.authorization.k8s.io';

const rules: ReadonlyMap<string, JsonObject | Rule> = new Map<string, JsonObject | Rule>([
  ['apps.v1.DeploymentSpec', { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 }],
  ['apps.v1.DeploymentStrategy', deploymentStrategy],
  ['apps.v1.RollingUpdateDeployment', rolling],
  ['apps.v1.ReplicaSetSpec', { replicas: 1 }],
  [
    'apps.v1.StatefulSetSpec',
    {
      replicas: 1,
      podManagementPolicy: 'OrderedReady',
      revisionHistoryLimit: 10,
      persistentVolumeClaimRetentionPolicy: {},
    },
  ],
  ['apps.v1.StatefulSetUpdateStrategy', statefulSetStrategy],
  ['apps.v1.RollingUpdateStatefulSetStrategy', { partition: 0 }],
  [
    'apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy',
    { whenDeleted: 'Retain', whenScaled: 'Retain' },
  ],
  ['autoscaling.v2.HorizontalPodAutoscalerSpec', { minReplicas: 1, metrics: [cpuTarget()] }],
  ['batch.v1.JobSpec', jobSpec],
  ['core.v1.EndpointPort', { protocol: 'TCP' }],
  ['core.v1.NamespaceSpec', { finalizers: ['kubernetes'] }],
  ['core.v1.NamespaceStatus', { phase: 'Active' }],
  ['core.v1.PodStatus', { phase: 'Pending' }],
  ['core.v1.Secret', { type: 'Opaque' }],
  ['core.v1.ServicePort', ({ port }) => ({ protocol: 'TCP', targetPort: port ?? 0 })],
  ['core.v1.ServiceSpec', serviceSpec],
  ['discovery.v1.EndpointPort', { name: '', protocol: 'TCP' }],
  ['rbac.v1.RoleRef', { apiGroup: RBAC }],
  ['rbac.v1.Subject', ({ kind }) => (kind === 'User' || kind === 'Group' ? { apiGroup: RBAC } : none)],
]);

function deploymentStrategy({ type }: JsonObject): JsonObject {
  const isRolling = type === undefined || type === null || type === '' || type === 'RollingUpdate';
  return isRolling ? { type: 'RollingUpdate', rollingUpdate: rolling } : none;
}

function statefulSetStrategy({ type }: JsonObject): JsonObject {
  const isRolling = type === undefined || type === null || type === '' || type === 'RollingUpdate';
  return isRolling ? { type: 'RollingUpdate', rollingUpdate: { partition: 0 } } : none;
}

function cpuTarget(): JsonObject {
  const target = { type: 'Utilization', averageUtilization: 80 };
  return { type: 'Resource', resource: { name: 'cpu', target } };
}

function jobSpec({ completions, parallelism }: JsonObject): JsonObject {
  const isSingle = (completions ?? null) === null && (parallelism ?? null) === null;
  return {
    ...(isSingle ? { completions: 1 } : none),
    parallelism: 1,
    backoffLimit: 6,
    completionMode: 'NonIndexed',
    suspend: false,
    podReplacementPolicy: 'TerminatingOrFailed',
    manualSelector: false,
  };
}

function serviceSpec({ type }: JsonObject): JsonObject {
  const kind = typeof type === 'string' && type !== '' ? type : 'ClusterIP';
  const isOutside = kind === 'NodePort' || kind === 'LoadBalancer';
  return {
    type: kind,
    sessionAffinity: 'None',
    ...(kind === 'ExternalName' ? none : { internalTrafficPolicy: 'Cluster' }),
    ...(isOutside ? { externalTrafficPolicy: 'Cluster' } : none),
    ...(kind === 'LoadBalancer' ? { allocateLoadBalancerNodePorts: true } : none),
  };
}
