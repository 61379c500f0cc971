import { type Clock, sleep } from './clock.ts';
import type { Page } from './server.ts';

/** How often a sign of life is given, and how long none may be seen. */
const BEAT_MS = 5_000;
const SILENCE_MS = 60_000;

/**
 * Whether this process can still do its work, for a liveness probe: its timers go, and if it was elected it
 * still leads. A process that can do neither ends by itself, unless something is badly broken; then a restart
 * is the cure. An API server that is away is not: a restart would not bring it back.
 */
export class Health {
  readonly #clock: Clock;
  readonly #isLeading: () => boolean;
  #beatAtMs: number;
  #ledAtMs: number | null = null;

  constructor(clock: Clock, isLeading: () => boolean) {
    this.#clock = clock;
    this.#isLeading = isLeading;
    this.#beatAtMs = clock.elapsed();
  }

  /** Gives signs of life until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    do {
      this.#beatAtMs = this.#clock.elapsed();
      if (this.#isLeading()) this.#ledAtMs = this.#beatAtMs;
    } while (await sleep(this.#clock, BEAT_MS, signal));
  }

  /** The answer to GET /healthz. */
  page(): Page {
    const now = this.#clock.elapsed();
    if (now - this.#beatAtMs > SILENCE_MS) return broken('timers do not fire');
    if (this.#ledAtMs !== null && now - this.#ledAtMs > SILENCE_MS) return broken('leadership was lost');
    return { status: 200, body: 'ok\n' };
  }
}

function broken(why: string): Page {
  return { status: 503, body: `${why}\n` };
}
