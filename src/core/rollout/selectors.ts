import { ANNOTATION, LABEL } from '../../api/keys.ts';
import type { World } from '../world.ts';
import { isComplete } from './goals.ts';
import type { Life } from './life.ts';
import type { Release, Revision } from './release.ts';

/**
 * The pod-template hash that each Service should select. A Service that cannot be switched safely yet is left
 * out: a first switch needs all pods of its new ReplicaSet, later ones at least one.
 */
export function selectorsTarget(
  world: World,
  release: Release,
  life: Life,
): Readonly<Record<string, string>> {
  const { canaryService, stableService } = release.canarySpec;
  const stable = isComplete(release, life) ? release.current : release.stable;
  const canary = life.abort === true ? stable : release.current;
  const wanted: Record<string, string> = {};
  if (stableService !== undefined && mayServe(world, stableService, stable))
    wanted[stableService] = stable.hash;
  if (canaryService !== undefined && mayServe(world, canaryService, canary))
    wanted[canaryService] = canary.hash;
  return wanted;
}

function mayServe(world: World, service: string, revision: Revision | null): revision is Revision {
  if (revision === null) return false;
  const selected = selectedHash(world, service);
  if (selected === revision.hash) return true;
  const managed = world.services[service]?.metadata.annotations?.[ANNOTATION.managedByRollouts] !== undefined;
  if (managed) return revision.available > 0;
  return revision.spec > 0 && revision.available >= revision.spec;
}

/** Whether the canary or the stable Service selects the pods of this revision. */
export function isSelected(world: World, release: Release, revision: Revision): boolean {
  const { canaryService, stableService } = release.canarySpec;
  return [canaryService, stableService].some((service) => selectedHash(world, service) === revision.hash);
}

/** The hash in a Service's selector; undefined where it has none. */
export function selectedHash(world: World, service: string | undefined): string | undefined {
  return service === undefined ? undefined : world.services[service]?.spec?.selector?.[LABEL.podTemplateHash];
}
