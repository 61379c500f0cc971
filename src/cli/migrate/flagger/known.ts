import type { Fields } from '../fields.ts';
import type { Canary } from './canary.ts';

/** The fields that a migration looks at, or that mean nothing without Flagger. */
const KNOWN = {
  spec: [
    ...['provider', 'metricsServer', 'targetRef', 'autoscalerRef', 'ingressRef', 'routeRef', 'upstreamRef'],
    ...['service', 'analysis', 'canaryAnalysis', 'progressDeadlineSeconds', 'skipAnalysis', 'suspend'],
    'revertOnDeletion',
  ],
  service: [
    ...['name', 'port', 'portName', 'targetPort', 'appProtocol', 'portDiscovery', 'headless', 'timeout'],
    ...['hosts', 'gateways', 'gatewayRefs', 'match', 'retries', 'rewrite', 'headers', 'corsPolicy', 'mirror'],
    ...['delegation', 'trafficPolicy', 'apex', 'primary', 'canary', 'meshName', 'backends'],
  ],
  analysis: [
    ...['interval', 'threshold', 'iterations', 'match', 'mirror', 'mirrorWeight', 'maxWeight', 'stepWeight'],
    ...['stepWeights', 'stepWeightPromotion', 'metrics', 'webhooks', 'alerts', 'sessionAffinity'],
    ...['primaryReadyThreshold', 'canaryReadyThreshold'],
  ],
} as const;

/** Fields of a Canary that nothing here knows, such as those of a newer Flagger. */
export function unknownFields({ raw, service, analysis }: Canary): readonly string[] {
  const objects: readonly (readonly [name: keyof typeof KNOWN, fields: Fields])[] = [
    ['spec', raw],
    ['service', service.raw],
    ['analysis', analysis.raw],
  ];
  return objects.flatMap(([name, fields]) => {
    const known: readonly string[] = KNOWN[name];
    return Object.keys(fields)
      .filter((field) => !known.includes(field))
      .map((field) => `${name}.${field}: nothing is known of it here`);
  });
}
