import { HASH } from './exporters.ts';

/** What is run against a real Prometheus: a template, and its arguments for a version of that namespace. */
export interface Case {
  readonly template: string;
  readonly args: (namespace: string) => Readonly<Record<string, string>>;
  /** Requests may be absent; a queue or a pod is as it is; a comparison is of a Rollout's two versions. */
  readonly of: 'requests' | 'state' | 'comparison';
  /** A comparison without a Rollout, in words for the name of the test. */
  readonly alone?: string;
}

/** How a run ends, by what it looks at and how that does; `nowhere` is scraped by nobody. */
export const ENDS = {
  requests: {
    healthy: 'Successful',
    bad: 'Failed',
    broken: 'Failed',
    idle: 'Inconclusive',
    nowhere: 'Inconclusive',
  },
  comparison: {
    healthy: 'Successful',
    bad: 'Failed',
    broken: 'Failed',
    idle: 'Inconclusive',
    nowhere: 'Inconclusive',
  },
  state: { healthy: 'Successful', bad: 'Failed', nowhere: 'Inconclusive' },
} as const;

const byHash = (namespace: string) => ({ namespace, 'pod-template-hash': HASH });
const byService = (namespace: string) => ({ namespace, 'canary-service': 'web-canary' });
const byRoute = (namespace: string) => ({ namespace, route: 'web' });
const byPods = (namespace: string) => ({ ...byHash(namespace), rollout: 'web' });

/** As often as a comparison may look. The Rollout says the rest. */
const byRollout = () => ({ 'look-every': '5s', looks: '3', delay: '2s' });
/** Where there is no Rollout the user says who is compared. */
const byServices = (namespace: string) => ({
  ...byRollout(),
  namespace,
  preset: 'nginx',
  'canary-service': 'web-canary',
  'stable-service': 'web-stable',
});
const byDeployments = (namespace: string) => ({
  ...byRollout(),
  namespace,
  preset: 'linkerd',
  'canary-deployment': 'web',
  'stable-deployment': 'web-stable',
});

/** Every template that asks Prometheus; what takes longest comes first. */
export const cases: readonly Case[] = [
  { template: 'canary-errors', args: byRollout, of: 'comparison' },
  { template: 'canary-latency', args: byRollout, of: 'comparison' },
  { template: 'canary-errors', args: byServices, of: 'comparison', alone: 'by Services' },
  { template: 'canary-latency', args: byServices, of: 'comparison', alone: 'by Services' },
  { template: 'canary-errors', args: byDeployments, of: 'comparison', alone: 'by Deployments' },
  { template: 'canary-latency', args: byDeployments, of: 'comparison', alone: 'by Deployments' },
  { template: 'success-rate', args: byHash, of: 'requests' },
  { template: 'grpc-success-rate', args: byHash, of: 'requests' },
  { template: 'latency', args: byHash, of: 'requests' },
  { template: 'nginx-success-rate', args: byService, of: 'requests' },
  { template: 'nginx-latency', args: byService, of: 'requests' },
  { template: 'istio-success-rate', args: byService, of: 'requests' },
  { template: 'istio-grpc-success-rate', args: byService, of: 'requests' },
  { template: 'istio-latency', args: byService, of: 'requests' },
  { template: 'istio-gateway-error-ratio', args: byService, of: 'requests' },
  { template: 'linkerd-success-rate', args: byHash, of: 'requests' },
  { template: 'linkerd-latency', args: byHash, of: 'requests' },
  { template: 'envoy-gateway-error-ratio', args: byRoute, of: 'requests' },
  { template: 'envoy-gateway-latency', args: byRoute, of: 'requests' },
  { template: 'traefik-success-rate', args: byService, of: 'requests' },
  { template: 'traefik-latency', args: byService, of: 'requests' },
  { template: 'kubernetes-cpu-saturation', args: byPods, of: 'state' },
  { template: 'kubernetes-cpu-throttling', args: byPods, of: 'state' },
  { template: 'kubernetes-memory-saturation', args: byPods, of: 'state' },
  { template: 'kubernetes-restarts', args: byPods, of: 'state' },
  {
    template: 'kafka-consumer-lag',
    args: (namespace) => ({ 'consumer-group': `orders-${namespace}`, topic: 'orders' }),
    of: 'state',
  },
  { template: 'rabbitmq-queue-depth', args: (namespace) => ({ queue: `orders-${namespace}` }), of: 'state' },
  {
    template: 'slo-burn-rate',
    args: (namespace) => ({
      requests: `http_requests_total{namespace="${namespace}"}`,
      errors: `http_requests_total{namespace="${namespace}",code=~"5.."}`,
    }),
    of: 'requests',
  },
];
