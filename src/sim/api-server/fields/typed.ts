import type { Json, JsonObject } from '../../../api/meta.ts';
import { isList, isObject } from '../patch/object.ts';
import { fieldOf, itemOf, type Schema } from '../schema/schema.ts';
import { pathText } from './format.ts';
import { fieldElement, itemElement, shapeOf } from './shape.ts';

/**
 * Why an object cannot be applied: it does not have the shape that its schema gives it. Null when it can. The
 * real server tells one reason, too, with status 500 and `failed to create typed patch object
 * (NAMESPACE/NAME; APIVERSION, Kind=KIND): ` before it.
 */
export function shapeTrouble(object: JsonObject, schema: Schema): string | null {
  return trouble(object, schema, []);
}

function trouble(value: Json, schema: Schema, path: readonly string[]): string | null {
  if (value === null || schema.type === 'any') return null;
  const wrong = mismatch(value, schema);
  if (wrong !== null) return `${pathText(path)}: ${wrong}`;
  if (isObject(value)) return objectTrouble(value, schema, path);
  return isList(value) ? listTrouble(value, schema, path) : null;
}

function objectTrouble(value: JsonObject, schema: Schema, path: readonly string[]): string | null {
  for (const name of Object.keys(value).toSorted()) {
    const below = [...path, fieldElement(name)];
    const field = fieldOf(schema, name);
    if (field === null) return `${pathText(below)}: field not declared in schema`;
    const found = trouble(value[name] ?? null, field, below);
    if (found !== null) return found;
  }
  return null;
}

function listTrouble(list: readonly Json[], schema: Schema, path: readonly string[]): string | null {
  const items = itemOf(schema);
  const isShared = shapeOf(list, schema) === 'list';
  const seen = new Set<string>();
  for (const [i, item] of list.entries()) {
    const element = isShared ? itemElement(item, schema) : `i:${i}`;
    const below = [...path, element];
    if (seen.has(element)) return `${pathText(path)}: duplicate entries for key ${pathText([element])}`;
    seen.add(element);
    const found = trouble(item, items, below);
    if (found !== null) return found;
  }
  return null;
}

function mismatch(value: Json, schema: Schema): string | null {
  switch (schema.type) {
    case 'object':
      return isObject(value) ? null : `expected map, got &{${shown(value)}}`;
    case 'array':
      return isList(value) ? null : `expected list, got &{${shown(value)}}`;
    case 'string':
      // Amounts and moments may be written as they like.
      return typeof value === 'string' || schema.format === 'quantity'
        ? null
        : `expected string, got &{${shown(value)}}`;
    case 'boolean':
      return typeof value === 'boolean' ? null : `expected boolean, got &{${shown(value)}}`;
    case 'integer':
    case 'number':
      return typeof value === 'number' ? null : `expected numeric (int or float), got ${goType(value)}`;
    case 'int-or-string':
      return isObject(value) || isList(value) ? `expected scalar, got &{${shown(value)}}` : null;
    case 'any':
      return null;
    default:
      return schema.type satisfies never;
  }
}

function shown(value: Json): string {
  if (isObject(value)) return `map[${Object.keys(value).toSorted().join(' ')}]`;
  return isList(value) ? `[${value.map(shown).join(' ')}]` : String(value);
}

function goType(value: Json): string {
  if (isObject(value)) return 'map';
  if (isList(value)) return 'list';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
