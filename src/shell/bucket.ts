import type { Clock } from './clock.ts';

/**
 * How fast a bucket lets through: `perSecond` on average (Infinity: no limit), `burst` at once after quiet.
 */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** A token bucket that hands out reservations: first come, first served, and nobody is refused. */
export class Bucket {
  readonly #rate: Rate;
  readonly #clock: Clock;
  /** Below zero: that many callers are waiting for their turn. */
  #tokens: number;
  #countedAt: number;

  constructor(rate: Rate, clock: Clock) {
    this.#rate = rate;
    this.#clock = clock;
    this.#tokens = rate.burst;
    this.#countedAt = clock.elapsed();
  }

  /** Takes one token and says in how many milliseconds it may be used; 0 mostly. */
  reserve(): number {
    const { perSecond, burst } = this.#rate;
    if (perSecond === Number.POSITIVE_INFINITY) return 0;
    const now = this.#clock.elapsed();
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#countedAt) * perSecond) / 1000) - 1;
    this.#countedAt = now;
    return this.#tokens >= 0 ? 0 : (-this.#tokens * 1000) / perSecond;
  }
}
