import type { ObjectMeta, OwnerReference } from '../../api/meta.ts';
import type { Place } from '../api-server/api.ts';

/** Any object of the API server, as far as it has to be found. */
export interface Stored {
  readonly metadata: ObjectMeta;
}

/** All objects of one kind, found by name, by uid, by namespace and by who controls them. */
export class Shelf<T extends Stored> {
  readonly #byKey = new Map<string, T>();
  readonly #byUid = new Map<string, T>();
  readonly #byNamespace = new Map<string, Map<string, T>>();
  readonly #byController = new Map<string, Map<string, T>>();

  get(key: string): T | null {
    return this.#byKey.get(key) ?? null;
  }

  byUid(uid: string): T | null {
    return this.#byUid.get(uid) ?? null;
  }

  all(): readonly T[] {
    return [...this.#byKey.values()];
  }

  /** Oldest first. */
  in(namespace: string): readonly T[] {
    return [...(this.#byNamespace.get(namespace)?.values() ?? [])];
  }

  /** Those whose controller has this uid, oldest first. */
  controlledBy(uid: string): readonly T[] {
    return [...(this.#byController.get(uid)?.values() ?? [])];
  }

  /** Those of a namespace without a controller, oldest first. */
  orphans(namespace: string): readonly T[] {
    return [...(this.#byController.get(orphanKey(namespace))?.values() ?? [])];
  }

  /** Takes note of what became of an object. */
  take(before: T | null, after: T | null): void {
    const named = after ?? before;
    if (named === null) return;
    const key = keyOf(named);
    const { namespace = '' } = named.metadata;
    const was = this.#byKey.get(key);
    if (was !== undefined) this.#byUid.delete(uidOf(was));
    if (was !== undefined && (after === null || controllerKey(was) !== controllerKey(after))) {
      removeFrom(this.#byController, controllerKey(was), key);
    }
    if (after === null) {
      this.#byKey.delete(key);
      removeFrom(this.#byNamespace, namespace, key);
      return;
    }
    this.#byKey.set(key, after);
    this.#byUid.set(uidOf(after), after);
    addTo(this.#byNamespace, namespace, { key, object: after });
    addTo(this.#byController, controllerKey(after), { key, object: after });
  }
}

/** `namespace/name`; the name alone for what lives in no namespace. */
export function keyOf(object: Stored): string {
  const { namespace, name } = object.metadata;
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** The parts of a key. */
export function placeOf(key: string): { readonly namespace: string; readonly name: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, Math.max(slash, 0)), name: key.slice(slash + 1) };
}

/** Where an object is. */
export function placeFor(object: Stored): Place {
  const { namespace, name } = object.metadata;
  return namespace === undefined ? { name } : { namespace, name };
}

/** The uid, which everything that is stored has. */
export function uidOf(object: Stored): string {
  return object.metadata.uid ?? '';
}

/** Who controls an object; null: nobody. */
export function controllerOf(object: Stored): OwnerReference | null {
  return object.metadata.ownerReferences?.find((owner) => owner.controller === true) ?? null;
}

function controllerKey(object: Stored): string {
  return controllerOf(object)?.uid ?? orphanKey(object.metadata.namespace ?? '');
}

// No uid looks like this.
function orphanKey(namespace: string): string {
  return `orphans of ${namespace}`;
}

function addTo<T>(
  index: Map<string, Map<string, T>>,
  entry: string,
  { key, object }: { readonly key: string; readonly object: T },
): void {
  const found = index.get(entry);
  if (found === undefined) index.set(entry, new Map([[key, object]]));
  else found.set(key, object);
}

function removeFrom<T>(index: Map<string, Map<string, T>>, entry: string, key: string): void {
  const found = index.get(entry);
  found?.delete(key);
  if (found?.size === 0) index.delete(entry);
}
