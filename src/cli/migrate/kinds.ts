import { type Resource, resources } from '../../api/resources.ts';

const flagger = { group: 'flagger.app', version: 'v1beta1', namespaced: true } as const;

/** Kinds that only a migration has to do with. */
export const kinds = {
  canaries: { ...flagger, resource: 'canaries', kind: 'Canary' },
  metricTemplates: { ...flagger, resource: 'metrictemplates', kind: 'MetricTemplate' },
  alertProviders: { ...flagger, resource: 'alertproviders', kind: 'AlertProvider' },
  scaledObjects: {
    group: 'keda.sh',
    version: 'v1alpha1',
    resource: 'scaledobjects',
    kind: 'ScaledObject',
    namespaced: true,
  },
} as const satisfies Readonly<Record<string, Resource>>;

/** Kinds around a workload that lead to its pods or choose their number. */
export const AROUND: readonly Resource[] = [
  resources.services,
  resources.ingresses,
  resources.httpRoutes,
  resources.grpcRoutes,
  resources.horizontalPodAutoscalers,
  kinds.scaledObjects,
];

/** The kinds that scale workloads by themselves. */
export const SCALERS: readonly Resource[] = [resources.horizontalPodAutoscalers, kinds.scaledObjects];
