import type { Fields } from '../fields.ts';
import type { Canary } from './canary.ts';

/** The fields that a migration looks at, or that mean nothing without Flagger. */
const KNOWN = {
  spec: words(`provider metricsServer targetRef autoscalerRef ingressRef routeRef upstreamRef service analysis
    canaryAnalysis progressDeadlineSeconds skipAnalysis suspend revertOnDeletion`),
  service: words(`name port portName targetPort appProtocol portDiscovery headless timeout hosts gateways
    gatewayRefs match retries rewrite headers corsPolicy mirror delegation trafficPolicy apex primary canary
    meshName backends`),
  analysis: words(`interval threshold iterations match mirror mirrorWeight maxWeight stepWeight stepWeights
    stepWeightPromotion metrics webhooks alerts sessionAffinity primaryReadyThreshold canaryReadyThreshold`),
};

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/));
}

/** Fields of a Canary that nothing here knows, such as those of a newer Flagger. */
export function unknownFields({ raw, service, analysis }: Canary): readonly string[] {
  const objects: readonly (readonly [name: keyof typeof KNOWN, fields: Fields])[] = [
    ['spec', raw],
    ['service', service.raw],
    ['analysis', analysis.raw],
  ];
  return objects.flatMap(([name, fields]) => {
    return Object.keys(fields)
      .filter((field) => !KNOWN[name].has(field))
      .map((field) => `${name}.${field}: nothing is known of it here`);
  });
}
