import { apiVersionOf, type Resource } from '../../api/resources.ts';
import { Bucket, type Rate } from '../bucket.ts';
import { type Clock, systemClock } from '../clock.ts';
import type { ApiAccess } from './access.ts';
import { callOf, patched, pathOnly, placeOf, selectionQuery, type Wanted, writeQuery } from './call.ts';
import { Deadline } from './deadline.ts';
import {
  type Asked,
  type Call,
  chunksOf,
  drain,
  exchange,
  type Means,
  pause,
  textOf,
  type Verb,
} from './exchange.ts';
import { Failure, failureOfEvent, isFailure } from './failure.ts';
import { Lines } from './lines.ts';
import type { KubeObject } from './object.ts';
import type {
  CallOptions,
  DeleteOptions,
  Listed,
  ListOptions,
  Patch,
  Selection,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from './options.ts';
import type { Place } from './resources.ts';

/** How a client behaves. */
export interface RestOptions {
  /** `sluice/<version>`. */
  readonly userAgent: string;
  /** Limit on requests of our own making; watches are free. Default 200 a second, 400 at once. */
  readonly rate?: Rate;
  /** Deadline of every request, default 30 s. */
  readonly timeoutMs?: number;
  /** Largest answer, default 64 MiB. A list is read in pages and each page counts by itself. */
  readonly mostBytes?: number;
  readonly clock?: Clock;
  /** Told of every answer, for metrics. Must not throw. */
  readonly onAsked?: (asked: Asked) => void;
}

/**
 * The API server, in raw JSON: what comes is what was sent, fields that nobody here knows included.
 * Types are the caller's claim, not checked. Every method throws a Failure and nothing else.
 */
export class RestClient {
  readonly #means: Means;
  readonly #bucket: Bucket;
  readonly #timeoutMs: number;
  readonly #mostBytes: number;

  constructor(access: ApiAccess, options: RestOptions) {
    const clock = options.clock ?? systemClock;
    const onAsked = options.onAsked ?? ((): void => {});
    this.#means = { access, clock, userAgent: options.userAgent, onAsked };
    this.#bucket = new Bucket(options.rate ?? { perSecond: 200, burst: 400 }, clock);
    this.#timeoutMs = options.timeoutMs ?? 30_000;
    this.#mostBytes = options.mostBytes ?? 64 * 1024 * 1024;
  }

  /** Reads one object, or a subresource of it. */
  async get<T extends KubeObject>(resource: Resource, place: Place, options: CallOptions = {}): Promise<T> {
    return (await this.#json(this.#call('get', { resource, place, options }))) as T;
  }

  /** Reads any path, such as `/version`; the answer must be JSON. */
  async getPath(path: string, options: CallOptions = {}): Promise<unknown> {
    const call = {
      ...this.#call('get', { resource: pathOnly, place: {}, options }),
      who: `get ${path}`,
      path,
    };
    return this.#json(call);
  }

  /**
   * Reads all objects of a selection, page by page; `project` is applied to each as it comes, so that a large
   * list is never in memory as a whole. Starts over when the server has forgotten the page (410), at last
   * without pages.
   */
  async list<T>(
    resource: Resource,
    selection: Selection,
    project: (object: KubeObject) => T,
    options: ListOptions = {},
  ): Promise<Listed<T>> {
    const limit = options.limit ?? 500;
    for (const pageSize of [limit, limit]) {
      try {
        return await this.#listOnce({ resource, selection, project, options, limit: pageSize });
      } catch (failure) {
        if (!isFailure(failure, 'expired')) throw failure;
      }
    }
    return this.#listOnce({ resource, selection, project, options, limit: 0 });
  }

  /** Creates an object (`name` not set in `place`), or acts on a subresource of one (`eviction`). */
  async create<T extends KubeObject>(
    resource: Resource,
    place: Place,
    body: object,
    options: WriteOptions = {},
  ): Promise<T> {
    const query = writeQuery(options);
    return (await this.#json(this.#call('create', { resource, place, options, query, body }))) as T;
  }

  /** Creates an object for whoever does not want to see it: the answer is neither kept nor parsed. */
  async createUnseen(
    resource: Resource,
    place: Place,
    body: object,
    options: WriteOptions = {},
  ): Promise<void> {
    await this.#drained(this.#call('create', { resource, place, options, query: writeQuery(options), body }));
  }

  /**
   * Replaces an object; with a resourceVersion in it only if nobody wrote since (else Failure `conflict`).
   */
  async update<T extends KubeObject>(
    resource: Resource,
    place: Place,
    body: object,
    options: WriteOptions = {},
  ): Promise<T> {
    const query = writeQuery(options);
    return (await this.#json(this.#call('update', { resource, place, options, query, body }))) as T;
  }

  /** Changes an object; a resourceVersion in a merge or apply body is a precondition. */
  async patch<T extends KubeObject>(
    resource: Resource,
    place: Place,
    patch: Patch,
    options: WriteOptions = {},
  ): Promise<T> {
    return (await this.#json(this.#call('patch', patched(resource, place, patch, options)))) as T;
  }

  /** Changes an object for whoever does not want to see it: the answer is neither kept nor parsed. */
  async patchUnseen(
    resource: Resource,
    place: Place,
    patch: Patch,
    options: WriteOptions = {},
  ): Promise<void> {
    await this.#drained(this.#call('patch', patched(resource, place, patch, options)));
  }

  /**
   * Deletes an object. Returns it as it is now when it still exists (finalizers, grace period), and null when
   * it is gone.
   */
  async delete(resource: Resource, place: Place, options: DeleteOptions = {}): Promise<KubeObject | null> {
    const { uid, resourceVersion, propagation, gracePeriodSeconds } = options;
    const body = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      preconditions:
        uid === undefined && resourceVersion === undefined ? undefined : { uid, resourceVersion },
      propagationPolicy: propagation,
      gracePeriodSeconds,
    };
    const answer = (await this.#json(this.#call('delete', { resource, place, options, body }))) as KubeObject;
    return answer.kind === 'Status' ? null : answer;
  }

  /**
   * Yields events as they come, bookmarks too. Ends without an error when the server ends the watch; throws a
   * Failure when it cannot begin, breaks, falls silent, or the server sends an ERROR event (`expired` for
   * 410).
   */
  async *watch(resource: Resource, selection: Selection, options: WatchOptions): AsyncGenerator<WatchEvent> {
    const query = selectionQuery(selection);
    query.set('watch', 'true');
    query.set('allowWatchBookmarks', 'true');
    query.set('resourceVersion', options.resourceVersion);
    query.set('timeoutSeconds', String(options.timeoutSeconds));
    const made = this.#call('watch', { resource, place: placeOf(selection), options: {}, query });
    const call: Call = { ...made, signal: options.signal, silenceMs: options.silenceMs };
    using deadline = new Deadline(this.#means.clock, null, options.signal);
    const answer = await exchange(this.#means, call, deadline);
    const lines = new Lines();
    for await (const chunk of chunksOf(this.#means, call, answer, deadline)) {
      for (const line of lines.push(chunk)) yield eventOf(line, call);
    }
  }

  async #listOnce<T>(wanted: {
    readonly resource: Resource;
    readonly selection: Selection;
    readonly project: (object: KubeObject) => T;
    readonly options: CallOptions;
    readonly limit: number;
  }): Promise<Listed<T>> {
    const { resource, selection, project, options, limit } = wanted;
    const query = selectionQuery(selection);
    if (limit > 0) query.set('limit', String(limit));
    const items: T[] = [];
    for (;;) {
      const call = this.#call('list', { resource, place: placeOf(selection), options, query });
      const page = (await this.#json(call)) as ListPage;
      // Items of built-in kinds come without their kind, and a cache should not depend on how an object got
      // in.
      const named = { apiVersion: apiVersionOf(resource), kind: resource.kind };
      for (const item of page.items ?? []) items.push(project({ ...named, ...item }));
      const { continue: token, resourceVersion } = page.metadata;
      if (token === undefined || token === '') return { items, resourceVersion };
      query.set('continue', token);
    }
  }

  async #json(call: Call): Promise<unknown> {
    using deadline = new Deadline(this.#means.clock, call.timeoutMs, call.signal);
    const chunks = await this.#answered(call, deadline);
    return jsonOf(await textOf(chunks, call, this.#mostBytes), call);
  }

  async #drained(call: Call): Promise<void> {
    using deadline = new Deadline(this.#means.clock, call.timeoutMs, call.signal);
    const chunks = await this.#answered(call, deadline);
    await drain(chunks, call, this.#mostBytes);
  }

  /** The body of the answer, once it is our turn to ask. */
  async #answered(call: Call, deadline: Deadline): Promise<AsyncIterable<Buffer>> {
    const waitMs = this.#bucket.reserve();
    if (waitMs > 0) await pause(this.#means, call, waitMs, deadline);
    const answer = await exchange(this.#means, call, deadline);
    return chunksOf(this.#means, call, answer, deadline);
  }

  #call(verb: Verb, asked: Wanted): Call {
    return callOf(verb, asked, this.#timeoutMs);
  }
}

interface ListPage {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items?: readonly KubeObject[] | null;
}

function jsonOf(text: string, call: Call): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const start = JSON.stringify(text.slice(0, 80));
    const message = `kube: ${call.who}: this is not JSON: ${start}`;
    throw new Failure('transient', message, { reason: 'NotJson' }, cause);
  }
}

function eventOf(line: string, call: Call): WatchEvent {
  const event = jsonOf(line, call) as { type: WatchEvent['type'] | 'ERROR'; object: unknown };
  if (event.type === 'ERROR') throw failureOfEvent(call.who, event.object);
  return event as WatchEvent;
}
