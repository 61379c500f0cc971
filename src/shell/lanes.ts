/**
 * How urgent a look is.
 * user: somebody waits for it (promote, abort, a new spec)
 * event: something in the cluster changed, or a moment came
 * resync: looking again just to be sure
 */
export type Priority = 'user' | 'event' | 'resync';

const order: readonly Priority[] = ['user', 'event', 'resync'];
/** Turns while all three have something to do: 16 to 4 to 1. */
const strides: Readonly<Record<Priority, number>> = { user: 1, event: 4, resync: 16 };

/** The more urgent of two. */
export function moreUrgent(a: Priority, b: Priority): Priority {
  return order.indexOf(a) <= order.indexOf(b) ? a : b;
}

/**
 * Keys that are ready, each once, in three lanes. First come, first served within a lane; between lanes by
 * stride scheduling, so that the urgent go first and nobody waits for ever.
 * Source: https://en.wikipedia.org/wiki/Stride_scheduling
 */
export class Lanes {
  readonly #priorities = new Map<string, Priority>();
  readonly #lanes: Readonly<Record<Priority, Lane>> = {
    user: new Lane(),
    event: new Lane(),
    resync: new Lane(),
  };
  #turn = 0;

  get size(): number {
    return this.#priorities.size;
  }

  /** How many wait in each lane. */
  get sizes(): Readonly<Record<Priority, number>> {
    const { user, event, resync } = this.#lanes;
    return { user: user.size, event: event.size, resync: resync.size };
  }

  /**
   * Adds a key at the end of its lane; one that waits already stays, or changes to the more urgent lane.
   * Returns whether it is one that did not wait yet.
   */
  add(key: string, priority: Priority): boolean {
    const known = this.#priorities.get(key);
    if (known !== undefined && moreUrgent(known, priority) === known) return false;
    if (known !== undefined) this.#lanes[known].size -= 1;
    const lane = this.#lanes[priority];
    // An idle lane does not save up turns.
    if (lane.size === 0) lane.turn = Math.max(lane.turn, this.#turn);
    lane.push(key);
    this.#priorities.set(key, priority);
    return known === undefined;
  }

  /** Takes the next key, or null if none is ready. */
  take(): { readonly key: string; readonly priority: Priority } | null {
    const priority = this.#next();
    if (priority === null) return null;
    const lane = this.#lanes[priority];
    this.#turn = lane.turn;
    lane.turn += strides[priority];
    const key = lane.shift((waiting) => this.#priorities.get(waiting) === priority);
    if (key === null) return null;
    this.#priorities.delete(key);
    return { key, priority };
  }

  clear(): void {
    this.#priorities.clear();
    for (const priority of order) this.#lanes[priority].clear();
  }

  #next(): Priority | null {
    let best: Priority | null = null;
    for (const priority of order) {
      const lane = this.#lanes[priority];
      if (lane.size > 0 && (best === null || lane.turn < this.#lanes[best].turn)) best = priority;
    }
    return best;
  }
}

/** A queue of strings in which keys that moved to another lane stay behind and are skipped. */
class Lane {
  size = 0;
  turn = 0;
  #keys: string[] = [];
  #head = 0;

  push(key: string): void {
    this.#keys.push(key);
    this.size += 1;
  }

  shift(isHere: (key: string) => boolean): string | null {
    while (this.#head < this.#keys.length) {
      const key = this.#keys[this.#head++];
      if (this.#head > 1024 && this.#head * 2 > this.#keys.length) this.#compact();
      if (key === undefined || !isHere(key)) continue;
      this.size -= 1;
      return key;
    }
    return null;
  }

  clear(): void {
    this.#keys = [];
    this.#head = 0;
    this.size = 0;
  }

  #compact(): void {
    this.#keys = this.#keys.slice(this.#head);
    this.#head = 0;
  }
}
