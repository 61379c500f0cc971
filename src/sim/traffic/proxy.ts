import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StringMap } from '../../api/meta.ts';
import { fieldsOf, textOf } from '../../routers/fields.ts';
import type { Backend, MeshRequest, Mirror, Objects, Routing } from '../mesh/data-plane.ts';
import { type Endpoint, podsOf } from '../mesh/endpoints.ts';
import { type DataPlanes, routesOf } from '../mesh/mesh.ts';
import type { Random } from '../random.ts';
import { type Address, forward } from './forward.ts';
import { versionOf } from './ledger.ts';

/** What a proxy is started with. */
export interface ProxyOptions {
  readonly objects: Objects;
  readonly planes: DataPlanes;
  readonly random: Random;
  /** Of 127.0.0.1; 0: any that is free. */
  readonly port: number;
  /** Where a pod listens; null: nowhere that can be reached. Mostly `podAddress`. */
  readonly addressOf: (endpoint: Endpoint) => Address | null;
  /** To connect to a pod, until its answer begins, and between two parts of it, in milliseconds. */
  readonly deadlineMs: number;
}

/** How often requests to a Service got this answer from pods of this version. */
export interface ProxyCount {
  /** `namespace/name`; empty where no backend was chosen. */
  readonly service: string;
  /** The pod-template hash; empty where no pod answered. */
  readonly hash: string;
  readonly status: number;
  readonly requests: number;
}

/** A running proxy. */
export interface MeshProxy {
  /** Base URL. */
  readonly url: string;
  counts(): readonly ProxyCount[];
  /** Takes no more requests, lets those under way end, and cuts them off when they take too long. */
  close(): Promise<void>;
}

/** The header of an answer that the proxy gives itself: why. */
export const REASON_HEADER = 'x-sim-reason';

const MOST_CONNECTIONS = 1_000;
/**
 * Whoever keeps a connection should be the one to close it: a proxy that closes first may do so just when the
 * next request is on its way, which then is lost.
 */
const IDLE_MS = 600_000;

/** The pod's own address, as its status tells it. */
export function podAddress({ pod, port }: Endpoint): Address | null {
  const host = textOf(fieldsOf(pod['status'])['podIP']);
  return host === undefined ? null : { host, port };
}

/**
 * Starts the data planes as a real HTTP proxy on 127.0.0.1: for each request it looks at the objects as they
 * are then, draws a backend by weight and a pod of it, and forwards. It reaches pods only, whatever a request
 * says. Mirrored are only requests without a body.
 */
export async function startProxy(options: ProxyOptions): Promise<MeshProxy> {
  const proxy = new Forwarder(options);
  const limits = { headersTimeout: 10_000, requestTimeout: 120_000, keepAliveTimeout: IDLE_MS };
  const server = createServer(limits, (incoming, outgoing) => {
    proxy.handle(incoming, outgoing).catch((error: Error) => outgoing.destroy(error));
  });
  server.maxConnections = MOST_CONNECTIONS;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(options.port, '127.0.0.1', resolve);
  await promise;
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    counts: () => proxy.counts(),
    close: async () => {
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), options.deadlineMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

type Routed = Routing & { readonly kind: 'backends' };

/** What was decided about a request, for the counts. */
interface Ending {
  readonly service: string;
  readonly hash: string;
  readonly status: number;
  /** Null: an answer has been given. */
  readonly reason: string | null;
}

class Forwarder {
  readonly #options: ProxyOptions;
  readonly #counts = new Map<string, ProxyCount>();
  /** Whose turn it is, by Service. */
  readonly #turns = new Map<string, number>();

  constructor(options: ProxyOptions) {
    this.#options = options;
  }

  counts(): readonly ProxyCount[] {
    return [...this.#counts.values()];
  }

  async handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const ending = await this.#route(incoming, outgoing);
    const { service, hash, status, reason } = ending;
    const key = `${service} ${hash} ${status}`;
    const requests = (this.#counts.get(key)?.requests ?? 0) + 1;
    this.#counts.set(key, { service, hash, status, requests });
    if (reason === null || outgoing.headersSent) return;
    outgoing.writeHead(status, { [REASON_HEADER]: printable(reason), connection: 'close' });
    outgoing.end(`${reason}\n`);
  }

  async #route(incoming: IncomingMessage, outgoing: ServerResponse): Promise<Ending> {
    const { planes, objects } = this.#options;
    const routing = routesOf(planes, objects, asked(incoming));
    if (routing.kind === 'refused') return own(501, routing.message);
    if (routing.kind === 'answer') return own(routing.status, routing.reason);
    for (const mirror of routing.mirrors) this.#copy(incoming, mirror);
    const backend = this.#drawn(routing.backends);
    if (backend.to.kind === 'answer') return own(backend.to.status, backend.to.reason);
    return this.#send(incoming, outgoing, { routing, backend, ref: backend.to.service });
  }

  async #send(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    chosen: { routing: Routed; backend: Backend; ref: Parameters<typeof podsOf>[1] },
  ): Promise<Ending> {
    const { routing, backend, ref } = chosen;
    const service = `${ref.namespace}/${ref.name}`;
    const found = podsOf(this.#options.objects, ref);
    const endpoints = found.kind === 'endpoints' ? found.endpoints : [];
    if (endpoints.length === 0) return { ...own(503, `Service ${service} has no ready pod`), service };
    const { deadlineMs, addressOf } = this.#options;
    const first = this.#first(service, endpoints.length, routing.spread);
    for (let i = 0; i < Math.min(routing.tries, endpoints.length); i++) {
      const endpoint = endpoints[(first + i) % endpoints.length];
      const address = endpoint === undefined ? null : addressOf(endpoint);
      if (endpoint === undefined || address === null) continue;
      const edits = { request: backend.request, response: backend.response, deadlineMs };
      const told = await forward(incoming, outgoing, address, edits);
      if (told.kind === 'refused') continue;
      const { hash } = versionOf(endpoint.pod);
      const reason = told.kind === 'failed' ? told.reason : null;
      return { service, hash, status: told.status, reason };
    }
    return { ...own(502, `no pod of Service ${service} takes a connection`), service };
  }

  #first(service: string, pods: number, spread: Routed['spread']): number {
    if (spread === 'at random') return this.#options.random.int(0, pods - 1);
    const turn = (this.#turns.get(service) ?? -1) + 1;
    this.#turns.set(service, turn);
    return turn % pods;
  }

  #drawn(backends: readonly Backend[]): Backend {
    let left = this.#options.random.next() * backends.reduce((sum, { weight }) => sum + weight, 0);
    for (const one of backends) {
      left -= one.weight;
      if (left < 0) return one;
    }
    // Rounding may leave a little over.
    const last = backends.at(-1);
    if (last === undefined) throw new RangeError('proxy: a route without backends');
    return last;
  }

  /** Nobody waits for the answer, and nobody hears of a fault. */
  #copy(incoming: IncomingMessage, { service, share }: Mirror): void {
    const { random, objects, addressOf, deadlineMs } = this.#options;
    const { headers, method = 'GET', url = '/' } = incoming;
    const hasBody = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
    if (hasBody || !random.chance(share)) return;
    const found = podsOf(objects, service);
    if (found.kind === 'missing' || found.endpoints.length === 0) return;
    const address = addressOf(random.pick(found.endpoints));
    if (address === null) return;
    const { connection: _, ...passed } = headers;
    const copy = send({ ...address, method, path: url, headers: passed, agent: false, timeout: deadlineMs });
    copy.on('response', (response) => response.resume());
    copy.on('timeout', () => copy.destroy());
    copy.on('error', () => undefined);
    copy.end();
  }
}

function own(status: number, reason: string): Ending {
  return { service: '', hash: '', status, reason };
}

function asked(incoming: IncomingMessage): MeshRequest {
  const entries = Object.entries(incoming.headers).map(([name, value]) => [name, [value].flat().join(', ')]);
  const headers: StringMap = Object.fromEntries(entries);
  const { method = 'GET', url = '/' } = incoming;
  return { host: headers['host'] ?? '', path: url, method, headers };
}

/** As it may stand in a header. */
function printable(text: string): string {
  return text.replace(/[^ -~]/g, '?').slice(0, 500);
}
