import { ALL_STABLE, type Routes } from '../routes.ts';
import type { World } from '../world.ts';
import { hasWantedSizes, isComplete, previousWeight, stepWeight, wantedSizes } from './goals.ts';
import type { Life } from './life.ts';
import type { Release } from './release.ts';

/** The routes that should be in force now; null where they should stay as they are. */
export function routesTarget(world: World, release: Release, life: Life): Routes | null {
  if (!release.routed) return null;
  const weight = wantedWeight(world, release, life);
  const present = routedWeight(world);
  // Stable must be able to carry what it is given back or keeps.
  const stableShare = Math.floor(((release.maxWeight - weight) * release.replicas) / release.maxWeight);
  const stable = isComplete(release, life) ? release.current : release.stable;
  if (weight !== present && weight > 0 && (stable?.available ?? 0) < stableShare) return null;
  return { ...ALL_STABLE, canaryWeight: weight };
}

/** The canary's weight as the routers have it now; the highest where they differ. */
export function routedWeight(world: World): number {
  return Math.max(0, ...world.routers.map((router) => router.routes?.canaryWeight ?? 0));
}

function wantedWeight(world: World, release: Release, life: Life): number {
  if (isComplete(release, life) || life.abort === true) return 0;
  if (release.current === null || release.current.available === 0) return 0;
  // A canary that a person scales to zero loses its traffic before its pods.
  if (wantedSizes(release, life).canary === 0) return 0;
  if (life.full) return routedWeight(world);
  // Up only when the pods are there, down before they go.
  const weight = stepWeight(release, life);
  if (hasWantedSizes(release, life)) return weight;
  // The weight before was never in force where a person has skipped its step.
  return Math.min(weight, previousWeight(release, life), routedWeight(world));
}
