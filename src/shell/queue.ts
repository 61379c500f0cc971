import type { Instant } from '../core/time.ts';
import { Bucket, type Rate } from './bucket.ts';
import { type Clock, systemClock } from './clock.ts';
import { isFailure } from './kube/failure.ts';
import { Lanes, moreUrgent, type Priority } from './lanes.ts';
import { Schedule } from './schedule.ts';

export type { Priority } from './lanes.ts';

/** What a pass was and how it went; told once after each. */
export interface Pass {
  readonly key: string;
  readonly priority: Priority;
  readonly milliseconds: number;
  readonly outcome: Outcome;
}

/**
 * Done, and when to look again (null: when something changes). Or thrown, and in how long it is tried again.
 */
export type Outcome =
  | { readonly kind: 'done'; readonly wakeAt: Instant | null }
  | { readonly kind: 'failed'; readonly error: unknown; readonly attempt: number; readonly retryMs: number }
  /** Given up because `kill` aborted; not tried again. */
  | { readonly kind: 'cancelled' };

/** How a queue works. */
export interface QueueOptions {
  /** One pass over one key; returns when to look again. `signal` aborts when work must stop at once. */
  readonly handle: (key: string, signal: AbortSignal) => Promise<Instant | null>;
  /** How many keys at once, at least 1. */
  readonly workers: number;
  readonly clock?: Clock;
  /** Wait after the first failure of a key, doubling with each. Defaults 5 ms and 30 s. */
  readonly firstRetryMs?: number;
  readonly longestRetryMs?: number;
  /** Limit on retries of all keys together, default 50 a second and 500 at once. */
  readonly retryRate?: Rate;
  /** For the log line and the metrics. Must not throw. */
  readonly onPass?: (pass: Pass) => void;
}

/**
 * After this long without letting timers and sockets run, passes step aside: a Lease must be renewed in time.
 */
const sliceMs = 8;

/**
 * Keys that want a look. A key is in the hands of one worker at most, and however often it is added it waits
 * once; added while it is looked at, it is looked at once more. Everything that a pass throws is caught here.
 */
export class Queue {
  readonly #options: QueueOptions;
  readonly #clock: Clock;
  readonly #lanes = new Lanes();
  readonly #schedule: Schedule;
  readonly #bucket: Bucket;
  /** Keys in the hands of a worker; the value says with which priority they were added meanwhile. */
  readonly #working = new Map<string, Priority | null>();
  /** Failures in a row. */
  readonly #failures = new Map<string, number>();
  #adds = 0;
  #running: Running | null = null;
  #isPumpDue = false;
  #sliceAtMs = 0;

  constructor(options: QueueOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#schedule = new Schedule(this.#clock, (id) => this.add(id.slice(1), 'event'));
    this.#bucket = new Bucket(options.retryRate ?? { perSecond: 50, burst: 500 }, this.#clock);
  }

  /**
   * How many keys wait per priority, how many are being worked on, and how many wait for a moment; for
   * metrics.
   */
  get depth(): Readonly<Record<Priority | 'working' | 'scheduled', number>> {
    return { ...this.#lanes.sizes, working: this.#working.size, scheduled: this.#schedule.size };
  }

  /** Looks asked for since the start; one that is asked for again while it waits counts once. */
  get adds(): number {
    return this.#adds;
  }

  /** Asks for a look at `key` as soon as a worker is free. Never runs it synchronously. */
  add(key: string, priority: Priority): void {
    const meanwhile = this.#working.get(key);
    if (meanwhile !== undefined) {
      if (meanwhile === null) this.#adds++;
      this.#working.set(key, meanwhile === null ? priority : moreUrgent(meanwhile, priority));
      return;
    }
    if (this.#lanes.add(key, priority)) this.#adds++;
    this.#pumpSoon();
  }

  /** Asks for a look at `key` in `delayMs`; an earlier request stands. */
  addAfter(key: string, delayMs: number): void {
    this.#schedule.bringForward(laterId(key), { afterMs: delayMs });
  }

  /**
   * Works until `stop` aborts, then finishes what is in hand and resolves. `kill` is handed to every pass and
   * stops too; passes are expected to end soon after it aborts. Call it once.
   */
  run(stop: AbortSignal, kill: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#running = { stop: AbortSignal.any([stop, kill]), kill, resolve };
      this.#running.stop.addEventListener('abort', () => this.#end(), { once: true });
      if (this.#running.stop.aborted) this.#end();
      else this.#pumpSoon();
    });
  }

  #end(): void {
    this.#schedule.clear();
    this.#lanes.clear();
    if (this.#working.size === 0) this.#running?.resolve();
  }

  #pumpSoon(): void {
    if (this.#isPumpDue || this.#running === null || this.#working.size >= this.#options.workers) return;
    this.#isPumpDue = true;
    // A timer and not a microtask, so that a burst of events on one key leads to one pass.
    this.#clock.after(0, () => {
      this.#isPumpDue = false;
      this.#sliceAtMs = this.#clock.elapsed();
      this.#pump();
    });
  }

  #pump(): void {
    const running = this.#running;
    if (running === null || running.stop.aborted) return;
    while (this.#working.size < this.#options.workers) {
      if (this.#clock.elapsed() - this.#sliceAtMs > sliceMs) {
        this.#pumpSoon();
        return;
      }
      const taken = this.#lanes.take();
      if (taken === null) return;
      this.#working.set(taken.key, null);
      void this.#pass(taken.key, taken.priority, running);
    }
  }

  async #pass(key: string, priority: Priority, running: Running): Promise<void> {
    const startedAt = this.#clock.elapsed();
    const outcome = await this.#outcome(key, running);
    const meanwhile = this.#working.get(key) ?? null;
    this.#working.delete(key);
    this.#options.onPass?.({ key, priority, milliseconds: this.#clock.elapsed() - startedAt, outcome });
    if (running.stop.aborted) {
      if (this.#working.size === 0) running.resolve();
      return;
    }
    this.#plan(key, outcome);
    if (meanwhile !== null) this.#lanes.add(key, meanwhile);
    this.#pump();
  }

  /** The one place where exceptions end. */
  async #outcome(key: string, running: Running): Promise<Outcome> {
    try {
      const wakeAt = await this.#options.handle(key, running.kill);
      this.#failures.delete(key);
      return { kind: 'done', wakeAt };
    } catch (error) {
      if (running.kill.aborted) return { kind: 'cancelled' };
      const attempt = (this.#failures.get(key) ?? 0) + 1;
      this.#failures.set(key, attempt);
      return { kind: 'failed', error, attempt, retryMs: this.#retryMs(attempt, error) };
    }
  }

  #plan(key: string, outcome: Outcome): void {
    switch (outcome.kind) {
      case 'done':
        // Each pass says anew when it is to be called; what an earlier one said is void.
        if (outcome.wakeAt === null) this.#schedule.cancel(wakeId(key));
        else this.#schedule.set(wakeId(key), { at: outcome.wakeAt });
        return;
      case 'failed':
        this.#schedule.bringForward(laterId(key), { afterMs: outcome.retryMs });
        return;
      case 'cancelled':
        return;
      default:
        outcome satisfies never;
    }
  }

  #retryMs(attempt: number, error: unknown): number {
    const { firstRetryMs = 5, longestRetryMs = 30_000 } = this.#options;
    const backoffMs = Math.min(firstRetryMs * 2 ** Math.min(attempt - 1, 30), longestRetryMs);
    const askedMs = isFailure(error) ? (error.facts.retryAfterSeconds ?? 0) * 1000 : 0;
    return Math.max(backoffMs, askedMs, this.#bucket.reserve());
  }
}

interface Running {
  readonly stop: AbortSignal;
  readonly kill: AbortSignal;
  readonly resolve: () => void;
}

/** One key can wait for two moments: the one its last pass named, and the end of a delay or retry. */
function wakeId(key: string): string {
  return `w${key}`;
}

function laterId(key: string): string {
  return `l${key}`;
}
