import type { Manifest } from '../../../api/meta.ts';
import type { Cancel, Clock } from '../../clock.ts';
import type { Change, Kind } from '../api.ts';
import { qualified } from '../errors.ts';
import type { Stream } from '../http.ts';
import type { Store } from '../store.ts';

/** What a watch is about. */
export interface Watching {
  readonly kind: Kind;
  /** Null: of all namespaces. */
  readonly namespace: string | null;
  /** Whether an object is one of those that are watched. */
  readonly selects: (object: Manifest) => boolean;
  /** JSON of an object as this reader wants it. */
  readonly write: (object: Manifest) => string;
  /** Sent first, as they are: lines without their line feed. */
  readonly first: readonly string[];
  /** Changes after this version are told. */
  readonly after: number;
  readonly timeoutMs: number;
  /** JSON of a bookmark's object; null: no bookmarks are wanted. */
  readonly bookmark: ((version: number) => string) | null;
}

/** The real server sends bookmarks about once a minute. */
const BOOKMARK_MS = 60_000;

/** All watches that are open. */
export class Watches {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #open = new Set<Watch>();

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** How many are open. */
  get size(): number {
    return this.#open.size;
  }

  /** Begins a watch. It runs until its time is up, its reader leaves, or all are ended. */
  open(watching: Watching): Stream {
    const watch = new Watch(watching, this.#store, this.#clock, () => this.#open.delete(watch));
    this.#open.add(watch);
    watch.start();
    return watch;
  }

  /** Cuts all watches, as a restart of the server does. */
  endAll(): void {
    // What begins while they end is not meant.
    const open = Array.from(this.#open);
    for (const watch of open) watch.end();
  }
}

class Watch implements Stream {
  readonly #watching: Watching;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #onGone: () => void;
  readonly #cancels: Cancel[] = [];
  /** Lines for which no reader was there yet. */
  readonly #waiting: string[] = [];
  #onLine: ((line: string) => void) | null = null;
  #onEnd: (() => void) | null = null;
  #state: 'open' | 'ended' | 'cancelled' = 'open';

  constructor(watching: Watching, store: Store, clock: Clock, onGone: () => void) {
    this.#watching = watching;
    this.#store = store;
    this.#clock = clock;
    this.#onGone = onGone;
  }

  start(): void {
    const { first, after, timeoutMs, bookmark } = this.#watching;
    for (const line of first) this.#send(line);
    for (const change of this.#store.history.since(after)) this.#see(change);
    this.#cancels.push(
      this.#store.onChange((change) => this.#see(change)),
      this.#clock.after(timeoutMs, () => this.end()),
    );
    if (bookmark !== null) this.#bookmarkLater(bookmark);
  }

  onLine(listener: (line: string) => void): void {
    this.#onLine = listener;
    for (const line of this.#waiting.splice(0)) listener(line);
  }

  onEnd(listener: () => void): void {
    this.#onEnd = listener;
    if (this.#state === 'ended') listener();
  }

  cancel(): void {
    this.#close('cancelled');
  }

  end(): void {
    if (this.#state !== 'open') return;
    this.#close('ended');
    this.#onEnd?.();
  }

  #close(state: 'ended' | 'cancelled'): void {
    if (this.#state === 'open') for (const cancel of this.#cancels) cancel();
    this.#state = state;
    this.#onGone();
  }

  #bookmarkLater(bookmark: (version: number) => string): void {
    const cancel = this.#clock.after(BOOKMARK_MS, () => {
      this.#cancels.splice(this.#cancels.indexOf(cancel), 1);
      this.#send(eventLine('BOOKMARK', bookmark(this.#store.version)));
      this.#bookmarkLater(bookmark);
    });
    this.#cancels.push(cancel);
  }

  #see({ kind, before, after, version }: Change): void {
    const watching = this.#watching;
    if (this.#state !== 'open' || version <= watching.after) return;
    if (kind !== watching.kind && qualified(kind) !== qualified(watching.kind)) return;
    const place = (after ?? before)?.metadata.namespace ?? null;
    if (watching.namespace !== null && watching.namespace !== place) return;
    const was = before !== null && watching.selects(before);
    const is = after !== null && watching.selects(after);
    if (is && after !== null) this.#send(eventLine(was ? 'MODIFIED' : 'ADDED', watching.write(after)));
    else if (was && before !== null) {
      this.#send(eventLine('DELETED', watching.write(lastSeen(before, version))));
    }
  }

  #send(line: string): void {
    if (this.#onLine === null) this.#waiting.push(`${line}\n`);
    else this.#onLine(`${line}\n`);
  }
}

/** One event as it stands on a line of a watch. */
export function eventLine(type: string, objectJson: string): string {
  return `{"type":"${type}","object":${objectJson}}`;
}

const ends = new WeakMap<Manifest, Manifest>();

/** An object that is gone, or gone from sight, has the version of that moment. */
function lastSeen(before: Manifest, version: number): Manifest {
  const resourceVersion = String(version);
  const known = ends.get(before);
  if (known?.metadata.resourceVersion === resourceVersion) return known;
  const last = Object.freeze({ ...before, metadata: { ...before.metadata, resourceVersion } });
  ends.set(before, last);
  return last;
}
