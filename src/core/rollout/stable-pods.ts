import type { Decision } from '../plan.ts';
import type { World } from '../world.ts';
import { isDynamic, podsOfWeight } from './goals.ts';
import type { Life } from './life.ts';
import type { Release } from './release.ts';
import { isLagging, leastRoutedWeight, wishedWeight } from './traffic.ts';

/**
 * Pods of a stable version that shrinks as its weight does: what it carries by the routes in force, and what
 * it is about to carry. They go only once the weight is seen to have moved, and whoever tells of it has
 * followed; they come before it moves back.
 */
export function stablePods(world: World, release: Release, life: Life): number {
  const least = Math.min(leastRoutedWeight(world), wishedWeight(world, release, life));
  const needed = podsOfWeight(release.maxWeight - least, release);
  if (!isLagging(world)) return needed;
  return Math.max(needed, Math.min(release.stable?.spec ?? 0, release.replicas));
}

/**
 * Whether a plan leaves the stable version the pods that it needs: some always, and where it shrinks with its
 * weight all that the routes in force need. `wanted` are its pods by that plan.
 */
export function leavesStableEnough(
  world: World,
  release: Release,
  { target }: Decision,
  wanted: number,
): boolean {
  if (!isDynamic(release)) return wanted > 0;
  const planned = target?.routes?.canaryWeight ?? release.maxWeight;
  const needed = podsOfWeight(release.maxWeight - Math.min(leastRoutedWeight(world), planned), release);
  return wanted >= Math.min(needed, release.stable?.spec ?? 0);
}
