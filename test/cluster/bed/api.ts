import { setTimeout as pause } from 'node:timers/promises';
import {
  type Access,
  ApiError,
  connect,
  type KubeObject,
  type Manifest,
  type PatchKind,
  patchType,
  type Ref,
  type Selection,
  type WatchEvent,
  type Watching,
  type Wire,
} from './client.ts';

/** A small client for tests: raw JSON, addressed by apiVersion, kind, namespace and name. */
export interface Api {
  readonly wire: Wire;
  get<T = KubeObject>(ref: Ref): Promise<T>;
  /** Like `get`, but null when the object does not exist. */
  find<T = KubeObject>(ref: Ref): Promise<T | null>;
  list<T = KubeObject>(ref: Ref, selection?: Selection): Promise<readonly T[]>;
  create(manifest: Manifest): Promise<KubeObject>;
  /** Server-side apply, forced. `fieldManager` is `user` unless given. */
  apply(manifest: Manifest, fieldManager?: string, subresource?: string): Promise<KubeObject>;
  replace(manifest: Manifest, subresource?: string): Promise<KubeObject>;
  patch(ref: Ref, kind: PatchKind, body: unknown, subresource?: string): Promise<KubeObject>;
  /** Deletes and returns at once; an object that is not there is no error. */
  delete(ref: Ref, options?: DeleteOptions): Promise<void>;
  watch(ref: Ref, onEvent: (event: WatchEvent) => void, selection?: Selection): Promise<Watching>;
  /** Waits until `holds` is true of the object (null: absent) and returns it; throws after `seconds` (60). */
  until<T = KubeObject>(ref: Ref, holds: (object: T | null) => boolean, seconds?: number): Promise<T | null>;
  /** The URL path of an object or a collection. */
  path(ref: Ref, subresource?: string): Promise<string>;
  close(): Promise<void>;
}

/** The options of a delete that tests use. */
export interface DeleteOptions {
  readonly propagationPolicy?: 'Foreground' | 'Background' | 'Orphan';
  readonly gracePeriodSeconds?: number;
}

/** Connects as the holder of a token. */
export function openApi(access: Access): Api {
  return apiOver(connect(access));
}

/** The same over any way to an API server, such as a simulated one. */
export function apiOver(wire: Wire): Api {
  const path = pathFinder(wire);
  const api: Api = {
    wire,
    path,
    get: async <T>(ref: Ref) => wire.send<T>('GET', await path(ref)),
    find: async <T>(ref: Ref) => orNull(wire.send<T>('GET', await path(ref))),
    list: async <T>(ref: Ref, selection: Selection = {}) =>
      (await listOf<T>(wire, await path(ref), selection, ref)).items,
    create: async (manifest) =>
      wire.send('POST', await path({ ...refTo(manifest), name: undefined }), manifest),
    apply: async (manifest, fieldManager = 'user', subresource) => {
      const query = `?fieldManager=${fieldManager}&force=true`;
      const target = await path(refTo(manifest), subresource);
      return wire.send('PATCH', target + query, manifest, 'application/apply-patch+yaml');
    },
    replace: async (manifest, subresource) =>
      wire.send('PUT', await path(refTo(manifest), subresource), manifest),
    patch: async (ref, kind, body, subresource) =>
      wire.send('PATCH', await path(ref, subresource), body, patchType(kind)),
    delete: async (ref, options = {}) => {
      await orNull(
        wire.send('DELETE', await path(ref), { kind: 'DeleteOptions', apiVersion: 'v1', ...options }),
      );
    },
    watch: async (ref, onEvent, selection = {}) =>
      wire.follow((await path(ref)) + query({ ...selection, watch: 'true' }), onEvent),
    until: async <T>(ref: Ref, holds: (object: T | null) => boolean, seconds = 60) =>
      waitFor<T>(wire, await path({ ...ref, name: undefined }), { ref, holds, seconds }),
    close: () => wire.close(),
  };
  return api;
}

/** The reference of a manifest: where it is or will be. */
export function refTo(manifest: Manifest): Ref {
  const { apiVersion, kind, metadata } = manifest;
  return { apiVersion, kind, namespace: metadata.namespace, name: metadata.name };
}

/** Reads a field by a dotted path, `status.conditions.0.type`; undefined where anything is missing. */
export function valueAt(object: unknown, path: string): unknown {
  let value = object;
  for (const part of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

/** The status of a condition of an object, null when there is no such condition. */
export function conditionOf(object: unknown, type: string): string | null {
  const conditions = valueAt(object, 'status.conditions');
  if (!Array.isArray(conditions)) return null;
  const found = (conditions as readonly { type: string; status: string }[]).find((c) => c.type === type);
  return found?.status ?? null;
}

interface ResourceList {
  readonly resources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly namespaced: boolean;
  }[];
}

// Discovery is asked once per group and version, and again for a kind that is not known yet: CRDs come later.
function pathFinder(wire: Wire): Api['path'] {
  const known = new Map<string, ResourceList>();
  async function resource(apiVersion: string, kind: string) {
    for (let attempt = 0; ; attempt++) {
      const list = known.get(apiVersion) ?? (await discover(apiVersion));
      const found = list?.resources.find((r) => r.kind === kind && !r.name.includes('/'));
      if (list !== null && found !== undefined) {
        known.set(apiVersion, list);
        return found;
      }
      if (attempt === 40) throw new Error(`the API server does not know ${apiVersion} ${kind}`);
      known.delete(apiVersion);
      await pause(50);
    }
  }
  const discover = (apiVersion: string) => orNull(wire.send<ResourceList>('GET', prefix(apiVersion)));
  return async (ref, subresource) => {
    const { name: plural, namespaced } = await resource(ref.apiVersion, ref.kind);
    const parts = [prefix(ref.apiVersion)];
    if (namespaced && ref.namespace !== undefined) parts.push('namespaces', ref.namespace);
    parts.push(plural);
    if (ref.name !== undefined) parts.push(encodeURIComponent(ref.name));
    if (subresource !== undefined) parts.push(subresource);
    return parts.join('/');
  };
}

function prefix(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

function query(parameters: Readonly<Record<string, string>>): string {
  const text = new URLSearchParams(parameters).toString();
  return text === '' ? '' : `?${text}`;
}

interface RawList<T> {
  readonly items: readonly T[];
  readonly version: string;
}

// Members of a list come without apiVersion and kind; they get those of the reference.
async function listOf<T>(wire: Wire, path: string, selection: Selection, ref: Ref): Promise<RawList<T>> {
  const list = await wire.send<{ items: readonly T[]; metadata: { resourceVersion: string } }>(
    'GET',
    path + query({ ...selection }),
  );
  const { apiVersion, kind } = ref;
  return {
    items: list.items.map((item) => ({ apiVersion, kind, ...item })),
    version: list.metadata.resourceVersion,
  };
}

async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

interface Waiting<T> {
  readonly ref: Ref;
  readonly holds: (object: T | null) => boolean;
  readonly seconds: number;
}

async function waitFor<T>(wire: Wire, path: string, { ref, holds, seconds }: Waiting<T>): Promise<T | null> {
  const deadline = performance.now() + seconds * 1000;
  const fieldSelector = `metadata.name=${ref.name ?? ''}`;
  let last: T | null = null;
  let reached = false;
  const look = (object: T | null) => {
    last = object;
    reached ||= holds(object);
    return reached;
  };
  while (performance.now() < deadline) {
    const { items, version } = await listOf<T>(wire, path, { fieldSelector }, ref);
    if (look(items[0] ?? null)) return last;
    const watching = wire.follow(
      path + query({ fieldSelector, resourceVersion: version, watch: 'true' }),
      (event) => {
        if (reached || event.type === 'BOOKMARK') return;
        const gone = event.type === 'DELETED';
        if (event.type === 'ERROR' || look(gone ? null : (event.object as T))) watching.stop();
      },
    );
    const timer = setTimeout(() => watching.stop(), Math.max(0, deadline - performance.now()));
    await watching.done;
    clearTimeout(timer);
    if (reached) return last;
  }
  const seen = JSON.stringify(last, withoutManagers, 1)?.slice(0, 5000);
  throw new Error(`${ref.kind} ${ref.namespace ?? ''}/${ref.name ?? ''}: not so after ${seconds} s: ${seen}`);
}

// Who manages which field is long, and hides the rest.
function withoutManagers(key: string, value: unknown): unknown {
  return key === 'managedFields' ? undefined : value;
}
