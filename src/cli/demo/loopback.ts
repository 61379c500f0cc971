import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came, its body included. */
export interface Asked {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** What is answered. */
export interface Told {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A small server of this machine alone. */
export interface Loopback {
  /** Base URL. */
  readonly url: string;
  close(): Promise<void>;
}

/** Nobody here has more to say, in bytes. */
const MOST_BODY = 256 * 1024;

/** Answers requests on 127.0.0.1, at a port that the system chooses. A larger body is 413. */
export async function serveLoopback(answer: (asked: Asked) => Told): Promise<Loopback> {
  const server = createServer({ headersTimeout: 5_000, requestTimeout: 10_000 }, (request, response) => {
    void bodyOf(request)
      .then((body) => (body === null ? TOO_LARGE : answer(askedOf(request, body))))
      .catch((error: unknown): Told => ({ status: 500, headers: {}, body: `${String(error)}\n` }))
      .then(({ status, headers, body }) => response.writeHead(status, headers).end(body));
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeAllConnections();
      return closed;
    },
  };
}

const TOO_LARGE: Told = { status: 413, headers: {}, body: 'too large\n' };

function askedOf({ method = 'GET', url = '/', headers }: IncomingMessage, body: string): Asked {
  const entries = Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')]);
  return { method, path: url, headers: Object.fromEntries(entries), body };
}

/** Null where it is too large. */
async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MOST_BODY) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
