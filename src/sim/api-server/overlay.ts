import type { Manifest, ObjectMeta } from '../../api/meta.ts';
import { ApiError } from './api.ts';
import { type Served, versionOf } from './catalog.ts';
import type { Draft } from './decoding.ts';
import { share } from './frozen.ts';
import { omit } from './omit.ts';
import { type How, metadataOf } from './writer.ts';

/** What of a draft counts on this way to write; the rest stays as it is. */
export function overlaid(served: Served, live: Manifest, draft: Draft, { subresource }: How): Manifest {
  const given = metadataOf(draft);
  const isStatus = subresource === 'status';
  const { hasStatus } = versionOf(served, served.kind.version);
  const own = isStatus ? { ...live, status: draft['status'] } : draft;
  const keepsStatus = hasStatus && !isStatus && subresource !== 'binding';
  const body = keepsStatus ? { ...own, status: live['status'] } : own;
  // The status of a custom resource leaves its metadata alone.
  const isOwnOnly = isStatus && served.origin !== 'built-in';
  const { managedFields } = given;
  const metadata = isOwnOnly ? { ...live.metadata, managedFields } : given;
  // The status of a Deployment leaves its labels alone, and nothing else.
  const isLabelled = isStatus && served.kind.kind === 'Deployment' && served.kind.group === 'apps';
  const after = kept(live.metadata, metadata as ObjectMeta);
  return stamped(served, { ...body, metadata: isLabelled ? labelledAs(live.metadata, after) : after });
}

function labelledAs({ labels }: ObjectMeta, metadata: ObjectMeta): ObjectMeta {
  return labels === undefined ? omit(metadata, 'labels') : { ...metadata, labels };
}

/** A namespace with the finalizers of its spec: nothing else can be changed on this way. */
export function finalized(live: Manifest, draft: Draft): Manifest {
  const { finalizers = [] } = (draft['spec'] ?? {}) as { readonly finalizers?: readonly string[] };
  return share({ ...live, spec: finalizers.length === 0 ? {} : { finalizers } }, live) as Manifest;
}

const SERVER_FIELDS = [
  'uid',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
] as const;

/**
 * The metadata of a new object, without what only the server sets. A generation that nobody keeps may be any.
 */
export function fresh(given: ObjectMeta): ObjectMeta {
  const { generation } = given;
  const known = given as ObjectMeta & { readonly selfLink?: string };
  const rest = omit(known, ...SERVER_FIELDS, 'resourceVersion', 'managedFields', 'selfLink') as ObjectMeta;
  return generation === undefined ? rest : { ...rest, generation };
}

/** Refuses an object that is to be created and says which version it has. */
export function versionOfNew(): ApiError {
  return new ApiError(500, '', 'resourceVersion should not be set on objects to be created');
}

/** New metadata over old: what only the server sets stays. */
function kept(live: ObjectMeta, given: ObjectMeta): ObjectMeta {
  const { name, namespace, resourceVersion } = live;
  const server = Object.fromEntries(SERVER_FIELDS.map((field) => [field, live[field]]));
  const known = given as ObjectMeta & { readonly selfLink?: string };
  return { ...omit(known, 'selfLink'), name, namespace, resourceVersion, ...server } as ObjectMeta;
}

/** An object that says which it is, in the version in which it is stored. */
export function stamped(served: Served, object: Draft & { readonly metadata: ObjectMeta }): Manifest {
  const { group, version, kind } = served.kind;
  const head = { apiVersion: group === '' ? version : `${group}/${version}`, kind };
  return { ...head, ...object, ...head };
}

/** What a new object says about its status does not count where status is a matter of its own. */
export function withoutStatus(served: Served, draft: Draft): Draft {
  if (!versionOf(served, served.kind.version).hasStatus) return draft;
  const rest = omit(draft, 'status');
  return served.origin === 'built-in' ? { ...rest, status: {} } : rest;
}
