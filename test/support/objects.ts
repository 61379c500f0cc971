import type { AnalysisRun } from '../../src/api/analysis.ts';
import { ANNOTATION, API_VERSION, LABEL } from '../../src/api/keys.ts';
import type { Manifest } from '../../src/api/meta.ts';
import type {
  BlueGreenStatus,
  BlueGreenStrategy,
  CanaryStatus,
  CanaryStrategy,
  Rollout,
  RolloutSpec,
  RolloutStatus,
} from '../../src/api/rollout.ts';
import type { ReplicaSet, Service } from '../../src/api/workload.ts';
import { stepsHash } from '../../src/core/hash/steps.ts';
import { ALL_STABLE } from '../../src/core/routes.ts';
import { formatInstant } from '../../src/core/time.ts';
import { routersOf } from '../../src/routers/index.ts';
import type { Cluster } from './cluster.ts';
import { type Draft, type Role, type RunDraft, roleHash, templateOf, type Version, ZERO } from './draft.ts';

const NAME = 'app';
const META = { namespace: 'demo', uid: 'uid-app' };
/** The routing of scenes with ping-pong Services. */
const GATEWAY = { plugins: { 'argoproj-labs/gatewayAPI': { httpRoute: 'app', namespace: META.namespace } } };
const OWNER = { apiVersion: API_VERSION, kind: 'Rollout', name: NAME, uid: META.uid, controller: true };

/** The templates that steps of scenes may name. */
const TEMPLATES = {
  'AnalysisTemplate/check': {
    metrics: [
      {
        name: 'ok',
        provider: { web: { url: 'http://metrics.demo/ok', jsonPath: '{$.ok}' } },
        successCondition: 'result',
      },
    ],
  },
} as const;

const REFUSED = {
  type: 'ReplicaFailure',
  status: 'True',
  reason: 'FailedCreate',
  message: 'exceeded quota',
} as const;

/** The objects of a draft, consistent with one another unless it says otherwise. */
export function build(draft: Draft): Cluster {
  let version = 100;
  const next = () => String(++version);
  const replicaSets = draft.versions.map((v, i) => replicaSet(draft, v, i, next()));
  const services = servicesOf(draft, next);
  const ingresses = draft.weight === null ? [] : ingressesOf(draft, next);
  const runs = draft.runs.map((run) => analysisRun(run, next()));
  return {
    rollout: rolloutOf(draft, next()),
    replicaSets,
    services,
    ingresses,
    lags: draft.lags === true,
    runs,
    templates: TEMPLATES,
    foreign: null,
    neighbours: [],
    version,
  };
}

function rolloutOf(draft: Draft, resourceVersion: string): Rollout {
  const status = statusOf(draft);
  const annotations = { [ANNOTATION.revision]: String(draft.versions.length), ...draft.annotations };
  return {
    apiVersion: API_VERSION,
    kind: 'Rollout',
    metadata: { name: NAME, ...META, generation: 3, resourceVersion, annotations },
    spec: specOf(draft),
    ...(status === null ? {} : { status }),
  };
}

function specOf(draft: Draft): RolloutSpec {
  const { strategy, ...spec } = draft.spec;
  const canary: CanaryStrategy = {
    ...(draft.steps === undefined ? {} : { steps: draft.steps }),
    ...(draft.weight === null ? {} : routingOf(draft)),
    ...draft.canary,
  };
  return {
    ...(draft.replicas === undefined ? {} : { replicas: draft.replicas }),
    selector: { matchLabels: { app: NAME } },
    template: templateOf(draft.wants),
    strategy: strategy ?? (draft.blueGreen === null ? { canary } : { blueGreen: draft.blueGreen }),
    ...spec,
  };
}

function routingOf({ canary }: Draft): CanaryStrategy {
  if (canary.pingPong !== undefined) return { trafficRouting: GATEWAY };
  return {
    stableService: 'app-stable',
    canaryService: 'app-canary',
    trafficRouting: { nginx: { stableIngress: 'app' } },
  };
}

function statusOf(draft: Draft): RolloutStatus | null {
  if (draft.knows === null) return null;
  const pods = draft.versions.map((v) => v.pods);
  const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);
  const known = draft.versions.find((v) => v.role === draft.knows);
  const at = formatInstant(ZERO);
  const condition = { status: 'True', lastUpdateTime: at, lastTransitionTime: at, message: '' } as const;
  return {
    currentPodHash: roleHash(draft.knows),
    ...(draft.blueGreen === null ? { currentStepHash: stepsHash(draft.steps) } : {}),
    ...(draft.step === null ? {} : { currentStepIndex: draft.step }),
    ...(draft.stable === null ? {} : { stableRS: roleHash(draft.stable) }),
    replicas: sum(pods.map((p) => p.exist)),
    updatedReplicas: known?.pods.exist ?? 0,
    readyReplicas: sum(pods.map((p) => p.available)),
    availableReplicas: sum(pods.map((p) => p.available)),
    observedGeneration: '3',
    epoch: draft.epoch,
    conditions: [
      { ...condition, type: 'Progressing', reason: 'ReplicaSetUpdated' },
      ...(draft.stable === null || draft.blueGreen !== null
        ? []
        : [{ ...condition, type: 'Healthy', status: 'False', reason: 'RolloutHealthy' } as const]),
    ],
    ...draft.status,
    canary: { ...weightsOf(draft), ...draft.status.canary },
    ...(draft.blueGreen === null ? {} : { blueGreen: { ...selectorsOf(draft), ...draft.status.blueGreen } }),
  };
}

function selectorsOf(draft: Draft): BlueGreenStatus {
  const { active = draft.stable, preview = draft.knows } = draft.managed ? draft.selects : NOTHING;
  return {
    ...(active === null ? {} : { activeSelector: roleHash(active) }),
    ...(preview === null ? {} : { previewSelector: roleHash(preview) }),
  };
}

const NOTHING = { active: null, preview: null };

function weightsOf(draft: Draft): CanaryStatus {
  if (typeof draft.weight !== 'number') return {};
  const total = draft.canary.trafficRouting?.maxTrafficWeight ?? 100;
  const canary = { weight: draft.weight, serviceName: 'app-canary', podTemplateHash: roleHash(draft.wants) };
  const hash = draft.stable === null ? {} : { podTemplateHash: roleHash(draft.stable) };
  return {
    weights: { canary, stable: { weight: total - draft.weight, serviceName: 'app-stable', ...hash } },
  };
}

function replicaSet(draft: Draft, v: Version, index: number, resourceVersion: string): ReplicaSet {
  const hash = roleHash(v.role);
  const labels = { app: NAME, [LABEL.podTemplateHash]: hash };
  const template = templateOf(v.role);
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${NAME}-${hash}`,
      namespace: META.namespace,
      uid: `uid-${v.role}`,
      resourceVersion,
      generation: 1,
      creationTimestamp: formatInstant(v.createdAt ?? ZERO - 3_600_000 * (draft.versions.length - index)),
      labels,
      annotations: {
        [ANNOTATION.revision]: String(index + 1),
        [ANNOTATION.desiredReplicas]: String(draft.replicas ?? 1),
        [ANNOTATION.epoch]: String(draft.epoch),
        ...v.annotations,
      },
      ...(v.owned ? { ownerReferences: [OWNER] } : {}),
    },
    spec: {
      replicas: v.pods.wanted,
      selector: { matchLabels: labels },
      template: { ...template, metadata: { labels } },
    },
    status: {
      observedGeneration: 1,
      ...(v.pods.exist === 0 ? {} : { replicas: v.pods.exist }),
      ...(v.pods.available === 0
        ? {}
        : { readyReplicas: v.pods.available, availableReplicas: v.pods.available }),
      ...(v.refused === true ? { conditions: [REFUSED] } : {}),
    },
  };
}

function servicesOf(draft: Draft, next: () => string): readonly Service[] {
  if (draft.blueGreen !== null) return blueGreenServices(draft, draft.blueGreen, next);
  if (draft.weight === null && draft.canary.stableService === undefined) return [];
  const canary = draft.versions.find((v) => v.role === draft.wants);
  const follows = draft.status.abortedAt === undefined && (canary?.pods.available ?? 0) > 0;
  const stable = draft.selects.stable ?? draft.stable;
  const other = draft.selects.canary ?? (follows ? draft.wants : draft.stable);
  const [stableName, canaryName] = sidesOf(draft);
  return [service(draft, stableName, stable, next()), service(draft, canaryName, other, next())];
}

/** Names of the Services of both sides. */
function sidesOf({ canary, status }: Draft): readonly [stable: string, canary: string] {
  if (canary.pingPong === undefined) return ['app-stable', 'app-canary'];
  const { pingService, pongService } = canary.pingPong;
  return status.canary?.stablePingPong === 'pong' ? [pongService, pingService] : [pingService, pongService];
}

function blueGreenServices(
  draft: Draft,
  { activeService, previewService }: BlueGreenStrategy,
  next: () => string,
): readonly Service[] {
  const { active = draft.stable, preview = draft.knows } = draft.selects;
  const found = [service(draft, activeService, active, next())];
  return previewService === undefined ? found : [...found, service(draft, previewService, preview, next())];
}

function service(draft: Draft, name: string, role: Role | null, resourceVersion: string): Service {
  const hash = draft.managed && role !== null ? { [LABEL.podTemplateHash]: roleHash(role) } : {};
  const annotations = draft.managed
    ? { [ANNOTATION.managedByRollouts]: NAME, [ANNOTATION.epoch]: `${NAME}/${draft.epoch}` }
    : {};
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: META.namespace, uid: `uid-${name}`, resourceVersion, annotations },
    spec: { selector: { app: NAME, ...hash }, ports: [{ port: 80 }] },
  };
}

function ingressesOf(draft: Draft, next: () => string): readonly Manifest[] {
  if (draft.canary.pingPong !== undefined) return [httpRoute(draft, next())];
  const stable = ingress('app', 'app-stable', {}, next());
  if (draft.weight === 'none' || draft.weight === null) return [stable];
  const prefix = 'nginx.ingress.kubernetes.io';
  const total = draft.canary.trafficRouting?.maxTrafficWeight;
  const annotations = {
    [`${prefix}/canary`]: 'true',
    [`${prefix}/canary-weight`]: String(draft.weight),
    ...(total === undefined ? {} : { [`${prefix}/canary-weight-total`]: String(total) }),
    [ANNOTATION.epoch]: `${NAME}/${draft.epoch}`,
  };
  const canary = ingress('app-app-canary', 'app-canary', annotations, next());
  const owned = { ...canary.metadata, ownerReferences: [{ ...OWNER, blockOwnerDeletion: true }] };
  return [stable, { ...canary, metadata: owned }];
}

/** An HTTPRoute between the two Services, as the router leaves it at this weight. */
function httpRoute(draft: Draft, resourceVersion: string): Manifest {
  const [stableService, canaryService] = sidesOf(draft);
  const found = routersOf(GATEWAY);
  const target = {
    rollout: { name: NAME, ...META },
    stableService,
    canaryService,
    maxWeight: 100,
    managedRoutes: [],
    sessions: false,
  };
  const annotations = { [ANNOTATION.epoch]: `${NAME}/${draft.epoch}` };
  const route: Manifest = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'app', namespace: META.namespace, uid: 'uid-route', resourceVersion, annotations },
    spec: { rules: [{ backendRefs: [stableService, canaryService].map((name) => ({ name, port: 80 })) }] },
  };
  const canaryWeight = typeof draft.weight === 'number' ? draft.weight : 0;
  const [router] = found.kind === 'routers' ? found.routers : [];
  return router?.put([route], { ...ALL_STABLE, canaryWeight }, target)[0] ?? route;
}

function ingress(
  name: string,
  to: string,
  annotations: Readonly<Record<string, string>>,
  resourceVersion: string,
) {
  const path = { path: '/', pathType: 'Prefix', backend: { service: { name: to, port: { number: 80 } } } };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace: META.namespace, uid: `uid-${name}`, resourceVersion, annotations },
    spec: { rules: [{ http: { paths: [path] } }] },
  };
}

function analysisRun(run: RunDraft, resourceVersion: string): AnalysisRun {
  return {
    apiVersion: API_VERSION,
    kind: 'AnalysisRun',
    metadata: {
      name: run.name,
      namespace: META.namespace,
      uid: `uid-${run.name}`,
      resourceVersion,
      creationTimestamp: formatInstant(ZERO + run.age * 1000),
      ...(run.revision === undefined ? {} : { annotations: { [ANNOTATION.revision]: String(run.revision) } }),
      labels: {
        app: NAME,
        [LABEL.podTemplateHash]: roleHash(run.role),
        [LABEL.rolloutType]: run.kind,
        ...(run.index === null ? {} : { [LABEL.stepIndex]: String(run.index) }),
      },
      ownerReferences: [OWNER],
    },
    spec: { metrics: TEMPLATES['AnalysisTemplate/check'].metrics },
    ...(run.phase === ''
      ? {}
      : { status: { phase: run.phase, ...(run.message === '' ? {} : { message: run.message }) } as never }),
  };
}
