import type { Manifest } from '../../../src/api/meta.ts';
import type { Kind } from '../../../src/sim/api-server/api.ts';
import { kinds } from '../../../src/sim/kinds.ts';
import type { App } from './script.ts';

/** Where every application of a script lives. */
export const NAMESPACE = 'default';
/** The host name of the simulated Prometheus. */
export const PROMETHEUS = 'prometheus.example.com';

/** The manifests of an application, in the order in which a user applies them. */
export function manifestsOf(app: App, tag: string): readonly (readonly [Kind, Manifest])[] {
  return [
    ...services(app),
    ...route(app),
    [kinds.analysisTemplates, errorsTemplate()],
    [kinds.rollouts, rollout(app, tag)],
  ];
}

function object(apiVersion: string, kind: string, name: string, body: object): Manifest {
  return { apiVersion, kind, metadata: { name, namespace: NAMESPACE }, ...body };
}

function services({ name }: App): readonly (readonly [Kind, Manifest])[] {
  return ['stable', 'canary'].map((role) => [
    kinds.services,
    object('v1', 'Service', `${name}-${role}`, {
      spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
    }),
  ]);
}

function route(app: App): readonly (readonly [Kind, Manifest])[] {
  const { name, routing } = app;
  switch (routing) {
    case 'none':
      return [];
    case 'nginx': {
      const service = { name: `${name}-stable`, port: { number: 80 } };
      const http = { paths: [{ path: '/', pathType: 'Prefix', backend: { service } }] };
      const spec = { ingressClassName: 'nginx', rules: [{ host: `${name}.example.com`, http }] };
      return [[kinds.ingresses, object('networking.k8s.io/v1', 'Ingress', name, { spec })]];
    }
    case 'gateway': {
      const backendRefs = ['stable', 'canary'].map((role) => ({ name: `${name}-${role}`, port: 80 }));
      const spec = { parentRefs: [{ name: 'gateway' }], rules: [{ backendRefs }] };
      return [[kinds.httpRoutes, object('gateway.networking.k8s.io/v1', 'HTTPRoute', name, { spec })]];
    }
    default:
      return routing satisfies never;
  }
}

function rollout(app: App, tag: string): Manifest {
  const { name, replicas, routing, steps, canary, spec, readySeconds } = app;
  const readinessProbe = { initialDelaySeconds: readySeconds, httpGet: { path: '/', port: 8080 } };
  const container = {
    name: 'app',
    image: `demo/app:${tag}`,
    ports: [{ name: 'http', containerPort: 8080 }],
    ...(readySeconds === 0 ? {} : { readinessProbe }),
  };
  const trafficRouting =
    routing === 'nginx'
      ? { nginx: { stableIngress: name } }
      : { plugins: { 'argoproj-labs/gatewayAPI': { httpRoute: name, namespace: NAMESPACE } } };
  const routed = { stableService: `${name}-stable`, canaryService: `${name}-canary`, trafficRouting };
  return object('argoproj.io/v1alpha1', 'Rollout', name, {
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [container] } },
      strategy: { canary: { ...(routing === 'none' ? {} : routed), steps, ...canary } },
      ...spec,
    },
  });
}

/** Fails a version that answers more than one request in ten with an error; no requests are no reason. */
function errorsTemplate(): Manifest {
  const hash = 'pod_template_hash="{{args.hash}}"';
  const query = `sum(rate(http_requests_total{${hash},code="500"}[30s])) / sum(rate(http_requests_total{${hash}}[30s]))`;
  return object('argoproj.io/v1alpha1', 'AnalysisTemplate', 'errors', {
    spec: {
      args: [{ name: 'hash' }],
      metrics: [
        {
          name: 'errors',
          interval: '5s',
          count: 4,
          initialDelay: '10s',
          failureLimit: 1,
          consecutiveErrorLimit: 4,
          successCondition: 'len(result) == 0 || isNaN(result[0]) || result[0] < 0.1',
          provider: { prometheus: { address: `http://${PROMETHEUS}:9090`, query } },
        },
      ],
    },
  });
}
