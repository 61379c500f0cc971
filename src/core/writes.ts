import { ANNOTATION } from '../api/keys.ts';
import type { JsonObject, Manifest } from '../api/meta.ts';
import type { Change, ChangePhase, Note, PatchChange, Target } from './plan.ts';
import type { World } from './world.ts';

/** The place of an object, as every write names it. */
export function at(object: Manifest) {
  const { apiVersion, kind, metadata } = object;
  return { apiVersion, kind, namespace: metadata.namespace ?? '', name: metadata.name };
}

/** A merge patch of an object as it was seen: a conflict where it has moved on. */
export function patch(
  object: Manifest,
  phase: ChangePhase,
  body: JsonObject,
  notes: readonly Note[],
): PatchChange {
  const resourceVersion = object.metadata.resourceVersion ?? '';
  return { ...at(object), verb: 'patch', phase, patch: body, resourceVersion, notes };
}

/** The deletion of an object as it was seen. */
export function remove(object: Manifest): Change {
  const { uid, resourceVersion } = object.metadata;
  return {
    ...at(object),
    verb: 'delete',
    phase: 'tidy',
    uid: uid ?? '',
    resourceVersion: resourceVersion ?? '',
    notes: [],
  };
}

/** The annotation that stamps a Service or a route with the epoch. On a ReplicaSet it is the bare number. */
export function stamp(world: World, target: Target): Readonly<Record<string, string>> {
  return { [ANNOTATION.epoch]: `${world.rollout.metadata.name}/${target.epoch}` };
}
