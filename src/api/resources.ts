/**
 * Where a kind lives in the API. `resource` is the plural in the path; the core group is the empty string.
 */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

const argo = { group: 'argoproj.io', version: 'v1alpha1', namespaced: true } as const;
const core = { group: '', version: 'v1', namespaced: true } as const;
const apps = { group: 'apps', version: 'v1', namespaced: true } as const;
const networking = { group: 'networking.k8s.io', version: 'v1', namespaced: true } as const;

/** The kinds that we talk about with the API server. */
export const resources = {
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
  deployments: { ...apps, resource: 'deployments', kind: 'Deployment' },
  replicaSets: { ...apps, resource: 'replicasets', kind: 'ReplicaSet' },
  pods: { ...core, resource: 'pods', kind: 'Pod' },
  services: { ...core, resource: 'services', kind: 'Service' },
  secrets: { ...core, resource: 'secrets', kind: 'Secret' },
  configMaps: { ...core, resource: 'configmaps', kind: 'ConfigMap' },
  namespaces: { ...core, resource: 'namespaces', kind: 'Namespace', namespaced: false },
  events: { ...core, resource: 'events', kind: 'Event' },
  ingresses: { ...networking, resource: 'ingresses', kind: 'Ingress' },
  grpcRoutes: {
    group: 'gateway.networking.k8s.io',
    version: 'v1',
    resource: 'grpcroutes',
    kind: 'GRPCRoute',
    namespaced: true,
  },
  httpRoutes: {
    group: 'gateway.networking.k8s.io',
    version: 'v1',
    resource: 'httproutes',
    kind: 'HTTPRoute',
    namespaced: true,
  },
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
  podTemplates: { ...core, resource: 'podtemplates', kind: 'PodTemplate' },
  cronJobs: { group: 'batch', version: 'v1', resource: 'cronjobs', kind: 'CronJob', namespaced: true },
  jobs: { group: 'batch', version: 'v1', resource: 'jobs', kind: 'Job', namespaced: true },
  selfSubjectReviews: {
    group: 'authentication.k8s.io',
    version: 'v1',
    resource: 'selfsubjectreviews',
    kind: 'SelfSubjectReview',
    namespaced: false,
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
} as const satisfies Readonly<Record<string, Resource>>;

/** `apiVersion` of a resource's objects: `apps/v1`, `v1`. */
export function apiVersionOf(resource: Resource): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}
