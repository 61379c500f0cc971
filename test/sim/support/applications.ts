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
    [kinds.analysisTemplates, doubtsTemplate()],
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
      const split = ['stable', 'canary'].map((role) => ({ name: `${name}-${role}`, port: 80 }));
      // What users write beside it, and nobody may touch.
      const backendRefs = [...split, { name: `${name}-beside`, port: 80, weight: 0 }];
      const matches = [{ path: { type: 'PathPrefix', value: '/admin' } }];
      const admin = { matches, backendRefs: [{ name: `${name}-stable`, port: 80, weight: 7 }] };
      const spec = { parentRefs: [{ name: 'gateway' }], rules: [{ backendRefs }, admin] };
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

/** The share of errors among the answers of one version. */
const SHARE = (() => {
  const hash = 'pod_template_hash="{{args.hash}}"';
  return `sum(rate(http_requests_total{${hash},code="500"}[30s])) / sum(rate(http_requests_total{${hash}}[30s]))`;
})();

/** Fails a version that answers more than one request in ten with an error; no requests are no reason. */
function errorsTemplate(): Manifest {
  return template('errors', {
    failureLimit: 1,
    successCondition: 'len(result) == 0 || isNaN(result[0]) || result[0] < 0.1',
  });
}

/** Fails a version only when more than half of its answers are errors, and leaves it to people from a tenth on. */
function doubtsTemplate(): Manifest {
  return template('doubts', {
    successCondition: 'len(result) == 0 || isNaN(result[0]) || result[0] < 0.1',
    failureCondition: 'len(result) > 0 && result[0] > 0.5',
  });
}

function template(name: string, judgement: object): Manifest {
  const provider = { prometheus: { address: `http://${PROMETHEUS}:9090`, query: SHARE } };
  const metric = {
    name,
    interval: '5s',
    count: 4,
    initialDelay: '10s',
    consecutiveErrorLimit: 4,
    ...judgement,
    provider,
  };
  return object('argoproj.io/v1alpha1', 'AnalysisTemplate', name, {
    spec: { args: [{ name: 'hash' }], metrics: [metric] },
  });
}
