import type { Issue, Manifest } from '../../src/api/meta.ts';
import type { Rollout } from '../../src/api/rollout.ts';
import { rolloutWarnings, validateAnalysis, validateRollout } from '../../src/api/validate/index.ts';
import {
  canaryWith,
  containerWith,
  istioWith,
  type Loose,
  nginxWith,
  rolloutWith,
  TEMPLATE,
} from './rollouts.ts';

/** An object, and the rules of the admission policies that have something against it; none: it is taken. */
export interface PolicyRow {
  readonly name: string;
  readonly manifest: Manifest;
  readonly refusedBy: readonly string[];
  readonly warnedBy: readonly string[];
}

const ALB = { alb: { ingress: 'i', servicePort: 80 } };
const NGINX = { nginx: { stableIngress: 'web' } };
const PLUGIN = { plugins: { 'argoproj-labs/gatewayAPI': { httpRoute: 'web' } } };
const ROUTES = { managedRoutes: [{ name: 'h' }] };
const WORKLOAD = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
const REQUIRED = { requiredDuringSchedulingIgnoredDuringExecution: {} };

const blueGreen = (fields: Loose, spec: Loose = {}) =>
  rolloutWith({ strategy: { blueGreen: { activeService: 'active', ...fields } }, ...spec });
const preferred = (weight: number) => ({ preferredDuringSchedulingIgnoredDuringExecution: { weight } });
const reads = (fieldPath: string) => ({ args: [{ name: 'a', valueFrom: { fieldRef: { fieldPath } } }] });
const steps = (...list: readonly Loose[]) => canaryWith({ steps: list });
const pause = (duration: number | string) => steps({ pause: { duration } });
const header = (...match: readonly Loose[]) => ({ setHeaderRoute: { name: 'h', match } });
const value = (headerValue: Loose) => ({ headerName: 'a', headerValue });
const experiment = (fields: Loose) => ({
  steps: [{ experiment: { templates: [{ name: 'a', specRef: 'canary', ...fields }] } }],
});
const metric = (fields: Loose, kind = 'AnalysisTemplate'): Manifest => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind,
  metadata: kind === 'AnalysisTemplate' ? { name: 'a', namespace: 'shop' } : { name: 'a' },
  spec: { metrics: [{ name: 'm', provider: { web: { url: 'http://a' } }, ...fields }] },
});

const GOOD: Readonly<Record<string, Manifest>> = {
  plain: rolloutWith({}),
  'no containers that a workload has': rolloutWith({ template: undefined, workloadRef: WORKLOAD }),
  'a workload and its selector': rolloutWith({
    template: undefined,
    workloadRef: { apiVersion: 'v1', kind: 'PodTemplate', name: 'web', scaleDown: 'onsuccess' },
  }),
  'a workload of somebody else': rolloutWith({
    template: undefined,
    workloadRef: { ...WORKLOAD, apiVersion: 'example.com/v1' },
  }),
  'expressions in the selector': rolloutWith({
    selector: {
      matchExpressions: [
        { key: 'app', operator: 'In', values: ['web', 'x'] },
        { key: 'app', operator: 'Exists' },
        { key: 'none', operator: 'DoesNotExist' },
        { key: 'none', operator: 'NotIn', values: ['x'] },
      ],
    },
  }),
  'nulls, as some tools write them': {
    ...rolloutWith({
      paused: null,
      workloadRef: null,
      minReadySeconds: null,
      template: {
        metadata: { labels: { app: 'web' }, annotations: null, creationTimestamp: null },
        spec: {
          restartPolicy: null,
          activeDeadlineSeconds: null,
          volumes: null,
          initContainers: null,
          containers: [{ name: 'app', image: 'demo/app:1', ports: null, resources: null, env: null }],
        },
      },
      strategy: {
        blueGreen: null,
        canary: {
          maxSurge: null,
          trafficRouting: null,
          antiAffinity: null,
          analysis: null,
          scaleDownDelaySeconds: null,
          steps: [{ setWeight: 5, pause: null, setHeaderRoute: null }, { pause: { duration: null } }],
        },
      },
    }),
  },
  ports: containerWith({ ports: [{ containerPort: 1 }, { containerPort: 65_535, name: 'http' }] }),
  'restart policy': containerWith({}, { restartPolicy: 'Always' }),
  'all kinds of steps': istioWith(
    {
      steps: [
        { setWeight: 0 },
        { setWeight: 100, setCanaryScale: { replicas: 1 } },
        { pause: {} },
        { pause: { duration: 0 } },
        { pause: { duration: '-300ms' } },
        { pause: { duration: '+1h30m' } },
        { pause: { duration: '1.5h' } },
        { pause: { duration: '000000000000000000000030' } },
        { setCanaryScale: { matchTrafficWeight: true } },
        { analysis: { templates: [{ templateName: 't' }], ...reads("metadata.labels['team']") } },
        { analysis: reads('status.canary.weights.canary.podTemplateHash') },
        header(value({ exact: 'b' }), value({ prefix: 'b' }), value({ regex: 'b' })),
        { setHeaderRoute: { name: 'h' } },
        { setMirrorRoute: { name: 'h', percentage: 5, match: [{ method: { exact: 'GET' } }] } },
        { plugin: { name: 'team/unknown', config: { a: [1] } } },
        ...experiment({ weight: 5 }).steps,
      ],
    },
    ROUTES,
  ),
  'header and mirror by a plugin': canaryWith({
    trafficRouting: { ...PLUGIN, ...ROUTES },
    steps: [header(value({ regex: '.*' })), { setMirrorRoute: { name: 'h' } }],
  }),
  'a total of a plugin': canaryWith({ trafficRouting: { ...PLUGIN, maxTrafficWeight: 50 } }),
  'a total of NGINX': nginxWith({
    trafficRouting: { ...NGINX, maxTrafficWeight: 1000 },
    steps: [{ setWeight: 1000 }],
  }),
  'Istio with subsets': canaryWith({
    trafficRouting: {
      istio: {
        virtualServices: [{ name: 'v' }],
        destinationRule: { name: 'd', canarySubsetName: 'c', stableSubsetName: 's' },
      },
    },
  }),
  'ping-pong': canaryWith({
    pingPong: { pingService: 'p', pongService: 'q' },
    trafficRouting: { alb: { ...ALB.alb, rootService: 'r' } },
  }),
  'one surge': canaryWith({ maxSurge: '0%', maxUnavailable: 1 }),
  'default surge': canaryWith({ maxUnavailable: 0 }),
  'anti-affinity': canaryWith({ antiAffinity: preferred(100) }),
  dynamic: nginxWith({ dynamicStableScale: true }),
  'blue-green': blueGreen({
    previewService: 'preview',
    scaleDownDelayRevisionLimit: 10,
    antiAffinity: REQUIRED,
    prePromotionAnalysis: reads('metadata.name'),
  }),
  'a step too many': steps(...Array.from({ length: 150 }, () => ({ setWeight: 5 }))),
  'an analysis template': metric({ count: '2', interval: '1s', failureLimit: '{{args.f}}' }),
  'a cluster analysis template': metric(
    { failureLimit: -1, consecutiveSuccessLimit: 1 },
    'ClusterAnalysisTemplate',
  ),
};

const REFUSED: readonly (readonly [rules: string, manifest: Manifest])[] = [
  ['selector-missing', rolloutWith({ selector: undefined })],
  ['selector-empty', rolloutWith({ selector: { matchLabels: {} } })],
  ['selector-mismatch', rolloutWith({ selector: { matchLabels: { app: 'web', tier: 'b' } } })],
  [
    'selector-mismatch',
    rolloutWith({
      selector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] },
      template: { ...TEMPLATE, metadata: { labels: { b: '2', app: 'web', c: '3' } } },
    }),
  ],
  ['containers-missing', rolloutWith({ template: { ...TEMPLATE, spec: { containers: [] } } })],
  ['containers-missing, selector-mismatch', rolloutWith({ template: undefined })],
  ...['containers', 'initContainers'].flatMap((list): readonly (readonly [string, Manifest])[] => {
    const second = (fields: Loose) => [
      { name: 'first', image: 'demo/app:1' },
      { name: 'second', image: 'demo/app:1', ...fields },
    ];
    const withSecond = (fields: Loose) =>
      containerWith({}, { volumes: [{ name: 'v' }], [list]: second(fields) });
    const resources = {
      limits: { cpu: '1500m', memory: '1Gi', 'example.com/x': 1 },
      requests: { cpu: 1.5, memory: '1024Mi', 'example.com/x': 2 },
    };
    return [
      [`${list}-image`, withSecond({ image: '' })],
      [`${list}-port`, withSecond({ ports: [{ containerPort: 80 }, { containerPort: 99_999 }] })],
      [
        `${list}-mount`,
        withSecond({
          volumeMounts: [
            { name: 'v', mountPath: '/v' },
            { name: 'w', mountPath: '/w' },
          ],
        }),
      ],
      [`${list}-request`, withSecond({ resources })],
    ];
  }),
  ['selector-values', rolloutWith({ selector: { matchExpressions: [{ key: 'app', operator: 'In' }] } })],
  [
    'selector-no-values',
    rolloutWith({
      selector: { matchExpressions: [{ key: 'none', operator: 'DoesNotExist', values: ['b'] }] },
    }),
  ],
  ['restart-policy', containerWith({}, { restartPolicy: 'Never' })],
  ['active-deadline', containerWith({}, { activeDeadlineSeconds: 5 })],
  ['workload-selector-empty', rolloutWith({ selector: {}, template: undefined, workloadRef: WORKLOAD })],
  ['workload-and-template', rolloutWith({ workloadRef: WORKLOAD })],
  ['workload-kind', rolloutWith({ template: undefined, workloadRef: { ...WORKLOAD, kind: 'StatefulSet' } })],
  [
    'workload-kind',
    rolloutWith({ template: undefined, workloadRef: { ...WORKLOAD, apiVersion: 'batch.k8s.io/v1' } }),
  ],
  ['workload-name', rolloutWith({ template: undefined, workloadRef: { ...WORKLOAD, name: '' } })],
  ['spec.minReadySeconds-negative', rolloutWith({ minReadySeconds: -1 })],
  ['spec.revisionHistoryLimit-negative', rolloutWith({ revisionHistoryLimit: -1 })],
  ['spec.progressDeadlineSeconds-negative', rolloutWith({ progressDeadlineSeconds: -1 })],
  ['deadline-over-ready', rolloutWith({ minReadySeconds: 600 })],
  ['strategy-missing', rolloutWith({ strategy: undefined })],
  ['strategy-both', rolloutWith({ strategy: { canary: { steps: [{}] }, blueGreen: { activeService: '' } } })],
  ['surge-zero', canaryWith({ maxSurge: 0, maxUnavailable: '0%' })],
  ['surge-zero', canaryWith({ maxSurge: '00%', maxUnavailable: 0 })],
  ['services-same', canaryWith({ canaryService: 'a', stableService: 'a' })],
  ['pingService-missing', istioWith({ pingPong: { pingService: '', pongService: 'q' } })],
  ['pongService-missing', istioWith({ pingPong: { pingService: 'p', pongService: '' } })],
  ['ping-is-pong', istioWith({ pingPong: { pingService: 'p', pongService: 'p' } })],
  ['ping-pong-router', nginxWith({ pingPong: { pingService: 'p', pongService: 'q' } })],
  [
    'ping-pong-root-service',
    nginxWith({ pingPong: { pingService: 'p', pongService: 'q' }, trafficRouting: ALB }),
  ],
  ['stable-service-missing', nginxWith({ stableService: undefined })],
  ['canary-service-missing', istioWith({ canaryService: '' })],
  ['delay-unrouted', canaryWith({ scaleDownDelaySeconds: 5 })],
  ['dynamic-unrouted', canaryWith({ dynamicStableScale: true })],
  ['dynamic-and-delay', nginxWith({ dynamicStableScale: true, scaleDownDelaySeconds: 5 })],
  ['max-weight-router', istioWith({}, { maxTrafficWeight: 50 })],
  ['max-weight-zero', canaryWith({ trafficRouting: { ...PLUGIN, maxTrafficWeight: 0 } })],
  ['max-weight-nginx', nginxWith({ trafficRouting: { ...NGINX, maxTrafficWeight: 99 } })],
  ['step-empty', steps({ setWeight: 5 }, {})],
  ['step-two', steps({ setWeight: 20, pause: {} })],
  ['weight-range', steps({ setWeight: 101 }, { setWeight: 100 }, { setWeight: -1 })],
  [
    'weight-range',
    nginxWith({ trafficRouting: { ...NGINX, maxTrafficWeight: 500 }, steps: [{ setWeight: 501 }] }),
  ],
  ['pause-duration', pause(-5)],
  ['pause-duration', pause('soon')],
  ['pause-duration', pause('-5s')],
  ['pause-duration', pause('-7')],
  ['pause-duration', pause('9999999999')],
  ['pause-duration', pause('')],
  ['scale-unrouted', steps({ setCanaryScale: { replicas: 1 } })],
  ['step-field-ref', steps({ analysis: reads('metadata.finalizers') })],
  [
    'experiment-field-ref',
    steps({
      experiment: {
        templates: [{ name: 'a', specRef: 'stable' }],
        analyses: [{ name: 'a', templateName: 't', ...reads("metadata.labels['a") }],
      },
    }),
  ],
  ['experiment-weight-unrouted', canaryWith(experiment({ weight: 5 }))],
  ['experiment-weight-router', nginxWith(experiment({ weight: 5 }))],
  ['header-router', nginxWith({ steps: [header(value({ exact: 'b "c"', regex: '\\d' }))] })],
  ['header-router', steps({ setHeaderRoute: {} })],
  ['header-routes-missing', istioWith({ steps: [{ pause: {} }, header(), header()] })],
  ['header-route-unknown', istioWith({ steps: [{ setHeaderRoute: { name: 'x' } }] }, ROUTES)],
  [
    'header-alb-exact',
    nginxWith({ trafficRouting: { ...ALB, ...ROUTES }, steps: [header(value({ prefix: 'b' }))] }),
  ],
  ['header-match-several', istioWith({ steps: [header(value({ exact: 'b', regex: 'c' }))] }, ROUTES)],
  ['header-match-none', istioWith({ steps: [header(value({}))] }, ROUTES)],
  [
    'mirror-router',
    nginxWith({
      steps: [
        {
          setMirrorRoute: {
            name: 'm',
            match: [{ method: { exact: 'GET' }, path: { prefix: '/' }, headers: { a: { exact: 'b' } } }],
            percentage: 5,
          },
        },
      ],
    }),
  ],
  ['mirror-routes-missing', istioWith({ steps: [{ setMirrorRoute: { name: 'm' } }] })],
  ['mirror-route-unknown', istioWith({ steps: [{ setMirrorRoute: { name: 'm' } }] }, ROUTES)],
  ...['method', 'path'].flatMap((part): readonly (readonly [string, Manifest])[] => {
    const mirror = (match: Loose) =>
      istioWith({ steps: [{ setMirrorRoute: { name: 'h', match: [{ [part]: match }] } }] }, ROUTES);
    return [
      [`mirror-${part}-match-several`, mirror({ prefix: 'a', regex: 'b' })],
      [`mirror-${part}-match-none`, mirror({ exact: '' })],
    ];
  }),
  ['canary-anti-affinity', canaryWith({ antiAffinity: {} })],
  ['canary-anti-affinity-weight', canaryWith({ antiAffinity: preferred(500) })],
  ['nginx-ingress', nginxWith({ trafficRouting: { nginx: {} } })],
  ['alb-ingress', nginxWith({ trafficRouting: { alb: { ...ALB.alb, ingresses: ['b'] } } })],
  ['istio-virtual-service', nginxWith({ trafficRouting: { istio: {} } })],
  ['background-field-ref', canaryWith({ analysis: reads('') })],
  ['active-service-missing', blueGreen({ activeService: '' })],
  ['active-is-preview', blueGreen({ previewService: 'active' })],
  ['limit-over-history', blueGreen({ scaleDownDelayRevisionLimit: 5 }, { revisionHistoryLimit: 3 })],
  ['blueGreen-anti-affinity', blueGreen({ antiAffinity: { ...REQUIRED, ...preferred(5) } })],
  ['blueGreen-anti-affinity-weight', blueGreen({ antiAffinity: preferred(0) })],
  ['prePromotion-field-ref', blueGreen({ prePromotionAnalysis: reads('metadata.uuid') })],
  ['postPromotion-field-ref', blueGreen({ postPromotionAnalysis: reads("metadata.labels['']") })],
  [
    'selector-empty, spec.minReadySeconds-negative, surge-zero, step-empty, weight-range, canary-anti-affinity',
    rolloutWith({
      selector: {},
      minReadySeconds: -1,
      strategy: {
        canary: {
          maxSurge: 0,
          maxUnavailable: 0,
          antiAffinity: {},
          steps: [{ setWeight: 101 }, {}],
        },
      },
    }),
  ],
  [
    'metric-name-again',
    {
      ...metric({}),
      spec: {
        metrics: ['m', 'other', 'm'].map((name) => ({ name, provider: { web: { url: 'http://a' } } })),
      },
    },
  ],
  ['interval-missing', metric({ count: '2' })],
  ['count-too-small', metric({ count: 4, interval: '1s', failureLimit: 3, consecutiveSuccessLimit: '3' })],
  ['provider-missing', metric({ provider: {} })],
  ['provider-several', metric({ provider: { web: { url: 'http://a' }, prometheus: { query: 'q' } } })],
  ['provider-several', metric({ provider: { plugin: { a: {}, b: {} } } }, 'ClusterAnalysisTemplate')],
  ['limits-disabled', metric({ failureLimit: -1 })],
  ...['inconclusiveLimit', 'consecutiveErrorLimit', 'failureLimit', 'consecutiveSuccessLimit', 'count'].map(
    (field) => [`${field}-text`, metric({ [field]: 'two' })] as const,
  ),
  ...['inconclusiveLimit', 'consecutiveErrorLimit', 'consecutiveSuccessLimit'].map(
    (field) => [`${field}-low`, metric({ [field]: -1 })] as const,
  ),
  ['failureLimit-low', metric({ failureLimit: '-2' })],
];

const WARNED: readonly (readonly [rules: string, manifest: Manifest])[] = [
  ['spec.rollbackWindow.revisions-negative', rolloutWith({ rollbackWindow: { revisions: -1 } })],
  ...['maxSurge', 'maxUnavailable'].flatMap((field) =>
    ['10', -1].map(
      (amount) => [`spec.strategy.canary.${field}-form`, canaryWith({ [field]: amount })] as const,
    ),
  ),
  ['spec.strategy.blueGreen.maxUnavailable-form', blueGreen({ maxUnavailable: 'x%' })],
  ['spec.strategy.canary.analysis.startingStep-negative', canaryWith({ analysis: { startingStep: -1 } })],
  ['spec.strategy.canary.scaleDownDelaySeconds-negative', nginxWith({ scaleDownDelaySeconds: -1 })],
  ...['scaleDownDelayRevisionLimit', 'abortScaleDownDelaySeconds', 'minPodsPerReplicaSet'].map(
    (field) => [`spec.strategy.canary.${field}-negative`, nginxWith({ [field]: -1 })] as const,
  ),
  ...[
    'previewReplicaCount',
    'autoPromotionSeconds',
    'scaleDownDelaySeconds',
    'scaleDownDelayRevisionLimit',
    'abortScaleDownDelaySeconds',
  ].map((field) => [`spec.strategy.blueGreen.${field}-negative`, blueGreen({ [field]: -1 })] as const),
  ['threshold-type', canaryWith({ replicaProgressThreshold: { type: 'Percentage', value: 5 } })],
  ['threshold-percent', canaryWith({ replicaProgressThreshold: { type: 'Percent', value: 101 } })],
  ...['containers', 'initContainers'].flatMap((list) =>
    ['limits', 'requests'].map((part) => {
      const amounts = { [part]: { memory: '16Mi', 'example.com/x': 'much', cpu: '+1e3' } };
      const container = { name: 'other', image: 'demo/app:1', resources: amounts };
      return [
        `${list}-${part}-quantity`,
        containerWith({}, { [list]: [{ name: 'first', image: 'demo/app:1' }, container] }),
      ] as const;
    }),
  ),
  [
    'scale-down-word',
    rolloutWith({ template: undefined, workloadRef: { ...WORKLOAD, scaleDown: 'slowly' } }),
  ],
  ['abortScaleDownDelaySeconds-unrouted', canaryWith({ abortScaleDownDelaySeconds: 5 })],
  ['minPodsPerReplicaSet-unrouted', canaryWith({ minPodsPerReplicaSet: 2 })],
  ['promotion-time-manual', blueGreen({ autoPromotionEnabled: false, autoPromotionSeconds: 5 })],
  ['mirror-percentage', istioWith({ steps: [{ setMirrorRoute: { name: 'h', percentage: 101 } }] }, ROUTES)],
];

/** Objects without a mistake, one for each rule of the admission policies, and some with several. */
export const POLICY_ROWS: readonly PolicyRow[] = [
  ...Object.entries(GOOD).map(([name, manifest]) => ({ name, manifest, refusedBy: [], warnedBy: [] })),
  ...REFUSED.map(([name, manifest], i) => ({
    name: `${i} ${name}`,
    manifest,
    refusedBy: name.split(', '),
    warnedBy: [],
  })),
  ...WARNED.map(([name, manifest], i) => ({
    name: `${i} ${name}`,
    manifest,
    refusedBy: [],
    warnedBy: name.split(', '),
  })),
];

/** All that we say of an object by itself. */
export function issuesOf(manifest: Manifest): readonly Issue[] {
  if (manifest.kind !== 'Rollout') return validateAnalysis(manifest);
  return [...validateRollout(manifest as Rollout), ...rolloutWarnings(manifest as Rollout)];
}

/** What is said of an object, as the policies put it together. */
export function joined(issues: readonly { readonly path: string; readonly message: string }[]): string {
  return issues.map(({ path, message }) => `${path}: ${message}`).join('; ');
}
