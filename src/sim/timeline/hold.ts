import type { Cancel, Clock } from '../clock.ts';

/**
 * Lets pass only what stays for a while: values by key, each told once it has been the same for `holdMs`,
 * with the moment at which it came. What is gone sooner was never there.
 */
export class Hold {
  readonly #clock: Clock;
  readonly #holdMs: number;
  readonly #held = new Map<string, { readonly value: string; readonly cancel: Cancel }>();

  constructor(clock: Clock, holdMs: number) {
    this.#clock = clock;
    this.#holdMs = holdMs;
  }

  /** The value of `key` is this now. `tell` is called only if it stays, with milliseconds of the clock. */
  see(key: string, value: string, tell: (sinceMs: number) => void): void {
    const held = this.#held.get(key);
    if (held?.value === value) return;
    held?.cancel();
    const sinceMs = this.#clock.elapsed();
    const cancel = this.#clock.after(this.#holdMs, () => tell(sinceMs));
    this.#held.set(key, { value, cancel });
  }

  stop(): void {
    for (const { cancel } of this.#held.values()) cancel();
    this.#held.clear();
  }
}
