import { ANNOTATION, LABEL } from '../../../../src/api/keys.ts';
import type { Manifest } from '../../../../src/api/meta.ts';
import type { Rollout, RolloutStatus } from '../../../../src/api/rollout.ts';
import type { ReplicaSet } from '../../../../src/api/workload.ts';
import { kinds } from '../../../../src/sim/kinds.ts';
import { NAMESPACE } from '../applications.ts';
import { ownedBy, selects, serviceOf, weightOf } from '../reading.ts';
import type { App } from '../script.ts';
import type { Observer, Scene } from './scene.ts';

/**
 * The order of writes that docs/adr/0002-epoch-and-claim.md promises, at the moment in which each arrives:
 * a decision is stored before anything is done by it (`first`), nobody takes back what somebody who knew more
 * has done (`fenced`), and who moves traffic or takes pods has claimed the other side (`claimed`).
 */
export function fences(scene: Scene): Observer {
  return ({ kind, before, after }, app) => {
    if (after === null || scene.isUser()) return;
    switch (kind.kind) {
      case 'Rollout':
        if (before !== null) seeStatus(scene, app, statusOf(before), statusOf(after));
        return;
      case 'ReplicaSet':
      case 'Service':
      case 'Ingress':
      case 'HTTPRoute':
        seeStamp(scene, app, before, after);
        // What is handed back is nobody's.
        if (app.routing !== 'none' && isThere(scene, app)) seeClaims(scene, app, before, after);
        return;
      default:
    }
  };
}

function seeStatus(scene: Scene, { name }: App, old: RolloutStatus, next: RolloutStatus): void {
  const [from, to] = [old.epoch ?? 0, next.epoch ?? 0];
  if (to < from) scene.tell('fenced', `the status of ${name} goes from epoch ${from} to ${to}`);
  if (to === from && lifeOf(old) !== lifeOf(next))
    scene.tell('fenced', `${name} goes on in epoch ${to}: ${lifeOf(old)} to ${lifeOf(next)}`);
}

/** What transitions change. */
function lifeOf(status: RolloutStatus): string {
  const { currentPodHash, currentStepIndex, stableRS, abort, abortedAt, pauseConditions, promoteFull } =
    status;
  const { currentStepHash } = status;
  const isAborted = abort === true;
  return JSON.stringify([
    currentPodHash,
    currentStepHash,
    currentStepIndex,
    stableRS,
    isAborted,
    abortedAt,
    pauseConditions ?? [],
    promoteFull === true,
  ]);
}

function seeStamp(scene: Scene, { name }: App, before: Manifest | null, after: Manifest): void {
  const rollout = scene.api.get(kinds.rollouts, { namespace: NAMESPACE, name });
  const [old, next] = [stampIn(before), stampIn(after)];
  if (rollout === null || old === next) return;
  const epoch = statusOf(rollout).epoch ?? 0;
  const what = `${after.kind} ${after.metadata.name}`;
  if (next > epoch) scene.tell('first', `${what} is written in epoch ${next}, stored is ${epoch}`);
  // Whatever is handed back carries no stamp.
  if (next < old && next !== 0) scene.tell('fenced', `${what} goes from epoch ${old} to ${next}`);
}

function isThere({ api }: Scene, { name }: App): boolean {
  return api.get(kinds.rollouts, { namespace: NAMESPACE, name }) !== null;
}

function seeClaims(scene: Scene, app: App, before: Manifest | null, after: Manifest): void {
  const epoch = stampIn(after);
  switch (after.kind) {
    case 'ReplicaSet':
      if (before === null || sizeOf(after) === sizeOf(before)) return;
      if (isAlone(scene)) seeResized(scene, app, after, epoch);
      if (sizeOf(after) < sizeOf(before)) seeShrinking(scene, app, after, epoch);
      return;
    case 'Ingress':
    case 'HTTPRoute': {
      const canary = serviceOf(scene.api, app, 'canary');
      const [from, to] = [before, after].map((one) => (one === null ? 0 : (weightOf(one, canary) ?? 0)));
      if ((to ?? 0) > (from ?? 0)) seeRise(scene, app, after, epoch);
      return;
    }
    default:
  }
}

function seeRise(scene: Scene, app: App, route: Manifest, epoch: number): void {
  const gaining = setsOf(scene, app).find((set) => selects(scene.api, app, 'canary', hashOf(set)));
  const what = `${route.kind} ${route.metadata.name}`;
  if (epoch === 0) scene.tell('claimed', `the weight of ${what} rises without a stamp`);
  else if (gaining !== undefined && stampIn(gaining) < epoch)
    scene.tell('claimed', `the weight of ${what} rises before ${gaining.metadata.name} is claimed`);
}

/** Whether everything arrives at once that a controller has written, and there is one. */
function isAlone({ script }: Scene): boolean {
  const isLate = script.faults.some(({ kind }) => kind === 'late');
  return !isLate && !script.troubles.some(({ kind }) => kind === 'second' || kind === 'standby');
}

function seeResized(scene: Scene, app: App, set: Manifest, stamp: number): void {
  const rollout = scene.api.get(kinds.rollouts, { namespace: NAMESPACE, name: app.name });
  const { stableRS, currentPodHash, epoch = 0 } = rollout === null ? {} : statusOf(rollout);
  if (rollout !== null && [stableRS, currentPodHash].includes(hashOf(set)) && stamp !== epoch)
    scene.tell('claimed', `${set.metadata.name} gets another size with stamp ${stamp} in epoch ${epoch}`);
}

/** Only what may have traffic is stamped when it shrinks. */
function seeShrinking(scene: Scene, app: App, set: Manifest, epoch: number): void {
  const rollout = scene.api.get(kinds.rollouts, { namespace: NAMESPACE, name: app.name });
  const { stableRS, currentPodHash } = rollout === null ? {} : statusOf(rollout);
  if (rollout === null || ![stableRS, currentPodHash].includes(hashOf(set))) return;
  for (const route of routesOf(scene, app))
    if (stampIn(route) < epoch)
      scene.tell(
        'claimed',
        `${set.metadata.name} shrinks before ${route.kind} ${route.metadata.name} is claimed`,
      );
}

/** Services are claimed only where they can be switched, so they are not looked at. */
function routesOf({ api }: Scene, { name, routing }: App): readonly Manifest[] {
  const [kind, route] =
    routing === 'nginx' ? [kinds.ingresses, `${name}-${name}-canary`] : [kinds.httpRoutes, name];
  const object = api.get(kind, { namespace: NAMESPACE, name: route });
  return object === null ? [] : [object];
}

function setsOf({ api }: Scene, { name }: App): readonly Manifest[] {
  const rollout = api.get(kinds.rollouts, { namespace: NAMESPACE, name });
  return rollout === null ? [] : ownedBy(api, kinds.replicaSets, rollout);
}

function stampIn(object: Manifest | null): number {
  const text = object?.metadata.annotations?.[ANNOTATION.epoch] ?? '';
  return Number(text.slice(text.indexOf('/') + 1)) || 0;
}

function sizeOf(set: Manifest): number {
  return (set as unknown as ReplicaSet).spec.replicas ?? 1;
}

function hashOf(set: Manifest): string {
  return set.metadata.labels?.[LABEL.podTemplateHash] ?? '';
}

function statusOf(rollout: Manifest): RolloutStatus {
  return (rollout as unknown as Rollout).status ?? {};
}
