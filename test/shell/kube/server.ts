import http from 'node:http';
import http2 from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Certificate } from './certificates.ts';

/** One request as it arrived. */
export interface Arrived {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: http.IncomingHttpHeaders;
  /** Header names and values one by one, as a repeated header is joined above. */
  readonly rawHeaders: readonly string[];
  readonly httpVersion: string;
  readonly body: string;
  /** Name in the client's certificate, or null. */
  readonly clientName: string | null;
  /** Name that the client asked for in the TLS handshake. */
  readonly serverName: string | null;
}

/** How to answer: at once, never, or by hand on the open stream. */
export type Reply =
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: unknown;
      readonly text?: string;
      readonly delayMs?: number;
    }
  | 'never'
  | ((response: http.ServerResponse) => void);

/** Over HTTP/1 or 2; what tests do with it is the same. */
type Outgoing = http.ServerResponse | http2.Http2ServerResponse;

/** TLS of a server: its certificate, and the authority of clients if it asks for certificates. */
export interface ServerTls {
  readonly certificate: Certificate;
  readonly clientCa?: string;
}

/** A server of our own, HTTP/1 and 2, that can do to its clients what networks and API servers do. */
export class TestServer {
  readonly arrived: Arrived[] = [];
  /** How many connections were ever made. */
  connections = 0;
  readonly #answer: (request: Arrived) => Reply;
  readonly #server: http.Server | http2.Http2SecureServer;
  readonly #sockets = new Set<Socket>();
  readonly #sessions = new Set<http2.ServerHttp2Session>();
  readonly #isTls: boolean;

  /** Starts on a free port of 127.0.0.1. Without `tls` it speaks plain HTTP/1. */
  static async start(answer: (request: Arrived) => Reply, tls?: ServerTls): Promise<TestServer> {
    const server = new TestServer(answer, tls);
    await new Promise<void>((resolve) => {
      server.#server.listen(0, '127.0.0.1', resolve);
    });
    return server;
  }

  private constructor(answer: (request: Arrived) => Reply, tls: ServerTls | undefined) {
    this.#answer = answer;
    this.#isTls = tls !== undefined;
    const handle = (request: http.IncomingMessage | http2.Http2ServerRequest, response: Outgoing): void => {
      this.#handle(request, response).catch(() => response.destroy());
    };
    this.#server =
      tls === undefined ? http.createServer(handle) : http2.createSecureServer(tlsOptions(tls), handle);
    this.#server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => {});
    });
    this.#server.on('session', (session: http2.ServerHttp2Session) => {
      this.#sessions.add(session);
      session.on('close', () => this.#sessions.delete(session));
      session.on('error', () => {});
    });
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `${this.#isTls ? 'https' : 'http'}://127.0.0.1:${port}`;
  }

  /** How many connections are open. */
  get open(): number {
    return this.#sockets.size;
  }

  /** Shows another certificate to whoever connects from now on. */
  changeTls(tls: ServerTls): void {
    if ('setSecureContext' in this.#server) this.#server.setSecureContext(tlsOptions(tls));
  }

  /** Cuts all connections without a word. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Tells all HTTP/2 clients to go elsewhere; what is under way may finish. */
  goAway(): void {
    for (const session of this.#sessions) session.close();
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }

  async #handle(request: http.IncomingMessage | http2.Http2ServerRequest, response: Outgoing): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const url = new URL(request.url ?? '/', 'http://server');
    const socket = request.socket as Partial<TLSSocket>;
    const arrived: Arrived = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      rawHeaders: request.rawHeaders,
      httpVersion: request.httpVersion,
      body,
      clientName: String(socket.getPeerCertificate?.()?.subject?.CN ?? '') || null,
      serverName: (socket as { servername?: string | false }).servername || null,
    };
    this.arrived.push(arrived);
    const reply = this.#answer(arrived);
    if (reply === 'never') return;
    if (typeof reply === 'function') {
      reply(response as http.ServerResponse);
      return;
    }
    if (reply.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, reply.delayMs));
    const text = reply.text ?? JSON.stringify(reply.body ?? {});
    const head = { 'content-type': 'application/json', ...reply.headers };
    (response as http.ServerResponse).writeHead(reply.status ?? 200, head).end(text);
  }
}

function tlsOptions(tls: ServerTls): http2.SecureServerOptions {
  const asks =
    tls.clientCa === undefined ? {} : { ca: tls.clientCa, requestCert: true, rejectUnauthorized: false };
  return { allowHTTP1: true, ...tls.certificate, ...asks };
}

/** Waits until `condition` holds; fails after five seconds, saying what was waited for. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const endsAt = Date.now() + 5_000;
  while (!condition()) {
    if (Date.now() > endsAt) throw new Error(`still waiting for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
