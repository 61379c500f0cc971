import type { Change, Kind, LocalApi } from '../api-server/api.ts';
import type { Cancel } from '../clock.ts';
import { Shelf, type Stored } from './shelf.ts';

/** What became of an object; one of the two may be null. */
export type Listener<T> = (before: T | null, after: T | null) => void;

/**
 * What the API server holds, kept up to date by its changes. A kind is listed once, when it is first asked
 * for. It is as new as the API server itself once a write has returned.
 */
export class View {
  readonly #api: LocalApi;
  readonly #shelves = new Map<string, Shelf<Stored>>();
  readonly #listeners = new Map<string, Listener<Stored>[]>();
  readonly #cancel: Cancel;

  constructor(api: LocalApi) {
    this.#api = api;
    this.#cancel = api.onChange((change) => this.#take(change));
  }

  /** All objects of a kind. `T` is what the caller knows of its shape. */
  of<T extends Stored>(kind: Kind): Shelf<T> {
    const key = nameOf(kind);
    let shelf = this.#shelves.get(key);
    if (shelf === undefined) {
      shelf = new Shelf();
      for (const object of this.#api.list(kind)) shelf.take(null, object);
      this.#shelves.set(key, shelf);
    }
    return shelf as unknown as Shelf<T>;
  }

  /** Tells of every change of a kind from now on, when the shelf has it already. */
  on<T extends Stored>(kind: Kind, listener: Listener<T>): void {
    const key = nameOf(kind);
    const listeners = this.#listeners.get(key) ?? [];
    listeners.push(listener as unknown as Listener<Stored>);
    this.#listeners.set(key, listeners);
  }

  /** Hears of nothing more. */
  stop(): void {
    this.#cancel();
  }

  #take({ kind, before, after }: Change): void {
    const key = nameOf(kind);
    this.#shelves.get(key)?.take(before, after);
    for (const listener of this.#listeners.get(key) ?? []) listener(before, after);
  }
}

/** A kind's name among all kinds, whatever its version. */
export function nameOf(kind: Pick<Kind, 'group' | 'resource'>): string {
  return kind.group === '' ? kind.resource : `${kind.resource}.${kind.group}`;
}
