import { isIP } from 'node:net';
import type { HttpClient, HttpOutcome, HttpRequest } from '../providers/http.ts';
import { type Cause, failureOf } from '../providers/http-failure.ts';
import type { ApiAnswer, ApiRequest } from './api-server/http.ts';
import type { Clock } from './clock.ts';
import { Life } from './life.ts';
import { Random } from './random.ts';
import { type Weather, Wire } from './wire.ts';

/** Answers HTTP requests to one host, at once. Null: nobody answers there at the moment. */
export type Site = (request: HttpRequest) => { readonly status: number; readonly body: string } | null;

/** What a process of the simulated world can reach. */
export interface Surrounds {
  readonly clock: Clock;
  readonly server: { handle(request: ApiRequest): ApiAnswer };
  /** The site at a host name; null where there is none. */
  readonly site: (host: string) => Site | null;
}

/**
 * One process in the simulated world: its time, its chance, and its ways to the API server and to the rest of
 * the network. `kill` ends it as `kill -9` does.
 */
export class Process {
  readonly name: string;
  readonly life: Life;
  readonly random: Random;
  readonly wire: Wire;
  readonly #surrounds: Surrounds;

  constructor(
    surrounds: Surrounds,
    options: {
      readonly name: string;
      readonly seed: string;
      readonly weather: Weather;
      readonly onCrash: () => void;
    },
  ) {
    const { clock, server } = surrounds;
    this.#surrounds = surrounds;
    this.name = options.name;
    this.life = new Life(clock);
    this.random = new Random(`${options.seed}/${options.name}`);
    const random = new Random(`${options.seed}/${options.name}/wire`);
    const onCrash = (): void => {
      this.kill();
      options.onCrash();
    };
    this.wire = new Wire({ server, clock, life: this.life, random, weather: options.weather, onCrash });
  }

  kill(): void {
    this.life.end();
    this.wire.close();
  }

  /** HTTP to anything but the API server. What fails, fails in the words of the production client. */
  readonly fetch: HttpClient = (request) => {
    return new Promise((resolve) => {
      const end = (outcome: HttpOutcome): void => {
        stop();
        resolve(outcome);
      };
      const fail = (cause: Cause): void => end(failureOf(request, cause));
      const stop = this.life.after(request.timeoutSeconds * 1000, () => fail({ kind: 'timeout' }));
      request.deadline.addEventListener('abort', () => fail({ kind: 'cancelled' }), { once: true });
      this.life.after(1 + 4 * this.random.next(), () => {
        const { hostname } = new URL(request.url);
        const site = this.#surrounds.site(hostname);
        if (site === null && !isAddress(hostname)) return fail(errorWith('ENOTFOUND'));
        const answer = site?.(request) ?? null;
        if (answer === null) return fail(errorWith('ECONNREFUSED'));
        const headers = { 'content-type': 'application/json' };
        return end({ kind: 'answer', status: answer.status, headers, body: answer.body });
      });
    });
  };
}

/** An address needs no name server: where there is no site, nobody listens. */
function isAddress(hostname: string): boolean {
  return isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
}

/** An error of the network, with Node's code. */
function errorWith(code: string): Cause {
  return { kind: 'error', error: { code } };
}
