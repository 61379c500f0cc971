import type { JsonObject, Manifest } from '../../api/meta.ts';
import type { Cancel, Clock } from '../clock.ts';
import { kinds } from '../kinds.ts';
import type { Random } from '../random.ts';
import type { Change, Deletion, Kind, LocalApi, Place, Writing } from './api.ts';
import { Catalog } from './catalog.ts';
import { Collector } from './collector.ts';
import { Deleter } from './deleter.ts';
import { mergePatch } from './patch/merge.ts';
import { Store } from './store.ts';
import { type Draft, metadataOf, Writer } from './writer.ts';

/** What an API server is made of. */
export interface ApiServerOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Custom kinds that are served without a definition, unchecked. Default: those of `kinds.ts`. */
  readonly assumed?: readonly Kind[];
  /** How many changes are remembered for watches, at least. Default 10,000. */
  readonly mostChanges?: number;
}

const MOST_CHANGES = 10_000;

/** The simulated API server. Synchronous; only what the real one does later happens later, on the clock. */
export class ApiServer implements LocalApi {
  readonly catalog: Catalog;
  readonly store: Store;
  readonly #writer: Writer;
  readonly #deleter: Deleter;
  readonly #collector: Collector;

  constructor({ clock, random, assumed, mostChanges }: ApiServerOptions) {
    this.catalog = new Catalog(assumed ?? Object.values(kinds));
    this.store = new Store(mostChanges ?? MOST_CHANGES);
    const means = { store: this.store, clock, random };
    this.#writer = new Writer(means);
    this.#deleter = new Deleter(means);
    const parts = { catalog: this.catalog, writer: this.#writer, deleter: this.#deleter };
    this.#collector = new Collector({ ...means, ...parts });
    for (const name of ['default', 'kube-node-lease', 'kube-public', 'kube-system']) {
      this.create(kinds.namespaces, { metadata: { name } }, { manager: 'kube-apiserver' });
    }
  }

  get(kind: Kind, place: Place): Manifest | null {
    return this.store.get(this.catalog.get(kind).kind, place);
  }

  list(
    kind: Kind,
    selection: { readonly namespace?: string; readonly labels?: Readonly<Record<string, string>> } = {},
  ): readonly Manifest[] {
    const all = this.store.list(this.catalog.get(kind).kind, selection.namespace);
    const labels = Object.entries(selection.labels ?? {});
    if (labels.length === 0) return all;
    return all.filter(({ metadata }) => labels.every(([key, value]) => metadata.labels?.[key] === value));
  }

  create(kind: Kind, object: object, writing: Writing): Manifest {
    return this.#writer.create(this.catalog.get(kind), object as Draft, writing);
  }

  update(kind: Kind, object: object, writing: Writing): Manifest {
    const draft = object as Draft;
    const { namespace, name } = metadataOf(draft);
    const place = namespace === undefined ? { name } : { namespace, name };
    return this.#writer.update(this.catalog.get(kind), place, () => draft, writing);
  }

  merge(kind: Kind, place: Place, patch: object, writing: Writing): Manifest {
    const next = (live: Manifest): Draft =>
      mergePatch(live as unknown as JsonObject, patch as JsonObject) as JsonObject;
    return this.#writer.update(this.catalog.get(kind), place, next, writing);
  }

  delete(kind: Kind, place: Place, deletion: Deletion = {}): void {
    this.#deleter.delete(this.catalog.get(kind), place, deletion);
  }

  onChange(listener: (change: Change) => void): Cancel {
    return this.store.onChange(listener);
  }

  /** Forgets changes before this version: watches that begin earlier get 410. */
  compact(beforeVersion: number): void {
    this.store.history.forget(beforeVersion);
  }

  /** Ends what it does by itself. */
  stop(): void {
    this.#collector.stop();
  }
}
