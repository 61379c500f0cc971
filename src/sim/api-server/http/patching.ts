import type { JsonObject, Manifest } from '../../../api/meta.ts';
import { ApiError } from '../api.ts';
import { type Draft, schemaOf } from '../decoding.ts';
import { badRequest } from '../errors.ts';
import { jsonPatch } from '../patch/json.ts';
import { mergePatch } from '../patch/merge.ts';
import { strategicPatch } from '../patch/strategic.ts';
import { jsonIn, yamlIn } from './bodies.ts';
import type { Asked } from './means.ts';
import { mediaParts } from './media.ts';
import type { Target } from './target.ts';
import { invalidOptions } from './write-options.ts';

/** A patch that is understood. */
export interface Change {
  /** What it makes of an object. */
  readonly next: (live: Manifest) => Draft;
  /** Server-side apply: what is applied; null for all other patches. */
  readonly applied: { readonly object: Draft; readonly force: boolean } | null;
}

/** Reads a patch; the content type tells of which sort it is. */
export function patchIn(asked: Asked, target: Target): Change {
  const { request, query } = asked;
  const [type] = mediaParts(request.headers['content-type'] ?? '');
  const text = request.body ?? '';
  const isForced = query.get('force') === 'true' || query.get('force') === '1';
  if (isForced && type !== 'application/apply-patch+yaml') {
    const message = 'Forbidden: may not be specified for non-apply patch';
    throw invalidOptions('PatchOptions', [{ reason: 'FieldValueForbidden', field: 'force', message }]);
  }
  switch (type) {
    case 'application/json-patch+json': {
      const operations = jsonIn(text, 'patch');
      return plain((live) => jsonPatch(asJson(live), operations));
    }
    case 'application/merge-patch+json': {
      const merge = jsonIn(text, 'patch');
      return plain((live) => mergePatch(asJson(live), merge));
    }
    case 'application/strategic-merge-patch+json':
      return strategic(jsonIn(text, 'patch'), target);
    case 'application/apply-patch+yaml':
      return applied(asked, target, isForced);
    default:
      throw new ApiError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
  }
}

function plain(next: (live: Manifest) => Draft): Change {
  return { next, applied: null };
}

function strategic(body: unknown, target: Target): Change {
  const schema = target.served.origin === 'built-in' ? schemaOf(target.served, target.version.name) : null;
  if (schema === null) {
    const message =
      'the body of the request was in an unknown format - accepted media types include: ' +
      'application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml';
    throw new ApiError(415, 'UnsupportedMediaType', message);
  }
  return plain((live) => strategicPatch(asJson(live), body as JsonObject, schema));
}

function applied({ request, query }: Asked, target: Target, force: boolean): Change {
  if (!query.get('fieldManager')) {
    const message = 'Required value: is required for apply patch';
    throw invalidOptions('PatchOptions', [{ reason: 'FieldValueRequired', field: 'fieldManager', message }]);
  }
  const value = yamlIn(request.body ?? '');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badRequest('error decoding YAML: the patch is no object');
  }
  const object = value as Draft;
  const { group, kind } = target.served.kind;
  const wanted = group === '' ? target.version.name : `${group}/${target.version.name}`;
  const { apiVersion = '', kind: given = '' } = object as { apiVersion?: string; kind?: string };
  if (apiVersion !== wanted || given !== kind) {
    const [version = '', inGroup = ''] = apiVersion.split('/').reverse();
    throw badRequest(`invalid object type: ${inGroup}/${version}, Kind=${given}`);
  }
  return { next: () => object, applied: { object, force } };
}

function asJson(object: Manifest): JsonObject {
  return object as unknown as JsonObject;
}
