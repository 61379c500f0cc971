import { parsePause } from '../../../../src/api/duration.ts';
import { LABEL } from '../../../../src/api/keys.ts';
import type { Manifest } from '../../../../src/api/meta.ts';
import type { Rollout, RolloutStatus } from '../../../../src/api/rollout.ts';
import type { ReplicaSet } from '../../../../src/api/workload.ts';
import { kinds } from '../../../../src/sim/kinds.ts';
import { NAMESPACE } from '../applications.ts';
import { canaryWeight, isCustomScaled } from '../reading.ts';
import type { App, Step } from '../script.ts';
import { missingOfExperiment } from './experiments.ts';
import { missingOfPlugin } from './plugins.ts';
import { type Observer, type Scene, STALE_MS } from './scene.ts';

/** What is remembered of one application. */
interface Past {
  /** Weights that the canary had, and until when; the present one is not among them. */
  weights: readonly { readonly untilMs: number; readonly weight: number }[];
  weight: number;
  /** When each version was last the stable one, milliseconds since the beginning. */
  readonly leftAtMs: Map<string, number>;
  abortedAtMs: number | null;
}

const SECOND = 1_000;

/**
 * A step is over when what it asks for is there, and not before (`steps`); pods that are kept for a while are
 * kept for that while (`delay`).
 */
export function steps(scene: Scene): Observer {
  const pasts = new Map<string, Past>();
  // Who sets the clock decides how long a minute is.
  const isTimeTrue = !scene.script.troubles.some(({ kind }) => kind === 'clock-jump');
  return ({ kind, before, after }, app) => {
    const past = pasts.get(app.name) ?? { weights: [], weight: 0, leftAtMs: new Map(), abortedAtMs: null };
    pasts.set(app.name, past);
    switch (kind.kind) {
      case 'Rollout':
        if (before !== null && after !== null) seeStatus(scene, app, past, statusOf(before), statusOf(after));
        return;
      case 'Ingress':
      case 'HTTPRoute':
        remember(scene, app, past);
        return;
      case 'ReplicaSet':
        if (!scene.isUser() && isTimeTrue && isEmptied(before, after)) seeEmptied(scene, app, past, after);
        return;
      default:
    }
  };
}

function remember(scene: Scene, app: App, past: Past): void {
  const weight = canaryWeight(scene.api, app);
  const now = scene.now();
  if (weight !== past.weight)
    past.weights = [...past.weights, { untilMs: now, weight: past.weight }].filter(
      ({ untilMs }) => untilMs > now - STALE_MS,
    );
  past.weight = weight;
}

function seeStatus(scene: Scene, app: App, past: Past, old: RolloutStatus, next: RolloutStatus): void {
  if (old.stableRS !== undefined && old.stableRS !== next.stableRS)
    past.leftAtMs.set(old.stableRS, scene.now());
  past.abortedAtMs = next.abort === true ? (past.abortedAtMs ?? scene.now()) : null;
  const [from, to] = [old.currentStepIndex, next.currentStepIndex];
  const isSame = old.currentPodHash === next.currentPodHash && old.currentStepHash === next.currentStepHash;
  if (scene.isUser() || scene.isSkipped(app) || !isSame || from === undefined || to === undefined) return;
  const isWay = [old, next].every(({ abort, promoteFull }) => abort !== true && promoteFull !== true);
  const isBack = 'rollbackWindow' in app.spec || next.currentPodHash === old.stableRS;
  // Without pods of an older version this is the first one, and there are no steps.
  if (!isWay || isBack || to <= from || !isThere(scene, app, old.stableRS)) return;
  for (let i = from; i < to; i++) {
    const step = app.steps[i];
    const missing = step === undefined ? null : missingOf(scene, app, past, step, old);
    if (missing !== null)
      scene.tell('steps', `${app.name}: step ${i} ${JSON.stringify(step)} is over, ${missing}`);
  }
  const isPromoted = old.stableRS !== undefined && next.stableRS !== old.stableRS && app.steps.length > 0;
  const isRouted = app.routing !== 'none' && sizeWanted(scene, app) > 0;
  if (isPromoted && isRouted && !hadWeight(scene, past, 100))
    scene.tell('steps', `${app.name}: ${next.stableRS} is stable with ${past.weight} % of traffic`);
}

/** What a step still lacks; null: nothing. */
function missingOf(scene: Scene, app: App, past: Past, step: Step, old: RolloutStatus): string | null {
  if ('pause' in step) return pauseLeft(scene, step.pause.duration, old);
  if ('setWeight' in step) {
    if (app.routing === 'none' || isCustomScaled(app) || sizeWanted(scene, app) === 0) return null;
    return hadWeight(scene, past, step.setWeight) ? null : `the weight is ${past.weight}`;
  }
  if ('plugin' in step) return missingOfPlugin(scene, app, step.plugin, old);
  if ('experiment' in step) return missingOfExperiment(scene, app, old);
  return null;
}

function pauseLeft(scene: Scene, duration: string | undefined, old: RolloutStatus): string | null {
  if (duration === undefined) return 'and nobody ended it';
  const since = old.pauseConditions?.find(({ reason }) => reason === 'CanaryPauseStep')?.startTime;
  if (since === undefined) return 'and had not begun';
  const pause = parsePause(duration);
  const endMs = Date.parse(since) + (pause.kind === 'timed' ? pause.seconds * SECOND : 0);
  const jumped = scene.script.troubles.some(({ kind }) => kind === 'clock-jump');
  return jumped || scene.wall() >= endMs ? null : `${endMs - scene.wall()} ms too early`;
}

function hadWeight(scene: Scene, { weight, weights }: Past, wanted: number): boolean {
  const since = scene.now() - STALE_MS;
  return weight === wanted || weights.some((one) => one.untilMs >= since && one.weight === wanted);
}

function isThere({ api }: Scene, { name }: App, hash: string | undefined): boolean {
  const labels = { app: name, [LABEL.podTemplateHash]: hash ?? '' };
  return api.list(kinds.replicaSets, { namespace: NAMESPACE, labels }).length > 0;
}

function sizeWanted({ api }: Scene, { name }: App): number {
  const rollout = api.get(kinds.rollouts, { namespace: NAMESPACE, name }) as unknown as Rollout | null;
  return rollout?.spec.replicas ?? 1;
}

function isEmptied(before: Manifest | null, after: Manifest | null): after is Manifest {
  return before !== null && after !== null && sizeOf(before) > 0 && sizeOf(after) === 0;
}

function seeEmptied(scene: Scene, app: App, past: Past, set: Manifest): void {
  const rollout = scene.api.get(kinds.rollouts, { namespace: NAMESPACE, name: app.name });
  if (rollout === null || app.routing === 'none' || app.canary['dynamicStableScale'] === true) return;
  const hash = set.metadata.labels?.[LABEL.podTemplateHash] ?? '';
  const { stableRS, currentPodHash, abort } = statusOf(rollout);
  const { scaleDownDelaySeconds = 30, abortScaleDownDelaySeconds = 30 } = app.canary as Delays;
  const isComplete = stableRS === currentPodHash;
  if (isComplete) seeDelay(scene, set, past.leftAtMs.get(hash), scaleDownDelaySeconds);
  else if (abort === true && hash === currentPodHash)
    seeDelay(scene, set, past.abortedAtMs ?? undefined, abortScaleDownDelaySeconds);
}

interface Delays {
  readonly scaleDownDelaySeconds?: number;
  readonly abortScaleDownDelaySeconds?: number;
}

/**
 * Times in a status are whole seconds, cut off, and begin with the decision: by so much as its write comes
 * late they seem shorter.
 */
function seeDelay(scene: Scene, set: Manifest, sinceMs: number | undefined, delaySeconds: number): void {
  if (sinceMs === undefined) return;
  const keptMs = scene.now() - sinceMs;
  if (keptMs + scene.latestMs < (delaySeconds - 2) * SECOND)
    scene.tell('delay', `${set.metadata.name} was kept for ${keptMs / SECOND} s, not ${delaySeconds} s`);
}

function sizeOf(set: Manifest): number {
  return (set as unknown as ReplicaSet).spec.replicas ?? 1;
}

function statusOf(rollout: Manifest): RolloutStatus {
  return (rollout as unknown as Rollout).status ?? {};
}
