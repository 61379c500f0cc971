import type { Manifest } from '../../../src/api/meta.ts';
import type { Kind } from '../../../src/sim/api-server/api.ts';
import { kinds } from '../../../src/sim/kinds.ts';
import { isTried, sideBySide, TRIED } from './side-by-side.ts';
import type { RolloutLine } from './story.ts';

/** Where every story plays. */
export const NAMESPACE = 'default';

type Applied = readonly [kind: Kind, manifest: Manifest];

/** What a user applies for a line of a story: Services, a route, and the Rollout. */
export function manifestsOf(line: RolloutLine): readonly Applied[] {
  const { name, words } = line;
  const routing = routingOf(words);
  const hasSides = routing !== null || isBlueGreen(line);
  const services = hasSides ? sidesOf(line) : [name];
  return [
    ...(words.some((phrase) => phrase.startsWith('of a deployment'))
      ? [[kinds.deployments, deploymentOf(line)] as const]
      : []),
    ...services.map((service): Applied => [kinds.services, serviceOf(service, { app: name })]),
    ...(isTried(line) ? [[kinds.services, serviceOf(`${name}-tried`, TRIED)] as const] : []),
    ...(routing === null ? [] : [routeOf(line, routing)]),
    [kinds.rollouts, rolloutOf(line, routing)],
  ];
}

/** The Services of the two sides; of those that take turns, the first one begins as stable. */
function sidesOf({ name, words }: RolloutLine): readonly string[] {
  const turns = words.includes('ping-pong') ? ['ping', 'pong'] : ['stable', 'canary'];
  return (words.includes('blue-green') ? ['active', 'preview'] : turns).map((side) => `${name}-${side}`);
}

function isBlueGreen({ words }: RolloutLine): boolean {
  return words.includes('blue-green');
}

/** The host name and the requests a second of testers, who ask the preview or copies; null: there are none. */
export function testersOf(line: RolloutLine): { readonly host: string; readonly perSecond: number } | null {
  const rate = wordsAfter(line.words, 'testers');
  if (rate === undefined) return null;
  const service = isTried(line) ? 'tried' : 'preview';
  return { host: `${line.name}-${service}.${NAMESPACE}`, perSecond: Number.parseInt(rate, 10) };
}

/** The host name under which users ask for an application. */
export function hostOf(line: RolloutLine): string {
  const { name, words } = line;
  if (isBlueGreen(line)) return `${name}-active.${NAMESPACE}`;
  return routingOf(words) === null ? `${name}.${NAMESPACE}` : `${name}.example.com`;
}

type Routing = 'nginx' | 'gateway';

function routingOf(words: readonly string[]): Routing | null {
  return words.includes('nginx') ? 'nginx' : words.includes('gateway') ? 'gateway' : null;
}

function object(apiVersion: string, kind: string, name: string, body: object): Manifest {
  return { apiVersion, kind, metadata: { name, namespace: NAMESPACE }, ...body };
}

function serviceOf(service: string, selector: object): Manifest {
  const ports = [{ name: 'http', port: 80, targetPort: 8080 }];
  return object('v1', 'Service', service, { spec: { selector, ports } });
}

function routeOf(line: RolloutLine, routing: Routing): Applied {
  const { name } = line;
  if (routing === 'nginx') {
    const backend = { service: { name: `${name}-stable`, port: { number: 80 } } };
    const http = { paths: [{ path: '/', pathType: 'Prefix', backend }] };
    const spec = { ingressClassName: 'nginx', rules: [{ host: `${name}.example.com`, http }] };
    return [kinds.ingresses, object('networking.k8s.io/v1', 'Ingress', name, { spec })];
  }
  const backendRefs = sidesOf(line).map((service) => ({ name: service, port: 80 }));
  const spec = {
    parentRefs: [{ name: 'gateway' }],
    hostnames: [`${name}.example.com`],
    rules: [{ backendRefs }],
  };
  return [kinds.httpRoutes, object('gateway.networking.k8s.io/v1', 'HTTPRoute', name, { spec })];
}

const MANAGED = { managedRoutes: [{ name: 'by-header' }] };

/** The pods of a story's application. */
function templateOf({ name, words }: RolloutLine): object {
  const readySeconds = Number(wordsAfter(words, 'ready after')?.replace(/s$/, '') ?? 0);
  const readinessProbe = { initialDelaySeconds: readySeconds, httpGet: { path: '/', port: 8080 } };
  const container = {
    name: 'app',
    image: `demo/${name}:1`,
    ports: [{ name: 'http', containerPort: 8080 }],
    ...(readySeconds === 0 ? {} : { readinessProbe }),
  };
  return { metadata: { labels: { app: name } }, spec: { containers: [container] } };
}

function deploymentOf(line: RolloutLine): Manifest {
  const { name } = line;
  const selector = { matchLabels: { app: name } };
  const spec = { replicas: sizeIn(line), selector, template: templateOf(line) };
  return object('apps/v1', 'Deployment', name, { spec });
}

function sizeIn({ words }: RolloutLine): number {
  return Number(words.map((one) => /^(\d+) replicas?$/.exec(one)?.[1]).find((n) => n !== undefined) ?? 1);
}

/** Its own pods, or those of a Deployment. */
function podsOf(line: RolloutLine): object {
  const { name, words } = line;
  const phrase = words.find((one) => one.startsWith('of a deployment'));
  if (phrase === undefined) return { selector: { matchLabels: { app: name } }, template: templateOf(line) };
  const scaleDown = phrase.replace(/^of a deployment ?/, '') || 'progressively';
  return { workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name, scaleDown } };
}

function rolloutOf(line: RolloutLine, routing: Routing | null): Manifest {
  const { name, words } = line;
  const trafficRouting =
    routing === 'nginx'
      ? { nginx: { stableIngress: name } }
      : {
          plugins: { 'argoproj-labs/gatewayAPI': { httpRoute: name, namespace: NAMESPACE } },
          ...(words.some((phrase) => phrase.includes('header')) ? MANAGED : {}),
        };
  const [first = '', second = ''] = sidesOf(line);
  const services = words.includes('ping-pong')
    ? { pingPong: { pingService: first, pongService: second } }
    : { stableService: first, canaryService: second };
  const extra = words.flatMap((phrase) => optionOf(phrase));
  const inside = (where: Option['where']) =>
    Object.fromEntries(
      extra.filter((one) => one.where === where).flatMap((one) => Object.entries(one.fields)),
    );
  return object('argoproj.io/v1alpha1', 'Rollout', name, {
    spec: {
      replicas: sizeIn(line),
      ...podsOf(line),
      strategy: isBlueGreen(line)
        ? {
            blueGreen: {
              activeService: first,
              previewService: second,
              ...inside('any'),
              ...inside('blueGreen'),
            },
          }
        : {
            canary: {
              ...(routing === null ? {} : { ...services, trafficRouting }),
              steps: stepsOf(wordsAfter(words, 'steps') ?? ''),
              ...inside('any'),
              ...inside('canary'),
            },
          },
      ...inside('spec'),
    },
  });
}

/** How many requests a second a pod carries; null: any number. */
export function capacityOf({ words }: RolloutLine): number | null {
  const text = wordsAfter(words, 'pods carry');
  return text === undefined ? null : Number.parseInt(text, 10);
}

function wordsAfter(words: readonly string[], begin: string): string | undefined {
  return words.find((phrase) => phrase.startsWith(`${begin} `))?.slice(begin.length + 1);
}

interface Option {
  readonly where: 'spec' | 'canary' | 'blueGreen' | 'any';
  readonly fields: Readonly<Record<string, unknown>>;
}

const spec = (fields: Option['fields']): Option => ({ where: 'spec', fields });
const canary = (fields: Option['fields']): Option => ({ where: 'canary', fields });
const blueGreen = (fields: Option['fields']): Option => ({ where: 'blueGreen', fields });
const any = (fields: Option['fields']): Option => ({ where: 'any', fields });
const sizeOf = (text: string): number | string => (text.endsWith('%') ? text : Number(text));
const secondsOf = (text: string): number => Number(text.replace(/s$/, ''));

/** Phrases that set a field, and what they set. */
const OPTIONS: readonly (readonly [phrase: RegExp, make: (value: string, more: string) => Option])[] = [
  [/^surge (\S+)$/, (value) => canary({ maxSurge: sizeOf(value) })],
  [/^unavailable (\S+)$/, (value) => canary({ maxUnavailable: sizeOf(value) })],
  [/^keeps old pods (\d+s)$/, (value) => any({ scaleDownDelaySeconds: secondsOf(value) })],
  [/^keeps aborted pods (\d+s)$/, (value) => any({ abortScaleDownDelaySeconds: secondsOf(value) })],
  [/^at least (\d+) pods$/, (value) => canary({ minPodsPerReplicaSet: Number(value) })],
  [/^dynamic stable$/, () => canary({ dynamicStableScale: true })],
  [
    /^background (\S+)(?: from step (\d+))?$/,
    (value, from) => canary({ analysis: { ...analysisOf(value), startingStep: Number(from || 1) - 1 } }),
  ],
  [/^switches by hand$/, () => blueGreen({ autoPromotionEnabled: false })],
  [/^switches after (\d+s)$/, (value) => blueGreen({ autoPromotionSeconds: secondsOf(value) })],
  [/^preview of (\d+) pods?$/, (value) => blueGreen({ previewReplicaCount: Number(value) })],
  [/^judged before by (\S+)$/, (value) => blueGreen({ prePromotionAnalysis: analysisOf(value) })],
  [/^judged after by (\S+)$/, (value) => blueGreen({ postPromotionAnalysis: analysisOf(value) })],
  [/^deadline (\d+s)$/, (value) => spec({ progressDeadlineSeconds: secondsOf(value) })],
  [
    /^deadline (\d+s) aborts$/,
    (value) => spec({ progressDeadlineSeconds: secondsOf(value), progressDeadlineAbort: true }),
  ],
  [/^rollback window (\d+)$/, (value) => spec({ rollbackWindow: { revisions: Number(value) } })],
  [/^history (\d+)$/, (value) => spec({ revisionHistoryLimit: Number(value) })],
  [/^min ready (\d+s)$/, (value) => spec({ minReadySeconds: secondsOf(value) })],
];

/** Phrases that are read elsewhere. */
const OTHERS = [
  /^\d+ replicas?$/,
  /^(nginx|gateway|ping-pong|blue-green)$/,
  /^of a deployment( \w+)?$/,
  /^testers \d+\/s$/,
  /^pods carry \d+\/s$/,
  /^steps /,
  /^ready after \d+s$/,
];

function optionOf(phrase: string): readonly Option[] {
  if (OTHERS.some((pattern) => pattern.test(phrase))) return [];
  for (const [pattern, make] of OPTIONS) {
    const found = pattern.exec(phrase);
    if (found !== null) return [make(found[1] ?? '', found[2] ?? '')];
  }
  throw new SyntaxError(`no phrase of a rollout: ${phrase}`);
}

/** Another strategy in the place of the one before, as a merge patch: `canary 20 / pause`, `blue-green`. */
export function strategyOf(name: string, words: string): object {
  if (words === 'blue-green')
    return {
      canary: null,
      blueGreen: { activeService: `${name}-active`, previewService: `${name}-preview` },
    };
  return { blueGreen: null, canary: { steps: stepsOf(words.replace(/^canary ?/, '')) } };
}

/** `20 / pause 30s / analysis errors / canary 3 pods`. */
export function stepsOf(text: string): readonly object[] {
  return text === '' ? [] : text.split('/').map((step) => stepOf(step.trim()));
}

function stepOf(words: string): object {
  if (/^\d+$/.test(words)) return { setWeight: Number(words) };
  if (words === 'pause') return { pause: {} };
  const [first = '', second = '', third = ''] = words.split(' ');
  if (first === 'pause') return { pause: { duration: second } };
  if (first === 'analysis') return { analysis: analysisOf(second) };
  if (first === 'experiment') return { experiment: experimentOf(words) };
  if (first === 'canary' && third === 'weight') return { setCanaryScale: { matchTrafficWeight: true } };
  if (first === 'canary' && second.endsWith('%'))
    return { setCanaryScale: { weight: Number.parseInt(second, 10) } };
  if (first === 'canary') return { setCanaryScale: { replicas: Number(second) } };
  if (first === 'header') return { setHeaderRoute: headerRouteOf(second) };
  const plugin = pluginOf(first, words.slice(first.length + 1));
  if (plugin !== null) return { plugin };
  throw new SyntaxError(`no step: ${words}`);
}

/**
 * `experiment errors for 1m`, `experiment for 1m with 10%`: a pod of each version, what judges that of the new one,
 * and its share of the traffic.
 */
function experimentOf(words: string): object {
  const [, name, duration = '', share] =
    /^experiment(?: (\S+))? for (\S+)(?: with (\d+)%)?$/.exec(words) ?? [];
  const args = [{ name: 'hash', value: '{{templates.trial.podTemplateHash}}' }];
  return {
    duration,
    scaleDownDelaySeconds: 10,
    templates: [
      { name: 'baseline', specRef: 'stable' },
      { name: 'trial', specRef: 'canary', ...(share === undefined ? {} : { weight: Number(share) }) },
    ],
    ...(name === undefined ? {} : { analyses: [{ name, templateName: name, args }] }),
  };
}

/** `header x-try=yes` sets a route, `header none` removes it. */
function headerRouteOf(text: string): object {
  const [headerName = '', exact = ''] = text.split('=');
  const match = text === 'none' ? [] : [{ headerName, headerValue: { exact } }];
  return { name: 'by-header', match };
}

/** `prove`, `prove 5m`, `prove 5m abort`, `gate NAME`, `gate NAME of 2`, `window 13:00 14:00`, `job sleep 20`, `migration sleep 20`. */
function pluginOf(kind: string, rest: string): object | null {
  const [first = '', second = '', third = ''] = rest.split(' ');
  const required = second === 'of' ? { approvals: { required: Number(third) } } : {};
  switch (kind) {
    case 'gate':
      return { name: 'sluice/gate', config: { name: first, ...required } };
    case 'prove':
      return {
        name: 'sluice/prove',
        config: first === '' ? {} : { max: first, ...(second === '' ? {} : { otherwise: second }) },
      };
    case 'window':
      return { name: 'sluice/window', config: { open: [{ from: first, to: second }] } };
    case 'job':
    case 'migration': {
      const container = { name: 'job', image: 'demo/job:1', command: ['sh', '-c', rest] };
      const template = { spec: { backoffLimit: 0, template: { spec: { containers: [container] } } } };
      return { name: 'sluice/job', config: { template, pointOfNoReturn: kind === 'migration' } };
    }
    default:
      return null;
  }
}

/** The template is called after the story's word; its argument is the version to judge. */
function analysisOf(name: string): object {
  return {
    templates: [{ templateName: name }],
    args: [{ name: 'hash', valueFrom: { podTemplateHashValue: 'Latest' } }],
  };
}

const OF_HASH = 'pod_template_hash="{{args.hash}}"';
const RATIO = `sum(rate(http_requests_total{${OF_HASH},code="500"}[30s])) / sum(rate(http_requests_total{${OF_HASH}}[30s]))`;
const P95 = `histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{${OF_HASH}}[30s])))`;

/** The analyses of all stories, as templates. */
export const TEMPLATES: readonly Manifest[] = [
  template('errors', RATIO, {
    successCondition: 'len(result) == 0 || isNaN(result[0]) || result[0] < 0.1',
  }),
  template('latency', P95, {
    successCondition: 'len(result) > 0 && result[0] < 0.5',
  }),
  template('unsure', RATIO, {
    successCondition: 'len(result) > 0 && result[0] < 0.05',
    failureCondition: 'len(result) > 0 && result[0] > 0.5',
  }),
  comparison(),
  sideBySide(),
  freshComparison(),
];

/** Errors and latency of the canary beside the stable version, with no query written by hand. */
function comparison(): Manifest {
  const metric = (name: string, config: object) => ({
    name,
    interval: '15s',
    provider: { plugin: { 'sluice/compare': { provenWhen: { ratio: 2 }, ...config } } },
  });
  return object('argoproj.io/v1alpha1', 'AnalysisTemplate', 'compare', {
    spec: { metrics: [metric('errors', {}), metric('slow', { test: 'exceedance' })] },
  });
}

/** The canary beside a fresh copy of the stable version. */
function freshComparison(): Manifest {
  const ofSide = 'pod_template_hash="{{hash}}"';
  const counters = {
    total: `http_requests_total{${ofSide}}`,
    bad: `http_requests_total{${ofSide},code="500"}`,
  };
  const provider = { plugin: { 'sluice/compare': { counters, baseline: {} } } };
  return object('argoproj.io/v1alpha1', 'AnalysisTemplate', 'fresh', {
    spec: { metrics: [{ name: 'errors', interval: '15s', provider }] },
  });
}

function template(name: string, query: string, conditions: object): Manifest {
  const metric = {
    name,
    initialDelay: '30s',
    interval: '10s',
    count: 3,
    ...conditions,
    provider: { prometheus: { query } },
  };
  return object('argoproj.io/v1alpha1', 'AnalysisTemplate', name, {
    spec: { args: [{ name: 'hash' }], metrics: [metric] },
  });
}
