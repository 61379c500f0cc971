import type { Manifest } from '../../api/meta.ts';
import type { Cancel } from '../clock.ts';
import type { Change, Kind, Place } from './api.ts';
import { qualified } from './errors.ts';
import { share } from './frozen.ts';
import { History } from './history.ts';

/** An object in its place. The object is replaced with every write, the entry stays. */
export interface Entry {
  readonly kind: Kind;
  readonly object: Manifest;
}

interface Slot {
  readonly kind: Kind;
  object: Manifest;
}

/** The objects of one resource in one namespace. */
interface Bucket {
  readonly slots: Map<string, Slot>;
  /** In the order of names; null: to be made anew. */
  listed: readonly Manifest[] | null;
}

/**
 * What etcd is to the real one: all objects, one counter of versions, and what happened lately. Knows nothing
 * of the rules for writing; whoever calls `put` and `remove` has asked them.
 */
export class Store {
  readonly #resources = new Map<string, Map<string, Bucket>>();
  readonly #byUid = new Map<string, Slot>();
  readonly #dependents = new Map<string, Map<string, Slot>>();
  /** With the version from which on each is told. */
  readonly #listeners = new Map<(change: Change) => void, number>();
  readonly #untold: Change[] = [];
  readonly history: History;
  #version = 1;
  #isTelling = false;

  /** `mostChanges`: how many changes are remembered for watches and for lists of the past. */
  constructor(mostChanges: number) {
    this.history = new History(mostChanges);
  }

  /** The version of the last write; one counter for all. */
  get version(): number {
    return this.#version;
  }

  get(kind: Kind, place: Place): Manifest | null {
    return this.#bucket(kind, place.namespace ?? '')?.slots.get(place.name)?.object ?? null;
  }

  /** In the order of namespace and name. Without a namespace: of all. */
  list(kind: Kind, namespace?: string): readonly Manifest[] {
    const buckets = this.#resources.get(qualified(kind));
    if (buckets === undefined) return [];
    if (namespace !== undefined) return listed(buckets.get(namespace));
    if (buckets.size === 1) return listed(buckets.values().next().value);
    return [...buckets.keys()].sort(asKeys).flatMap((name) => listed(buckets.get(name)));
  }

  /** As `list`, at an earlier version; null when that is forgotten. */
  listAt(kind: Kind, namespace: string | undefined, version: number): readonly Manifest[] | null {
    if (version === this.#version) return this.list(kind, namespace);
    if (version < this.history.forgottenUntil) return null;
    const objects = new Map(this.list(kind, namespace).map((object) => [keyOf(object), object]));
    for (const change of this.history.since(version).toReversed()) {
      const touched = change.before ?? change.after;
      if (touched === null || qualified(change.kind) !== qualified(kind)) continue;
      if (namespace !== undefined && touched.metadata.namespace !== namespace) continue;
      if (change.before === null) objects.delete(keyOf(touched));
      else objects.set(keyOf(touched), change.before);
    }
    return [...objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
  }

  /** Whatever has this uid; null when nothing has it any more. */
  byUid(uid: string): Entry | null {
    return this.#byUid.get(uid) ?? null;
  }

  /** Objects with an owner reference to this uid, oldest first. */
  dependentsOf(uid: string): readonly Entry[] {
    return [...(this.#dependents.get(uid)?.values() ?? [])];
  }

  /** Stores an object with the next version, frozen, and tells everybody. `before`: null for a new one. */
  put(kind: Kind, before: Manifest | null, wanted: Manifest): Manifest {
    const version = ++this.#version;
    const metadata = { ...wanted.metadata, resourceVersion: String(version) };
    const after = share({ ...wanted, metadata }, before) as Manifest;
    const { namespace = '', name } = after.metadata;
    const bucket = this.#bucketFor(kind, namespace);
    const slot = bucket.slots.get(name) ?? { kind, object: after };
    slot.object = after;
    bucket.slots.set(name, slot);
    bucket.listed = null;
    this.#index(slot, before);
    this.#tell({ kind, before, after, version });
    return after;
  }

  /** Removes an object, which must be there, and tells everybody. Returns the version of its end. */
  remove(kind: Kind, before: Manifest): number {
    const version = ++this.#version;
    const { namespace = '', name, uid = '' } = before.metadata;
    const bucket = this.#bucketFor(kind, namespace);
    bucket.slots.delete(name);
    bucket.listed = null;
    this.#byUid.delete(uid);
    for (const owner of ownersOf(before)) this.#release(owner, uid);
    this.#tell({ kind, before, after: null, version });
    return version;
  }

  /** Told of every change, in order, after it is stored; a change made by a listener waits for its turn. */
  onChange(listener: (change: Change) => void): Cancel {
    // One function may listen twice: each listening is a function of its own.
    const told = (change: Change): void => listener(change);
    this.#listeners.set(told, this.#version);
    return () => this.#listeners.delete(told);
  }

  #index(slot: Slot, before: Manifest | null): void {
    const { uid = '' } = slot.object.metadata;
    this.#byUid.set(uid, slot);
    if (before?.metadata.ownerReferences === slot.object.metadata.ownerReferences && before !== null) return;
    for (const owner of ownersOf(before)) this.#release(owner, uid);
    for (const owner of ownersOf(slot.object)) {
      const dependents = this.#dependents.get(owner) ?? new Map<string, Slot>();
      dependents.set(uid, slot);
      this.#dependents.set(owner, dependents);
    }
  }

  #release(owner: string, uid: string): void {
    const dependents = this.#dependents.get(owner);
    dependents?.delete(uid);
    if (dependents?.size === 0) this.#dependents.delete(owner);
  }

  #tell(change: Change): void {
    this.history.add(change);
    this.#untold.push(change);
    if (this.#isTelling) return;
    this.#isTelling = true;
    try {
      for (let next = this.#untold.shift(); next !== undefined; next = this.#untold.shift()) {
        for (const [listener, since] of this.#listeners) if (next.version > since) listener(next);
      }
    } finally {
      this.#isTelling = false;
    }
  }

  #bucket(kind: Kind, namespace: string): Bucket | undefined {
    return this.#resources.get(qualified(kind))?.get(namespace);
  }

  #bucketFor(kind: Kind, namespace: string): Bucket {
    const key = qualified(kind);
    const buckets = this.#resources.get(key) ?? new Map<string, Bucket>();
    this.#resources.set(key, buckets);
    const bucket = buckets.get(namespace) ?? { slots: new Map<string, Slot>(), listed: null };
    buckets.set(namespace, bucket);
    return bucket;
  }
}

/** `namespace/name`, or the name alone: the order of lists. */
export function keyOf(object: Manifest): string {
  const { namespace, name } = object.metadata;
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** As the keys of etcd, where a slash follows: `a-b/` comes before `a/`. */
function asKeys(a: string, b: string): number {
  return `${a}/` < `${b}/` ? -1 : 1;
}

function listed(bucket: Bucket | undefined): readonly Manifest[] {
  if (bucket === undefined) return [];
  bucket.listed ??= Object.freeze(
    [...bucket.slots.keys()].sort().flatMap((name) => bucket.slots.get(name)?.object ?? []),
  );
  return bucket.listed;
}

function ownersOf(object: Manifest | null): readonly string[] {
  return (object?.metadata.ownerReferences ?? []).map((owner) => owner.uid);
}
