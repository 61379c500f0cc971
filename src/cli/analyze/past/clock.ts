import type { Instant } from '../../../core/time.ts';
import type { Cancel, Clock } from '../../../shell/clock.ts';

/** A clock that is set to past moments one after the other. Timers are those of the real one. */
export class PastClock implements Clock {
  readonly #real: Clock;
  #now: Instant;

  constructor(real: Clock, startsAt: Instant) {
    this.#real = real;
    this.#now = startsAt;
  }

  now(): Instant {
    return this.#now;
  }

  elapsed(): number {
    return this.#real.elapsed();
  }

  after(delayMs: number, work: () => void): Cancel {
    return this.#real.after(delayMs, work);
  }

  /** Sets the clock forward. False where that would be the future. */
  set(at: Instant): boolean {
    if (at > this.#real.now()) return false;
    this.#now = Math.max(this.#now, at);
    return true;
  }
}
