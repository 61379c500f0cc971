import { ANNOTATION, LABEL } from '../api/keys.ts';
import type { Manifest } from '../api/meta.ts';
import type { RolloutStatus } from '../api/rollout.ts';
import type { ReplicaSet, Service } from '../api/workload.ts';
import { isOfAnother } from './manager.ts';
import type { Change, Decision, Target } from './plan.ts';
import { stampOf } from './rollout/epoch.ts';
import { leadsToCanary, movesManagedRoutes } from './rollout/managed-routes.ts';
import { selectedHash, sidesOf } from './rollout/sides.ts';
import type { World } from './world.ts';
import { patch, stamp } from './writes.ts';

/** A decision that has a target. */
export type Planned = Decision & { readonly target: Target };

/**
 * Claims before traffic moves: the pods that may get more of it are restamped, lest an older plan removes
 * them; and before the first traffic goes through the canary Service that Service is, lest it is switched.
 * `all` are the writes of Services and routes; users do not come by the preview Service, so it claims
 * nothing and is not claimed. `written` is what this plan writes in this epoch anyway, as
 * `Kind/name`. Why no more than this is needed: docs/adr/0016-writes-of-an-update.md.
 */
export function claimsBefore(
  all: readonly Change[],
  world: World,
  decision: Planned,
  written: ReadonlySet<string>,
): readonly Change[] {
  const preview = previewService(world)?.metadata.name;
  const moves = all.filter(({ kind, name }) => kind !== 'Service' || name !== preview);
  if (moves.length === 0) return [];
  const { target } = decision;
  const gainers = gainersOf(moves, world, target);
  const pods = target.replicaSets
    .filter((want) => want.carriesTraffic && want.replicas > 0)
    .map(({ replicaSet }) => replicaSet)
    .filter((replicaSet) => gainers === 'any' || gainers.has(hashOf(replicaSet)))
    .filter(
      (replicaSet) => stampOf(replicaSet, '') !== target.epoch && !isVouchedFor(replicaSet, world, decision),
    )
    .filter(({ metadata }) => !written.has(`ReplicaSet/${metadata.name}`));
  const annotations = { [ANNOTATION.epoch]: String(target.epoch) };
  const claims = pods.map((replicaSet) => patch(replicaSet, 'claim', { metadata: { annotations } }, []));
  const way = isFirstTraffic(world, target) ? canaryService(world) : null;
  return [...claims, ...claim([way], world, target, written)];
}

/**
 * Claims before pods go: the Services and routes by which traffic could come to them are restamped, lest an
 * older plan turns them back. The canary Service need not be where no traffic goes through it: whoever sends
 * some claims it first.
 */
export function claimsOfRoutes(
  world: World,
  target: Target,
  written: ReadonlySet<string>,
): readonly Change[] {
  const idle = isIdle(world, target) ? canaryService(world) : null;
  const services = Object.keys(target.services).map((name) => world.services[name] ?? null);
  const routes = world.routers.flatMap((router) =>
    router.refs.filter((ref) => ref.written).map((ref) => ref.observed),
  );
  const quiet = [idle, previewService(world)];
  const objects = [...services.filter((service) => !quiet.includes(service)), ...routes];
  return claim(objects, world, target, written);
}

/** Restamps Services and routes that are there, where no write of this epoch has done so. */
function claim(
  objects: readonly (Manifest | null)[],
  world: World,
  target: Target,
  written: ReadonlySet<string>,
): readonly Change[] {
  const name = world.rollout.metadata.name;
  return objects
    .filter((object) => object !== null)
    .filter((object) => !isOfAnother(object, world))
    .filter((object) => stampOf(object, name) < target.epoch)
    .filter((object) => !written.has(`${object.kind}/${object.metadata.name}`))
    .map((object) => patch(object, 'claim', { metadata: { annotations: stamp(world, target) } }, []));
}

/** Pod-template hashes of those that may get more traffic by these moves. */
function gainersOf(moves: readonly Change[], world: World, target: Target): ReadonlySet<string> | 'any' {
  const services = moves.filter(({ kind }) => kind === 'Service');
  const hashes = services.map(({ name }) => target.services[name]);
  if (services.length < moves.length) hashes.push(gainerByWeight(world, target));
  const known = hashes.filter((hash) => hash !== undefined);
  return known.length === hashes.length ? new Set(known) : 'any';
}

/** The hash behind the Service that gets more by the new weight; undefined where that cannot be told. */
function gainerByWeight(world: World, target: Target): string | undefined {
  const wanted = target.routes?.canaryWeight ?? 0;
  // A route by header may bring either side more, whatever the weight does.
  if (target.routes !== null && movesManagedRoutes(world, target.routes)) return undefined;
  const weights = world.routers.map(({ settled, routes }) => (settled ? routes?.canaryWeight : undefined));
  const { canary, stable } = sidesOf(world.rollout);
  const all = (holds: (weight: number) => boolean) =>
    weights.every((weight) => weight !== undefined && holds(weight));
  const grows = all((weight) => weight <= wanted);
  const shrinks = all((weight) => weight >= wanted);
  if (grows === shrinks) return undefined;
  const service = grows ? canary : stable;
  return service === undefined ? undefined : (target.services[service] ?? selectedHash(world, service));
}

/**
 * A version that is promoted keeps the pods that all steps behind it gave it, and a preview of full size
 * those that it was made with, whichever of the plans of the epoch before is carried out: then the stamp of
 * that epoch is as good as one of this.
 */
function isVouchedFor(replicaSet: ReplicaSet, world: World, { status, target }: Planned): boolean {
  const stored = world.rollout.status ?? {};
  const isPromoted =
    stored.stableRS !== undefined &&
    status.stableRS !== stored.stableRS &&
    status.stableRS === hashOf(replicaSet);
  const before = target.epoch - 1;
  const isNext = isPromoted || isPassed(world, status, hashOf(replicaSet));
  return isNext && stored.epoch === before && stampOf(replicaSet, '') === before;
}

/** True where this version has just been a preview, and had all of its pods from the beginning. */
function isPassed({ rollout }: World, status: RolloutStatus, hash: string): boolean {
  const blueGreen = rollout.spec.strategy?.blueGreen;
  if (blueGreen === undefined || blueGreen.previewReplicaCount !== undefined) return false;
  const isNew = rollout.status?.blueGreen?.scaleUpPreviewCheckPoint !== true;
  return isNew && status.blueGreen?.scaleUpPreviewCheckPoint === true && status.currentPodHash === hash;
}

/** True where these routes send traffic through a canary Service that some route sends none through now. */
function isFirstTraffic(world: World, { routes }: Target): boolean {
  if (routes === null || !leadsToCanary(routes)) return false;
  return world.routers.some(({ settled, routes: present }) => !settled || !leadsToCanary(present ?? routes));
}

/** True where routers, and nobody else, send traffic to the canary Service, and will send none. */
function isIdle(world: World, target: Target): boolean {
  const routes = world.routers.map((router) => target.routes ?? router.routes);
  const isEmpty = routes.every(
    (route) => route?.canaryWeight === 0 && route.headers.length === 0 && route.mirrors.length === 0,
  );
  return routes.length > 0 && isEmpty;
}

function previewService(world: World): Service | null {
  return world.services[world.rollout.spec.strategy?.blueGreen?.previewService ?? ''] ?? null;
}

function canaryService(world: World): Service | null {
  return world.services[sidesOf(world.rollout).canary ?? ''] ?? null;
}

function hashOf(replicaSet: ReplicaSet): string {
  return replicaSet.metadata.labels?.[LABEL.podTemplateHash] ?? '';
}
