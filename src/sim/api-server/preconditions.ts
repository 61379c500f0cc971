import type { Manifest, ObjectMeta } from '../../api/meta.ts';
import { ApiError, type Deletion } from './api.ts';
import type { Served } from './catalog.ts';
import { conflict, invalid, MODIFIED, qualified } from './errors.ts';
import { keyOf } from './store.ts';

/** Custom resources and these can be replaced only by one who says which version was seen. */
const CONDITIONAL = ['leases.coordination.k8s.io', 'customresourcedefinitions.apiextensions.k8s.io'];

/** Throws Conflict where the one who writes saw another object, or another version of it. */
export function checkPreconditions(
  served: Served,
  live: Manifest,
  given: ObjectMeta,
  isPatch: boolean,
): void {
  const { kind } = served;
  const { name, uid = '', resourceVersion } = live.metadata;
  if (!isPatch && given.uid !== undefined && given.uid !== '' && given.uid !== uid) {
    const key = `/registry/${kind.resource}/${keyOf(live)}`;
    const failed = `Precondition failed: UID in precondition: ${given.uid}, UID in object meta: ${uid}`;
    const why =
      `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, ` +
      `AdditionalErrorMsg: ${failed}`;
    throw conflict(kind, name, why);
  }
  const seen = given.resourceVersion ?? '';
  if (seen === resourceVersion) return;
  if (seen !== '' && !/^\d+$/.test(seen)) {
    const message = `strconv.ParseUint: parsing ${JSON.stringify(seen)}: invalid syntax`;
    throw new ApiError(500, '', message);
  }
  if (seen !== '' && seen !== '0') throw conflict(kind, name, MODIFIED);
  if (isPatch || (served.origin === 'built-in' && !CONDITIONAL.includes(qualified(kind)))) return;
  const message = 'Invalid value: 0: must be specified for an update';
  const cause = { reason: 'FieldValueInvalid', field: 'metadata.resourceVersion', message };
  // Here the real one names the resource where the kind should be.
  throw invalid({ ...kind, kind: kind.resource }, name, [cause]);
}

/** The same for a deletion; here the real one names the kind where the resource should be. */
export function checkDeletion({ kind }: Served, live: Manifest, deletion: Deletion): void {
  const { name, uid = '', resourceVersion = '' } = live.metadata;
  const named = { ...kind, resource: kind.kind };
  const differ = (what: string, wanted: string, found: string, end: string): ApiError => {
    const why = `the ${what} in the precondition (${wanted}) does not match the ${what} in record (${found})`;
    return conflict(named, name, `${why}. The object might have been ${end}`);
  };
  if (deletion.uid !== undefined && deletion.uid !== uid) {
    throw differ('UID', deletion.uid, uid, 'deleted and then recreated');
  }
  if (deletion.resourceVersion !== undefined && deletion.resourceVersion !== resourceVersion) {
    throw differ('ResourceVersion', deletion.resourceVersion, resourceVersion, 'modified');
  }
}
