import type { Json, JsonObject, Manifest } from '../../../src/api/meta.ts';
import type { Resource } from '../../../src/api/resources.ts';
import type { Api } from '../../../src/cli/io.ts';
import { Failure } from '../../../src/shell/kube/failure.ts';
import type { KubeObject } from '../../../src/shell/kube/object.ts';
import type { Patch, Selection, WatchEvent } from '../../../src/shell/kube/options.ts';
import type { Place } from '../../../src/shell/kube/resources.ts';

/** A write that a command made: path below the namespace, as in the recordings. */
export interface Request {
  readonly verb: 'PATCH' | 'POST';
  readonly path: string;
  readonly type: string;
  readonly body: unknown;
}

/**
 * Objects in memory behind the calls that commands make: enough of an API server to see what a command asks
 * for. Merge patches are applied; JSON patches are recorded only. Label selectors match everything.
 */
export class Store implements Api {
  readonly requests: Request[] = [];
  readonly #objects = new Map<string, Manifest>();
  readonly #refused = new Set<string>();
  readonly #watchers = new Set<(event: WatchEvent & { readonly object: Manifest }) => void>();
  readonly #breakers = new Set<() => void>();
  #version = 100;

  constructor(objects: readonly Manifest[]) {
    for (const object of objects) this.put(object);
  }

  /** Stores an object and tells the watches. */
  put(object: Manifest): void {
    const key = keyOf(object.kind, object.metadata.name);
    const type = this.#objects.has(key) ? 'MODIFIED' : 'ADDED';
    this.#version += 1;
    const metadata = { ...object.metadata, resourceVersion: String(this.#version) };
    const stored: Manifest = { ...object, metadata };
    this.#objects.set(key, stored);
    for (const tell of this.#watchers) tell({ type, object: stored });
  }

  remove(kind: string, name: string): void {
    const key = keyOf(kind, name);
    const object = this.#objects.get(key);
    if (object === undefined) return;
    this.#objects.delete(key);
    for (const tell of this.#watchers) tell({ type: 'DELETED', object });
  }

  /** From now on nobody may list this resource. */
  refuse(resource: string): void {
    this.#refused.add(resource);
  }

  /** From now on everybody may list everything again. */
  allow(): void {
    this.#refused.clear();
  }

  /** Ends all watches, as a server does that goes away. */
  breakWatches(): void {
    for (const end of this.#breakers) end();
  }

  /** How many watches are open. */
  get watches(): number {
    return this.#watchers.size;
  }

  async get<T extends KubeObject>(resource: Resource, place: Place): Promise<T> {
    return this.#find(resource, place) as unknown as T;
  }

  async getPath(): Promise<unknown> {
    return { gitVersion: 'v1.35.4' };
  }

  async list<T>(resource: Resource, selection: Selection, project: (object: KubeObject) => T) {
    if (this.#refused.has(resource.resource))
      throw new Failure('forbidden', `kube: list ${resource.resource} x: ${resource.resource} is forbidden`);
    const items = [...this.#objects.values()]
      .filter((object) => isIn(object, resource, selection))
      .map(project);
    return { items, resourceVersion: String(this.#version) };
  }

  async create<T extends KubeObject>(resource: Resource, _place: Place, body: object): Promise<T> {
    this.requests.push({ verb: 'POST', path: resource.resource, type: 'json', body });
    const { metadata, ...rest } = body as Manifest;
    const { name = `${metadata.generateName ?? ''}x7k2p` } = metadata as Partial<Manifest['metadata']>;
    const made = { ...rest, metadata: { ...metadata, name } } as Manifest;
    this.put(made);
    return made as unknown as T;
  }

  async patch<T extends KubeObject>(resource: Resource, place: Place, patch: Patch): Promise<T> {
    const object = this.#find(resource, place);
    const end = place.subresource === undefined ? '' : `/${place.subresource}`;
    const path = `${resource.resource}/${place.name ?? ''}${end}`;
    this.requests.push({ verb: 'PATCH', path, type: `${patch.type}-patch+json`, body: patch.body });
    if (patch.type === 'merge')
      this.put(merged(object as unknown as Json, patch.body as Json) as unknown as Manifest);
    return this.#find(resource, place) as unknown as T;
  }

  async delete(resource: Resource, { name = '' }: Place): Promise<null> {
    this.remove(resource.kind, name);
    return null;
  }

  async *watch(
    resource: Resource,
    selection: Selection,
    { signal }: { readonly signal?: AbortSignal },
  ): AsyncGenerator<WatchEvent> {
    const queue: WatchEvent[] = [];
    let wake = (): void => {};
    const tell = (event: WatchEvent & { readonly object: Manifest }): void => {
      if (isIn(event.object, resource, selection)) queue.push(event);
      wake();
    };
    const stop = (): void => wake();
    let isBroken = false;
    const end = (): void => {
      isBroken = true;
      wake();
    };
    this.#breakers.add(end);
    this.#watchers.add(tell);
    signal?.addEventListener('abort', stop);
    try {
      while (signal?.aborted !== true) {
        if (isBroken) throw new Failure('expired', 'kube: watch rollouts: too old');
        const event = queue.shift();
        if (event !== undefined) yield event;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
      throw new Failure('cancelled', 'kube: watch: cancelled');
    } finally {
      this.#breakers.delete(end);
      this.#watchers.delete(tell);
      signal?.removeEventListener('abort', stop);
    }
  }

  #find(resource: Resource, { name = '' }: Place): Manifest {
    const found = this.#objects.get(keyOf(resource.kind, name));
    if (found !== undefined) return found;
    const message = `${resource.resource}.${resource.group} "${name}" not found`;
    throw new Failure('missing', `kube: get ${resource.resource} x/${name}: ${message} (HTTP 404)`, {
      status: 404,
      object: name,
    });
  }
}

function keyOf(kind: string, name: string): string {
  return `${kind}/${name}`;
}

function isIn(
  { kind, metadata }: Manifest,
  resource: Resource,
  { namespace, fieldSelector }: Selection,
): boolean {
  const name = /^metadata\.name=(.*)$/.exec(fieldSelector ?? '')?.[1];
  if (kind !== resource.kind || (name !== undefined && name !== metadata.name)) return false;
  return namespace === undefined || metadata.namespace === undefined || metadata.namespace === namespace;
}

/** Source: RFC 7386. */
function merged(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const result: Record<string, Json> = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value);
  }
  return result;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
