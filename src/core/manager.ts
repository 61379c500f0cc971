import { ANNOTATION } from '../api/keys.ts';
import type { Manifest } from '../api/meta.ts';
import type { World } from './world.ts';

/**
 * True where another Rollout of the namespace, and one that is there, manages a Service. Only that one writes
 * it: also a way back has to do without.
 */
export function isOfAnother(service: Manifest, { rollout, rolloutNames }: World): boolean {
  const manager = service.metadata.annotations?.[ANNOTATION.managedByRollouts];
  return manager !== undefined && manager !== rollout.metadata.name && rolloutNames.has(manager);
}
