import type { Manifest } from '../../../api/meta.ts';
import type { Place } from '../api.ts';
import type { Draft } from '../decoding.ts';
import { badRequest, invalid, notFound, qualified } from '../errors.ts';
import type { ApiAnswer } from '../http.ts';
import { inVersion } from '../serialized.ts';
import { type How, metadataOf } from '../writer.ts';
import { objectIn } from './bodies.ts';
import type { Asked, HttpMeans } from './means.ts';
import { patchIn } from './patching.ts';
import { shownAs } from './reading.ts';
import { apiVersionOf } from './representation.ts';
import type { Target } from './target.ts';
import { wishOf } from './write-options.ts';

/** A PUT creates these when they are not there. */
const MADE_BY_PUT = ['services', 'endpoints', 'events', 'leases.coordination.k8s.io'];
const RBAC = 'rbac.authorization.k8s.io';

/** Answers a POST to a collection. */
export function create(means: HttpMeans, asked: Asked, target: Target): ApiAnswer {
  const shown = shownAs(means, asked, target);
  const wish = wishOf(asked, 'CreateOptions', target.version.name);
  const draft = inNamespace(objectIn(asked.request, target), target);
  const object = means.writer.create(target.served, draft, wish.how);
  return shown.one(201, object, wish.warnings());
}

/** Answers a PUT of an object, or of its status or finalizers. */
export function replace(means: HttpMeans, asked: Asked, target: Target): ApiAnswer {
  const shown = shownAs(means, asked, target);
  const wish = wishOf(asked, 'UpdateOptions', target.version.name);
  const draft = inNamespace(objectIn(asked.request, target), target);
  checkName(draft, target.name ?? '');
  const how = partOf(target, wish.how);
  if (isMade(means, target)) {
    return shown.one(201, means.writer.create(target.served, draft, how), wish.warnings());
  }
  const object = means.writer.update(target.served, placeOf(target), () => draft, how);
  return shown.one(200, object, wish.warnings());
}

/** Answers a PATCH of any sort; server-side apply may create. */
export function patch(means: HttpMeans, asked: Asked, target: Target): ApiAnswer {
  const shown = shownAs(means, asked, target);
  const change = patchIn(asked, target);
  const wish = wishOf(asked, 'PatchOptions', target.version.name);
  const how = partOf(target, { ...wish.how, ...(change.applied === null ? {} : { apply: change.applied }) });
  const place = placeOf(target);
  const { served } = target;
  if (means.store.get(served.kind, place) === null) {
    if (change.applied === null || target.subresource !== null) throw notFound(served.kind, place.name);
    const draft = inNamespace(change.applied.object, target);
    checkName(draft, place.name);
    const made = means.writer.create(served, draft, how);
    return shown.one(201, made, wish.warnings());
  }
  const apiVersion = apiVersionOf(target);
  const next = (live: Manifest): Draft => {
    const draft = inNamespace(change.next(inVersion(live, apiVersion)), target);
    checkName(draft, place.name);
    if (served.origin !== 'built-in') checkIdentity(draft, target);
    return draft;
  };
  const object = means.writer.update(served, place, next, how);
  return shown.one(200, object, wish.warnings());
}

/** A patch makes nothing else of a custom resource. */
function checkIdentity(draft: Draft, target: Target): void {
  const apiVersion = apiVersionOf(target);
  const { kind } = target.served;
  const { name } = metadataOf(draft);
  const reason = 'FieldValueInvalid';
  if (draft['kind'] !== kind.kind) {
    const message = `Invalid value: ${JSON.stringify(draft['kind'])}: must be ${kind.kind}`;
    throw invalid({ ...kind, kind: String(draft['kind']) }, name, [{ reason, field: 'kind', message }]);
  }
  if (draft['apiVersion'] === apiVersion) return;
  const message = `Invalid value: ${JSON.stringify(draft['apiVersion'])}: must be ${apiVersion}`;
  throw invalid(kind, name, [{ reason, field: 'apiVersion', message }]);
}

/** Where the object of a path is. */
export function placeOf({ namespace, name }: Target): Place {
  return namespace === null ? { name: name ?? '' } : { namespace, name: name ?? '' };
}

/** A draft in the namespace of the request; throws BadRequest where it names another one. */
export function inNamespace(draft: Draft, { namespace }: Pick<Target, 'namespace'>): Draft {
  const metadata = metadataOf(draft);
  const given = metadata.namespace ?? '';
  if (namespace === null && given === '') return draft;
  if (given !== '' && given !== (namespace ?? '')) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  return given === namespace ? draft : { ...draft, metadata: { ...metadata, namespace } };
}

/** Throws BadRequest where a draft has another name than the path. */
export function checkName(draft: Draft, name: string): void {
  const given = (metadataOf(draft) as { readonly name?: string }).name ?? '';
  if (given === name) return;
  throw badRequest(
    given === ''
      ? `the name of the object (${name} based on URL) was undeterminable: name must be provided`
      : `the name of the object (${given}) does not match the name on the URL (${name})`,
  );
}

function partOf({ subresource }: Target, how: How): How {
  if (subresource !== 'status' && subresource !== 'finalize') return how;
  return { ...how, subresource };
}

function isMade({ store }: HttpMeans, target: Target): boolean {
  const { kind } = target.served;
  const isAllowed = MADE_BY_PUT.includes(qualified(kind)) || kind.group === RBAC;
  return isAllowed && target.subresource === null && store.get(kind, placeOf(target)) === null;
}
