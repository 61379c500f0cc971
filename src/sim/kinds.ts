import type { Kind } from './api-server/api.ts';

const core = { group: '', version: 'v1', namespaced: true } as const;
const apps = { group: 'apps', version: 'v1', namespaced: true } as const;
const argo = { group: 'argoproj.io', version: 'v1alpha1', namespaced: true } as const;
const gateway = { group: 'gateway.networking.k8s.io', version: 'v1', namespaced: true } as const;
const networking = { group: 'networking.k8s.io', version: 'v1', namespaced: true } as const;

/** The kinds that inhabitants of the simulated world work with; the API server serves more. */
export const kinds = {
  namespaces: { ...core, resource: 'namespaces', kind: 'Namespace', namespaced: false },
  nodes: { ...core, resource: 'nodes', kind: 'Node', namespaced: false },
  pods: { ...core, resource: 'pods', kind: 'Pod' },
  services: { ...core, resource: 'services', kind: 'Service' },
  configMaps: { ...core, resource: 'configmaps', kind: 'ConfigMap' },
  secrets: { ...core, resource: 'secrets', kind: 'Secret' },
  serviceAccounts: { ...core, resource: 'serviceaccounts', kind: 'ServiceAccount' },
  events: { ...core, resource: 'events', kind: 'Event' },
  podTemplates: { ...core, resource: 'podtemplates', kind: 'PodTemplate' },
  deployments: { ...apps, resource: 'deployments', kind: 'Deployment' },
  replicaSets: { ...apps, resource: 'replicasets', kind: 'ReplicaSet' },
  statefulSets: { ...apps, resource: 'statefulsets', kind: 'StatefulSet' },
  jobs: { group: 'batch', version: 'v1', resource: 'jobs', kind: 'Job', namespaced: true },
  ingresses: { ...networking, resource: 'ingresses', kind: 'Ingress' },
  endpointSlices: {
    group: 'discovery.k8s.io',
    version: 'v1',
    resource: 'endpointslices',
    kind: 'EndpointSlice',
    namespaced: true,
  },
  horizontalPodAutoscalers: {
    group: 'autoscaling',
    version: 'v2',
    resource: 'horizontalpodautoscalers',
    kind: 'HorizontalPodAutoscaler',
    namespaced: true,
  },
  podDisruptionBudgets: {
    group: 'policy',
    version: 'v1',
    resource: 'poddisruptionbudgets',
    kind: 'PodDisruptionBudget',
    namespaced: true,
  },
  leases: {
    group: 'coordination.k8s.io',
    version: 'v1',
    resource: 'leases',
    kind: 'Lease',
    namespaced: true,
  },
  customResourceDefinitions: {
    group: 'apiextensions.k8s.io',
    version: 'v1',
    resource: 'customresourcedefinitions',
    kind: 'CustomResourceDefinition',
    namespaced: false,
  },
  httpRoutes: { ...gateway, resource: 'httproutes', kind: 'HTTPRoute' },
  grpcRoutes: { ...gateway, resource: 'grpcroutes', kind: 'GRPCRoute' },
  rollouts: { ...argo, resource: 'rollouts', kind: 'Rollout' },
  analysisRuns: { ...argo, resource: 'analysisruns', kind: 'AnalysisRun' },
  analysisTemplates: { ...argo, resource: 'analysistemplates', kind: 'AnalysisTemplate' },
  clusterAnalysisTemplates: {
    ...argo,
    resource: 'clusteranalysistemplates',
    kind: 'ClusterAnalysisTemplate',
    namespaced: false,
  },
  experiments: { ...argo, resource: 'experiments', kind: 'Experiment' },
} as const satisfies Readonly<Record<string, Kind>>;
