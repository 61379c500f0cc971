import { setImmediate as nextTurn } from 'node:timers/promises';

/** Ends a timer that has not fired yet; harmless afterwards. */
export type Cancel = () => void;

/** Time as everything in the simulated world sees it. The shell's own clock fits. */
export interface Clock {
  /** Wall clock, milliseconds since the epoch; may jump. */
  now(): number;
  /** Monotonic clock, milliseconds since some fixed moment; never jumps. */
  elapsed(): number;
  /** Runs `work` once, no sooner than after `delayMs` (negative counts as 0), never synchronously. */
  after(delayMs: number, work: () => void): Cancel;
}

interface Timer {
  readonly dueMs: number;
  /** Timers of one moment fire in the order in which they were set. */
  readonly order: number;
  readonly work: () => void;
}

/**
 * Time that passes only when it is told to: from one timer to the next, with everything that the last one set
 * off done first. So a day takes as long as what happens in it, and two runs do the same in the same order.
 */
export class VirtualClock implements Clock {
  readonly #timers: Timer[] = [];
  #elapsedMs = 0;
  /** What the wall clock is ahead of the monotonic one. */
  #aheadMs: number;
  #order = 0;

  /** `startMs`: the wall clock at the beginning, milliseconds since the epoch. */
  constructor(startMs: number) {
    this.#aheadMs = startMs;
  }

  /** Whole milliseconds, as of every wall clock. */
  now(): number {
    return Math.floor(this.#aheadMs + this.#elapsedMs);
  }

  elapsed(): number {
    return this.#elapsedMs;
  }

  after(delayMs: number, work: () => void): Cancel {
    const delay = Number.isFinite(delayMs) ? Math.max(delayMs, 0) : 0;
    const timer = { dueMs: this.#elapsedMs + delay, order: this.#order++, work };
    insert(this.#timers, timer);
    return () => {
      const at = this.#timers.indexOf(timer);
      if (at >= 0) this.#timers.splice(at, 1);
    };
  }

  /** Sets the wall clock forward or back; timers do not notice. */
  jump(deltaMs: number): void {
    this.#aheadMs += deltaMs;
  }

  /** When the next timer is due, on the monotonic clock; null: nothing will ever happen by itself. */
  get nextMs(): number | null {
    return this.#timers.at(-1)?.dueMs ?? null;
  }

  /**
   * Lets time pass until `isOver` says so (asked after every moment), or `untilMs` on the monotonic clock,
   * and says whether it was the former. It also ends when nothing is left that could happen.
   */
  async run(untilMs: number, isOver: () => boolean = () => false): Promise<boolean> {
    for (;;) {
      await settle();
      if (isOver()) return true;
      const next = this.#timers.at(-1);
      if (next === undefined || next.dueMs > untilMs) {
        if (Number.isFinite(untilMs)) this.#advance(untilMs);
        return false;
      }
      this.#timers.pop();
      this.#advance(next.dueMs);
      next.work();
    }
  }

  #advance(toMs: number): void {
    this.#elapsedMs = Math.max(this.#elapsedMs, toMs);
  }
}

/**
 * Waits until every promise that can go on has gone on. Twice, because cutting a connection takes a turn of
 * its own.
 */
async function settle(): Promise<void> {
  await nextTurn();
  await nextTurn();
}

/** The latest first, so that the next one is taken from the end. */
function insert(timers: Timer[], timer: Timer): void {
  let low = 0;
  let high = timers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = timers[middle];
    const isLater =
      other !== undefined &&
      (other.dueMs > timer.dueMs || (other.dueMs === timer.dueMs && other.order > timer.order));
    if (isLater) low = middle + 1;
    else high = middle;
  }
  timers.splice(low, 0, timer);
}
