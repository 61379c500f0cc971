import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { ApiError } from './api.ts';
import { loopbackCertificate } from './certificate.ts';
import { failure } from './http/answers.ts';
import { type ApiAnswer, type ApiRequest, MOST_BYTES, type Stream } from './http.ts';
import { decodeObject } from './protobuf/decode.ts';

/** An API server that answers on a socket of this machine. */
export interface Serving {
  /** `https://127.0.0.1:PORT`. */
  readonly address: string;
  /** PEM of the certificate, which is its own authority. */
  readonly ca: string;
  /** Whoever asks must send it: other users of the machine cannot. */
  readonly token: string;
  /** Ends watches, finishes what is under way, and closes. */
  close(): Promise<void>;
}

/** Where a body is not there or does not come on for this long, the connection ends. */
const BODY_MS = 30_000;
/** A reader of a watch that lags behind by more than this is cut off. */
const MOST_WAITING_BYTES = 16 * 1024 * 1024;

/** Serves on 127.0.0.1, on a port that the system chooses. With TLS: without it kubectl sends no token. */
export async function serve(
  api: { handle(request: ApiRequest): ApiAnswer },
  options: { readonly port?: number } = {},
): Promise<Serving> {
  const token = randomBytes(24).toString('base64url');
  const watches = new Set<() => void>();
  const { cert, key } = loopbackCertificate(Date.now());
  const limits = { requestTimeout: BODY_MS, headersTimeout: BODY_MS };
  const server = createServer({ cert, key, ...limits }, (request, response) => {
    answer({ api, token, watches }, request, response).catch(() => response.destroy());
  });
  await listening(server, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const end of watches) end();
    server.closeIdleConnections();
    await closed;
  };
  return { address: `https://127.0.0.1:${port}`, ca: cert, token, close };
}

/** The text of a kubeconfig for a server. JSON is YAML, so there is nothing to quote. */
export function kubeconfigOf({ address, ca, token }: Omit<Serving, 'close'>): string {
  const authority = Buffer.from(ca).toString('base64');
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'sim', cluster: { server: address, 'certificate-authority-data': authority } }],
    users: [{ name: 'sim', user: { token } }],
    contexts: [{ name: 'sim', context: { cluster: 'sim', user: 'sim', namespace: 'default' } }],
    'current-context': 'sim',
  });
}

interface Means {
  readonly api: { handle(request: ApiRequest): ApiAnswer };
  readonly token: string;
  readonly watches: Set<() => void>;
}

async function answer(means: Means, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'GET', url = '/', headers: given } = request;
  if (!isSame(given.authorization ?? '', `Bearer ${means.token}`)) return refuse(response, 401, unauthorized);
  const body = await bodyOf(request);
  if (body.kind === 'too large') return refuse(response, 413, tooLarge);
  if (response.destroyed) return;
  const readable = inJson(body.bytes, given['content-type'] ?? '');
  const headers = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value]),
  );
  if (readable.type !== null) headers['content-type'] = readable.type;
  const asked = { method, path: url, headers, body: readable.text };
  const { status, headers: sent, body: content } = handled(means.api, asked);
  response.writeHead(status, sent);
  if (typeof content === 'string') response.end(content);
  else stream(means, content, response);
}

interface Readable {
  readonly text: string | null;
  /** Null: as it was said. */
  readonly type: string | null;
}

/** Some commands of kubectl send the binary form only; what cannot be read of it is answered 415. */
function inJson(bytes: Buffer | null, type: string): Readable {
  if (bytes === null) return { text: null, type: null };
  if (!type.startsWith('application/vnd.kubernetes.protobuf'))
    return { text: bytes.toString('utf8'), type: null };
  const decoded = decodeObject(bytes);
  if (decoded.kind === 'object') return { text: decoded.json, type: 'application/json' };
  return { text: '', type: null };
}

/** A mistake of our own ends the request that met it, not the server. */
function handled(api: Means['api'], request: ApiRequest): ApiAnswer {
  try {
    return api.handle(request);
  } catch (error) {
    const message = `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`;
    return failure(new ApiError(500, 'InternalError', message));
  }
}

/** Passes a watch on, line by line, until one of both ends it. */
function stream({ watches }: Means, content: Stream, response: ServerResponse): void {
  const end = (): void => {
    watches.delete(end);
    content.cancel();
    response.end();
  };
  watches.add(end);
  response.on('close', end);
  response.on('error', end);
  response.flushHeaders();
  content.onLine((line) => {
    response.write(line);
    if (response.writableLength > MOST_WAITING_BYTES) response.destroy();
  });
  content.onEnd(end);
}

type Body = { readonly kind: 'read'; readonly bytes: Buffer | null } | { readonly kind: 'too large' };

/** The whole body; refused as soon as it is too large. */
async function bodyOf(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) return { kind: 'too large' };
    chunks.push(chunk);
  }
  return { kind: 'read', bytes: size === 0 ? null : Buffer.concat(chunks) };
}

/** Takes the same time for every wrong word. */
function isSame(given: string, wanted: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(wanted)];
  return left.length === right.length && timingSafeEqual(left, right);
}

const unauthorized = { message: 'Unauthorized', reason: 'Unauthorized', code: 401 } as const;
const tooLarge = {
  message: `Request entity too large: limit is ${MOST_BYTES}`,
  reason: 'RequestEntityTooLarge',
  code: 413,
} as const;

function refuse(response: ServerResponse, code: number, why: object): void {
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', ...why };
  response.writeHead(code, { 'content-type': 'application/json', connection: 'close' });
  response.end(JSON.stringify(status));
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}
