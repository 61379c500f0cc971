import type { HttpClient } from '../http.ts';

/** No request about a window may take longer. */
const LONGEST_S = 30;

const known = new WeakMap<HttpClient, HttpClient>();

/**
 * A client that waits for no answer longer than half a minute. Of one client it is always the same: temporary
 * credentials are kept for each, and would be asked for anew.
 */
export function bounded(fetch: HttpClient): HttpClient {
  const before = known.get(fetch);
  if (before !== undefined) return before;
  const client: HttpClient = (request) =>
    fetch({ ...request, timeoutSeconds: Math.min(request.timeoutSeconds, LONGEST_S) });
  known.set(fetch, client);
  return client;
}
