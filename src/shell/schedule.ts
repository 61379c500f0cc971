import type { Instant } from '../core/time.ts';
import type { Cancel, Clock } from './clock.ts';

/**
 * A moment: `afterMs` from now whatever the wall clock does, or `at` a time on the wall clock, wherever that
 * jumps.
 */
export type Due = { readonly afterMs: number } | { readonly at: Instant };

interface Entry {
  readonly id: string;
  readonly at: Instant | null;
  /** On the monotonic clock. */
  dueMs: number;
}

/** The timer fires at least this often, to notice that the wall clock jumped. */
const longestSleepMs = 30_000;
const jumpMs = 250;

/** Things that are due once, each at its moment: one heap and one timer, however many there are. */
export class Schedule {
  readonly #clock: Clock;
  readonly #onDue: (id: string) => void;
  readonly #current = new Map<string, Entry>();
  /** A binary heap by `dueMs`; entries that are no longer current are skipped when they come up. */
  #heap: Entry[] = [];
  #cancel: Cancel | null = null;
  #timerAtMs = Number.POSITIVE_INFINITY;
  /** Wall clock minus monotonic clock when the heap was last right. */
  #offsetMs: number;

  /** `onDue` is called from a timer, once per id; it may set ids again. */
  constructor(clock: Clock, onDue: (id: string) => void) {
    this.#clock = clock;
    this.#onDue = onDue;
    this.#offsetMs = clock.now() - clock.elapsed();
  }

  /** How many ids are waiting. */
  get size(): number {
    return this.#current.size;
  }

  /** Makes `id` due then, instead of whenever it was due before. */
  set(id: string, due: Due): void {
    this.#push(this.#entry(id, due));
  }

  /** Makes `id` due then, unless it is due earlier already. */
  bringForward(id: string, due: Due): void {
    const entry = this.#entry(id, due);
    const known = this.#current.get(id);
    if (known === undefined || entry.dueMs < known.dueMs) this.#push(entry);
  }

  /** Forgets `id`. */
  cancel(id: string): void {
    this.#current.delete(id);
  }

  /** Forgets everything and stops the timer. */
  clear(): void {
    this.#current.clear();
    this.#heap = [];
    this.#cancel?.();
    this.#cancel = null;
    this.#timerAtMs = Number.POSITIVE_INFINITY;
  }

  #entry(id: string, due: Due): Entry {
    if ('at' in due) return { id, at: due.at, dueMs: due.at - (this.#clock.now() - this.#clock.elapsed()) };
    return { id, at: null, dueMs: this.#clock.elapsed() + due.afterMs };
  }

  #push(entry: Entry): void {
    this.#current.set(entry.id, entry);
    this.#heap.push(entry);
    siftUp(this.#heap, this.#heap.length - 1);
    if (this.#heap.length > 64 && this.#heap.length > 2 * this.#current.size) this.#rebuild();
    this.#arm();
  }

  #arm(): void {
    const [first] = this.#heap;
    if (first === undefined) return;
    const now = this.#clock.elapsed();
    const atMs = Math.min(first.dueMs, now + longestSleepMs);
    if (atMs >= this.#timerAtMs) return;
    this.#cancel?.();
    this.#timerAtMs = atMs;
    this.#cancel = this.#clock.after(atMs - now, () => this.#fire());
  }

  #fire(): void {
    this.#cancel = null;
    this.#timerAtMs = Number.POSITIVE_INFINITY;
    const offsetMs = this.#clock.now() - this.#clock.elapsed();
    if (Math.abs(offsetMs - this.#offsetMs) > jumpMs) this.#jump(offsetMs);
    const now = this.#clock.elapsed();
    const due: string[] = [];
    for (let first = this.#heap[0]; first !== undefined && first.dueMs <= now; first = this.#heap[0]) {
      popFirst(this.#heap);
      if (this.#current.get(first.id) !== first) continue;
      this.#current.delete(first.id);
      due.push(first.id);
    }
    this.#arm();
    for (const id of due) this.#onDue(id);
  }

  #jump(offsetMs: number): void {
    this.#offsetMs = offsetMs;
    for (const entry of this.#current.values()) if (entry.at !== null) entry.dueMs = entry.at - offsetMs;
    this.#rebuild();
  }

  #rebuild(): void {
    this.#heap = [...this.#current.values()].sort((a, b) => a.dueMs - b.dueMs);
  }
}

function siftUp(heap: Entry[], start: number): void {
  for (let child = start; child > 0; ) {
    const parent = (child - 1) >> 1;
    if (!swapIfLater(heap, parent, child)) return;
    child = parent;
  }
}

function popFirst(heap: Entry[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  heap[0] = last;
  for (let parent = 0; ; ) {
    const left = 2 * parent + 1;
    const right = left + 1;
    const leftMs = heap[left]?.dueMs ?? Number.POSITIVE_INFINITY;
    const rightMs = heap[right]?.dueMs ?? Number.POSITIVE_INFINITY;
    const child = rightMs < leftMs ? right : left;
    if (!swapIfLater(heap, parent, child)) return;
    parent = child;
  }
}

function swapIfLater(heap: Entry[], above: number, below: number): boolean {
  const upper = heap[above];
  const lower = heap[below];
  if (upper === undefined || lower === undefined || upper.dueMs <= lower.dueMs) return false;
  heap[above] = lower;
  heap[below] = upper;
  return true;
}
