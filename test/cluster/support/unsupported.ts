/** What the API has and nothing acts on yet: the name of the field, and a spec with it. To make it work is to delete its row. */
export interface Unsupported {
  readonly field: string;
  /** Merged into the Rollout's spec. */
  readonly spec: object;
}

const services = { canaryService: 'later-canary', stableService: 'later-stable' };
const canary = (more: object) => ({ strategy: { canary: { ...services, ...more } } });
const routing = (trafficRouting: object) => canary({ trafficRouting });
const nginx = { nginx: { stableIngress: 'later' } };
const step = (one: object) => canary({ trafficRouting: nginx, steps: [one, { setWeight: 50 }] });
const preferred = { preferredDuringSchedulingIgnoredDuringExecution: { weight: 5 } };

/** A row for each field of a Rollout. */
export const unsupported: readonly Unsupported[] = [
  { field: 'blueGreen', spec: { strategy: { blueGreen: { activeService: 'later-stable' } } } },
  { field: 'antiAffinity', spec: canary({ antiAffinity: preferred }) },
  { field: 'canaryMetadata', spec: canary({ canaryMetadata: { labels: { role: 'canary' } } }) },
  { field: 'stableMetadata', spec: canary({ stableMetadata: { labels: { role: 'stable' } } }) },
  { field: 'dynamicStableScale', spec: canary({ trafficRouting: nginx, dynamicStableScale: true }) },
  {
    field: 'pingPong',
    spec: {
      strategy: {
        canary: {
          pingPong: { pingService: 'later-canary', pongService: 'later-stable' },
          trafficRouting: { istio: { virtualService: { name: 'later' } } },
        },
      },
    },
  },
  {
    field: 'experiment',
    spec: step({ experiment: { templates: [{ name: 'a', specRef: 'canary' }], duration: '1m' } }),
  },
  {
    field: 'setHeaderRoute',
    spec: canary({
      trafficRouting: { istio: { virtualService: { name: 'later' } }, managedRoutes: [{ name: 'try' }] },
      steps: [{ setHeaderRoute: { name: 'try', match: [{ headerName: 'x', headerValue: { exact: 'y' } }] } }],
    }),
  },
  {
    field: 'setMirrorRoute',
    spec: canary({
      trafficRouting: { istio: { virtualService: { name: 'later' } }, managedRoutes: [{ name: 'mirror' }] },
      steps: [{ setMirrorRoute: { name: 'mirror', percentage: 10, match: [{ path: { exact: '/' } }] } }],
    }),
  },
  { field: 'plugin', spec: step({ plugin: { name: 'team/step' } }) },
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
  { field: 'managedRoutes', spec: routing({ ...nginx, managedRoutes: [{ name: 'try' }] }) },
  { field: 'team/router', spec: routing({ plugins: { 'team/router': {} } }) },
];

/** A provider of metrics for each that cannot be asked yet. */
export const unsupportedProviders: Readonly<Record<string, object>> = {
  job: { spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'b' }] } } } },
  datadog: { query: 'avg:up' },
  newRelic: { query: 'SELECT 1' },
  wavefront: { query: 'ts(up)' },
  cloudWatch: { metricDataQueries: [{ id: 'up', expression: '1' }] },
  graphite: { query: 'up' },
  influxdb: { query: 'up' },
  skywalking: { query: 'up' },
  plugin: { 'team/metric': {} },
};
