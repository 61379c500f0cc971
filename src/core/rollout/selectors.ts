import { ANNOTATION } from '../../api/keys.ts';
import type { World } from '../world.ts';
import { blueGreenSelectors } from './blue-green/selectors.ts';
import { isComplete, isDynamic } from './goals.ts';
import type { Life } from './life.ts';
import type { Release, Revision } from './release.ts';
import { behindCanary, isTurning, selectedHash, sidesOf } from './sides.ts';
import { serves } from './sizes.ts';
import { isLeftOver, routedWeight, routesTarget } from './traffic.ts';

/**
 * The pod-template hash that each Service should select. A Service that cannot be switched safely yet is left
 * out: a first switch needs all pods of its new ReplicaSet, later ones at least one.
 */
export function selectorsTarget(
  world: World,
  release: Release,
  life: Life,
): Readonly<Record<string, string>> {
  if (release.strategy === 'blueGreen') return blueGreenSelectors(world, release, life);
  if (isTurning(world, release, life)) return {};
  const sides = sidesOf(release.rollout);
  const stable = isComplete(release, life) ? release.current : release.stable;
  const wanted: Record<string, string> = {};
  if (sides.stable !== undefined && mayServe(world, sides.stable, stable)) wanted[sides.stable] = stable.hash;
  const canary = canaryTarget(world, release, life);
  if (sides.canary !== undefined && canary !== null) wanted[sides.canary] = canary.hash;
  return wanted;
}

/** The revision that the canary Service should select; null where it stays as it is. */
function canaryTarget(world: World, release: Release, life: Life): Revision | null {
  const { canary: service } = sidesOf(release.rollout);
  if (service === undefined) return null;
  const giver = behindCanary(world, release);
  if (release.canarySpec.pingPong !== undefined) return turnTarget(world, release, life, giver);
  const wanted = life.abort === true ? release.stable : release.current;
  if (giver !== null && giver !== wanted && isNeeded(world, release, life, giver)) return giver;
  return mayServe(world, service, wanted) ? wanted : null;
}

/** True where requests must go on to these pods, which were made for them, until the weight has gone back. */
function isNeeded(world: World, release: Release, life: Life, giver: Revision): boolean {
  const present = routedWeight(world);
  if (life.abort !== true && !isComplete(release, life)) return present > 0 && isLeftOver(release, giver);
  const planned = routesTarget(world, release, life)?.canaryWeight ?? present;
  return isDynamic(release) && serves(giver) > 0 && planned > 0;
}

/**
 * Ping-pong Services are pointed at the new version before it has pods, as load balancers want to know them
 * from their beginning; but only while nothing is sent there. After a promotion and an abort they stay.
 */
function turnTarget(world: World, release: Release, life: Life, giver: Revision | null): Revision | null {
  if (isComplete(release, life) || life.abort === true) return giver;
  return routedWeight(world) > 0 ? giver : release.current;
}

function mayServe(world: World, service: string, revision: Revision | null): revision is Revision {
  if (revision === null) return false;
  const selected = selectedHash(world, service);
  if (selected === revision.hash) return true;
  const managed = world.services[service]?.metadata.annotations?.[ANNOTATION.managedByRollouts] !== undefined;
  if (managed) return revision.available > 0;
  return revision.spec > 0 && revision.available >= revision.spec;
}

/**
 * Whether requests can come to the pods of this revision by way of a Service. A ping-pong Service whose turn
 * is over goes on selecting it, and gets none.
 */
export function isSelected(world: World, release: Release, revision: Revision): boolean {
  if ([release.activeHash, release.previewHash].includes(revision.hash)) return true;
  const { stable, canary } = sidesOf(release.rollout);
  if (selectedHash(world, stable) === revision.hash) return true;
  if (release.canarySpec.pingPong !== undefined && routedWeight(world) === 0) return false;
  return selectedHash(world, canary) === revision.hash;
}
