import { kinds } from '../kinds.ts';
import type { Kind } from './api.ts';
import type { ScalePaths, Served } from './catalog.ts';
import { builtinSchema } from './schema/builtin.ts';

const core = { group: '', version: 'v1', namespaced: true } as const;
const rbac = { group: 'rbac.authorization.k8s.io', version: 'v1' } as const;

/** Built-in kinds that nobody in the simulated world needs by name. */
const others = {
  endpoints: { ...core, resource: 'endpoints', kind: 'Endpoints' },
  newEvents: { group: 'events.k8s.io', version: 'v1', resource: 'events', kind: 'Event', namespaced: true },
  ingressClasses: {
    group: 'networking.k8s.io',
    version: 'v1',
    resource: 'ingressclasses',
    kind: 'IngressClass',
    namespaced: false,
  },
  clusterRoles: { ...rbac, resource: 'clusterroles', kind: 'ClusterRole', namespaced: false },
  clusterRoleBindings: {
    ...rbac,
    resource: 'clusterrolebindings',
    kind: 'ClusterRoleBinding',
    namespaced: false,
  },
  roles: { ...rbac, resource: 'roles', kind: 'Role', namespaced: true },
  roleBindings: { ...rbac, resource: 'rolebindings', kind: 'RoleBinding', namespaced: true },
} as const satisfies Readonly<Record<string, Kind>>;

const replicas: ScalePaths = {
  spec: '.spec.replicas',
  status: '.status.replicas',
  selector: '.spec.selector',
};

interface Facts {
  readonly short?: readonly string[];
  readonly all?: true;
  readonly status?: true;
  readonly generation?: true;
  readonly scale?: true;
  readonly categories?: readonly string[];
  /** What everybody is told who asks for it. */
  readonly deprecated?: string;
}

/**
 * The built-in kinds, in the order in which the real server discovers them.
 * Source: discovery documents of kube-apiserver 1.35.
 */
export const builtins: readonly Served[] = [
  builtin(kinds.configMaps, { short: ['cm'] }),
  builtin(others.endpoints, {
    short: ['ep'],
    deprecated: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  }),
  builtin(kinds.events, { short: ['ev'] }),
  builtin(kinds.namespaces, { short: ['ns'], status: true }),
  builtin(kinds.nodes, { short: ['no'], status: true }),
  builtin(kinds.pods, { short: ['po'], all: true, status: true, generation: true }),
  builtin(kinds.podTemplates, { generation: true }),
  builtin(kinds.secrets, {}),
  builtin(kinds.serviceAccounts, { short: ['sa'] }),
  builtin(kinds.services, { short: ['svc'], all: true, status: true }),
  builtin(kinds.deployments, { short: ['deploy'], all: true, status: true, generation: true, scale: true }),
  builtin(kinds.replicaSets, { short: ['rs'], all: true, status: true, generation: true, scale: true }),
  builtin(kinds.statefulSets, { short: ['sts'], all: true, status: true, generation: true, scale: true }),
  builtin(others.newEvents, { short: ['ev'] }),
  builtin(kinds.horizontalPodAutoscalers, { short: ['hpa'], all: true, status: true }),
  builtin(kinds.jobs, { all: true, status: true, generation: true }),
  builtin(others.ingressClasses, { generation: true }),
  builtin(kinds.ingresses, { short: ['ing'], status: true, generation: true }),
  builtin(kinds.podDisruptionBudgets, { short: ['pdb'], status: true, generation: true }),
  builtin(others.clusterRoleBindings, {}),
  builtin(others.clusterRoles, {}),
  builtin(others.roleBindings, {}),
  builtin(others.roles, {}),
  builtin(kinds.customResourceDefinitions, {
    short: ['crd', 'crds'],
    categories: ['api-extensions'],
    status: true,
    generation: true,
  }),
  builtin(kinds.leases, {}),
  builtin(kinds.endpointSlices, { generation: true }),
];

function builtin(kind: Kind, facts: Facts): Served {
  const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
  return {
    kind,
    listKind: kind.kind === 'Endpoints' ? 'EndpointsList' : `${kind.kind}List`,
    singular: kind.kind.toLowerCase(),
    shortNames: facts.short ?? [],
    categories: facts.categories ?? (facts.all === true ? ['all'] : []),
    versions: [
      {
        name: kind.version,
        schema: () => builtinSchema(apiVersion, kind.kind),
        columns: [],
        scale: facts.scale === true ? replicas : null,
        hasStatus: facts.status === true,
        ...(facts.deprecated === undefined ? {} : { deprecationWarning: facts.deprecated }),
      },
    ],
    origin: 'built-in',
    hasGeneration: facts.generation === true,
  };
}
