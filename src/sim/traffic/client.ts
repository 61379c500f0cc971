import { Agent, type IncomingMessage, request as send } from 'node:http';
import type { StringMap } from '../../api/meta.ts';
import type { Cancel, Clock } from '../clock.ts';

/** What users ask for, and how often. */
export interface ClientOptions {
  /** Base URL of the proxy. */
  readonly url: string;
  readonly host: string;
  readonly path: string;
  readonly headers: StringMap;
  readonly perSecond: number;
  /** For the whole answer, in milliseconds, from when the request is sent. */
  readonly deadlineMs: number;
  /** The real one. */
  readonly clock: Clock;
}

/** What became of requests. */
export interface Tally {
  readonly sent: number;
  /** Answers by the version that the header `x-version` names (empty without one) and status. */
  readonly answered: readonly { readonly version: string; readonly status: number; readonly count: number }[];
  /** Requests without an answer, by reason. */
  readonly lost: readonly { readonly reason: string; readonly count: number }[];
  /** Still under way. */
  readonly waiting: number;
  /** What answers took from the moment at which they were due: half of them, and 99 of 100, up to this. */
  readonly halfMs: number;
  readonly mostMs: number;
}

/** Users who send requests until they are told to stop. */
export interface Client {
  tally(): Tally;
  /** From now on another rate; 0 pauses. */
  pace(perSecond: number): void;
  /** Sends no more, and waits for the answers that are still to come. */
  stop(): Promise<Tally>;
}

/** More at a time are not sent but counted as lost, for nobody would see them come back. */
const MOST_WAITING = 1_000;
const MOST_VERSION = 64;
/** How often it is looked what is due. */
const TICK_MS = 5;
/** Upper bounds of what is told of times: each a tenth more than the one before, from 1 ms to 5 minutes. */
const TIMES = Array.from({ length: 133 }, (_, i) => 1.1 ** i);

/**
 * Starts users that keep to their schedule: a request is due at its time whether or not earlier ones were
 * answered, and what it took counts from then. Otherwise a slow server would slow down those who measure it,
 * and look well.
 */
export function startClient(options: ClientOptions): Client {
  return new Users(options);
}

class Users implements Client {
  readonly #options: ClientOptions;
  readonly #agent = new Agent({ keepAlive: true, maxFreeSockets: 64, maxSockets: MOST_WAITING });
  readonly #answered = new Map<string, Tally['answered'][number]>();
  readonly #lost = new Map<string, number>();
  readonly #times = TIMES.map(() => 0);
  readonly #waiting = new Set<Promise<void>>();
  #cancel: Cancel;
  #sent = 0;
  #perSecond: number;
  /** When the present rate began, and how many requests it has made since. */
  #sinceMs: number;
  #made = 0;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#perSecond = options.perSecond;
    this.#sinceMs = options.clock.elapsed();
    this.#cancel = options.clock.after(0, () => this.#tick());
  }

  tally(): Tally {
    return {
      sent: this.#sent,
      answered: [...this.#answered.values()],
      lost: [...this.#lost].map(([reason, count]) => ({ reason, count })),
      waiting: this.#waiting.size,
      halfMs: quantile(this.#times, 0.5),
      mostMs: quantile(this.#times, 0.99),
    };
  }

  pace(perSecond: number): void {
    this.#sendDue();
    this.#perSecond = perSecond;
    this.#sinceMs = this.#options.clock.elapsed();
    this.#made = 0;
  }

  async stop(): Promise<Tally> {
    this.#cancel();
    await Promise.all(this.#waiting);
    this.#agent.destroy();
    return this.tally();
  }

  #tick(): void {
    this.#cancel = this.#options.clock.after(TICK_MS, () => this.#tick());
    this.#sendDue();
  }

  #sendDue(): void {
    const now = this.#options.clock.elapsed();
    const due = Math.floor(((now - this.#sinceMs) * this.#perSecond) / 1000);
    for (; this.#made < due; this.#made++) {
      this.#sent++;
      const dueMs = this.#sinceMs + (1000 * (this.#made + 1)) / this.#perSecond;
      if (this.#waiting.size >= MOST_WAITING) this.#lose(`more than ${MOST_WAITING} are under way`);
      else this.#send(dueMs);
    }
  }

  #send(dueMs: number): void {
    const one = this.#ask().then(
      ({ version, status }) => {
        const key = `${version} ${status}`;
        const count = (this.#answered.get(key)?.count ?? 0) + 1;
        this.#answered.set(key, { version, status, count });
        this.#time(this.#options.clock.elapsed() - dueMs);
      },
      (error: unknown) => this.#lose(reasonOf(error)),
    );
    const waiting = one.finally(() => this.#waiting.delete(waiting));
    this.#waiting.add(waiting);
  }

  async #ask(): Promise<{ readonly version: string; readonly status: number }> {
    const { url, host, path, headers, deadlineMs } = this.#options;
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const signal = AbortSignal.timeout(deadlineMs);
    const sent = send(
      new URL(path, url),
      { agent: this.#agent, headers: { ...headers, host }, signal },
      resolve,
    );
    sent.once('error', reject);
    sent.end();
    const answer = await promise;
    // Whole, or it does not count as an answer.
    for await (const _ of answer);
    const version = [answer.headers['x-version'] ?? ''].flat().join().slice(0, MOST_VERSION);
    return { version, status: answer.statusCode ?? 0 };
  }

  #lose(reason: string): void {
    this.#lost.set(reason, (this.#lost.get(reason) ?? 0) + 1);
  }

  #time(ms: number): void {
    const found = TIMES.findIndex((bound) => ms <= bound);
    const at = found === -1 ? TIMES.length - 1 : found;
    this.#times[at] = (this.#times[at] ?? 0) + 1;
  }
}

/** One word where there is one, so that there are few reasons. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

function quantile(counts: readonly number[], share: number): number {
  const wanted = share * counts.reduce((sum, count) => sum + count, 0);
  let below = 0;
  const at = counts.findIndex((count) => {
    below += count;
    return count > 0 && below >= wanted;
  });
  return at === -1 ? 0 : (TIMES[at] ?? 0);
}
