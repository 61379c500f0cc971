import type { Manifest, ObjectMeta } from '../../api/meta.ts';
import type { Clock } from '../clock.ts';
import { kinds } from '../kinds.ts';
import type { Random } from '../random.ts';
import type { Kind, Place, Writing } from './api.ts';
import { type Served, versionOf } from './catalog.ts';
import { alreadyExists, badRequest, conflict, forbidden, invalid, MODIFIED, notFound } from './errors.ts';
import { share } from './frozen.ts';
import type { Store } from './store.ts';
import { timestamp } from './timestamp.ts';

/** A write, and how it is meant. */
export interface How extends Writing {
  /** Checks and answers, but stores nothing. */
  readonly dryRun?: boolean;
}

/** What writing needs. */
export interface Means {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
}

/** Raw JSON on its way to become an object. */
export type Draft = Readonly<Record<string, unknown>>;

/**
 * The rules of writing: what a new object gets, what of an update counts, when an update is an end. The same
 * for those in the process and for those who come by HTTP.
 */
export class Writer {
  readonly #means: Means;

  constructor(means: Means) {
    this.#means = means;
  }

  /** Stores a new object. The namespace must be set where the kind lives in one. */
  create(served: Served, draft: Draft, how: How): Manifest {
    const { store, clock, random } = this.#means;
    const { kind } = served;
    const given = metadataOf(draft);
    const name = given.name || (given.generateName ? `${given.generateName}${random.suffix(5)}` : '');
    if (name === '') throw invalid(kind, '', [nameless]);
    this.#admitToNamespace(kind, given.namespace, name);
    const metadata: ObjectMeta = {
      ...fresh(given),
      name,
      uid: random.uuid(),
      creationTimestamp: timestamp(clock.now()),
      ...(served.hasGeneration ? { generation: 1 } : {}),
    };
    const object = stamped(served, { ...withoutStatus(served, draft), metadata });
    if (store.get(kind, placeOf(object)) !== null) throw alreadyExists(kind, name);
    return how.dryRun === true ? object : store.put(kind, null, object);
  }

  /** Replaces an object by what `next` makes of it. Without a change nothing is written. */
  update(served: Served, place: Place, next: (live: Manifest) => Draft, how: How): Manifest {
    const { store } = this.#means;
    const { kind } = served;
    const live = store.get(kind, place);
    if (live === null) throw notFound(kind, place.name);
    const draft = next(live);
    const given = metadataOf(draft);
    checkIdentity(kind, live, given);
    const after = this.#merged(served, live, draft, how.subresource);
    if (after === live || how.dryRun === true) return after;
    // The one who lets go last does not store anything: the object ends as it was.
    if (!isOver(after)) return store.put(kind, live, after);
    store.remove(kind, live);
    return after;
  }

  #merged(served: Served, live: Manifest, draft: Draft, subresource: How['subresource']): Manifest {
    const { kind } = served;
    const given = metadataOf(draft);
    const isStatus = subresource === 'status';
    const { hasStatus } = versionOf(served, kind.version);
    const own = isStatus ? { ...live, status: draft['status'] } : { ...draft };
    const body = hasStatus && !isStatus ? { ...own, status: live['status'] } : own;
    const metadata = kept(live.metadata, isStatus && served.origin !== 'built-in' ? live.metadata : given);
    const after = share(stamped(served, { ...body, metadata }), live) as Manifest;
    if (!served.hasGeneration || !isNewSpec(live, after, hasStatus)) return after;
    const generation = (live.metadata.generation ?? 0) + 1;
    return share({ ...after, metadata: { ...after.metadata, generation } }, live) as Manifest;
  }

  /** Objects need their namespace, and one that is going takes in nothing new. */
  #admitToNamespace(kind: Kind, namespace: string | undefined, name: string): void {
    if (!kind.namespaced) return;
    if (namespace === undefined || namespace === '') {
      throw badRequest('an empty namespace may not be set during creation');
    }
    const home = this.#means.store.get(kinds.namespaces, { name: namespace });
    if (home === null) throw notFound(kinds.namespaces, namespace);
    if (home.metadata.deletionTimestamp === undefined) return;
    const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
    const message = `namespace ${namespace} is being terminated`;
    throw forbidden(kind, name, why, [
      { reason: 'NamespaceTerminating', message, field: 'metadata.namespace' },
    ]);
  }
}

/** Where an object is. */
export function placeOf(object: { readonly metadata: ObjectMeta }): Place {
  const { namespace, name } = object.metadata;
  return namespace === undefined ? { name } : { namespace, name };
}

/** The metadata of a draft; empty where there is none. */
export function metadataOf(draft: Draft): ObjectMeta {
  const metadata = draft['metadata'];
  return (typeof metadata === 'object' && metadata !== null ? metadata : { name: '' }) as ObjectMeta;
}

const nameless = {
  reason: 'FieldValueRequired',
  field: 'metadata.name',
  message: 'Required value: name or generateName is required',
} as const;

/** The metadata of a new object, without what only the server sets. */
function fresh(given: ObjectMeta): ObjectMeta {
  const { uid, resourceVersion, generation, creationTimestamp, ...rest } = given;
  const { deletionTimestamp, deletionGracePeriodSeconds, managedFields, ...own } = rest;
  return own;
}

/** New metadata over old: what only the server sets stays. */
function kept(live: ObjectMeta, given: ObjectMeta): ObjectMeta {
  const { uid, generation, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds } = live;
  const server = { uid, generation, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds };
  const { name, namespace, resourceVersion, managedFields } = live;
  return { ...given, name, namespace, resourceVersion, managedFields, ...server } as ObjectMeta;
}

function checkIdentity(kind: Kind, live: Manifest, given: ObjectMeta): void {
  const { name, uid = '', resourceVersion } = live.metadata;
  if (given.uid !== undefined && given.uid !== '' && given.uid !== uid) {
    const why = `Precondition failed: UID in precondition: ${given.uid}, UID in object meta: ${uid}`;
    throw conflict(kind, name, why);
  }
  const seen = given.resourceVersion ?? '';
  if (seen !== '' && seen !== resourceVersion) throw conflict(kind, name, MODIFIED);
}

function stamped(served: Served, object: Draft & { readonly metadata: ObjectMeta }): Manifest {
  const { group, version, kind } = served.kind;
  const apiVersion = group === '' ? version : `${group}/${version}`;
  const { apiVersion: _version, kind: _kind, metadata, ...rest } = object;
  return { apiVersion, kind, metadata, ...rest };
}

/** What a new object says about its status does not count where status is a matter of its own. */
function withoutStatus(served: Served, draft: Draft): Draft {
  if (!versionOf(served, served.kind.version).hasStatus) return draft;
  const { status, ...rest } = draft;
  return rest;
}

/** Whether anything but metadata and status is another one than before: unchanged parts are shared. */
function isNewSpec(live: Manifest, after: Manifest, hasStatus: boolean): boolean {
  const fields = new Set([...Object.keys(live), ...Object.keys(after)]);
  fields.delete('metadata');
  if (hasStatus) fields.delete('status');
  return [...fields].some((field) => live[field] !== after[field]);
}

/** Deleted, and nobody holds on to it any more. */
function isOver(object: Manifest): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, finalizers = [] } = object.metadata;
  return deletionTimestamp !== undefined && deletionGracePeriodSeconds === 0 && finalizers.length === 0;
}
