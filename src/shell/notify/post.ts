import type { Instant } from '../../core/time.ts';
import { compose, verdictOf } from '../../notify/compose.ts';
import type { NotifyConfig } from '../../notify/config.ts';
import type { Verdict } from '../../notify/http.ts';
import type { HttpClient, HttpRequest } from '../../providers/http.ts';
import type { Clock } from '../clock.ts';
import type { Parcel } from './book.ts';

/** A service that has not answered by then is taken for broken. Much shorter than a claim lasts. */
export const TIMEOUT_SECONDS = 10;
/** After this long, or as many tries as the service allows, a message is given up. */
export const GIVE_UP_MS = 600_000;

/** What became of one try. */
export type Tried =
  | { readonly kind: 'sent'; readonly warning: string | null }
  | { readonly kind: 'later'; readonly reason: string; readonly at: Instant }
  | { readonly kind: 'givenUp'; readonly reason: string };

/** Sends messages. A service that asks to be left alone is left alone by all messages. */
export class Post {
  readonly #fetch: HttpClient;
  readonly #clock: Clock;
  /** Until when a service wants no message, by configuration namespace and name. */
  readonly #busy = new Map<string, Instant>();

  constructor(fetch: HttpClient, clock: Clock) {
    this.#fetch = fetch;
    this.#clock = clock;
  }

  /** When the service of a message takes one again; the past where it does now. */
  freeAt(parcel: Parcel, configs: readonly NotifyConfig[]): Instant {
    const config = configOf(parcel, configs);
    return (config === undefined ? undefined : this.#busy.get(busyName(parcel, config))) ?? 0;
  }

  /** Tries once. Never rejects. */
  async try(parcel: Parcel, configs: readonly NotifyConfig[], signal: AbortSignal): Promise<Tried> {
    const config = configOf(parcel, configs);
    const service = config?.services.get(parcel.to.service);
    const now = this.#clock.now();
    parcel.attempts++;
    parcel.firstTriedAt ??= now;
    if (config === undefined || service === undefined)
      return this.#later(parcel, 100, { reason: 'the service is not configured any more', waitMs: 10_000 });
    const packed = compose(config, service, parcel, parcel.templates, now);
    if (packed.kind === 'error') return { kind: 'givenUp', reason: packed.message };
    const outcome = await this.#fetch({
      ...packed.request,
      // The client passes on any method; its type names those that metrics need.
      method: packed.request.method as HttpRequest['method'],
      repeatable: false,
      timeoutSeconds: TIMEOUT_SECONDS,
      deadline: signal,
    });
    const verdict: Verdict =
      outcome.kind === 'answer'
        ? verdictOf(service, outcome)
        : { kind: 'retry', reason: withoutAddress(outcome.message), afterMs: null };
    if (verdict.kind === 'sent') return { kind: 'sent', warning: packed.warning };
    if (verdict.kind === 'refused') return { kind: 'givenUp', reason: verdict.reason };
    const { retries, minMs, maxMs } = service.patience;
    const waitMs = Math.max(
      verdict.afterMs ?? 0,
      Math.min(maxMs, minMs * 2 ** Math.min(parcel.attempts - 1, 20)),
    );
    if (outcome.kind === 'answer' && outcome.status === 429)
      this.#busy.set(busyName(parcel, config), this.#clock.now() + waitMs);
    return this.#later(parcel, retries, { reason: verdict.reason, waitMs });
  }

  #later(
    parcel: Parcel,
    retries: number,
    { reason, waitMs }: { readonly reason: string; readonly waitMs: number },
  ): Tried {
    const at = this.#clock.now() + waitMs;
    const isTooLate = at - (parcel.firstTriedAt ?? at) > GIVE_UP_MS;
    return parcel.attempts > retries || isTooLate
      ? { kind: 'givenUp', reason }
      : { kind: 'later', reason, at };
  }
}

function configOf(parcel: Parcel, configs: readonly NotifyConfig[]): NotifyConfig | undefined {
  return configs.find(({ services }) => services.has(parcel.to.service));
}

function busyName(parcel: Parcel, config: NotifyConfig): string {
  return `${config.namespace}/${parcel.to.service}`;
}

/**
 * The client's messages begin with method and address, and the path of a webhook's address may be a secret.
 */
function withoutAddress(message: string): string {
  return message.replace(/^\w+ "[^"]*": /, '');
}
