import type { Catalog, Served, Version } from '../catalog.ts';
import type { ApiAnswer } from '../http.ts';
import type { Schema } from '../schema/schema.ts';
import { json } from './answers.ts';
import { groupsOf } from './groups.ts';
import type { Asked, HttpMeans } from './means.ts';

/** An empty document in the binary form of OpenAPI v2, the only one that kubectl asks for. */
const EMPTY_V2 = '\n\u00032.0\u0012\n\n\u0003sim\u0012\u0003v1 ';
const V2_TYPE = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

/**
 * Answers what OpenAPI tells of the kinds: enough for kubectl to validate on the server and to explain.
 * Schemas of built-in kinds come without descriptions. Null for other paths.
 */
export function answerOpenApi({ catalog }: HttpMeans, { request, parts }: Asked): ApiAnswer | null {
  if (request.method !== 'GET' || parts[0] !== 'openapi') return null;
  const [, generation, root, group, version] = parts;
  if (generation === 'v2') {
    const isBinary = (request.headers['accept'] ?? '').includes('protobuf');
    if (isBinary) return { status: 200, headers: { 'content-type': V2_TYPE }, body: EMPTY_V2 };
    return json(200, { swagger: '2.0', info, paths: {}, definitions: {} });
  }
  if (generation !== 'v3') return null;
  if (root === undefined) {
    return json(200, { paths: indexOf(catalog) }, { 'content-type': 'text/plain; charset=utf-8' });
  }
  if (root === 'api') return group === 'v1' ? json(200, documentOf(catalog, '', 'v1')) : null;
  if (root !== 'apis' || group === undefined || version === undefined) return null;
  const isServed = catalog.all().some(({ kind, versions }) => {
    return kind.group === group && versions.some(({ name }) => name === version);
  });
  return isServed ? json(200, documentOf(catalog, group, version)) : null;
}

const info = { title: 'Kubernetes', version: 'v1.35.4+sluice-sim' } as const;

function indexOf(catalog: Catalog): object {
  const entries = groupsOf(catalog).flatMap(({ name, versions }) =>
    versions.map((version): [string, object] => {
      const path = name === '' ? `api/${version}` : `apis/${name}/${version}`;
      return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${catalog.revision}` }];
    }),
  );
  return Object.fromEntries(entries);
}

function documentOf(catalog: Catalog, group: string, versionName: string): object {
  const found = catalog.all().flatMap((served) => {
    if (served.kind.group !== group) return [];
    const version = served.versions.find(({ name }) => name === versionName);
    return version === undefined ? [] : [{ served, version }];
  });
  return {
    openapi: '3.0.0',
    info,
    paths: Object.fromEntries(found.flatMap(({ served, version }) => pathsOf(served, version))),
    components: {
      schemas: Object.fromEntries(found.map(({ served, version }) => schemaEntry(served, version))),
    },
  };
}

function identityOf({ kind }: Served, version: Version): object {
  return { group: kind.group, kind: kind.kind, version: version.name };
}

/** kubectl looks whether a PATCH takes the parameter, to know that the server validates. */
function pathsOf(served: Served, version: Version): readonly (readonly [string, object])[] {
  const { group, resource, namespaced } = served.kind;
  const root = group === '' ? `/api/${version.name}` : `/apis/${group}/${version.name}`;
  const base = namespaced ? `${root}/namespaces/{namespace}/${resource}` : `${root}/${resource}`;
  const names = ['dryRun', 'fieldManager', 'fieldValidation', 'force'];
  const parameters = names.map((name) => ({
    name,
    in: 'query',
    schema: { type: 'string', uniqueItems: true },
  }));
  const gvk = { 'x-kubernetes-group-version-kind': identityOf(served, version) };
  const content = {
    'application/json': { schema: { $ref: `#/components/schemas/${nameOf(served, version)}` } },
  };
  const responses = { 200: { description: 'OK', content } };
  const operation = (action: string, more: object): object => ({
    'x-kubernetes-action': action,
    ...gvk,
    ...more,
    responses,
  });
  return [
    [base, { get: operation('list', {}), post: operation('post', { parameters }) }],
    [
      `${base}/{name}`,
      {
        get: operation('get', {}),
        put: operation('put', { parameters }),
        patch: operation('patch', { parameters }),
        delete: operation('delete', { parameters }),
      },
    ],
  ];
}

/** `io.argoproj.v1alpha1.Rollout`: the group backwards; those of Kubernetes itself are by their package. */
function nameOf({ kind, origin }: Served, version: Version): string {
  const [first = ''] = kind.group.split('.');
  const group =
    origin === 'built-in'
      ? `io.k8s.api.${first === '' ? 'core' : first}`
      : kind.group.split('.').reverse().join('.');
  return `${group}.${version.name}.${kind.kind}`;
}

function schemaEntry(served: Served, version: Version): readonly [string, object] {
  const schema = version.source?.() ?? shapeOf(version.schema(), []);
  const gvk = { 'x-kubernetes-group-version-kind': [identityOf(served, version)] };
  return [nameOf(served, version), { ...schema, ...gvk }];
}

/** What is known of a built-in kind, in the words of OpenAPI. A type that holds itself is cut short. */
function shapeOf(schema: Schema | null, above: readonly Schema[]): object {
  if (schema === null || schema.type === 'any' || above.includes(schema)) return { type: 'object' };
  const inside = [...above, schema];
  if (schema.type === 'array') return { type: 'array', items: shapeOf(schema.items, inside) };
  if (schema.type === 'int-or-string') return { type: 'string', format: 'int-or-string' };
  const format = schema.format === '' ? {} : { format: schema.format };
  if (schema.type !== 'object') return { type: schema.type, ...format };
  const fields = [...schema.fields].map(([name, field]): [string, object] => [name, shapeOf(field, inside)]);
  return {
    type: 'object',
    ...(fields.length === 0 ? {} : { properties: Object.fromEntries(fields) }),
    ...(schema.values === null ? {} : { additionalProperties: shapeOf(schema.values, inside) }),
    ...(schema.required.length === 0 ? {} : { required: schema.required }),
  };
}
