import type { Random } from '../../../../src/sim/random.ts';
import type { App, Step } from '../script.ts';

/** An application with any feature. */
export function drawApp(random: Random, name: string): App {
  const judged = random.chance(0.5);
  const strategy = random.chance(0.35)
    ? drawBlueGreenApp(random, judged)
    : drawCanaryApp(random, name, judged);
  const { autoscaler, replicas } = drawSize(random);
  return {
    name,
    replicas,
    ...strategy,
    spec: drawSpec(random),
    readySeconds: random.pick([0, 0, 2, 10]),
    rate: judged ? random.pick([0, 20, 100, 100]) : random.pick([0, 0, 20]),
    ...(random.chance(0.2)
      ? { workload: random.pick(['never', 'onsuccess', 'onsuccess', 'progressively'] as const) }
      : {}),
    ...(random.chance(0.12) ? { isConfigured: true } : {}),
    ...(autoscaler === undefined ? {} : { autoscaler }),
  };
}

function drawSize(random: Random): Pick<App, 'replicas' | 'autoscaler'> {
  const replicas = random.pick([0, 1, 2, 3, 5, 8]);
  if (replicas === 0 || random.chance(0.9)) return { replicas };
  const minReplicas = random.pick([1, 2, 4]);
  return { replicas, autoscaler: { minReplicas, maxReplicas: minReplicas + random.int(0, 4) } };
}

type Drawn = Pick<App, 'routing' | 'steps' | 'canary' | 'blueGreen' | 'annotations'>;

function drawBlueGreenApp(random: Random, judged: boolean): Drawn {
  return { routing: 'none', steps: [], canary: {}, blueGreen: drawBlueGreen(random, judged) };
}

/**
 * Fields of a blue-green strategy. `judged`: somebody may judge the new version before and after the
 * switch.
 */
export function drawBlueGreen(random: Random, judged: boolean): Readonly<Record<string, unknown>> {
  const some = someOf(random);
  const promotion = random.pick([
    {},
    { autoPromotionEnabled: false },
    { autoPromotionSeconds: 5 },
    { autoPromotionEnabled: true, autoPromotionSeconds: 30 },
  ]);
  const analysis = (chance: number, name: string) =>
    judged && random.chance(chance)
      ? { [name]: analysisBy(random.pick(['errors', 'errors', 'doubts'])) }
      : {};
  return {
    ...promotion,
    ...analysis(0.5, 'prePromotionAnalysis'),
    ...analysis(0.5, 'postPromotionAnalysis'),
    ...some(0.25, 'previewReplicaCount', [1, 2]),
    ...some(0.5, 'scaleDownDelaySeconds', [0, 1, 40]),
    ...some(0.15, 'scaleDownDelayRevisionLimit', [0]),
    ...some(0.5, 'abortScaleDownDelaySeconds', [0, 1, 20]),
    ...some(0.2, 'maxUnavailable', [0, 1, '50%']),
    ...some(0.15, 'previewMetadata', [{ labels: { role: 'preview' } }]),
    ...some(0.15, 'activeMetadata', [{ labels: { role: 'active' } }]),
    ...some(0.1, 'antiAffinity', [PREFERRED]),
  };
}

const PREFERRED = { preferredDuringSchedulingIgnoredDuringExecution: { weight: 1 } };

function drawCanaryApp(random: Random, name: string, judged: boolean): Drawn {
  const routing = random.pick(['none', 'nginx', 'gateway'] as const);
  const steps = drawSteps(random, routing, judged);
  const isGateway = routing === 'gateway';
  const isTurned = isGateway && random.chance(0.2);
  const services = { pingService: `${name}-stable`, pongService: `${name}-canary` };
  const isSticky = isGateway && !isTurned && random.chance(0.15);
  return {
    routing,
    steps,
    canary: { ...drawCanary(random, routing, judged), ...(isTurned ? { pingPong: services } : {}) },
    ...(isSticky ? { annotations: { 'sluice.dev/sticky-sessions': 'cookie' } } : {}),
  };
}

/** Up to five steps of a canary. */
export function drawSteps(random: Random, routing: App['routing'], judged: boolean): readonly Step[] {
  return Array.from({ length: random.int(0, 5) }, () => drawStep(random, routing, judged));
}

function drawStep(random: Random, routing: App['routing'], judged: boolean): Step {
  const kind = random.next();
  if (kind < 0.4) return { setWeight: random.pick([0, 5, 10, 25, 34, 50, 67, 80, 100]) };
  if (kind < 0.53) return { pause: { duration: random.pick(['1s', '5s', '30s']) } };
  if (kind < 0.62) return { pause: {} };
  if (kind < 0.7) return drawPlugin(random);
  if (judged && kind < 0.84) return { analysis: analysisBy(random.pick(['errors', 'errors', 'doubts'])) };
  if (routing === 'gateway' && kind < 0.88) return drawRoute(random);
  if (routing !== 'none' && kind < 0.96)
    return { setCanaryScale: random.pick([{ replicas: 1 }, { replicas: 4 }, { weight: 50 }, { weight: 0 }]) };
  return { setWeight: random.int(0, 100) };
}

function drawRoute(random: Random): Step {
  const match = [{ headerName: 'x-preview', headerValue: { exact: 'yes' } }];
  return random.pick<Step>([
    { setHeaderRoute: { name: 'preview', match } },
    { setHeaderRoute: { name: 'preview' } },
    { setMirrorRoute: { name: 'shadow', match: [{ method: { exact: 'GET' } }] } },
    { setMirrorRoute: { name: 'shadow' } },
  ]);
}

function drawPlugin(random: Random): Step {
  const spec = {
    backoffLimit: 0,
    template: { spec: { restartPolicy: 'Never', containers: [JOB_CONTAINER] } },
  };
  return random.pick<Step>([
    { plugin: { name: 'sluice/gate', config: {} } },
    { plugin: { name: 'sluice/gate', config: { timeout: '40s', onTimeout: 'proceed' } } },
    { plugin: { name: 'sluice/gate', config: { timeout: '40s', onTimeout: 'abort' } } },
    { plugin: { name: 'sluice/window', config: { open: [{ from: '00:03', to: '24:00' }] } } },
    { plugin: { name: 'sluice/job', config: { template: { spec } } } },
  ]);
}

/** Takes five seconds. */
const JOB_CONTAINER = { name: 'migrate', image: 'demo/migrate:1', command: ['sh', '-c', 'sleep 5'] };

/** Its argument is the version to judge. */
function analysisBy(templateName: 'errors' | 'doubts') {
  return {
    templates: [{ templateName }],
    args: [{ name: 'hash', valueFrom: { podTemplateHashValue: 'Latest' } }],
  };
}

function drawCanary(random: Random, routing: App['routing'], judged: boolean): App['canary'] {
  const some = someOf(random);
  const surge = random.pick([
    {},
    { maxSurge: 1, maxUnavailable: 0 },
    { maxSurge: '50%', maxUnavailable: 1 },
    { maxSurge: 0, maxUnavailable: 1 },
  ]);
  return {
    ...surge,
    ...(judged && random.chance(0.4)
      ? { analysis: { ...analysisBy('errors'), startingStep: random.int(0, 2) } }
      : {}),
    ...some(0.1, 'canaryMetadata', [{ labels: { role: 'canary' } }]),
    ...some(0.1, 'stableMetadata', [{ labels: { role: 'stable' } }]),
    ...some(0.05, 'antiAffinity', [PREFERRED]),
    ...(routing === 'none'
      ? {}
      : {
          ...some(0.5, 'abortScaleDownDelaySeconds', [0, 1, 20]),
          // Stable pods that go with their weight are kept for no delay.
          ...(random.chance(0.2)
            ? { dynamicStableScale: true }
            : some(0.5, 'scaleDownDelaySeconds', [0, 1, 40])),
          ...some(0.2, 'minPodsPerReplicaSet', [2]),
        }),
  };
}

function drawSpec(random: Random): App['spec'] {
  const some = someOf(random);
  return {
    ...some(0.3, 'minReadySeconds', [1, 5]),
    // The default of 600 would only make every life longer.
    progressDeadlineSeconds: random.pick([20, 60, 100]),
    ...some(0.2, 'progressDeadlineAbort', [true]),
    ...some(0.3, 'revisionHistoryLimit', [0, 1, 3]),
    ...some(0.2, 'rollbackWindow', [{ revisions: 2 }]),
  };
}

function someOf(random: Random) {
  return <T>(probability: number, name: string, values: readonly T[]): Readonly<Record<string, T>> =>
    random.chance(probability) ? { [name]: random.pick(values) } : {};
}
