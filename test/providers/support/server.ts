import { readFileSync } from 'node:fs';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** What the server does with a request. */
export type Reply =
  | { readonly kind: 'answer'; readonly status: number; readonly headers?: Headers; readonly body: string }
  /** Takes the request and says nothing. */
  | { readonly kind: 'silence' }
  /** Closes the connection without a word. */
  | { readonly kind: 'hang-up' }
  /** Promises a longer body than it sends, then closes. */
  | { readonly kind: 'cut' }
  /** Sends headers and then one byte after the other, for ever. */
  | { readonly kind: 'drip' };

type Headers = Readonly<Record<string, string>>;

/** A request as it arrived. */
export interface Received {
  readonly method: string;
  /** Path with query. */
  readonly url: string;
  readonly headers: Headers;
  readonly body: string;
}

/** A server on this machine that answers from a script and keeps what it was asked. */
export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly received: readonly Received[];
}

/** Starts a server. Replies are given in turn; the last one repeats. */
export async function serve(
  replies: readonly Reply[],
  options: { readonly tls: boolean } = { tls: false },
): Promise<TestServer> {
  const received: Received[] = [];
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '' } = request;
      received.push({ method, url, headers: flat(request), body: Buffer.concat(chunks).toString() });
      reply(replies[Math.min(received.length, replies.length) - 1], response);
    });
  };
  const server = options.tls ? https.createServer(certificate(), listener) : http.createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A reply with JSON in it. */
export function json(value: unknown, status = 200, headers: Headers = {}): Reply {
  return {
    kind: 'answer',
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(value),
  };
}

/** A reply with any text in it. */
export function text(body: string, status = 200, headers: Headers = {}): Reply {
  return { kind: 'answer', status, headers, body };
}

/** An address on this machine at which nothing listens. */
export async function nowhere(): Promise<string> {
  const server = await serve([]);
  await server[Symbol.asyncDispose]();
  return server.url;
}

// Self-signed, for localhost and 127.0.0.1, valid until 2126.
function certificate(): { readonly key: string; readonly cert: string } {
  const folder = join(import.meta.dirname, '../tls');
  return {
    key: readFileSync(join(folder, 'localhost.key'), 'utf8'),
    cert: readFileSync(join(folder, 'localhost.crt'), 'utf8'),
  };
}

function flat(request: IncomingMessage): Headers {
  return Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
}

function reply(given: Reply | undefined, response: ServerResponse): void {
  switch (given?.kind) {
    case 'answer':
      response.writeHead(given.status, given.headers).end(given.body);
      return;
    case 'cut':
      response.writeHead(200, { 'content-length': '100' }).write('{"status":');
      response.socket?.end();
      return;
    case 'drip': {
      response.writeHead(200);
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
      return;
    }
    case 'silence':
      return;
    case 'hang-up':
    case undefined:
      response.socket?.destroy();
      return;
    default:
      given satisfies never;
  }
}
