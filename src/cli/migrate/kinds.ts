import { type Resource, resources } from '../../api/resources.ts';

const flagger = { group: 'flagger.app', version: 'v1beta1', namespaced: true } as const;

/** Kinds that only a migration has to do with. */
export const kinds = {
  canaries: { ...flagger, resource: 'canaries', kind: 'Canary' },
  metricTemplates: { ...flagger, resource: 'metrictemplates', kind: 'MetricTemplate' },
  alertProviders: { ...flagger, resource: 'alertproviders', kind: 'AlertProvider' },
  autoscalers: {
    group: 'autoscaling',
    version: 'v2',
    resource: 'horizontalpodautoscalers',
    kind: 'HorizontalPodAutoscaler',
    namespaced: true,
  },
  scaledObjects: {
    group: 'keda.sh',
    version: 'v1alpha1',
    resource: 'scaledobjects',
    kind: 'ScaledObject',
    namespaced: true,
  },
  endpointSlices: {
    group: 'discovery.k8s.io',
    version: 'v1',
    resource: 'endpointslices',
    kind: 'EndpointSlice',
    namespaced: true,
  },
} as const satisfies Readonly<Record<string, Resource>>;

/** Kinds around a workload that lead to its pods or choose their number. */
export const AROUND: readonly Resource[] = [
  resources.services,
  resources.ingresses,
  resources.httpRoutes,
  resources.grpcRoutes,
  kinds.autoscalers,
  kinds.scaledObjects,
];

/** The kinds that scale workloads by themselves. */
export const SCALERS: readonly Resource[] = [kinds.autoscalers, kinds.scaledObjects];
