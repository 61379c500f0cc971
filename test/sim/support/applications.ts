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
    // Others would hear of one object more, and all that is counted of their lives would be another.
    ...(isCompared(app) ? [[kinds.analysisTemplates, comparedTemplate()] as const] : []),
    ...(isFresh(app)
      ? [[kinds.analysisTemplates, comparedTemplate('fresh', { baseline: {} }, 6)] as const]
      : []),
    ...(app.isConfigured === true ? [[kinds.configMaps, configuration(app)] as const] : []),
    ...(app.workload === undefined ? [] : [[kinds.deployments, deployment(app, tag)] as const]),
    [kinds.rollouts, rollout(app, tag)],
    ...(app.autoscaler === undefined ? [] : [[kinds.horizontalPodAutoscalers, autoscaler(app)] as const]),
  ];
}

/** What the strategy of an application says, and that it says nothing of the other one. */
export function strategyOf(app: App): Readonly<Record<'canary' | 'blueGreen', object | null>> {
  const { name, blueGreen, routing, steps, canary } = app;
  const services = { activeService: `${name}-stable`, previewService: `${name}-canary` };
  if (blueGreen !== undefined) return { canary: null, blueGreen: { ...services, ...blueGreen } };
  if (routing === 'none') return { blueGreen: null, canary: { steps, ...canary } };
  const routed =
    'pingPong' in canary ? {} : { stableService: `${name}-stable`, canaryService: `${name}-canary` };
  return { blueGreen: null, canary: { ...routed, trafficRouting: routingOf(app), steps, ...canary } };
}

function routingOf({ name, routing, steps }: App): object {
  const named = steps.flatMap((step) => {
    if ('setHeaderRoute' in step) return [step.setHeaderRoute.name];
    return 'setMirrorRoute' in step ? [step.setMirrorRoute.name] : [];
  });
  const routes = [...new Set(named)].map((route) => ({ name: route }));
  const managedRoutes = routes.length === 0 ? {} : { managedRoutes: routes };
  if (routing === 'nginx') return { nginx: { stableIngress: name }, ...managedRoutes };
  const config = { httpRoute: name, namespace: NAMESPACE };
  return { plugins: { 'argoproj-labs/gatewayAPI': config }, ...managedRoutes };
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
      const hostnames = [`${name}.example.com`];
      const spec = { parentRefs: [{ name: 'gateway' }], hostnames, rules: [{ backendRefs }, admin] };
      return [[kinds.httpRoutes, object('gateway.networking.k8s.io/v1', 'HTTPRoute', name, { spec })]];
    }
    default:
      return routing satisfies never;
  }
}

function rollout(app: App, tag: string): Manifest {
  const { name, replicas, spec, workload, isConfigured = false } = app;
  const versioned = isConfigured ? { 'sluice.dev/versioned-configuration': 'true' } : {};
  const annotations = { ...app.annotations, ...versioned };
  const pods = {
    selector: { matchLabels: { app: name } },
    template: template(app, tag),
  };
  const workloadRef = { apiVersion: 'apps/v1', kind: 'Deployment', name, scaleDown: workload };
  const { canary, blueGreen } = strategyOf(app);
  const manifest = object('argoproj.io/v1alpha1', 'Rollout', name, {
    spec: {
      replicas,
      ...(workload === undefined ? pods : { workloadRef }),
      strategy: { ...(canary === null ? {} : { canary }), ...(blueGreen === null ? {} : { blueGreen }) },
      ...spec,
    },
  });
  return { ...manifest, metadata: { ...manifest.metadata, annotations } };
}

function deployment(app: App, tag: string): Manifest {
  const { name, replicas } = app;
  const spec = { replicas, selector: { matchLabels: { app: name } }, template: template(app, tag) };
  return object('apps/v1', 'Deployment', name, { spec });
}

/** The name of the ConfigMap of an application. */
export function configurationName({ name }: App): string {
  return `${name}-settings`;
}

function configuration(app: App): Manifest {
  return object('v1', 'ConfigMap', configurationName(app), { data: { content: 'a' } });
}

/** No measurement is ever there, so all that it does is to keep the size within its bounds. */
function autoscaler({ name, autoscaler: bounds }: App): Manifest {
  const scaleTargetRef = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name };
  return object('autoscaling/v2', 'HorizontalPodAutoscaler', name, { spec: { scaleTargetRef, ...bounds } });
}

function template(app: App, tag: string): object {
  const { name, readySeconds, rate, isConfigured = false } = app;
  const wait = readySeconds === 0 ? {} : { initialDelaySeconds: readySeconds };
  const readinessProbe = { ...wait, httpGet: { path: '/', port: 8080 } };
  // Where users come pods wait until traffic has followed.
  const preStop = { exec: { command: ['sleep', '5'] } };
  const container = {
    name: 'app',
    image: `demo/app:${tag}`,
    ports: [{ name: 'http', containerPort: 8080 }],
    ...(readySeconds === 0 && rate === 0 ? {} : { readinessProbe }),
    ...(rate === 0 ? {} : { lifecycle: { preStop } }),
    ...(isConfigured ? { envFrom: [{ configMapRef: { name: configurationName(app) } }] } : {}),
  };
  return { metadata: { labels: { app: name } }, spec: { containers: [container] } };
}

/** The share of errors among the answers of one version. */
const SHARE = (() => {
  const hash = 'pod_template_hash="{{args.hash}}"';
  return `sum(rate(http_requests_total{${hash},code="500"}[30s])) / sum(rate(http_requests_total{${hash}}[30s]))`;
})();

/** Fails a version that answers more than one request in ten with an error; no requests are no reason. */
function errorsTemplate(): Manifest {
  return analysisTemplate('errors', {
    failureLimit: 1,
    successCondition: 'len(result) == 0 || isNaN(result[0]) || result[0] < 0.1',
  });
}

/**
 * Fails a version only when more than half of its answers are errors, and leaves it to people from a tenth
 * on.
 */
function doubtsTemplate(): Manifest {
  return analysisTemplate('doubts', {
    successCondition: 'len(result) == 0 || isNaN(result[0]) || result[0] < 0.1',
    failureCondition: 'len(result) > 0 && result[0] > 0.5',
  });
}

function isCompared({ canary }: App): boolean {
  return JSON.stringify(canary).includes('"compared"');
}

function isFresh({ canary }: App): boolean {
  return JSON.stringify(canary).includes('"fresh"');
}

/** Fails a version that answers with an error more often than the stable one does, or than a copy of it. */
function comparedTemplate(name = 'compared', more: object = {}, count = 30): Manifest {
  const hash = 'pod_template_hash="{{hash}}"';
  const config = {
    source: { prometheus: { address: `http://${PROMETHEUS}:9090` } },
    counters: { total: `http_requests_total{${hash}}`, bad: `http_requests_total{${hash},code="500"}` },
    provenWhen: { ratio: 2 },
    ...more,
  };
  return object('argoproj.io/v1alpha1', 'AnalysisTemplate', name, {
    spec: {
      // It comes to an end: what measured for ever would never be at rest.
      metrics: [{ name, interval: '10s', count, provider: { plugin: { 'sluice/compare': config } } }],
    },
  });
}

function analysisTemplate(name: string, judgement: object): Manifest {
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
