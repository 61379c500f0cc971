import type http from 'node:http';
import type { KubeObject } from '../../../src/shell/kube/object.ts';
import type { Arrived, Reply } from './server.ts';

interface StoredEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly version: number;
  readonly object: KubeObject;
}

/** The part of an API server that lists and watches ConfigMaps of one namespace, and forgets as etcd does. */
export class Store {
  readonly #objects = new Map<string, KubeObject>();
  #log: StoredEvent[] = [];
  #version = 100;
  #uid = 0;
  /** Nothing up to this version can be watched from or paged through any more. */
  #compacted = 0;
  readonly #watches = new Set<http.ServerResponse>();
  /** Answers instead of the store while it is set; null again hands over to the store. */
  trouble: ((request: Arrived) => Reply | null) | null = null;
  lists = 0;
  /** Version from which each watch began, in order. */
  readonly watchedFrom: string[] = [];
  readonly watchQueries: URLSearchParams[] = [];

  readonly answer = (request: Arrived): Reply => {
    const troubled = this.trouble?.(request) ?? null;
    if (troubled !== null) return troubled;
    return request.query.has('watch') ? this.#watch(request) : this.#list(request);
  };

  get version(): string {
    return String(this.#version);
  }

  /** How many watches are open. */
  get watches(): number {
    return this.#watches.size;
  }

  /** The objects by name, as a client should see them. */
  get objects(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      [...this.#objects].map(([name, { metadata }]) => [name, metadata.resourceVersion ?? '']),
    );
  }

  put(name: string): KubeObject {
    const old = this.#objects.get(name);
    const uid = old?.metadata.uid ?? `uid-${++this.#uid}`;
    const object: KubeObject = {
      metadata: { namespace: 'n', name, uid, resourceVersion: String(++this.#version) },
    };
    this.#objects.set(name, object);
    this.#tell({ type: old === undefined ? 'ADDED' : 'MODIFIED', version: this.#version, object });
    return object;
  }

  delete(name: string): void {
    const old = this.#objects.get(name);
    if (old === undefined) return;
    this.#objects.delete(name);
    const metadata = { ...old.metadata, resourceVersion: String(++this.#version) };
    this.#tell({ type: 'DELETED', version: this.#version, object: { metadata } });
  }

  /** Tells all watches how far they are. */
  bookmark(): void {
    const object = { kind: 'ConfigMap', metadata: { resourceVersion: this.version } };
    for (const watch of this.#watches) watch.write(`${JSON.stringify({ type: 'BOOKMARK', object })}\n`);
  }

  /** Forgets all history. */
  compact(): void {
    this.#compacted = this.#version;
    this.#log = [];
  }

  /** Ends all watches as after `timeoutSeconds`. */
  endWatches(): void {
    for (const watch of this.#watches) watch.end();
  }

  /** Sends raw bytes on all watches. */
  write(bytes: string): void {
    for (const watch of this.#watches) watch.write(bytes);
  }

  #tell(event: StoredEvent): void {
    this.#log.push(event);
    for (const watch of this.#watches) watch.write(lineOf(event));
  }

  #list(request: Arrived): Reply {
    const [start = 0, asOf = this.#version] = (request.query.get('continue') ?? '')
      .split(':')
      .filter(Boolean)
      .map(Number);
    if (request.query.has('continue') && asOf <= this.#compacted)
      return expired('the continue token is too old');
    this.lists += 1;
    const limit = Number(request.query.get('limit') ?? 0) || Number.POSITIVE_INFINITY;
    const all = [...this.#objects.values()];
    const items = all.slice(start, start + limit);
    const next = start + items.length < all.length ? { continue: `${start + items.length}:${asOf}` } : {};
    return { body: { kind: 'ConfigMapList', metadata: { resourceVersion: String(asOf), ...next }, items } };
  }

  #watch(request: Arrived): Reply {
    const from = request.query.get('resourceVersion') ?? '';
    this.watchedFrom.push(from);
    this.watchQueries.push(request.query);
    if (Number(from) < this.#compacted) return expired(`too old resource version: ${from}`);
    return (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.flushHeaders();
      this.#watches.add(response);
      response.on('close', () => this.#watches.delete(response));
      for (const event of this.#log) if (event.version > Number(from)) response.write(lineOf(event));
    };
  }
}

/** The ERROR event that ends a watch whose place was forgotten. */
export const expiredEvent = `${JSON.stringify({
  type: 'ERROR',
  object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' },
})}\n`;

function expired(message: string): Reply {
  return { status: 410, body: { kind: 'Status', code: 410, reason: 'Expired', message } };
}

function lineOf({ type, object }: StoredEvent): string {
  return `${JSON.stringify({ type, object: { apiVersion: 'v1', kind: 'ConfigMap', ...object } })}\n`;
}
