import type { World } from '../world.ts';
import { isComplete, isDynamic } from './goals.ts';
import type { Life } from './life.ts';
import type { Release } from './release.ts';
import { behindCanary } from './sides.ts';
import { serves } from './sizes.ts';

/**
 * The least weight that must stay with those who have it now, until the stable version has the pods to take
 * it back: 0 to the maximum weight. It falls with every stable pod that serves, so that the way back begins
 * with the first one, and never waits for more than the cluster has room for.
 *
 * 0 where nothing is gained by waiting: stable never gave up its pods, the same pods serve both, or nobody
 * serves the canary's part and somebody stable's. Where neither serves, nothing is gained by going.
 */
export function leastWeight(world: World, release: Release, life: Life): number {
  const { maxWeight, replicas } = release;
  if (!isDynamic(release) || replicas === 0) return 0;
  const taker = isComplete(release, life) ? release.current : release.stable;
  const giver = behindCanary(world, release);
  const takers = taker === null ? 0 : serves(taker);
  if (giver === null || giver === taker || (serves(giver) === 0 && takers > 0)) return 0;
  const carried = Math.floor((maxWeight * takers) / replicas);
  return Math.max(0, maxWeight - carried);
}
