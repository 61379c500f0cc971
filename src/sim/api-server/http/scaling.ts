import type { JsonObject, LabelSelector, Manifest } from '../../../api/meta.ts';
import { selectorText } from '../../../api/selector.ts';
import { ApiError, type Kind } from '../api.ts';
import type { ScalePaths } from '../catalog.ts';
import type { Draft } from '../decoding.ts';
import { badRequest, invalid, notAllowed, notFound } from '../errors.ts';
import type { ApiAnswer } from '../http.ts';
import { jsonPatch } from '../patch/json.ts';
import { mergePatch } from '../patch/merge.ts';
import { goWord } from '../patch/object.ts';
import { metadataOf } from '../writer.ts';
import { json } from './answers.ts';
import { jsonIn, yamlIn } from './bodies.ts';
import type { Asked, HttpMeans } from './means.ts';
import { mediaParts } from './media.ts';
import type { Target } from './target.ts';
import { wishOf } from './write-options.ts';
import { checkName, inNamespace, placeOf } from './writing.ts';

const scaleKind = {
  group: 'autoscaling',
  version: 'v1',
  resource: 'scales',
  kind: 'Scale',
  namespaced: true,
} as const;

/** Answers what is asked of the size of something: reading it, replacing it, changing it. */
export function answerScale(means: HttpMeans, asked: Asked, target: Target): ApiAnswer {
  const { method } = asked.request;
  const place = placeOf(target);
  const paths = target.version.scale;
  const live = means.store.get(target.served.kind, place);
  if (live === null || paths === null) throw notFound(target.served.kind, place.name);
  if (method === 'GET') return json(200, scaleOf(target, live, paths));
  if (method !== 'PUT' && method !== 'PATCH') throw notAllowed();
  const wish = wishOf(asked, method === 'PUT' ? 'UpdateOptions' : 'PatchOptions', target.version.name);
  const change = method === 'PUT' ? replacement(asked) : patchOf(asked);
  const next = (object: Manifest): Draft => {
    const scale = inNamespace(
      change(() => scaleOf(target, object, paths)),
      target,
    );
    checkName(scale, place.name);
    return resized(target, object, scale, paths);
  };
  const isUntold = method === 'PUT' && target.served.origin !== 'built-in' && !isTold(asked);
  const how = { ...wish.how, subresource: 'scale', isPatch: true, isUntold } as const;
  const object = means.writer.update(target.served, place, next, how);
  return json(200, scaleOf(target, object, paths), wish.warnings());
}

function isTold({ request }: Asked): boolean {
  return (jsonIn(request.body ?? '', scaleKind.kind) as Draft)['apiVersion'] !== undefined;
}

/** The Scale of an object, as autoscalers see it. */
function scaleOf({ served }: Target, live: Manifest, paths: ScalePaths): JsonObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = live.metadata;
  const replicas = valueAt(live, paths.spec);
  if (typeof replicas !== 'number' && served.origin !== 'built-in') {
    const message = `the spec replicas field ${JSON.stringify(paths.spec)} does not exist`;
    throw new ApiError(500, 'InternalError', `Internal error occurred: ${message}`, {
      causes: [{ message }],
    });
  }
  const selector = selectorOf(live, paths);
  const current = valueAt(live, paths.status);
  const metadata = { name, namespace, uid, resourceVersion, creationTimestamp };
  return {
    kind: scaleKind.kind,
    apiVersion: 'autoscaling/v1',
    metadata: metadata as JsonObject,
    // Go leaves out a zero here.
    spec: typeof replicas === 'number' && replicas !== 0 ? { replicas } : {},
    status: {
      replicas: typeof current === 'number' ? current : 0,
      ...(selector === '' ? {} : { selector }),
    },
  };
}

function selectorOf(live: Manifest, { selector }: ScalePaths): string {
  const value = selector === undefined ? undefined : valueAt(live, selector);
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null ? selectorText(value as LabelSelector) : '';
}

function resized({ served }: Target, live: Manifest, scale: Draft, paths: ScalePaths): Draft {
  const { replicas = 0 } = (scale['spec'] ?? {}) as { readonly replicas?: number | null };
  const wanted = replicas ?? 0;
  if (!Number.isInteger(wanted) || wanted < 0) {
    if (typeof wanted !== 'number') throw unreadable(wanted);
    if (served.origin !== 'built-in') throw negative(served.kind, live, paths.spec, wanted);
    const message = `Invalid value: ${JSON.stringify(wanted)}: must be greater than or equal to 0`;
    const cause = { reason: 'FieldValueInvalid', field: 'spec.replicas', message };
    throw invalid(scaleKind, live.metadata.name, [cause]);
  }
  const { resourceVersion = '', uid = '' } = metadataOf(scale);
  const seen = { ...(resourceVersion === '' ? {} : { resourceVersion }), ...(uid === '' ? {} : { uid }) };
  const metadata = { ...live.metadata, ...seen };
  return { ...(withValue(live, paths.spec, wanted) as object), metadata };
}

function unreadable(value: unknown): ApiError {
  const why = `json: cannot unmarshal ${goWord(value)} into Go struct field ScaleSpec.spec.replicas of type int32`;
  return badRequest(`Scale in version "v1" cannot be handled as a Scale: ${why}`);
}

function negative(kind: Kind, live: Manifest, path: string, value: number): ApiError {
  const message = `Invalid value: ${value}: should be a non-negative integer`;
  return invalid(kind, live.metadata.name, [{ reason: 'FieldValueInvalid', field: path, message }]);
}

/** What a request makes of a Scale, which is only looked at where it is needed. */
type ScaleChange = (scale: () => JsonObject) => Draft;

function replacement({ request }: Asked): ScaleChange {
  const body = jsonIn(request.body ?? '', scaleKind.kind) as Draft;
  const given = body['kind'] ?? scaleKind.kind;
  if (given !== scaleKind.kind) {
    const word = JSON.stringify(given).replaceAll('"', '');
    const why = `no kind "${word}" is registered for version "autoscaling/v1" in scheme "pkg/runtime/scheme.go:111"`;
    throw badRequest(`${word} in version "v1" cannot be handled as a Scale: ${why}`);
  }
  return () => body;
}

function patchOf({ request }: Asked): ScaleChange {
  const [type] = mediaParts(request.headers['content-type'] ?? '');
  const text = request.body ?? '';
  switch (type) {
    case 'application/json-patch+json': {
      const operations = jsonIn(text, 'patch');
      return (scale) => jsonPatch(scale(), operations);
    }
    case 'application/merge-patch+json':
    case 'application/strategic-merge-patch+json': {
      // A Scale has no lists: both mean the same.
      const merge = jsonIn(text, 'patch');
      return (scale) => mergePatch(scale(), merge);
    }
    case 'application/apply-patch+yaml': {
      const merge = yamlIn(text);
      return (scale) => mergePatch(scale(), merge);
    }
    default:
      throw new ApiError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
  }
}

/** The value at a path such as `.spec.replicas`. */
function valueAt(object: Manifest, path: string): unknown {
  let value: unknown = object;
  for (const key of keysOf(path)) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}

function withValue(object: unknown, path: string, value: unknown): unknown {
  const [key, ...rest] = keysOf(path);
  if (key === undefined) return value;
  const fields = (typeof object === 'object' && object !== null ? object : {}) as Draft;
  return { ...fields, [key]: withValue(fields[key], rest.map((part) => `.${part}`).join(''), value) };
}

function keysOf(path: string): readonly string[] {
  return path.split('.').filter((key) => key !== '');
}
