import type { Json, JsonObject } from '../../../api/meta.ts';
import { canonicalQuantity } from '../../../api/quantity.ts';
import { goWord, isObject } from '../patch/object.ts';
import { hasFormat } from './formats.ts';
import type { Schema } from './schema.ts';

/**
 * Why Go could not read an object of a built-in kind, or the metadata of a custom one; null when it can. Real
 * servers answer 400 with `KIND in version "VERSION" cannot be handled as a KIND: ` before it, and to a patch
 * 422. Only the first reason is told. Names of types that stand for a text or a number are not known:
 * `string` it is.
 */
export function misfit(object: JsonObject, schema: Schema): string | null {
  if (schema.origin === 'builtin') return misfitOf(object, schema, { struct: '', path: '' });
  const metadata = schema.fields.get('metadata');
  const value = object['metadata'];
  return metadata === undefined || value === undefined
    ? null
    : misfitOf(value, metadata, { struct: '', path: '' });
}

interface Place {
  /** The Go type that has the field. */
  readonly struct: string;
  readonly path: string;
}

/** Parts of stored objects that fit. */
const fitting = new WeakMap<object, Schema>();

function misfitOf(value: Json, schema: Schema, place: Place): string | null {
  if (value === null) return null;
  if (typeof value !== 'object') return scalarMisfit(value, schema, place);
  if (fitting.get(value) === schema) return null;
  const found = isObject(value) ? objectMisfit(value, schema, place) : listMisfit(value, schema, place);
  if (found === null && Object.isFrozen(value)) fitting.set(value, schema);
  return found;
}

function objectMisfit(value: JsonObject, schema: Schema, place: Place): string | null {
  if (schema.type === 'any') return null;
  if (schema.type !== 'object') return unreadable(value, schema, place);
  const struct = schema.name === '' ? place.struct : (schema.name.split('.').at(-1) ?? '');
  for (const [name, inner] of Object.entries(value)) {
    const field = schema.fields.get(name);
    // Keys of a map do not show in the path.
    const path = field === undefined ? place.path : place.path === '' ? name : `${place.path}.${name}`;
    const of = field ?? schema.values;
    const found = of === null ? null : misfitOf(inner, of, { struct, path });
    if (found !== null) return found;
  }
  return null;
}

function listMisfit(value: readonly Json[], schema: Schema, place: Place): string | null {
  if (schema.type === 'any') return null;
  if (schema.type !== 'array') return unreadable(value, schema, place);
  const { items } = schema;
  if (items === null) return null;
  for (const item of value) {
    const found = misfitOf(item, items, place);
    if (found !== null) return found;
  }
  return null;
}

function scalarMisfit(value: string | number | boolean, schema: Schema, place: Place): string | null {
  switch (schema.type) {
    case 'any':
      return null;
    case 'string':
      if (schema.format === 'quantity') return quantityMisfit(value);
      if (typeof value !== 'string') return unreadable(value, schema, place);
      return textMisfit(value, schema.format);
    case 'boolean':
    case 'number':
      return typeof value === schema.type ? null : unreadable(value, schema, place);
    case 'integer':
    case 'int-or-string': {
      if (typeof value === 'string' && schema.type === 'int-or-string') return null;
      return typeof value === 'number' && isInRange(value, schema) ? null : unreadable(value, schema, place);
    }
    case 'object':
    case 'array':
      return unreadable(value, schema, place);
    default:
      return schema.type satisfies never;
  }
}

function isInRange(value: number, { format }: Schema): boolean {
  return Number.isInteger(value) && Math.abs(value) < (format === 'int64' ? 2 ** 63 : 2 ** 31);
}

function quantityMisfit(value: string | number | boolean): string | null {
  if (canonicalQuantity(value) !== null) return null;
  return "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
}

function textMisfit(value: string, format: string): string | null {
  if (format === 'byte') return hasFormat(value, 'byte') ? null : 'illegal base64 data at input byte 0';
  if (format !== 'date-time' && format !== 'micro-time') return null;
  if (hasFormat(value, 'date-time')) return null;
  const layout = `2006-01-02T15:04:05${format === 'date-time' ? '' : '.000000'}Z07:00`;
  return `parsing time "${value}" as "${layout}": cannot parse "${value}" as "2006"`;
}

function unreadable(value: Json, schema: Schema, { struct, path }: Place): string {
  const isNumeric = schema.type === 'integer' || schema.type === 'int-or-string';
  const found = typeof value === 'number' && isNumeric ? `number ${value}` : goWord(value);
  const into = path === '' ? 'value' : `struct field ${struct}.${path}`;
  return `json: cannot unmarshal ${found} into Go ${into} of type ${goType(schema)}`;
}

function goType(schema: Schema): string {
  switch (schema.type) {
    case 'object':
      if (schema.name === '')
        return `map[string]${schema.values === null ? 'interface {}' : goType(schema.values)}`;
      return schema.name.split('.').slice(-2).join('.');
    case 'array':
      return `[]${schema.items === null ? 'interface {}' : goType(schema.items)}`;
    case 'integer':
      return schema.format === 'int64' ? 'int64' : 'int32';
    case 'int-or-string':
      return 'int32';
    case 'boolean':
      return 'bool';
    case 'number':
      return 'float64';
    case 'string':
      return 'string';
    case 'any':
      return 'interface {}';
    default:
      return schema.type satisfies never;
  }
}
