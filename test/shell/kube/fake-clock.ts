import type { Cancel, Clock } from '../../../src/shell/clock.ts';

interface Timer {
  readonly atMs: number;
  readonly order: number;
  readonly work: () => void;
}

/** Time that stands still until a test moves it. The wall clock can be set apart from the monotonic one. */
export class FakeClock implements Clock {
  #elapsedMs = 0;
  #wallOffsetMs: number;
  #order = 0;
  readonly #timers = new Set<Timer>();

  constructor(startsAt = Date.parse('2026-01-01T00:00:00Z')) {
    this.#wallOffsetMs = startsAt;
  }

  now(): number {
    return this.#elapsedMs + this.#wallOffsetMs;
  }

  elapsed(): number {
    return this.#elapsedMs;
  }

  after(delayMs: number, work: () => void): Cancel {
    const timer = { atMs: this.#elapsedMs + Math.max(delayMs, 0), order: this.#order++, work };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** How many timers are set. */
  get timers(): number {
    return this.#timers.size;
  }

  /** Moves the wall clock alone, as an administrator or a time server does. */
  jump(byMs: number): void {
    this.#wallOffsetMs += byMs;
  }

  /** Lets `byMs` pass: fires what is due in order and lets promises settle after each. */
  async pass(byMs: number): Promise<void> {
    const untilMs = this.#elapsedMs + byMs;
    await settle();
    for (let next = this.#next(untilMs); next !== null; next = this.#next(untilMs)) {
      this.#elapsedMs = Math.max(this.#elapsedMs, next.atMs);
      this.#timers.delete(next);
      next.work();
      await settle();
    }
    this.#elapsedMs = untilMs;
  }

  #next(untilMs: number): Timer | null {
    let first: Timer | null = null;
    for (const timer of this.#timers) {
      if (timer.atMs > untilMs) continue;
      const isSooner = first === null || timer.atMs < first.atMs;
      if (isSooner || (timer.atMs === first?.atMs && timer.order < first.order)) first = timer;
    }
    return first;
  }
}

/** Lets all promises that can settle without time or sockets do so. */
export function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
