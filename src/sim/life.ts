import type { Cancel, Clock } from './clock.ts';

/**
 * The time of one process. When its life ends nothing of it happens any more, as after `kill -9`: promises
 * that wait for a timer wait for ever. It can be asleep for a while, as when a machine is suspended.
 */
export class Life implements Clock {
  readonly #clock: Clock;
  readonly #pending = new Set<Cancel>();
  #awakeAtMs = 0;
  #ended = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  elapsed(): number {
    return this.#clock.elapsed();
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  after(delayMs: number, work: () => void): Cancel {
    if (this.#ended) return () => {};
    let cancel = this.#clock.after(delayMs, () => {
      const asleepMs = this.#awakeAtMs - this.#clock.elapsed();
      this.#pending.delete(cancelled);
      if (asleepMs <= 0) return work();
      cancel = this.after(asleepMs, work);
    });
    const cancelled = (): void => {
      this.#pending.delete(cancelled);
      cancel();
    };
    this.#pending.add(cancelled);
    return cancelled;
  }

  /** Nothing happens for this long; what was due meanwhile happens then. */
  sleep(milliseconds: number): void {
    this.#awakeAtMs = Math.max(this.#awakeAtMs, this.#clock.elapsed() + milliseconds);
  }

  end(): void {
    this.#ended = true;
    for (const cancel of this.#pending) cancel();
  }
}
