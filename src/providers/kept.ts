import type { Instant } from '../core/time.ts';
import type { HttpClient } from './http.ts';
import type { Ask } from './provider.ts';

/** Temporary credentials are not used in their last minutes: clocks differ. */
const marginMilliseconds = 5 * 60_000;

/**
 * Temporary credentials that are used again. They are kept for each client, which is one for each process, so
 * that nothing of a test or of a simulation stays behind.
 */
export class Kept<Credential extends { readonly expiresAt: Instant | null }> {
  readonly #known = new WeakMap<HttpClient, Map<string, Credential>>();

  /** What is good for five minutes more; null for none. */
  get(key: string, { fetch, now }: Pick<Ask, 'fetch' | 'now'>): Credential | null {
    const found = this.#known.get(fetch)?.get(key) ?? null;
    const ends = found?.expiresAt ?? null;
    return ends !== null && ends - marginMilliseconds > now ? found : null;
  }

  /** Keeps what has an end, and gives it back. */
  put(key: string, credential: Credential, { fetch }: Pick<Ask, 'fetch'>): Credential {
    if (credential.expiresAt === null) return credential;
    const known = this.#known.get(fetch) ?? new Map<string, Credential>();
    this.#known.set(fetch, known);
    known.set(key, credential);
    return credential;
  }
}
