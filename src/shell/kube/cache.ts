import { isSameJson } from '../../core/merge-patch.ts';
import { compareVersions, type KubeObject, keyOf, type ObjectKey } from './object.ts';

/** Under which names an object is found in an index: none, one or several. */
export type Indexer<T> = (object: T) => readonly string[];

/** What changed: null before for a new object, null after for one that is gone. */
export type OnChange<T> = (key: ObjectKey, before: T | null, after: T | null) => void;

/** How a cache keeps its objects. */
export interface CacheOptions<T extends KubeObject, Name extends string> {
  /** What is kept of an object; must keep name, namespace, uid and resourceVersion. */
  readonly project: (raw: KubeObject) => T;
  readonly indexers?: Readonly<Record<Name, Indexer<T>>>;
  /** Called after each change, in order, synchronously. Must not throw. */
  readonly onChange?: OnChange<T>;
  /**
   * Freezes objects to the bottom, so that a test fails where somebody changes one. Costs a walk per object.
   */
  readonly freeze?: boolean;
}

/** What a Reflector feeds. */
export interface Sink<T> {
  readonly project: (raw: KubeObject) => T;
  replace(objects: readonly T[], version: string): void;
  upsert(object: T): void;
  remove(object: T): void;
}

/**
 * The objects of one resource as last heard of, from the watch and from our own writes, whichever is newer.
 *
 * Invariant: per uid, what a reader sees never goes back to an older resourceVersion, and an object that we
 * saw deleted does not come back. Where resourceVersions are not numbers, own writes wait for the watch.
 */
export class Cache<T extends KubeObject, Name extends string = never> implements Sink<T> {
  readonly project: (raw: KubeObject) => T;
  readonly #objects = new Map<ObjectKey, T>();
  readonly #indexes: Map<string, Index<T>>;
  readonly #onChange: OnChange<T>;
  readonly #freeze: boolean;
  /** Uids that a delete of ours ended, until the watch says so too: for ever, if a list came in between. */
  readonly #tombstones = new Map<string, number>();
  /** Last version under a key that is free now: what an event says up to there is history. */
  readonly #floors = new Map<ObjectKey, string>();
  /** Version of the last list. */
  #listedAt = '1';
  #hasSynced = false;
  #announceSync = (): void => {};
  readonly #synced = new Promise<void>((resolve) => {
    this.#announceSync = resolve;
  });

  constructor(options: CacheOptions<T, Name>) {
    this.project = options.project;
    const indexers = Object.entries<Indexer<T>>(options.indexers ?? {});
    this.#indexes = new Map(indexers.map(([name, indexer]) => [name, new Index(indexer)]));
    this.#onChange = options.onChange ?? ((): void => {});
    this.#freeze = options.freeze ?? false;
  }

  /** Whether a whole list has been seen since the start. */
  get hasSynced(): boolean {
    return this.#hasSynced;
  }

  get size(): number {
    return this.#objects.size;
  }

  /** Resolves with the first whole list; never rejects. */
  whenSynced(): Promise<void> {
    return this.#synced;
  }

  /** The object of that key, or null. Never change what you get. */
  get(key: ObjectKey): T | null {
    return this.#objects.get(key) ?? null;
  }

  /** All objects in the order in which they came. */
  all(): IterableIterator<T> {
    return this.#objects.values();
  }

  /** The objects that an indexer filed under `value`, in no particular order. */
  by(index: Name, value: string): readonly T[] {
    const keys = this.#indexes.get(index)?.keys(value) ?? noKeys;
    const found: T[] = [];
    for (const key of keys) {
      const object = this.#objects.get(key);
      if (object !== undefined) found.push(object);
    }
    return found;
  }

  /** Takes in the answer of an own write, so that the next read sees it without waiting for the watch. */
  observeWrite(raw: KubeObject): void {
    const object = this.project(raw);
    const key = keyOf(object);
    const known = this.#objects.get(key);
    // Older than the last list and not in it: gone before that list, and no event will say so.
    const isOver = known === undefined && !isNewer(object.metadata.resourceVersion, this.#listedAt);
    if (isOver || this.#isBuried(object)) return;
    const seen = known?.metadata.resourceVersion ?? this.#floors.get(key) ?? this.#listedAt;
    if (isNewer(object.metadata.resourceVersion, seen)) this.#put(object);
  }

  /**
   * Takes in that an own delete ended this very object. Only when the API server's answer was that it is gone
   * (`RestClient.delete` returned null); an object that lives on with a deletionTimestamp is an own write.
   */
  observeDelete(object: KubeObject): void {
    const { uid } = object.metadata;
    if (uid === undefined) return;
    const key = keyOf(object);
    const known = this.#objects.get(key);
    this.#tombstones.set(uid, 0);
    dropOldest(this.#tombstones);
    // What is older than what we deleted ended before it.
    const isPast = isNewer(object.metadata.resourceVersion, known?.metadata.resourceVersion);
    if (known === undefined || known.metadata.uid === uid || isPast)
      this.#drop(key, object.metadata.resourceVersion);
  }

  /** Takes in that a list of `version` did not show this object: it has left what is watched, or is gone. */
  observeAbsence(object: KubeObject, version: string): void {
    const key = keyOf(object);
    const order = compareVersions(this.#objects.get(key)?.metadata.resourceVersion, version);
    // Of what we do not know an event may still tell.
    if (this.#objects.has(key) && (order === null || order <= 0)) this.#drop(key, version);
  }

  /** Takes in a whole list as of `version`. */
  replace(objects: readonly T[], version: string): void {
    const listed = new Set<ObjectKey>();
    for (const object of objects) {
      listed.add(keyOf(object));
      this.#riseAfterTwoLists(object);
      this.upsert(object);
    }
    for (const [key, object] of this.#objects) {
      if (listed.has(key)) continue;
      // Written by ourselves after the list was made; the watch that starts at the list tells the rest.
      const order = compareVersions(object.metadata.resourceVersion, version);
      if (order === null || order <= 0) this.#drop(key, version);
    }
    this.#listedAt = version;
    this.#hasSynced = true;
    this.#announceSync();
  }

  /** Takes in an ADDED or MODIFIED event. */
  upsert(object: T): void {
    if (this.#isBuried(object)) return;
    const key = keyOf(object);
    const known = this.#objects.get(key)?.metadata.resourceVersion ?? this.#floors.get(key);
    const order = compareVersions(object.metadata.resourceVersion, known);
    if (order === null || order > 0) this.#put(object);
  }

  /** Takes in a DELETED event, whose object carries the resourceVersion of its end. */
  remove(object: T): void {
    const key = keyOf(object);
    const known = this.#objects.get(key);
    if (object.metadata.uid !== undefined) this.#tombstones.delete(object.metadata.uid);
    const isSame = known?.metadata.uid === object.metadata.uid;
    const order = compareVersions(object.metadata.resourceVersion, known?.metadata.resourceVersion);
    // A uid has one end, so a DELETED event of this very object is never too old.
    if (isSame || order === null || order > 0) this.#drop(key, object.metadata.resourceVersion);
  }

  #put(heard: T): void {
    const key = keyOf(heard);
    const before = this.#objects.get(key) ?? null;
    const object = before === null ? heard : withKnownSpec(heard, before);
    if (this.#freeze) deepFreeze(object);
    this.#objects.set(key, object);
    this.#floors.delete(key);
    for (const index of this.#indexes.values()) index.move(key, before, object);
    this.#onChange(key, before, object);
  }

  /** Frees a key as of `version`. */
  #drop(key: ObjectKey, version: string | undefined): void {
    const before = this.#objects.get(key) ?? null;
    this.#raiseFloor(key, version);
    this.#raiseFloor(key, before?.metadata.resourceVersion);
    if (before === null) return;
    this.#objects.delete(key);
    for (const index of this.#indexes.values()) index.move(key, before, null);
    this.#onChange(key, before, null);
  }

  #raiseFloor(key: ObjectKey, version: string | undefined): void {
    if (version === undefined || !isNewer(version, this.#floors.get(key) ?? '1')) return;
    this.#floors.set(key, version);
    dropOldest(this.#floors);
  }

  #isBuried(object: KubeObject): boolean {
    const { uid } = object.metadata;
    return uid !== undefined && this.#tombstones.has(uid);
  }

  /**
   * A list that began before our delete may still show the object; the next one began later and does not lie.
   */
  #riseAfterTwoLists(object: T): void {
    const { uid } = object.metadata;
    const lists = uid === undefined ? undefined : this.#tombstones.get(uid);
    if (uid === undefined || lists === undefined) return;
    if (lists === 0) {
      this.#tombstones.set(uid, 1);
      return;
    }
    this.#tombstones.delete(uid);
    this.#floors.delete(keyOf(object));
  }
}

/** Deletions that we remember, more than there can be while one call is on its way. */
const mostGone = 4096;
const noKeys: ReadonlySet<ObjectKey> = new Set();

class Index<T> {
  readonly #indexer: Indexer<T>;
  readonly #keys = new Map<string, Set<ObjectKey>>();

  constructor(indexer: Indexer<T>) {
    this.#indexer = indexer;
  }

  keys(value: string): ReadonlySet<ObjectKey> {
    return this.#keys.get(value) ?? noKeys;
  }

  move(key: ObjectKey, before: T | null, after: T | null): void {
    const old = before === null ? [] : this.#indexer(before);
    const now = after === null ? [] : this.#indexer(after);
    for (const value of old) if (!now.includes(value)) this.#remove(value, key);
    for (const value of now) this.#keysOf(value).add(key);
  }

  #keysOf(value: string): Set<ObjectKey> {
    const keys = this.#keys.get(value) ?? new Set();
    this.#keys.set(value, keys);
    return keys;
  }

  #remove(value: string, key: ObjectKey): void {
    const keys = this.#keys.get(value);
    keys?.delete(key);
    if (keys?.size === 0) this.#keys.delete(value);
  }
}

/** Files objects under their namespace. */
export const byNamespace: Indexer<KubeObject> = (object) => [object.metadata.namespace ?? ''];

/** Files objects under the uid of the owner that controls them. */
export const byController: Indexer<KubeObject> = (object) =>
  (object.metadata.ownerReferences ?? [])
    .filter((owner) => owner.controller === true)
    .map((owner) => owner.uid);

/**
 * The object with the very spec of the one before where both say the same: most changes are of the status.
 * So memory holds it once, and whoever remembers something about a spec finds it again.
 */
function withKnownSpec<T extends KubeObject & { readonly spec?: unknown }>(object: T, before: T): T {
  if (before.spec === undefined || !isSameJson(object.spec, before.spec)) return object;
  return { ...object, spec: before.spec };
}

/** Whether the first is surely the later one. */
function isNewer(version: string | undefined, than: string | undefined): boolean {
  return (compareVersions(version, than) ?? 0) > 0;
}

/** A map keeps the order in which keys came. */
function dropOldest(kept: Map<string, unknown>): void {
  const [oldest] = kept.keys();
  if (kept.size > mostGone && oldest !== undefined) kept.delete(oldest);
}

function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) deepFreeze(part);
}
