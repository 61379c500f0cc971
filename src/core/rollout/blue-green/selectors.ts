import { ANNOTATION, LABEL } from '../../../api/keys.ts';
import type { World } from '../../world.ts';
import { isComplete } from '../goals.ts';
import { isHalted } from '../halt.ts';
import type { Life } from '../life.ts';
import type { Release, Revision } from '../release.ts';
import { serves } from '../sizes.ts';
import { canTakeOver, isPastCheckpoint, isSaturated } from './track.ts';

/**
 * The pod-template hash that the active and the preview Service should select. One that stays as it is and is
 * ours is named too, so that it can be claimed before pods go; one that selects by no hash and can be given
 * none yet is left out. While everything is halted only an abort moves a Service.
 */
export function blueGreenSelectors(
  world: World,
  release: Release,
  life: Life,
): Readonly<Record<string, string>> {
  const { activeHash, previewHash, blueGreenSpec } = release;
  const halted = isHalted(release, life);
  const isMoving = !halted || (life.abort === true && !isComplete(release, life));
  const active = isMoving ? activeTarget(world, release, life) : null;
  const preview = halted ? null : release.current;
  return {
    ...selecting(world, blueGreenSpec?.activeService, active?.hash ?? activeHash),
    ...selecting(world, blueGreenSpec?.previewService, preview?.hash ?? previewHash),
  };
}

function selecting(world: World, service: string | undefined, hash: string | null) {
  if (service === undefined || hash === null) return {};
  const isNew = world.services[service]?.spec?.selector?.[LABEL.podTemplateHash] !== hash;
  return isNew || isManaged(world, service) ? { [service]: hash } : {};
}

function isManaged({ services, rollout }: World, service: string | undefined): boolean {
  const manager = services[service ?? '']?.metadata.annotations?.[ANNOTATION.managedByRollouts];
  return manager === rollout.metadata.name;
}

/** The version that users should see; null where that stays as it is. */
function activeTarget(world: World, release: Release, life: Life): Revision | null {
  const { current, stable, activeHash, all, replicas } = release;
  if (isComplete(release, life)) return canTakeOver(release, life) ? current : null;
  if (life.abort !== true && isPastCheckpoint(release, life) && canTakeOver(release, life)) return current;
  const isServed = all.some(({ hash }) => hash === activeHash);
  if (stable === null || (isServed && life.abort !== true)) return null;
  // All pods are behind a Service that selects by no hash: it needs all pods of stable in their place.
  if (!isManaged(world, release.blueGreenSpec?.activeService))
    return isSaturated(stable, replicas) ? stable : null;
  return serves(stable) > 0 || replicas === 0 ? stable : null;
}
