import type { Dispatcher } from 'undici';
import { type Clock, sleep } from '../clock.ts';
import type { Access, Connection } from './access.ts';
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

/** What was asked and answered, once for every answer. `code` is the HTTP status or a word: `Timeout`, `ECONNREFUSED`. */
export interface Asked {
  readonly verb: Verb;
  readonly resource: string;
  readonly code: string;
  readonly milliseconds: number;
}

/** An answer with status 2xx whose body has not been read. */
export type Answer = Dispatcher.ResponseData;

/** What an exchange needs from its surroundings. */
export interface Means {
  readonly access: Access;
  readonly clock: Clock;
  readonly userAgent: string;
  readonly onAsked: (asked: Asked) => void;
}

const mostThrottles = 5;
/** Of an error answer; a Status object is far smaller. */
const mostErrorBytes = 1024 * 1024;

/**
 * Sends a call and returns the answer, or throws a Failure. Asks again by itself only where that is surely
 * right: once with new credentials after 401 or a broken TLS handshake, once for a GET whose connection broke,
 * and after the time that a 429 names, as long as the deadline allows. `deadline` is the caller's to dispose of.
 */
export async function exchange(means: Means, call: Call, deadline: Deadline): Promise<Answer> {
  let connection = await beforeEnd(means.access.connection(), call, deadline);
  let mayRenew = true;
  let mayRepeat = call.method === 'GET';
  const endsAt = means.clock.elapsed() + call.timeoutMs;
  for (let throttles = 0; ; ) {
    const result = await ask(means, call, connection, deadline);
    if (!isFailure(result)) return result;
    if (deadline.signal.aborted) throw result;
    if (mayRenew && maybeCredentials(result)) {
      mayRenew = false;
      const renewed = await beforeEnd(
        means.access.renew(connection, isFailure(result, 'unauthorized')),
        call,
        deadline,
      );
      const isOther =
        renewed !== null && (isFailure(result, 'unauthorized') || renewed.requests !== connection.requests);
      if (isOther) {
        connection = renewed;
        continue;
      }
    }
    if (mayRepeat && result.facts.status === null) {
      mayRepeat = false;
      continue;
    }
    if (!isFailure(result, 'throttled') || ++throttles > mostThrottles) throw result;
    const waitMs = (result.facts.retryAfterSeconds ?? 1) * 1000;
    if (means.clock.elapsed() + waitMs > endsAt) throw result;
    await sleep(means.clock, waitMs, deadline.signal);
  }
}

/** The whole body as text. Throws a Failure: `invalid` if it is larger than `mostBytes`, `transient` if it breaks off. */
export async function textOf(
  answer: Answer,
  call: Call,
  deadline: Deadline,
  mostBytes: number,
): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > mostBytes) break;
      chunks.push(chunk);
    }
  } catch (cause) {
    throw brokenOff(call, deadline, cause);
  }
  if (bytes > mostBytes) {
    throw new Failure('invalid', `kube: ${call.who}: the answer is larger than ${mostBytes} bytes`, {
      status: answer.statusCode,
      reason: 'TooLarge',
    });
  }
  return (chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)).toString('utf8');
}

/** An exception of the transport as a Failure: our own side gave up, the deadline passed, or the connection broke. */
export function brokenOff(call: Call, deadline: Deadline, cause: unknown): Failure {
  if (isFailure(cause)) return cause;
  if (deadline.hasPassed || isTimeout(cause)) {
    const seconds = (call.silenceMs ?? call.timeoutMs) / 1000;
    const text = `kube: ${call.who}: nothing heard for ${seconds} s`;
    return new Failure('transient', text, { reason: 'Timeout' }, cause);
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
): Promise<Answer | Failure> {
  const startedAt = means.clock.elapsed();
  const told = (code: string): void => {
    const milliseconds = means.clock.elapsed() - startedAt;
    means.onAsked({ verb: call.verb, resource: call.resource, code, milliseconds });
  };
  const answered = await send(means, call, connection, deadline).catch((cause: unknown) =>
    brokenOff(call, deadline, cause),
  );
  if (isFailure(answered)) {
    told(answered.facts.reason);
    return answered;
  }
  told(String(answered.statusCode));
  if (answered.statusCode >= 200 && answered.statusCode < 300) return answered;
  const text = await textOf(answered, call, deadline, mostErrorBytes).catch(() => '');
  return failureOf({
    who: call.who,
    status: answered.statusCode,
    retryAfter: headerOf(answered, 'retry-after'),
    body: parsed(text),
  });
}

function send(means: Means, call: Call, connection: Connection, deadline: Deadline): Promise<Answer> {
  const headers: Record<string, string | string[]> = {
    ...connection.headers,
    Accept: 'application/json',
    'User-Agent': means.userAgent,
  };
  if (call.contentType !== null) headers['Content-Type'] = call.contentType;
  const isWatch = call.silenceMs !== null;
  const dispatcher = isWatch ? connection.watches : connection.requests;
  return dispatcher.request({
    origin: connection.origin,
    path: connection.basePath + call.path,
    method: call.method,
    headers,
    body: call.body,
    signal: deadline.signal,
    // A timeout of undici's own, unlike an abort, makes it look whether the HTTP/2 connection is still alive.
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

function maybeCredentials(failure: Failure): boolean {
  return failure.code === 'unauthorized' || failure.facts.status === null;
}

function isTimeout(cause: unknown): boolean {
  return ['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'].includes(errorCode(cause));
}

function errorCode(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null;
  return typeof code === 'string' ? code : 'ConnectionError';
}

function headerOf(answer: Answer, name: string): string | null {
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
