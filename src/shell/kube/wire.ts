import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import type { Clock } from '../clock.ts';

/** What connections to the API server are made of. */
export interface Wire {
  /** Options of `tls.connect`: ca, cert, key, servername, rejectUnauthorized. */
  readonly tls: Readonly<Record<string, unknown>>;
  readonly proxyUrl: string | null;
  readonly allowH2: boolean;
}

/**
 * Most connections at once for requests; over HTTP/2 one carries a hundred. A watch over HTTP/1 keeps one to
 * itself.
 */
const mostConnections = { requests: 32, watches: null } as const;

/** A set of connections that are opened as they are needed and kept while they are used. */
export function openWire(wire: Wire, kind: 'requests' | 'watches'): Dispatcher {
  const timings = {
    connections: mostConnections[kind],
    connectTimeout: 10_000,
    keepAliveTimeout: 90_000,
    h2Options: { pingInterval: 30_000 },
  };
  // Thirty seconds, as load balancers between us and the server often drop what was quiet for sixty.
  const connect = { ...wire.tls, preferH2: true, keepAlive: true, keepAliveInitialDelay: 30_000 };
  if (wire.proxyUrl === null) return new Agent({ ...timings, allowH2: wire.allowH2, connect });
  const requestTls = { ...wire.tls, allowH2: false };
  return new ProxyAgent({ ...timings, uri: wire.proxyUrl, allowH2: false, requestTls });
}

/** What is under way on old connections may finish, but not for longer than this. */
const retirementMs = 60_000;

/** Takes no more calls, and cuts what is left of them after a minute: a watch begins again without a gap. */
export function retireWire(dispatcher: Dispatcher, clock: Clock): void {
  const cut = (): void => void dispatcher.destroy().catch(() => {});
  const cancel = clock.after(retirementMs, cut);
  dispatcher.close().then(cancel, cut);
}
