import { podTypes } from './pod-types.ts';
import type { Schema } from './schema.ts';

const KEEP = { 'x-kubernetes-preserve-unknown-fields': true } as const;

const LEAVES: Readonly<Record<string, Schema>> = {
  any: KEEP,
  bool: { type: 'boolean' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  intorstring: { 'x-kubernetes-int-or-string': true },
  string: { type: 'string' },
  time: { type: 'string', format: 'date-time' },
};

const STRING_MAP: Schema = { type: 'object', additionalProperties: { type: 'string' } };

/** Many tools write `creationTimestamp: null`, and server-side apply refuses fields that are not declared. */
const METADATA: Schema = {
  type: 'object',
  properties: {
    annotations: STRING_MAP,
    creationTimestamp: { type: 'string', format: 'date-time', nullable: true },
    labels: STRING_MAP,
  },
};

/**
 * The schema of a pod template. Of its metadata only labels and annotations are kept, as by the API that we
 * are compatible with. In its spec every unknown field is kept: a newer Kubernetes has fields that we do not know.
 */
export function podTemplateSchema(): Schema {
  const types = readTypes(podTypes);
  return { type: 'object', properties: { metadata: METADATA, spec: expand('PodSpec', types) } };
}

interface PodType {
  readonly atomic: boolean;
  readonly fields: readonly PodField[];
}

interface PodField {
  readonly name: string;
  readonly required: boolean;
  readonly shape: 'one' | 'list' | 'map';
  readonly type: string;
  /** Of a list: `set`, or the keys joined by `+`. */
  readonly keys: string | null;
  readonly default: string | null;
}

function readTypes(table: string): ReadonlyMap<string, PodType> {
  const lines = table.trim().replaceAll('\n  ', ' ').split('\n');
  return new Map(
    lines.map((line) => {
      const [head = '', ...fields] = line.split(' ');
      const [name = '', mark] = head.split('@');
      return [name, { atomic: mark === 'atomic', fields: fields.map(readField) }];
    }),
  );
}

function readField(text: string): PodField {
  const match = /^(\w+)(!?):(\[\]|\{\})?(\w+)(?:@([\w+]+))?(?:=(.*))?$/.exec(text);
  if (match === null) throw new Error(`pod-types: cannot read ${text}`);
  const [, name = '', required, wrap, type = '', keys = null, initial = null] = match;
  const shape = wrap === '[]' ? 'list' : wrap === '{}' ? 'map' : 'one';
  return { name, required: required === '!', shape, type, keys, default: initial };
}

function expand(name: string, types: ReadonlyMap<string, PodType>): Schema {
  const leaf = LEAVES[name];
  if (leaf !== undefined) return leaf;
  if (name === 'ExtraMetadata') return { ...METADATA, ...KEEP };
  const type = types.get(name);
  if (type === undefined) throw new Error(`pod-types: no type ${name}`);
  const required = type.fields.filter((field) => field.required).map((field) => field.name);
  return {
    type: 'object',
    ...(type.atomic ? { 'x-kubernetes-map-type': 'atomic' } : {}),
    ...KEEP,
    properties: Object.fromEntries(type.fields.map((field) => [field.name, fieldSchema(field, types)])),
    ...(required.length > 0 ? { required } : {}),
  };
}

function fieldSchema(field: PodField, types: ReadonlyMap<string, PodType>): Schema {
  const one = expand(field.type, types);
  if (field.shape === 'map') return { type: 'object', additionalProperties: one };
  if (field.shape === 'list') return { type: 'array', ...listType(field.keys), items: one };
  return field.default === null ? one : { ...one, default: field.default === "''" ? '' : field.default };
}

function listType(keys: string | null): Schema {
  if (keys === null) return {};
  if (keys === 'set') return { 'x-kubernetes-list-type': 'set' };
  return { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': keys.split('+') };
}
