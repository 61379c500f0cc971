import type { JsonObject, Manifest } from '../../api/meta.ts';
import type { Cancel, Clock } from '../clock.ts';
import { kinds } from '../kinds.ts';
import type { Random } from '../random.ts';
import type { Change, Deletion, Kind, LocalApi, Place, Writing } from './api.ts';
import { Catalog, type Served } from './catalog.ts';
import { Collector } from './collector.ts';
import type { Draft } from './decoding.ts';
import { Definitions } from './definitions.ts';
import { Deleter } from './deleter.ts';
import type { HttpMeans } from './http/means.ts';
import { Watches } from './http/watches.ts';
import { type ApiAnswer, type ApiRequest, handle } from './http.ts';
import { mergePatch } from './patch/merge.ts';
import { Store } from './store.ts';
import { metadataOf, Writer } from './writer.ts';

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
  readonly #definitions: Definitions;
  readonly #http: HttpMeans;

  constructor({ clock, random, assumed, mostChanges }: ApiServerOptions) {
    this.catalog = new Catalog(assumed ?? Object.values(kinds));
    this.store = new Store(mostChanges ?? MOST_CHANGES);
    const means = { store: this.store, clock, random };
    this.#writer = new Writer(means);
    this.#deleter = new Deleter(means);
    const parts = { catalog: this.catalog, writer: this.#writer, deleter: this.#deleter };
    this.#collector = new Collector({ ...means, ...parts });
    this.#definitions = new Definitions({ ...means, ...parts });
    this.#http = { ...means, ...parts, watches: new Watches(this.store, clock) };
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
    const served = this.catalog.get(kind);
    return this.#writer.update(served, place, next, { ...asBinding(served, patch, writing), isPatch: true });
  }

  delete(kind: Kind, place: Place, deletion: Deletion = {}): void {
    this.#deleter.delete(this.catalog.get(kind), place, deletion);
  }

  onChange(listener: (change: Change) => void): Cancel {
    return this.store.onChange(listener);
  }

  /** Answers a request as it comes by HTTP. Watches go on until their reader or the server ends them. */
  handle(request: ApiRequest): ApiAnswer {
    return handle(this.#http, request);
  }

  /** How many watches are open. */
  get watches(): number {
    return this.#http.watches.size;
  }

  /** Cuts all watches, as a restart of the real one does. Nothing that is stored is lost. */
  restart(): void {
    this.#http.watches.endAll();
  }

  /** Forgets changes before this version: watches that begin earlier get 410. */
  compact(beforeVersion: number): void {
    this.store.history.forget(beforeVersion);
  }

  /** Ends what it does by itself. */
  stop(): void {
    this.#collector.stop();
    this.#definitions.stop();
    this.restart();
  }
}

/** Whoever gives a pod its node binds it, even without saying so. */
function asBinding(served: Served, patch: object, writing: Writing): Writing {
  if (served.kind.kind !== 'Pod' || writing.subresource !== undefined) return writing;
  const { spec } = patch as { readonly spec?: { readonly nodeName?: unknown } | null };
  return spec?.nodeName === undefined ? writing : { ...writing, subresource: 'binding' };
}
