import type { Instant } from '../core/time.ts';

/** News that can wait are stored after this long. */
const PATIENCE_MS = 2_000;

/**
 * How long each rollout's status has had news that can wait. Forgotten news are news again: nothing depends
 * on it.
 */
export class Patience {
  readonly #since = new Map<string, Instant>();

  /** There is nothing to store any more. */
  forget(key: string): void {
    this.#since.delete(key);
  }

  /** When the news are to be stored: null means now. */
  dueAt(key: string, urgent: boolean, now: Instant): Instant | null {
    const since = this.#since.get(key) ?? now;
    // A clock that went back must not make anybody wait longer.
    const due = since + PATIENCE_MS;
    if (urgent || now >= due || since > now) {
      this.#since.delete(key);
      return null;
    }
    this.#since.set(key, since);
    return due;
  }
}
