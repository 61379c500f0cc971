import { ANNOTATION, LABEL, ROLLOUT_TYPE } from '../../../../src/api/keys.ts';
import type { Manifest } from '../../../../src/api/meta.ts';
import type { BlueGreenStrategy, Rollout, RolloutStatus } from '../../../../src/api/rollout.ts';
import type { ReplicaSet } from '../../../../src/api/workload.ts';
import { kinds } from '../../../../src/sim/kinds.ts';
import { NAMESPACE } from '../applications.ts';
import { ownedBy, selectedBy } from '../reading.ts';
import type { App } from '../script.ts';
import type { Observer, Scene } from './scene.ts';

/** What is remembered of one application. */
interface Past {
  /** When the active Service left each version, milliseconds since the beginning, and in an abort or not. */
  readonly left: Map<string, { readonly atMs: number; readonly isAborted: boolean }>;
  /** When the pause before the switch to each version began, on the wall clock. */
  readonly pausedAt: Map<string, number>;
}

const SECOND = 1_000;

/**
 * The active Service goes only to a version that can carry all who come and has passed what comes before the
 * switch, and a version is stable only after what comes behind it (`switched`); what users see keeps its pods
 * (`outlive`), and what they have left keeps them for a while (`delay`).
 */
export function blueGreen(scene: Scene): Observer {
  const pasts = new Map<string, Past>();
  // Who sets the clock decides how long a minute is.
  const isTimeTrue = !scene.script.troubles.some(({ kind }) => kind === 'clock-jump');
  return ({ kind, before, after }, app) => {
    const past = pasts.get(app.name) ?? { left: new Map(), pausedAt: new Map() };
    pasts.set(app.name, past);
    if (before === null || after === null) return;
    switch (kind.kind) {
      case 'Rollout':
        if (app.blueGreen !== undefined) seeStatus(scene, app, past, statusOf(before), after);
        return;
      case 'Service':
        if (after.metadata.name === `${app.name}-stable`) seeActive(scene, app, past, before, after);
        return;
      case 'ReplicaSet':
        if (app.blueGreen === undefined || scene.isUser()) return;
        seeShrinking(scene, app, before, after);
        if (isTimeTrue && sizeOf(before) > 0 && sizeOf(after) === 0) seeEmptied(scene, app, past, after);
        return;
      default:
    }
  };
}

function seeActive(scene: Scene, app: App, past: Past, before: Manifest, after: Manifest): void {
  const [from, to] = [hashIn(before), hashIn(after)];
  if (from === to) return;
  const rollout = rolloutOf(scene, app);
  const isAborted = rollout?.status?.abort === true;
  if (from !== undefined) past.left.set(from, { atMs: scene.now(), isAborted });
  if (scene.isUser() || app.blueGreen === undefined || to === undefined || rollout === null) return;
  seeCapacity(scene, app, rollout, from, to);
  const { stableRS, currentPodHash } = rollout.status ?? {};
  const isNew = to === currentPodHash && to !== stableRS && setOf(scene, app, stableRS) !== undefined;
  if (isNew && !isProven(scene, app, to)) seeProof(scene, app, past, rollout, to);
}

/** The way back needs pods, whatever their number: nothing is worse than a bad version. */
function seeCapacity(scene: Scene, app: App, rollout: Rollout, from: string | undefined, to: string): void {
  const wanted = scene.leastWanted(app);
  const { abort, stableRS } = rollout.status ?? {};
  const serving = setOf(scene, app, from)?.status?.availableReplicas ?? wanted;
  const isBack = abort === true || to === stableRS;
  const needed = Math.min(wanted, isBack ? 1 : Math.max(1, serving));
  const set = setOf(scene, app, to);
  const available = set === undefined ? 0 : scene.available(set);
  if (available < needed)
    scene.tell(
      'switched',
      `${app.name}: users go to ${to}, of which ${available} of ${needed} pods are there`,
    );
}

/** What was stable before and has kept its pods needs no proof, nor what a person wants at once. */
function isProven(scene: Scene, app: App, hash: string): boolean {
  const set = setOf(scene, app, hash);
  const hasServed = set?.metadata.annotations?.[ANNOTATION.served] === 'true';
  return hasServed || scene.isFull(app) || 'rollbackWindow' in app.spec;
}

function seeProof(scene: Scene, app: App, past: Past, rollout: Rollout, hash: string): void {
  const { prePromotionAnalysis, autoPromotionEnabled, autoPromotionSeconds = 0 } = strategyIn(app);
  const tell = (what: string): void => scene.tell('switched', `${app.name}: users go to ${hash}, ${what}`);
  const phases = phasesOf(scene, rollout, hash, ROLLOUT_TYPE.prePromotion);
  if (prePromotionAnalysis !== undefined && !phases.includes('Successful'))
    tell(`the analysis before was ${phases.join()}`);
  if (scene.isSkipped(app)) return;
  if (autoPromotionEnabled === false) tell('and nobody promoted it');
  else if (autoPromotionSeconds > 0) {
    const since = past.pausedAt.get(hash);
    const isJumped = scene.script.troubles.some(({ kind }) => kind === 'clock-jump');
    const keptMs = scene.wall() - (since ?? scene.wall());
    if (!isJumped && keptMs < autoPromotionSeconds * SECOND) tell(`after ${keptMs} ms of its pause`);
  }
}

function seeStatus(scene: Scene, app: App, past: Past, old: RolloutStatus, after: Manifest): void {
  const rollout = after as unknown as Rollout;
  const { stableRS = '', pauseConditions = [], currentPodHash = '', conditions = [] } = rollout.status ?? {};
  const pause = pauseConditions.find(({ reason }) => reason === 'BlueGreenPause');
  if (pause !== undefined) past.pausedAt.set(currentPodHash, Date.parse(pause.startTime));
  if (!old.stableRS || old.stableRS === stableRS || setOf(scene, app, old.stableRS) === undefined) return;
  const wasHealthy = conditions.some(({ type }) => type === 'Healthy');
  if (!wasHealthy || isProven(scene, app, stableRS)) return;
  const phases = phasesOf(scene, rollout, stableRS, ROLLOUT_TYPE.postPromotion);
  if (strategyIn(app).postPromotionAnalysis !== undefined && !phases.includes('Successful'))
    scene.tell('switched', `${app.name}: ${stableRS} is stable, the analysis behind was ${phases.join()}`);
  const active = selectedBy(scene.api, `${app.name}-stable`);
  if (active !== stableRS) scene.tell('switched', `${app.name}: ${stableRS} is stable, users see ${active}`);
}

function seeShrinking(scene: Scene, app: App, before: Manifest, after: Manifest): void {
  const [from, to] = [sizeOf(before), sizeOf(after)];
  const hash = hashOf(after);
  if (to >= from || selectedBy(scene.api, `${app.name}-stable`) !== hash) return;
  const least = scene.leastWanted(app);
  if (to < least) scene.tell('outlive', `${after.metadata.name} goes to ${to}, its users need ${least}`);
}

function seeEmptied(scene: Scene, app: App, past: Past, set: Manifest): void {
  const rollout = rolloutOf(scene, app);
  if (rollout === null || scene.leastWanted(app) === 0) return;
  const { scaleDownDelayRevisionLimit } = strategyIn(app);
  const { stableRS, currentPodHash, abort } = rollout.status ?? {};
  const left = past.left.get(hashOf(set));
  const isOlder = ![stableRS, currentPodHash].includes(hashOf(set));
  if (!isOlder || abort === true || scaleDownDelayRevisionLimit !== undefined || left === undefined) return;
  const keptMs = scene.now() - left.atMs;
  const delaySeconds = delayAfter(app, left.isAborted);
  // Times in a status are whole seconds, cut off.
  if (keptMs < (delaySeconds - 2) * SECOND)
    scene.tell('delay', `${set.metadata.name} was kept for ${keptMs} ms, not ${delaySeconds} s`);
}

/** How long pods are kept is decided when their users leave them, and another release does not change it. */
function delayAfter(app: App, isAborted: boolean): number {
  const { scaleDownDelaySeconds = 30, abortScaleDownDelaySeconds = 30 } = strategyIn(app);
  // No delay of an abort: the pods stay, and go as those of any other version.
  return isAborted && abortScaleDownDelaySeconds > 0 ? abortScaleDownDelaySeconds : scaleDownDelaySeconds;
}

function phasesOf(
  scene: Scene,
  rollout: Rollout,
  hash: string,
  type: string,
): readonly (string | undefined)[] {
  return ownedBy(scene.api, kinds.analysisRuns, rollout)
    .filter(({ metadata: { labels = {} } }) => labels[LABEL.podTemplateHash] === hash)
    .filter(({ metadata: { labels = {} } }) => labels[LABEL.rolloutType] === type)
    .map((run) => (run as { readonly status?: { readonly phase?: string } }).status?.phase);
}

function strategyIn({ blueGreen: fields = {} }: App): Partial<BlueGreenStrategy> {
  return fields;
}

function rolloutOf({ api }: Scene, { name }: App): (Manifest & Rollout) | null {
  return api.get(kinds.rollouts, { namespace: NAMESPACE, name }) as (Manifest & Rollout) | null;
}

function setOf(scene: Scene, app: App, hash: string | undefined): ReplicaSet | undefined {
  const rollout = rolloutOf(scene, app);
  if (rollout === null || hash === undefined) return undefined;
  const sets = ownedBy(scene.api, kinds.replicaSets, rollout);
  return sets.find((set) => hashOf(set) === hash) as Manifest | undefined as ReplicaSet | undefined;
}

function hashIn(service: Manifest): string | undefined {
  const spec = service['spec'] as { readonly selector?: Readonly<Record<string, string>> } | undefined;
  return spec?.selector?.[LABEL.podTemplateHash];
}

function hashOf(set: Manifest): string {
  return set.metadata.labels?.[LABEL.podTemplateHash] ?? '';
}

function sizeOf(set: Manifest): number {
  return (set as unknown as ReplicaSet).spec.replicas ?? 1;
}

function statusOf(rollout: Manifest): RolloutStatus {
  return (rollout as unknown as Rollout).status ?? {};
}
