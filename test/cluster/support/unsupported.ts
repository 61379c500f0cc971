/** What the API has and nothing acts on yet: the name of the field, and a spec with it. To make it work is to delete its row. */
export interface Unsupported {
  readonly field: string;
  /** Merged into the Rollout's spec. */
  readonly spec: object;
}

const services = { canaryService: 'later-canary', stableService: 'later-stable' };
const canary = (more: object) => ({ strategy: { canary: { ...services, ...more } } });
const routing = (trafficRouting: object) => canary({ trafficRouting });

/** A row for each field of a Rollout. */
export const unsupported: readonly Unsupported[] = [
  { field: 'alb', spec: routing({ alb: { ingress: 'later', servicePort: 80 } }) },
  { field: 'istio', spec: routing({ istio: { virtualService: { name: 'later' } } }) },
  { field: 'smi', spec: routing({ smi: {} }) },
  { field: 'ambassador', spec: routing({ ambassador: { mappings: ['later'] } }) },
  { field: 'traefik', spec: routing({ traefik: { weightedTraefikServiceName: 'later' } }) },
  { field: 'apisix', spec: routing({ apisix: { route: { name: 'later' } } }) },
  {
    field: 'appMesh',
    spec: routing({ appMesh: { virtualService: { name: 'later', routes: ['a'] } } }),
  },
  { field: 'team/router', spec: routing({ plugins: { 'team/router': {} } }) },
];

/** Metric providers that cannot be asked, and how that is said. */
export const unsupportedProviders: readonly (readonly [provider: object, says: string])[] = [
  [{ plugin: { 'team/metric': {} } }, 'unknown metric plugin "team/metric"'],
];
