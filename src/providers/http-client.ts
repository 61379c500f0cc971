import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import type { HttpClient, HttpOutcome, HttpRequest } from './http.ts';
import { exchange } from './http-exchange.ts';
import { failureOf } from './http-failure.ts';
import { type Environment, proxyFor } from './proxy.ts';
import { redirect } from './redirect.ts';

const maxRedirects = 5;

// setTimeout treats longer delays as 1 ms.
const maxTimerMilliseconds = 2 ** 31 - 1;

/**
 * The HTTP client that providers are given: undici, with one deadline over everything, a bounded body, no
 * redirect to another host, and a proxy only where the environment asks for one (see `proxyFor`).
 */
export function createHttpClient(environment: Environment): HttpClient {
  const dispatcherFor = dispatchers(environment);
  return async (request) => {
    const timeout = AbortSignal.timeout(Math.min(request.timeoutSeconds * 1000, maxTimerMilliseconds));
    const signal = AbortSignal.any([request.deadline, timeout]);
    let current = request;
    for (let hop = 0; hop <= maxRedirects; hop += 1) {
      const outcome = await send(current, signal, dispatcherFor);
      if (outcome.kind === 'failure') return outcome;
      const next = redirect(current, outcome);
      if (next.kind !== 'follow') return next;
      current = next.request;
    }
    return failureOf(request, { kind: 'redirect', reason: `stopped after ${maxRedirects} redirects` });
  };
}

type DispatcherFor = (url: URL, insecure: boolean) => Dispatcher | null;

async function send(
  request: HttpRequest,
  signal: AbortSignal,
  dispatcherFor: DispatcherFor,
): Promise<HttpOutcome> {
  const url = URL.parse(request.url);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    return failureOf(request, { kind: 'address' });
  }
  const dispatcher = dispatcherFor(url, request.insecure);
  if (dispatcher === null) return failureOf(request, { kind: 'proxy' });
  const outcome = await exchange(request, url, signal, dispatcher);
  // The other side may close an idle connection in the very moment in which it is used again.
  if (outcome.kind === 'failure' && outcome.code === 'closed' && request.repeatable && !signal.aborted) {
    return await exchange(request, url, signal, dispatcher);
  }
  return outcome;
}

/**
 * Connections are shared by all measurements: there is one agent per proxy and per kind of certificate check.
 * Null when the environment names a proxy that is not an address.
 */
function dispatchers(environment: Environment): DispatcherFor {
  const known = new Map<string, Dispatcher>();
  return (url, insecure) => {
    const proxy = proxyFor(url, environment);
    if (proxy !== null && !/^https?:$/.test(URL.parse(proxy)?.protocol ?? '')) return null;
    const key = `${insecure} ${proxy ?? ''}`;
    const found = known.get(key) ?? dispatcher(proxy, insecure);
    known.set(key, found);
    return found;
  };
}

function dispatcher(proxy: string | null, insecure: boolean): Dispatcher {
  const tls = { rejectUnauthorized: !insecure };
  // The signal ends what takes too long, so undici's own limits are off; HTTP/1.1 because one dead HTTP/2
  // session would fail all measurements at once, and a measurement is one small exchange anyway.
  const options = { headersTimeout: 0, bodyTimeout: 0, allowH2: false } as const;
  if (proxy === null) return new Agent({ ...options, connect: tls });
  return new ProxyAgent({ ...options, uri: proxy, requestTls: tls });
}
