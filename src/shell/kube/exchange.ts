import { type Clock, sleep } from '../clock.ts';
import type { ApiAccess, Connection, Heard } from './access.ts';
import type { Deadline } from './deadline.ts';
import { Failure, failureOf, isFailure } from './failure.ts';

/** One HTTP call, described. `who` is for messages: `update rollouts a/b`. */
export interface Call {
  readonly who: string;
  readonly verb: Verb;
  readonly resource: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path below the server's address, query included. */
  readonly path: string;
  readonly contentType: string | null;
  readonly body: string | null;
  readonly signal: AbortSignal | undefined;
  /** For a request until the whole answer is here, for a watch until it has begun. */
  readonly timeoutMs: number;
  /** For a watch: longest time without a byte. Null: this is no watch. */
  readonly silenceMs: number | null;
}

/** Kubernetes' own words for what is asked, as RBAC and metrics use them. */
export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete';

/**
 * What was asked and answered, once for every answer. `code` is the HTTP status or a word: `Timeout`,
 * `ECONNREFUSED`.
 */
export interface Asked {
  readonly verb: Verb;
  readonly resource: string;
  readonly code: string;
  readonly milliseconds: number;
}

/** An answer with status 2xx whose body has not been read, and the connection that it comes on. */
export interface Answer {
  readonly response: Heard;
  readonly connection: Connection;
}

/** What an exchange needs from its surroundings. */
export interface Means {
  readonly access: ApiAccess;
  readonly clock: Clock;
  readonly userAgent: string;
  readonly onAsked: (asked: Asked) => void;
}

const mostThrottles = 5;
/** Of an error answer; a Status object is far smaller. */
const mostErrorBytes = 1024 * 1024;

/**
 * Sends a call and returns the answer, or throws a Failure. Asks again by itself only where that is surely
 * right: once with new credentials when the server or TLS refused us, once for a GET whose connection broke,
 * and after the time that a 429 names, as long as the deadline allows. `deadline` is the caller's to dispose
 * of.
 */
export async function exchange(means: Means, call: Call, deadline: Deadline): Promise<Answer> {
  let connection = await beforeEnd(means.access.connection(), call, deadline);
  const endsAt = means.clock.elapsed() + call.timeoutMs;
  let mayRenew = true;
  let mayRepeat = call.method === 'GET';
  for (let throttles = 0; ; ) {
    const result = await ask(means, call, connection, deadline);
    if (!isFailure(result)) return { response: result, connection };
    if (deadline.signal.aborted || result.facts.reason === timeout) throw result;
    const isUnheard = result.facts.status === null;
    if (mayRenew && (isUnheard || result.code === 'unauthorized')) {
      mayRenew = false;
      const renewed = await beforeEnd(means.access.renew(connection, !isUnheard), call, deadline);
      if (renewed !== null && maySendAgain(call, result)) {
        mayRepeat = false;
        connection = renewed;
        continue;
      }
    }
    if (isUnheard && mayRepeat) {
      mayRepeat = false;
      connection = await beforeEnd(means.access.connection(), call, deadline);
      continue;
    }
    if (result.code !== 'throttled' || ++throttles > mostThrottles) throw result;
    const waitMs = (result.facts.retryAfterSeconds ?? 1) * 1000;
    if (means.clock.elapsed() + waitMs > endsAt) throw result;
    await pause(means, call, waitMs, deadline);
    connection = await beforeEnd(means.access.connection(), call, deadline);
  }
}

/** Beyond this a process did not wait, it was asleep. Well under what a leader keeps in reserve. */
const overslept = 1_000;

/**
 * Waits before a call is sent. Throws a Failure `cancelled` for a write when that took much longer than it
 * should: the process was asleep, and whoever decided to write must ask again whether he still may.
 */
export async function pause(means: Means, call: Call, waitMs: number, deadline: Deadline): Promise<void> {
  const startedAt = means.clock.elapsed();
  await sleep(means.clock, waitMs, deadline.signal);
  if (call.method === 'GET' || means.clock.elapsed() - startedAt <= waitMs + overslept) return;
  const text = `kube: ${call.who}: not sent, this process was asleep for a while`;
  throw new Failure('cancelled', text, { reason: 'Asleep' });
}

/** Whether the server surely did not act on the call, or acting twice does no harm. */
function maySendAgain(call: Call, failure: Failure): boolean {
  return failure.code === 'unauthorized' || call.method === 'GET' || isTlsRefusal(failure.facts.reason);
}

/** Node's names for a certificate that we do not accept. No request is sent before that is settled. */
function isTlsRefusal(reason: string): boolean {
  return /^(ERR_TLS_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_)/.test(reason);
}

/** The chunks of the body as they come. Throws a Failure when it breaks off. */
export async function* chunksOf(
  means: Means,
  call: Call,
  answer: Answer,
  deadline: Deadline,
): AsyncGenerator<Buffer> {
  try {
    yield* answer.response.body as AsyncIterable<Buffer>;
  } catch (cause) {
    throw doubt(means, call, answer.connection, brokenOff(call, deadline, cause));
  }
}

/** The whole body as text. Throws a Failure: `invalid` if it is larger than `mostBytes`, or `transient`. */
export async function textOf(chunks: AsyncIterable<Buffer>, call: Call, mostBytes: number): Promise<string> {
  const kept: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw tooLarge(call, mostBytes);
    kept.push(chunk);
  }
  return Buffer.concat(kept).toString('utf8');
}

/** Reads a body to its end and keeps nothing of it. Throws the same Failures. */
export async function drain(chunks: AsyncIterable<Buffer>, call: Call, mostBytes: number): Promise<void> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw tooLarge(call, mostBytes);
  }
}

function tooLarge(call: Call, mostBytes: number): Failure {
  const text = `kube: ${call.who}: the answer is larger than ${mostBytes} bytes`;
  return new Failure('invalid', text, { reason: 'TooLarge' });
}

/** Silence is a reason to doubt the connection. */
function doubt(means: Means, call: Call, connection: Connection, failure: Failure): Failure {
  if (failure.facts.reason === timeout) means.access.suspect(connection, kindOf(call));
  return failure;
}

function kindOf(call: Call): 'requests' | 'watches' {
  return call.silenceMs === null ? 'requests' : 'watches';
}

/** Reason of a Failure when nothing was heard in time. */
const timeout = 'Timeout';

/**
 * An exception of the transport as a Failure: our own side gave up, the deadline passed, or the connection
 * broke.
 */
function brokenOff(call: Call, deadline: Deadline, cause: unknown): Failure {
  if (isFailure(cause)) return cause;
  if (deadline.hasPassed || isTimeout(cause)) {
    const seconds = (call.silenceMs ?? call.timeoutMs) / 1000;
    const text = `kube: ${call.who}: nothing heard for ${seconds} s`;
    return new Failure('transient', text, { reason: timeout }, cause);
  }
  if (deadline.signal.aborted) {
    return new Failure('cancelled', `kube: ${call.who}: given up`, { reason: 'Cancelled' }, cause);
  }
  const reason = errorCode(cause);
  const text = cause instanceof Error && cause.message !== '' ? cause.message : reason;
  return new Failure('transient', `kube: ${call.who}: ${text}`, { reason }, cause);
}

async function ask(
  means: Means,
  call: Call,
  connection: Connection,
  deadline: Deadline,
): Promise<Heard | Failure> {
  const startedAt = means.clock.elapsed();
  const told = (code: string): void => {
    const milliseconds = means.clock.elapsed() - startedAt;
    means.onAsked({ verb: call.verb, resource: call.resource, code, milliseconds });
  };
  const answered = await send(means, call, connection, deadline).catch((cause: unknown) =>
    doubt(means, call, connection, brokenOff(call, deadline, cause)),
  );
  if (isFailure(answered)) {
    told(answered.facts.reason);
    return answered;
  }
  told(String(answered.statusCode));
  if (answered.statusCode >= 200 && answered.statusCode < 300) return answered;
  const chunks = chunksOf(means, call, { response: answered, connection }, deadline);
  const text = await textOf(chunks, call, mostErrorBytes).catch(() => '');
  return failureOf({
    who: call.who,
    status: answered.statusCode,
    retryAfter: headerOf(answered, 'retry-after'),
    body: parsed(text),
  });
}

function send(means: Means, call: Call, connection: Connection, deadline: Deadline): Promise<Heard> {
  const headers: Record<string, string | string[]> = {
    ...connection.headers,
    Accept: 'application/json',
    'User-Agent': means.userAgent,
  };
  if (call.contentType !== null) headers['Content-Type'] = call.contentType;
  return connection[kindOf(call)].request({
    origin: connection.origin,
    path: connection.basePath + call.path,
    method: call.method,
    headers,
    body: call.body,
    signal: deadline.wireSignal,
    headersTimeout: call.timeoutMs,
    bodyTimeout: call.silenceMs ?? call.timeoutMs,
  });
}

/** Waits for credentials, but no longer than the call may take. */
async function beforeEnd<T>(work: Promise<T>, call: Call, deadline: Deadline): Promise<T> {
  const { signal } = deadline;
  if (signal.aborted) throw brokenOff(call, deadline, signal.reason);
  let stop = (): void => {};
  const ended = new Promise<never>((_, reject) => {
    stop = () => reject(brokenOff(call, deadline, signal.reason));
    signal.addEventListener('abort', stop, { once: true });
  });
  return Promise.race([work, ended]).finally(() => signal.removeEventListener('abort', stop));
}

function isTimeout(cause: unknown): boolean {
  return ['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'].includes(errorCode(cause));
}

function errorCode(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null;
  return typeof code === 'string' ? code : 'ConnectionError';
}

function headerOf(answer: Heard, name: string): string | null {
  const value = answer.headers[name];
  return typeof value === 'string' ? value : (value?.[0] ?? null);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
