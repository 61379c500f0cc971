import {
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
  request as send,
} from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { HeaderEdits } from '../mesh/data-plane.ts';

/** Where a pod listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** What became of one try. */
export type Forwarded =
  /** The answer is on its way or has been cut off; nobody else can answer any more. */
  | { readonly kind: 'answered'; readonly status: number }
  /** Nobody took the connection, and nothing of the request has been sent. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'failed'; readonly status: 502 | 504; readonly reason: string };

/** How a request is forwarded. */
export interface Forwarding {
  readonly request: HeaderEdits;
  readonly response: HeaderEdits;
  /** To connect, until the answer begins, and between two parts of it, in milliseconds. */
  readonly deadlineMs: number;
}

/** As NGINX logs it: who asked did not wait for the answer. */
const GONE = 499;

/** These are between two neighbours and not passed on (RFC 9110, 7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Sends a request on to an address and its answer back, both as streams, over a connection of its own: one
 * that was kept could be closed by a pod that goes just when it is used again.
 */
export async function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  address: Address,
  forwarding: Forwarding,
): Promise<Forwarded> {
  const { deadlineMs } = forwarding;
  const headers = edited(passedOn(incoming.headers), forwarding.request);
  const upstream = send({
    ...address,
    method: incoming.method ?? 'GET',
    path: incoming.url ?? '/',
    headers: { ...headers, 'x-forwarded-for': incoming.socket.remoteAddress ?? '' },
    agent: false,
    timeout: deadlineMs,
  });
  const abandon = (): void => void upstream.destroy();
  outgoing.once('close', abandon);
  try {
    const connected = await connection(upstream);
    if (connected.kind !== 'connected') return connected.failure;
    const answer = answerOf(upstream, deadlineMs);
    // A body that breaks off breaks the connection, which the answer tells.
    pipeline(incoming, upstream).catch(abandon);
    const got = await answer;
    if (outgoing.destroyed) return { kind: 'answered', status: GONE };
    if (got.kind !== 'answer') return got;
    const status = got.response.statusCode ?? 502;
    outgoing.writeHead(status, edited(passedOn(got.response.headers), forwarding.response));
    got.response.setTimeout(deadlineMs, () => got.response.destroy(new Error('the answer stopped')));
    // Cut off, as the answer was: who asked sees that it is not whole.
    await pipeline(got.response, outgoing).catch(() => outgoing.destroy());
    return { kind: 'answered', status };
  } finally {
    outgoing.off('close', abandon);
    upstream.destroy();
  }
}

type Upstream = ReturnType<typeof send>;
type Connected = { readonly kind: 'connected' } | { readonly kind: 'not'; readonly failure: Forwarded };

function connection(upstream: Upstream): Promise<Connected> {
  return new Promise((resolve) => {
    const not = (failure: Forwarded): void => resolve({ kind: 'not', failure });
    upstream.once('error', () => not({ kind: 'refused' }));
    upstream.once('timeout', () => {
      not({ kind: 'failed', status: 504, reason: 'the pod takes no connection in time' });
    });
    upstream.once('socket', (socket) => {
      if (socket.connecting) socket.once('connect', () => resolve({ kind: 'connected' }));
      else resolve({ kind: 'connected' });
    });
  });
}

type Answered = { readonly kind: 'answer'; readonly response: IncomingMessage } | Forwarded;

function answerOf(upstream: Upstream, deadlineMs: number): Promise<Answered> {
  return new Promise((resolve) => {
    const late = { kind: 'failed', status: 504, reason: `no answer within ${deadlineMs} ms` } as const;
    const timer = setTimeout(() => resolve(late), deadlineMs);
    upstream.once('response', (response) => {
      clearTimeout(timer);
      resolve({ kind: 'answer', response });
    });
    // From here on every fault ends here, also those that come after the answer has begun.
    upstream.on('error', (error) => {
      clearTimeout(timer);
      resolve({ kind: 'failed', status: 502, reason: `the pod gave no answer: ${error.message}` });
    });
    upstream.once('close', () => {
      clearTimeout(timer);
      resolve({ kind: 'failed', status: 502, reason: 'the pod closed the connection' });
    });
  });
}

type Headers = Record<string, string | string[]>;

function passedOn(headers: IncomingHttpHeaders): Headers {
  const named = (headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase());
  // A body of unknown length is announced anew.
  const chunked = headers['transfer-encoding'] === undefined ? {} : { 'transfer-encoding': 'chunked' };
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined || HOP_BY_HOP.has(name) || named.includes(name) ? [] : [[name, value] as const],
  );
  return { ...Object.fromEntries(entries), ...chunked };
}

function edited(headers: Headers, { remove, set, add }: HeaderEdits): Headers {
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => !remove.includes(name)));
  const result: Headers = { ...kept, ...set };
  for (const [name, value] of add) {
    const before = result[name];
    const all = before === undefined ? [value] : [before, value].flat();
    // Cookies are the one header whose values cannot be put in one line (RFC 6265, 3).
    result[name] = name === 'set-cookie' ? all : all.join(', ');
  }
  return result;
}
