import type { Resource } from '../api/resources.ts';
import { isSameJson } from '../core/merge-patch.ts';
import type { Clock } from './clock.ts';
import type { Sink } from './kube/cache.ts';
import { compareVersions, type KubeObject, keyOf, type ObjectKey, partsOf } from './kube/object.ts';
import type { Health } from './kube/reflection.ts';
import { Reflector } from './kube/reflector.ts';
import type { RestClient } from './kube/rest.ts';

/**
 * What is known of one object.
 * waiting: no list has come yet; whoever wants it is told when one has
 * unread: no list has shown it, because nobody wanted it then; `read` finds out
 * unreadable: the kind is not installed, or not for us to see
 */
export type Known<T> =
  | { readonly kind: 'there'; readonly object: T }
  | { readonly kind: 'missing' }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'unread' }
  | { readonly kind: 'unreadable'; readonly why: 'absent' | 'forbidden' };

/** What a follower works with. */
export interface FollowerOptions<T extends KubeObject> {
  readonly client: Pick<RestClient, 'list' | 'watch'>;
  readonly resource: Resource;
  /** Null: all namespaces. */
  readonly namespace: string | null;
  readonly clock: Clock;
  readonly rng: () => number;
  /** What is kept of an object that somebody wants; must keep name, namespace, uid and resourceVersion. */
  readonly project: (raw: KubeObject) => T;
  /** Told who wanted an object that is now another one, or may be. Must not throw. */
  readonly look: (who: string) => void;
  readonly onHealth: (health: Health) => void;
}

/**
 * Follows one kind of which only few objects matter: those that somebody wants. All are listed and watched,
 * but of the others nothing is kept. An object that is wanted after the list is read once by itself.
 *
 * Invariant: per uid, what a reader sees never goes back to an older resourceVersion.
 */
export class Follower<T extends KubeObject> implements Sink<KubeObject> {
  readonly #options: FollowerOptions<T>;
  /** Of wanted objects only; null: known to be missing. */
  readonly #kept = new Map<ObjectKey, T | null>();
  readonly #wanted = new Map<ObjectKey, Set<string>>();
  readonly #wants = new Map<string, readonly ObjectKey[]>();
  /** What a list or an event showed of objects that nobody wanted. */
  readonly #outlines = new WeakSet<KubeObject>();
  #hasListed = false;
  #trouble: 'absent' | 'forbidden' | null = null;

  constructor(options: FollowerOptions<T>) {
    this.#options = options;
  }

  /** Lists and watches until the signal aborts. */
  run(signal: AbortSignal): Promise<void> {
    const { client, resource, namespace, clock, rng } = this.#options;
    const selection = namespace === null ? {} : { namespace };
    const onHealth = (health: Health): void => this.#heal(health);
    return new Reflector({ client, resource, selection, sink: this, clock, rng, onHealth }).run(signal);
  }

  /** From now on `who` wants these objects, and no others. */
  want(who: string, keys: readonly ObjectKey[]): void {
    const before = this.#wants.get(who) ?? [];
    if (keys.length === 0) this.#wants.delete(who);
    else this.#wants.set(who, keys);
    for (const key of keys) {
      const all = this.#wanted.get(key) ?? new Set();
      this.#wanted.set(key, all.add(who));
    }
    for (const key of before) if (!keys.includes(key)) this.#release(who, key);
  }

  /** Why nothing can be seen; null while it can. */
  get trouble(): 'absent' | 'forbidden' | null {
    return this.#trouble;
  }

  /** Who wants anything. */
  wanting(): Iterable<string> {
    return this.#wants.keys();
  }

  /** What is known of an object that somebody wants. */
  find(key: ObjectKey): Known<T> {
    if (this.#trouble !== null) return { kind: 'unreadable', why: this.#trouble };
    if (!this.#hasListed) return { kind: 'waiting' };
    const kept = this.#kept.get(key);
    if (kept === undefined) return { kind: 'unread' };
    return kept === null ? { kind: 'missing' } : { kind: 'there', object: kept };
  }

  /** Reads an object that is `unread`. Throws a Failure. */
  async read(key: ObjectKey, signal: AbortSignal): Promise<void> {
    const { raw } = await this.#ask(key, signal);
    // What the watch has told meanwhile is as good or newer.
    if (this.#kept.has(key) || !this.#wanted.has(key)) return;
    this.#keep(key, raw === null ? null : this.#options.project(raw));
  }

  /** Reads an object of which the watch may tell late, or not at all. Throws a Failure. */
  async readAnew(key: ObjectKey, signal: AbortSignal): Promise<void> {
    const { raw, version } = await this.#ask(key, signal);
    if (raw !== null) this.observeWrite(raw);
    else this.observeAbsence({ metadata: partsOf(key) } as KubeObject, version);
  }

  async #ask(
    key: ObjectKey,
    signal: AbortSignal,
  ): Promise<{ readonly raw: KubeObject | null; readonly version: string }> {
    const { client, resource } = this.#options;
    const { namespace, name } = partsOf(key);
    // A list of one name needs no other rights than the watch has.
    const selection = { namespace, fieldSelector: `metadata.name=${name}` };
    const found = await client.list(resource, selection, (raw) => raw, { signal });
    return { raw: found.items[0] ?? null, version: found.resourceVersion };
  }

  /** Takes in the answer of an own write. */
  observeWrite(raw: KubeObject): void {
    this.upsert(this.project(raw));
  }

  /** Takes in that an own delete ended this very object. */
  observeDelete(object: KubeObject): void {
    this.remove(object);
  }

  /** Takes in that a list of `version` did not show this object. */
  observeAbsence(object: KubeObject, version: string): void {
    const key = keyOf(object);
    const known = this.#kept.get(key) ?? null;
    // Newer is what was written after the list was made.
    const isNewer = (compareVersions(known?.metadata.resourceVersion, version) ?? 0) > 0;
    if (known !== null && !isNewer) this.#keep(key, null);
  }

  readonly project = (raw: KubeObject): KubeObject => {
    if (this.#wanted.has(keyOf(raw))) return this.#options.project(raw);
    const { name, namespace, uid, resourceVersion } = raw.metadata;
    const outline = { metadata: { name, namespace, uid, resourceVersion } } as KubeObject;
    this.#outlines.add(outline);
    return outline;
  };

  replace(objects: readonly KubeObject[], version: string): void {
    const listed = new Set(objects.map(keyOf));
    for (const object of objects) this.upsert(object);
    for (const key of this.#wanted.keys()) {
      const known = this.#kept.get(key) ?? null;
      // Written by ourselves after the list was made.
      const isNewer = (compareVersions(known?.metadata.resourceVersion, version) ?? 0) > 0;
      if (!listed.has(key) && !isNewer) this.#keep(key, null);
    }
    this.#hasListed = true;
    this.#lookAtAll();
  }

  upsert(object: KubeObject): void {
    const key = keyOf(object);
    if (this.#outlines.has(object) || !this.#wanted.has(key)) return;
    const known = this.#kept.get(key)?.metadata.resourceVersion;
    const order = compareVersions(object.metadata.resourceVersion, known);
    // Whatever is no outline was projected by `project` above.
    if (order === null || order > 0) this.#keep(key, object as T);
  }

  remove(object: KubeObject): void {
    const key = keyOf(object);
    if (!this.#wanted.has(key)) return;
    const known = this.#kept.get(key) ?? null;
    const order = compareVersions(object.metadata.resourceVersion, known?.metadata.resourceVersion);
    const isOld = known !== null && known.metadata.uid !== object.metadata.uid && order !== null && order < 0;
    if (!isOld) this.#keep(key, null);
  }

  #keep(key: ObjectKey, object: T | null): void {
    const before = this.#kept.get(key);
    this.#kept.set(key, object === null ? null : withKnownSpec(object, before ?? null));
    if (before === null && object === null) return;
    for (const who of this.#wanted.get(key) ?? []) this.#options.look(who);
  }

  #release(who: string, key: ObjectKey): void {
    const all = this.#wanted.get(key);
    all?.delete(who);
    if (all?.size !== 0) return;
    this.#wanted.delete(key);
    // No event about it is taken in from now on.
    this.#kept.delete(key);
  }

  #heal(health: Health): void {
    const before = this.#trouble;
    // What is only broken is tried again; until then what was seen last holds.
    if (health.kind !== 'broken') this.#trouble = health.kind === 'watching' ? null : health.kind;
    this.#options.onHealth(health);
    if (this.#trouble !== before) this.#lookAtAll();
  }

  #lookAtAll(): void {
    for (const who of this.#wants.keys()) this.#options.look(who);
  }
}

/** The object with the very spec of the one before, where both say the same: hashes are remembered by it. */
function withKnownSpec<T extends KubeObject & { readonly spec?: unknown }>(object: T, before: T | null): T {
  if (before?.spec === undefined || !isSameJson(object.spec, before.spec)) return object;
  return { ...object, spec: before.spec };
}
