import type { LabelSelector, Manifest, OwnerReference } from '../../api/meta.ts';
import { matches } from '../../api/selector.ts';
import type { Kind } from '../api-server/api.ts';
import { type Cluster, MANAGER, unlessGone } from './cluster.ts';
import { controllerOf, type Shelf, type Stored, uidOf } from './shelf.ts';

/** Who claims objects, and by which labels. */
export interface Claimer {
  readonly owner: Stored & Pick<Manifest, 'apiVersion' | 'kind'>;
  readonly selector: LabelSelector | undefined;
}

/** The reference to a controller, as its dependents carry it. */
export function controllerRef({ apiVersion, kind, metadata }: Claimer['owner']): OwnerReference {
  const uid = metadata.uid ?? '';
  return { apiVersion, kind, name: metadata.name, uid, controller: true, blockOwnerDeletion: true };
}

/**
 * The objects of a kind that belong to an owner: those that it controls and selects, and orphans that it
 * selects, which it adopts. One that it no longer selects is released. An owner that is about to go does
 * neither. `counts` leaves out objects that are not to be touched.
 */
export function claim<T extends Stored>(
  { api }: Cluster,
  { owner, selector }: Claimer,
  { kind, shelf, counts }: { kind: Kind; shelf: Shelf<T>; counts: (object: T) => boolean },
): readonly T[] {
  const { namespace = '', uid = '' } = owner.metadata;
  const isGoing = owner.metadata.deletionTimestamp !== undefined;
  const isSelected = (object: T) => matches(selector, object.metadata.labels ?? {});
  const rewrite = (object: T, ownerReferences: readonly OwnerReference[]) => {
    const place = { namespace, name: object.metadata.name };
    const patch = { metadata: { uid: uidOf(object), ownerReferences } };
    return unlessGone(() => api.merge(kind, place, patch, { manager: MANAGER }));
  };
  const own = shelf.controlledBy(uid).filter((object) => {
    if (!counts(object)) return false;
    if (isSelected(object)) return true;
    const others = (object.metadata.ownerReferences ?? []).filter((reference) => reference.uid !== uid);
    if (!isGoing) rewrite(object, others);
    return false;
  });
  if (isGoing) return own;
  const adopted = shelf.orphans(namespace).filter((object) => {
    if (!counts(object) || object.metadata.deletionTimestamp !== undefined || !isSelected(object))
      return false;
    return rewrite(object, [...(object.metadata.ownerReferences ?? []), controllerRef(owner)]);
  });
  return [...own, ...adopted.map((object) => shelf.byUid(uidOf(object)) ?? object)];
}

/** The owner in `shelf` that controls an object; null: none of that kind does. */
export function ownerIn<T extends Stored>(shelf: Shelf<T>, object: Stored | null): T | null {
  const owner = object === null ? null : controllerOf(object);
  return owner === null ? null : shelf.byUid(owner.uid);
}
