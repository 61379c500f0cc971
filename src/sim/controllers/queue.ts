import { ApiError } from '../api-server/api.ts';
import type { Cancel, Clock } from '../clock.ts';
import type { Random } from '../random.ts';

/** How a queue works. */
export interface QueueOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** From a change to the look at it: this long, drawn anew each time. Milliseconds. */
  readonly delayMs: { readonly least: number; readonly most: number };
  /** Looks at one key; returns in how many milliseconds to look again, null: when something changes. */
  readonly look: (key: string) => number | null;
}

const FIRST_RETRY_MS = 5;
const LONGEST_RETRY_MS = 1_000_000;

/**
 * Keys that want a look, each waiting once however often it is added. Whatever the API server refuses is
 * tried again, later each time; any other exception is a mistake of ours and is thrown.
 */
export class Queue {
  readonly #options: QueueOptions;
  readonly #waiting = new Map<string, { readonly dueMs: number; readonly cancel: Cancel }>();
  /** Failures in a row. */
  readonly #failures = new Map<string, number>();
  #isStopped = false;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  /** Asks for a look soon. */
  add(key: string): void {
    // A key that waits for a moment far off is brought forward; one that is due soon needs no new draw.
    const { clock, random, delayMs } = this.#options;
    const waiting = this.#waiting.get(key);
    if (waiting !== undefined && waiting.dueMs <= clock.elapsed() + delayMs.most) return;
    this.addAfter(key, random.int(delayMs.least, delayMs.most));
  }

  /** Asks for a look in `afterMs`; an earlier request stands. */
  addAfter(key: string, afterMs: number): void {
    if (this.#isStopped) return;
    const { clock } = this.#options;
    const dueMs = clock.elapsed() + afterMs;
    const waiting = this.#waiting.get(key);
    if (waiting !== undefined) {
      if (waiting.dueMs <= dueMs) return;
      waiting.cancel();
    }
    this.#waiting.set(key, { dueMs, cancel: clock.after(afterMs, () => this.#look(key)) });
  }

  /** Forgets everything and takes nothing more. */
  stop(): void {
    this.#isStopped = true;
    for (const { cancel } of this.#waiting.values()) cancel();
    this.#waiting.clear();
  }

  #look(key: string): void {
    this.#waiting.delete(key);
    try {
      const nextMs = this.#options.look(key);
      this.#failures.delete(key);
      if (nextMs !== null) this.addAfter(key, nextMs);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const failures = this.#failures.get(key) ?? 0;
      this.#failures.set(key, failures + 1);
      this.addAfter(key, Math.min(FIRST_RETRY_MS * 2 ** Math.min(failures, 30), LONGEST_RETRY_MS));
    }
  }
}
