import { type Resource, resources } from '../api/resources.ts';

/** The kinds that inhabitants of the simulated world work with; the API server serves more. */
export const kinds = {
  ...resources,
  nodes: { group: '', version: 'v1', resource: 'nodes', kind: 'Node', namespaced: false },
  serviceAccounts: {
    group: '',
    version: 'v1',
    resource: 'serviceaccounts',
    kind: 'ServiceAccount',
    namespaced: true,
  },
  statefulSets: {
    group: 'apps',
    version: 'v1',
    resource: 'statefulsets',
    kind: 'StatefulSet',
    namespaced: true,
  },
  podDisruptionBudgets: {
    group: 'policy',
    version: 'v1',
    resource: 'poddisruptionbudgets',
    kind: 'PodDisruptionBudget',
    namespaced: true,
  },
} as const satisfies Readonly<Record<string, Resource>>;
