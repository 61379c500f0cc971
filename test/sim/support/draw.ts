import { type Fault, LINE_FAULTS, READ_FAULTS, WRITE_FAULTS } from '../../../src/sim/faults.ts';
import { Random } from '../../../src/sim/random.ts';
import type { Deed } from '../../../src/sim/user.ts';
import type { App, AppDeed, Script, Step, Trouble } from './script.ts';

/** How long things go wrong, milliseconds. Then everything is well again. */
export const STORM_MS = 300_000;

/** Draws a life from a seed: one or two applications with any feature, people who do anything, and faults. */
export function draw(seed: string): Script {
  const random = new Random(`script/${seed}`);
  const apps = Array.from({ length: random.chance(0.25) ? 2 : 1 }, (_, i) =>
    drawApp(random, `app-${'ab'[i]}`),
  );
  const calm = random.chance(0.1);
  const isContest = !calm && random.chance(0.15);
  return {
    seed,
    apps,
    deeds: apps.flatMap((app) => drawDeeds(random, app)).sort((a, b) => a.atMs - b.atMs),
    troubles: calm ? [] : [...drawTroubles(random, apps), ...(isContest ? [drawSecond(random)] : [])],
    faults: calm ? [] : [...drawFaults(random), ...(isContest ? drawDeafness(random) : [])],
  };
}

function drawApp(random: Random, name: string): App {
  const routing = random.pick(['none', 'nginx', 'gateway'] as const);
  const replicas = random.pick([0, 1, 2, 3, 5, 8]);
  const judged = random.chance(0.5);
  const steps = Array.from({ length: random.int(0, 5) }, () => drawStep(random, routing, judged));
  return {
    name,
    replicas,
    routing,
    steps,
    canary: drawCanary(random, routing, judged),
    spec: drawSpec(random),
    readySeconds: random.pick([0, 0, 2, 10]),
    rate: judged ? random.pick([0, 20, 100, 100]) : 0,
  };
}

function drawStep(random: Random, routing: App['routing'], judged: boolean): Step {
  const kind = random.next();
  if (kind < 0.45) return { setWeight: random.pick([0, 5, 10, 25, 34, 50, 67, 80, 100]) };
  if (kind < 0.6) return { pause: { duration: random.pick(['1s', '5s', '30s']) } };
  if (kind < 0.7) return { pause: {} };
  if (judged && kind < 0.85) return { analysis: analysisBy(random.pick(['errors', 'errors', 'doubts'])) };
  if (routing !== 'none' && kind < 0.95)
    return { setCanaryScale: random.pick([{ replicas: 1 }, { replicas: 4 }, { weight: 50 }, { weight: 0 }]) };
  return { setWeight: random.int(0, 100) };
}

/** Its argument is the version to judge. */
function analysisBy(templateName: 'errors' | 'doubts') {
  return {
    templates: [{ templateName }],
    args: [{ name: 'hash', valueFrom: { podTemplateHashValue: 'Latest' } }],
  };
}

function drawCanary(random: Random, routing: App['routing'], judged: boolean): App['canary'] {
  const some = <T>(probability: number, name: string, values: readonly T[]) =>
    random.chance(probability) ? { [name]: random.pick(values) } : {};
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
    ...(routing === 'none'
      ? {}
      : {
          ...some(0.5, 'abortScaleDownDelaySeconds', [0, 1, 20]),
          ...some(0.5, 'scaleDownDelaySeconds', [0, 1, 40]),
          ...some(0.2, 'minPodsPerReplicaSet', [2]),
        }),
  };
}

function drawSpec(random: Random): App['spec'] {
  const some = <T>(probability: number, name: string, values: readonly T[]) =>
    random.chance(probability) ? { [name]: random.pick(values) } : {};
  return {
    ...some(0.3, 'minReadySeconds', [1, 5]),
    // The default of 600 would only make every life longer.
    progressDeadlineSeconds: random.pick([20, 60, 100]),
    ...some(0.2, 'progressDeadlineAbort', [true]),
    ...some(0.3, 'revisionHistoryLimit', [0, 1, 3]),
    ...some(0.2, 'rollbackWindow', [{ revisions: 2 }]),
  };
}

function drawDeeds(random: Random, { name, rate }: App): readonly AppDeed[] {
  const first: AppDeed = { atMs: random.int(15_000, 40_000), app: name, deed: { kind: 'image', tag: '2' } };
  const rest = Array.from({ length: random.int(0, 8) }, () => ({
    atMs: random.int(10_000, STORM_MS),
    app: name,
    deed: drawDeed(random),
  }));
  // Where somebody judges there should be something to judge.
  const bad: AppDeed = {
    atMs: random.int(60_000, STORM_MS - 60_000),
    app: name,
    deed: { kind: 'image', tag: '3-errors-30' },
  };
  return rate > 0 && random.chance(0.8) ? [first, bad, ...rest] : [first, ...rest];
}

/** Version 3 answers one request in three with an error, and there is no image of version `bad-image`. */
const TAGS = ['1', '2', '3-errors-30', '4', 'bad-image'];

function drawDeed(random: Random): Deed {
  const kind = random.next();
  if (kind < 0.3) return { kind: 'image', tag: random.pick(TAGS) };
  if (kind < 0.42)
    return { kind: 'promote', how: random.pick(['next', 'next', 'skip-step', 'skip-all-steps']) };
  if (kind < 0.52) return { kind: 'promote', how: 'full' };
  if (kind < 0.62) return { kind: 'abort' };
  if (kind < 0.7) return { kind: 'retry' };
  if (kind < 0.8) return { kind: 'scale', replicas: random.pick([0, 1, 2, 4, 7]) };
  if (kind < 0.85) return { kind: random.pick(['pause', 'resume'] as const) };
  if (kind < 0.89) return { kind: 'restart' };
  if (kind < 0.92) return { kind: 'meddle', replicas: random.pick([0, 1, 3]) };
  if (kind < 0.95) return { kind: 'delete-route' };
  if (kind < 0.98) return { kind: 'delete-pod' };
  return { kind: 'delete' };
}

function drawTroubles(random: Random, apps: readonly App[]): readonly Trouble[] {
  const one = (): Trouble => {
    const atMs = random.int(5_000, STORM_MS - 5_000);
    const forMs = random.int(1_000, 60_000);
    const kind = random.next();
    if (kind < 0.15) return { atMs, kind: 'api-restart' };
    if (kind < 0.25) return { atMs, kind: 'compact' };
    if (kind < 0.35)
      return { atMs, kind: 'clock-jump', byMs: random.pick([-60_000, -5_000, 5_000, 3_600_000]) };
    if (kind < 0.45) return { atMs, kind: 'asleep', forMs };
    if (kind < 0.55) return { atMs, kind: 'second', forMs };
    if (kind < 0.6) return { atMs, kind: 'annotate' };
    if (kind < 0.7) return { atMs, kind: 'metrics-down', forMs };
    if (kind < 0.8) return { atMs, kind: 'no-starts', forMs };
    if (kind < 0.9) return { atMs, kind: 'flap', app: random.pick(apps).name, forMs };
    return { atMs, kind: 'kill' };
  };
  const some = Array.from({ length: random.int(0, 4) }, one);
  return [...some, ...(random.chance(0.25) ? drawHandover(random) : [])].sort((a, b) => a.atMs - b.atMs);
}

/** The controller is suspended for longer than its Lease, while another one stands by, and wakes up. */
function drawHandover(random: Random): readonly Trouble[] {
  const atMs = random.int(20_000, STORM_MS - 60_000);
  const forMs = random.int(14_000, 40_000);
  return [
    { atMs: atMs - 15_000, kind: 'standby' },
    { atMs, kind: 'asleep', forMs },
  ];
}

/** Most of the time two controllers work, and neither knows of the other. */
function drawSecond(random: Random): Trouble {
  return { atMs: random.int(1_000, 40_000), kind: 'second', forMs: random.int(100_000, STORM_MS - 40_000) };
}

/** They hear late what happens, each something else. */
function drawDeafness(random: Random): readonly Fault[] {
  return Array.from({ length: random.int(5, 15) }, () => {
    const lateMs = random.pick([2_000, 10_000, 40_000]);
    return { at: 'line', nth: random.int(0, 600), kind: 'late', lateMs };
  });
}

function drawFaults(random: Random): readonly Fault[] {
  // Most of a life is some forty writes long.
  const nth = (): number => random.int(0, 60);
  const lateMs = random.pick([500, 5_000, 40_000]);
  const one = (): Fault => {
    const kind = random.next();
    if (kind < 0.6) return { at: 'write', nth: nth(), kind: random.pick(WRITE_FAULTS), lateMs };
    if (kind < 0.7) return { at: 'read', nth: random.int(0, 60), kind: random.pick(READ_FAULTS) };
    return { at: 'line', nth: 5 * nth(), kind: random.pick(LINE_FAULTS), lateMs };
  };
  return Array.from({ length: random.int(0, 12) }, one);
}
