/** Ends a timer that has not fired yet; harmless afterwards. */
export type Cancel = () => void;

/**
 * Time and timers, so that everything that waits can run on fake time in tests.
 * Two clocks on purpose: `now` is what the world writes into objects and may jump; `elapsed` never does.
 */
export interface Clock {
  /** Wall clock, milliseconds since the epoch. */
  now(): number;
  /** Monotonic clock, milliseconds since some fixed moment of this process. */
  elapsed(): number;
  /** Runs `work` once, no sooner than after `delayMs` (negative counts as 0), never synchronously. */
  after(delayMs: number, work: () => void): Cancel;
}

/** Node fires a timer with a longer delay than this at once. */
const longestTimerMs = 2_147_483_647;

/** The machine's own clocks. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after(delayMs, work) {
    const timer = setTimeout(work, Math.min(Math.max(delayMs, 0), longestTimerMs));
    return () => clearTimeout(timer);
  },
};

/** Waits for `delayMs` or until `signal` aborts, whichever comes first; says whether it waited to the end. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<boolean> {
  if (signal?.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const finish = (full: boolean): void => {
      cancel();
      signal?.removeEventListener('abort', stop);
      resolve(full);
    };
    const stop = (): void => finish(false);
    const cancel = clock.after(delayMs, () => finish(true));
    signal?.addEventListener('abort', stop, { once: true });
  });
}
