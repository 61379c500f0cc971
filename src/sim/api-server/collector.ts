import type { Manifest, OwnerReference } from '../../api/meta.ts';
import type { Cancel, Clock } from '../clock.ts';
import type { Random } from '../random.ts';
import { ApiError, type Change } from './api.ts';
import type { Catalog } from './catalog.ts';
import type { Deleter } from './deleter.ts';
import { omit } from './omit.ts';
import type { Entry, Store } from './store.ts';
import { placeOf, type Writer } from './writer.ts';

/** What the garbage collector works with. */
export interface CollectorMeans {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly writer: Writer;
  readonly deleter: Deleter;
  readonly clock: Clock;
  readonly random: Random;
}

const MANAGER = 'kube-controller-manager';
/** From a change to what the collector does about it, milliseconds. */
const [SOONEST_MS, LATEST_MS] = [2, 40];

/**
 * Deletes what has lost its last owner, lets owners wait for their dependents (foreground), and lets
 * dependents go their own way (orphan). Woken by changes, each object by itself after a small delay; looks at
 * the store when it is its turn, so that an old reason does no harm.
 * Source: https://kubernetes.io/docs/concepts/architecture/garbage-collection/
 */
export class Collector {
  readonly #means: CollectorMeans;
  /** Uids that are due, each once. */
  readonly #due = new Map<string, Cancel>();
  readonly #stop: Cancel;

  constructor(means: CollectorMeans) {
    this.#means = means;
    this.#stop = means.store.onChange((change) => this.#see(change));
  }

  /** Ends collecting; what is due stays undone. */
  stop(): void {
    this.#stop();
    for (const cancel of this.#due.values()) cancel();
    this.#due.clear();
  }

  #see({ before, after }: Change): void {
    const { store } = this.#means;
    if (after === null) {
      const uid = before?.metadata.uid ?? '';
      for (const dependent of store.dependentsOf(uid)) this.#wake(dependent.object);
      for (const owner of before?.metadata.ownerReferences ?? []) this.#wakeUid(owner.uid);
      return;
    }
    const { ownerReferences = [], deletionTimestamp } = after.metadata;
    const isNewlyOwned = ownerReferences !== (before?.metadata.ownerReferences ?? []);
    if (isNewlyOwned && ownerReferences.length > 0) this.#wakeIfOrphaned(after, ownerReferences);
    if (deletionTimestamp !== undefined) this.#wake(after);
    // An owner that waits may be held up by this one no longer.
    if (isNewlyOwned) for (const owner of before?.metadata.ownerReferences ?? []) this.#wakeUid(owner.uid);
  }

  #wakeIfOrphaned(object: Manifest, owners: readonly OwnerReference[]): void {
    if (owners.some((owner) => this.#standingOf(owner, object) !== 'solid')) this.#wake(object);
  }

  #wake(object: Manifest): void {
    this.#wakeUid(object.metadata.uid ?? '');
  }

  #wakeUid(uid: string): void {
    if (this.#due.has(uid)) return;
    const { clock, random } = this.#means;
    const delayMs = random.int(SOONEST_MS, LATEST_MS);
    this.#due.set(
      uid,
      clock.after(delayMs, () => {
        this.#due.delete(uid);
        const entry = this.#means.store.byUid(uid);
        if (entry !== null) this.#retrying(entry);
      }),
    );
  }

  /** Somebody may have been quicker: then it is looked at again. */
  #retrying(entry: Entry): void {
    try {
      this.#look(entry);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code === 409) this.#wake(entry.object);
    }
  }

  #look(entry: Entry): void {
    const { deletionTimestamp, finalizers = [], ownerReferences = [] } = entry.object.metadata;
    if (deletionTimestamp !== undefined) {
      if (finalizers.includes('orphan')) this.#orphanDependents(entry);
      else if (finalizers.includes('foregroundDeletion')) this.#finishForeground(entry);
    } else if (ownerReferences.length > 0) {
      this.#judge(entry, ownerReferences);
    }
  }

  /** Deletes an object without an owner; one with a living owner only loses its other references. */
  #judge(entry: Entry, owners: readonly OwnerReference[]): void {
    const standings = owners.map((owner) => this.#standingOf(owner, entry.object));
    if (standings.includes('solid')) {
      const solid = owners.filter((_, i) => standings[i] === 'solid');
      if (solid.length < owners.length) this.#setOwners(entry, solid);
      return;
    }
    const { store, deleter, catalog } = this.#means;
    const { uid = '', finalizers = [] } = entry.object.metadata;
    const isWaitedFor = standings.includes('waiting') && store.dependentsOf(uid).length > 0;
    const isForeground = isWaitedFor || finalizers.includes('foregroundDeletion');
    const propagation = isForeground ? 'Foreground' : finalizers.includes('orphan') ? 'Orphan' : 'Background';
    deleter.delete(catalog.get(entry.kind), placeOf(entry.object), { propagation, uid });
  }

  #standingOf(owner: OwnerReference, dependent: Manifest): 'solid' | 'waiting' | 'absent' {
    const object = this.#means.store.byUid(owner.uid)?.object;
    if (object === undefined || object.metadata.name !== owner.name) return 'absent';
    const { namespace, deletionTimestamp, finalizers = [] } = object.metadata;
    if (namespace !== undefined && namespace !== dependent.metadata.namespace) return 'absent';
    const isWaiting = deletionTimestamp !== undefined && finalizers.includes('foregroundDeletion');
    return isWaiting ? 'waiting' : 'solid';
  }

  #orphanDependents(entry: Entry): void {
    const { uid = '' } = entry.object.metadata;
    for (const dependent of this.#means.store.dependentsOf(uid)) {
      const owners = dependent.object.metadata.ownerReferences ?? [];
      this.#setOwners(
        dependent,
        owners.filter((owner) => owner.uid !== uid),
      );
    }
    this.#dropFinalizer(entry, 'orphan');
  }

  #finishForeground(entry: Entry): void {
    const { uid = '' } = entry.object.metadata;
    const dependents = this.#means.store.dependentsOf(uid);
    const blocking = dependents.filter(({ object }) =>
      (object.metadata.ownerReferences ?? []).some(
        (owner) => owner.uid === uid && owner.blockOwnerDeletion === true,
      ),
    );
    if (blocking.length === 0) this.#dropFinalizer(entry, 'foregroundDeletion');
    for (const { object } of dependents)
      if (object.metadata.deletionTimestamp === undefined) this.#wake(object);
  }

  #setOwners(entry: Entry, owners: readonly OwnerReference[]): void {
    this.#change(entry, (metadata) =>
      owners.length === 0 ? omit(metadata, 'ownerReferences') : { ...metadata, ownerReferences: owners },
    );
  }

  #dropFinalizer(entry: Entry, name: string): void {
    this.#change(entry, ({ finalizers = [], ...metadata }) => ({
      ...metadata,
      finalizers: finalizers.filter((finalizer) => finalizer !== name),
    }));
  }

  #change(entry: Entry, next: (metadata: Manifest['metadata']) => object): void {
    const { writer, catalog } = this.#means;
    writer.update(
      catalog.get(entry.kind),
      placeOf(entry.object),
      (live) => ({ ...live, metadata: next(live.metadata) }),
      { manager: MANAGER },
    );
  }
}
