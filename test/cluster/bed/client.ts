import { setTimeout as pause } from 'node:timers/promises';
import { Agent, type Dispatcher, request } from 'undici';

/** Where an API server is and who asks: `ca` is PEM text. */
export interface Access {
  readonly server: string;
  readonly ca: string;
  readonly token: string;
}

/** Any Kubernetes object as the API server sends it. Fields are read with `valueAt`. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly [field: string]: unknown;
}

/** The metadata fields that tests read. */
export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** Says which object, or without a name which collection. No namespace: cluster-wide. */
export interface Ref {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

/** An object to send: no more than a kind and a name is needed. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** One line of a watch. The object of an ERROR is a Status. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: KubeObject;
}

/** A running watch: `done` settles when the server, a fault or `stop` ends it, and never rejects. */
export interface Watching {
  readonly done: Promise<void>;
  stop(): void;
}

/** How a patch is meant. Server-side apply has a function of its own. */
export type PatchKind = 'merge' | 'json' | 'strategic';

/** What narrows a list or a watch; names are those of the API's query parameters. */
export interface Selection {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly resourceVersion?: string;
}

/** The API server refused: `status` is the HTTP status, `reason` the API's word, such as `Conflict`. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly reason: string;
  constructor(status: number, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

const PATCH_TYPES = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
} as const;

/** The HTTP methods that the API server knows. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** HTTP to the API server: JSON in, JSON out. Paths begin with a slash. */
export interface Wire {
  /** Sends one request and returns the parsed answer; an error status is thrown as `ApiError`. */
  send<T = KubeObject>(method: Method, path: string, body?: unknown, contentType?: string): Promise<T>;
  /** Follows a watch path; the handler sees events in order. */
  follow(path: string, onEvent: (event: WatchEvent) => void): Watching;
  close(): Promise<void>;
}

/** Opens shared connections to an API server: one pool for requests, one for watches. */
export function connect(access: Access): Wire {
  const calls = new Agent({ connect: { ca: access.ca }, headersTimeout: 30_000, bodyTimeout: 30_000 });
  const watches = new Agent({ connect: { ca: access.ca }, headersTimeout: 30_000, bodyTimeout: 0 });
  const headers = { authorization: `Bearer ${access.token}`, accept: 'application/json' };
  return {
    async send<T>(method: Method, path: string, body?: unknown, contentType = 'application/json') {
      const sent = body === undefined ? null : JSON.stringify(body);
      const all = sent === null ? headers : { ...headers, 'content-type': contentType };
      const url = access.server + path;
      const answer = await persist(() =>
        request(url, { method, dispatcher: calls, headers: all, body: sent }),
      );
      const text = await answer.body.text();
      if (answer.statusCode >= 400) throw refusal(answer.statusCode, text, `${method} ${path}`);
      return JSON.parse(text) as T;
    },
    follow(path, onEvent) {
      const stop = new AbortController();
      const options = { dispatcher: watches, headers, signal: stop.signal };
      const done = readLines(access.server + path, options, onEvent).catch(() => {});
      return { done, stop: () => stop.abort() };
    },
    close: async () => {
      await Promise.all([calls.destroy(), watches.destroy()]);
    },
  };
}

// A server that was just restarted leaves dead connections in the pool; they show at the next use.
async function persist<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = 3; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 0) throw error;
      await pause(100);
    }
  }
}

/** What the API server has said with an error status, `what` was asked. */
export function refusal(status: number, text: string, what: string): ApiError {
  let said: { reason?: string; message?: string } = {};
  try {
    said = JSON.parse(text) as typeof said;
  } catch {
    // Proxies and panics answer in plain text: it goes into the message as it is.
  }
  return new ApiError(
    status,
    said.reason ?? 'Unknown',
    `${what}: ${status} ${said.message ?? text.slice(0, 500)}`,
  );
}

async function readLines(
  url: string,
  options: { dispatcher: Dispatcher; headers: Record<string, string>; signal: AbortSignal },
  onEvent: (event: WatchEvent) => void,
): Promise<void> {
  const answer = await request(url, options);
  if (answer.statusCode >= 400) throw refusal(answer.statusCode, await answer.body.text(), `watch ${url}`);
  await tellEvents(answer.body as AsyncIterable<Uint8Array>, onEvent);
}

/** Reads the lines of a watch until its end. */
export async function tellEvents(
  body: AsyncIterable<Uint8Array>,
  onEvent: (event: WatchEvent) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') onEvent(JSON.parse(line) as WatchEvent);
  }
}

/** The media type of a patch. */
export function patchType(kind: PatchKind): string {
  return PATCH_TYPES[kind];
}
