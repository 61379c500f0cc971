import type { Manifest } from '../../api/meta.ts';
import type { Change, Kind, LocalApi, Place } from '../api-server/api.ts';
import type { Cancel, Clock } from '../clock.ts';
import { kinds } from '../kinds.ts';
import type { Random } from '../random.ts';
import type { Objects } from './data-plane.ts';

/** How long a change takes to reach the data plane: between these two, in milliseconds. */
export interface Span {
  readonly leastMs: number;
  readonly mostMs: number;
}

/** How far a data plane lags behind: the configuration of routes, and what is behind Services. */
export interface Lag {
  readonly routes: Span;
  readonly endpoints: Span;
}

/** No lag at all: the view changes with the objects. */
export const NO_LAG: Lag = { routes: { leastMs: 0, mostMs: 0 }, endpoints: { leastMs: 0, mostMs: 0 } };

/**
 * As measured of real ones, roughly: routes take one reload, endpoints a controller, a watch and a sync each
 * second.
 */
export const USUAL_LAG: Lag = {
  routes: { leastMs: 200, mostMs: 2_000 },
  endpoints: { leastMs: 100, mostMs: 1_500 },
};

const ROUTES = [kinds.ingresses, kinds.httpRoutes, kinds.grpcRoutes];
const ENDPOINTS = [kinds.services, kinds.pods];

/** What a view is made with. */
export interface ViewOptions {
  readonly api: LocalApi;
  readonly clock: Clock;
  readonly random: Random;
  readonly lag: Lag;
}

/**
 * The objects as a data plane knows them: every change arrives, in order among routes and in order among
 * endpoints, each after a time drawn between the bounds. At the beginning it knows all.
 */
export class View implements Objects {
  readonly #options: ViewOptions;
  readonly #shelves = new Map<string, Map<string, Manifest>>();
  readonly #arrivals = { routes: 0, endpoints: 0 };
  readonly #timers = new Set<Cancel>();
  readonly #unsubscribe: Cancel;
  #version = 0;

  constructor(options: ViewOptions) {
    this.#options = options;
    for (const kind of [...ROUTES, ...ENDPOINTS]) {
      const objects = options.api.list(kind).map((object) => [keyOf(object.metadata), object] as const);
      this.#shelves.set(nameOf(kind), new Map(objects));
    }
    this.#unsubscribe = options.api.onChange((change) => this.#hear(change));
  }

  /** Another one after every change that arrived, so that whoever computes from the objects may remember. */
  get version(): number {
    return this.#version;
  }

  /** Null also for kinds that no data plane looks at. */
  get(kind: Kind, place: Place): Manifest | null {
    return this.#shelves.get(nameOf(kind))?.get(keyOf(place)) ?? null;
  }

  list(
    kind: Kind,
    selection: { readonly namespace?: string; readonly labels?: Readonly<Record<string, string>> } = {},
  ): readonly Manifest[] {
    const { namespace, labels = {} } = selection;
    const wanted = Object.entries(labels);
    return [...(this.#shelves.get(nameOf(kind))?.values() ?? [])]
      .filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace)
      .filter(({ metadata }) => wanted.every(([key, value]) => metadata.labels?.[key] === value))
      .sort((a, b) => (keyOf(a.metadata) < keyOf(b.metadata) ? -1 : 1));
  }

  /** Stays as it is from now on. */
  stop(): void {
    this.#unsubscribe();
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  #hear(change: Change): void {
    const name = nameOf(change.kind);
    if (!this.#shelves.has(name)) return;
    const group = ROUTES.some((kind) => nameOf(kind) === name) ? 'routes' : 'endpoints';
    const { clock, random, lag } = this.#options;
    const { leastMs, mostMs } = lag[group];
    if (mostMs <= 0) {
      this.#take(change);
      return;
    }
    const drawn = clock.elapsed() + leastMs + random.next() * (mostMs - leastMs);
    // What was later may be drawn faster, but never overtakes.
    const at = Math.max(drawn, this.#arrivals[group]);
    this.#arrivals[group] = at;
    const cancel = clock.after(at - clock.elapsed(), () => {
      this.#timers.delete(cancel);
      this.#take(change);
    });
    this.#timers.add(cancel);
  }

  #take({ kind, before, after }: Change): void {
    const shelf = this.#shelves.get(nameOf(kind));
    const object = after ?? before;
    if (shelf === undefined || object === null) return;
    if (after === null) shelf.delete(keyOf(object.metadata));
    else shelf.set(keyOf(object.metadata), after);
    this.#version++;
  }
}

function nameOf({ group, resource }: Kind): string {
  return `${resource}.${group}`;
}

function keyOf({ namespace = '', name }: Place): string {
  return `${namespace}/${name}`;
}
