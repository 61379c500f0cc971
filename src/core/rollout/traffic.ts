import type { Routes } from '../routes.ts';
import type { World } from '../world.ts';
import { hasWantedSizes, isComplete, isDynamic, previousWeight, stepWeight, wantedSizes } from './goals.ts';
import type { Life } from './life.ts';
import { managedRoutes } from './managed-routes.ts';
import type { Release, Revision } from './release.ts';
import { sessionTarget } from './sessions.ts';
import { behindCanary, isTurning } from './sides.ts';
import { serves } from './sizes.ts';
import { podsForWeight } from './split.ts';
import { leastWeight } from './way-back.ts';

/** The routes that should be in force now; null where they should stay as they are. */
export function routesTarget(world: World, release: Release, life: Life): Routes | null {
  if (!release.routed || isTurning(world, release, life)) return null;
  const wished = wishedWeight(world, release, life);
  const present = routedWeight(world);
  // Stable must be able to carry what it is given back. What it loses it need not carry, however ill it is.
  const stableShare = Math.floor(((release.maxWeight - wished) * release.replicas) / release.maxWeight);
  const stable = isComplete(release, life) ? release.current : release.stable;
  const isReturn = wished < present && wished > 0;
  if (isReturn && !isDynamic(release) && (stable?.available ?? 0) < stableShare) return null;
  const weight = Math.max(wished, Math.min(present, leastWeight(world, release, life)));
  const routes = { ...managedRoutes(release, life), canaryWeight: weight };
  return { ...routes, session: sessionTarget(release, life, routes) };
}

/** The canary's weight as the routers have it now; the highest where they differ. */
export function routedWeight(world: World): number {
  return Math.max(0, ...world.routers.map((router) => router.routes?.canaryWeight ?? 0));
}

/** The canary's weight as the routers have it now; the lowest where they differ or cannot be read. */
export function leastRoutedWeight(world: World): number {
  const weights = world.routers.map((router) => router.routes?.canaryWeight ?? 0);
  return weights.length === 0 ? 0 : Math.min(...weights);
}

/** True where who carries the traffic has told that it still goes by older routes than those in force. */
export function isLagging(world: World): boolean {
  return world.routers.some(({ lags }) => lags);
}

/** The weight that the canary should have, whether stable can do with the rest or not yet. */
export function wishedWeight(world: World, release: Release, life: Life): number {
  if (isComplete(release, life) || life.abort === true) return 0;
  if (release.current === null || release.current.available === 0) return 0;
  // A canary that a person scales to zero loses its traffic before its pods.
  if (wantedSizes(release, life).canary === 0) return 0;
  // What still goes to the canary before this one goes back first: this one's pods are not made for it.
  if (routedWeight(world) > 0 && isLeftOver(release, behindCanary(world, release))) return 0;
  if (life.full) return fullWeight(world, release);
  // Up only when the pods are there, down before they go.
  const weight = stepWeight(release, life);
  if (hasWantedSizes(release, life)) return weight;
  const present = routedWeight(world);
  // Scaled up in the middle: what the pods carried a moment ago they carry still.
  if (isCarried(world, release, present)) return Math.min(weight, present);
  // The weight before was never in force where a person has skipped its step.
  return Math.min(weight, previousWeight(release, life), present);
}

/** True where the canary has the pods for this weight beside those of the stable version that serve now. */
function isCarried(world: World, release: Release, weight: number): boolean {
  const { current, stable, maxWeight, replicas } = release;
  if (current === null || stable === null || behindCanary(world, release) !== current) return false;
  const beside = serves(stable) + (isDynamic(release) ? serves(current) : 0);
  return serves(current) >= podsForWeight(weight, maxWeight, Math.min(replicas, beside));
}

/** True where this revision was the canary of a release that another one has replaced, and still serves. */
export function isLeftOver(release: Release, revision: Revision | null): revision is Revision {
  return revision !== null && release.older.includes(revision) && serves(revision) > 0;
}

/**
 * On the way to a full promotion the weight stays as it is until the promotion. Where stable shrinks with its
 * weight, it rises with the pods, so that never all pods of both are needed.
 */
function fullWeight(world: World, release: Release): number {
  const present = routedWeight(world);
  const { current, maxWeight, replicas } = release;
  // A Service that is still to be switched may wait for all pods.
  const isSwitched = current !== null && behindCanary(world, release) === current;
  if (!isDynamic(release) || !isSwitched || replicas === 0) return present;
  return Math.max(present, Math.min(maxWeight, Math.floor((maxWeight * serves(current)) / replicas)));
}
