import { ApiError, type Kind } from './api.ts';

/** One thing wrong with an object, as in `details.causes` of a Status. */
export interface Cause {
  /** `FieldValueInvalid`, `FieldValueRequired`, `FieldValueForbidden`, ... */
  readonly reason: string;
  readonly field: string;
  readonly message: string;
}

/** `replicasets.apps`, or `pods` in the core group: how messages name a resource. */
export function qualified(kind: Pick<Kind, 'group' | 'resource'>): string {
  return kind.group === '' ? kind.resource : `${kind.resource}.${kind.group}`;
}

/** 404: no object of this name. */
export function notFound(kind: Kind, name: string): ApiError {
  return new ApiError(404, 'NotFound', `${qualified(kind)} "${name}" not found`, details(kind, name));
}

/** 404: no such path, kind or subresource. */
export function notServed(): ApiError {
  return new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
}

/** 409: the name is taken, perhaps by something that is on its way out. */
export function alreadyExists(kind: Kind, name: string, isGoing = false): ApiError {
  const word = isGoing ? 'object is being deleted: ' : '';
  const message = `${word}${qualified(kind)} "${name}" already exists`;
  return new ApiError(409, 'AlreadyExists', message, details(kind, name));
}

/** 409: somebody wrote in between, or a precondition does not hold. */
export function conflict(kind: Kind, name: string, why: string): ApiError {
  const message = `Operation cannot be fulfilled on ${qualified(kind)} "${name}": ${why}`;
  return new ApiError(409, 'Conflict', message, details(kind, name));
}

/** What a write with an old resourceVersion is told. */
export const MODIFIED =
  'the object has been modified; please apply your changes to the latest version and try again';

/** 403: understood and refused. */
export function forbidden(kind: Kind, name: string, why: string, causes: readonly Cause[] = []): ApiError {
  const more = causes.length === 0 ? {} : { causes };
  return new ApiError(403, 'Forbidden', `${qualified(kind)} "${name}" is forbidden: ${why}`, {
    ...details(kind, name),
    ...more,
  });
}

/** 422: every cause at once. */
export function invalid(kind: Kind, name: string, causes: readonly Cause[]): ApiError {
  const groupKind = kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
  const parts = [...new Set(causes.map(({ field, message }) => `${field}: ${message}`))];
  const why = parts.length === 1 ? parts[0] : `[${parts.join(', ')}]`;
  return new ApiError(422, 'Invalid', `${groupKind} "${name}" is invalid: ${why}`, {
    ...(name === '' ? {} : { name }),
    ...groupOf(kind),
    ...(kind.kind === '' ? {} : { kind: kind.kind }),
    causes,
  });
}

/** 422 about what a patch leads to: the real one does not say of which kind. */
export function invalidPatch(cause: Cause): ApiError {
  return invalid({ group: '', version: '', resource: '', kind: '', namespaced: false }, '', [cause]);
}

/** 400: the request cannot be understood. */
export function badRequest(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message);
}

/** 410: this version is no longer known. */
export function expired(message: string): ApiError {
  return new ApiError(410, 'Expired', message);
}

/** 405: the resource has no such verb. */
export function notAllowed(): ApiError {
  const message = 'the server does not allow this method on the requested resource';
  return new ApiError(405, 'MethodNotAllowed', message, {});
}

/** What a client gets to see of an error: an object of kind Status. */
export function statusOf(error: ApiError): Readonly<Record<string, unknown>> {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: error.message,
    ...(error.reason === '' ? {} : { reason: error.reason }),
    ...(error.details === undefined ? {} : { details: error.details }),
    code: error.code,
  };
}

function details(kind: Kind, name: string): Readonly<Record<string, unknown>> {
  return { ...(name === '' ? {} : { name }), ...groupOf(kind), kind: kind.resource };
}

function groupOf(kind: Kind): Readonly<Record<string, unknown>> {
  return kind.group === '' ? {} : { group: kind.group };
}
