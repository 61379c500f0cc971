import type { Json, JsonObject } from '../../../api/meta.ts';
import { type Draft, isList, isObject, put } from '../patch/object.ts';
import { ANYTHING, fieldOf, itemOf, type Schema } from './schema.ts';

/** What is left of an object, and the paths of what is not, such as `spec.containers[0].imagee`. */
export interface Pruned {
  readonly object: JsonObject;
  readonly unknown: readonly string[];
}

/**
 * Drops the fields that a schema does not know. The object itself comes back where there are none; parts
 * without any stay the same values. With `fieldValidation=Strict` the server refuses such an object (`strict
 * decoding error: unknown field "PATH"`), with `Warn` it says so in a header.
 */
export function prune(object: JsonObject, schema: Schema): Pruned {
  const unknown: string[] = [];
  const left = pruneObject(object, schema, { path: '', unknown });
  // Go reads built-in kinds in the order in which they are written, and custom resources in none.
  return { object: left, unknown: schema.origin === 'custom' ? unknown.toSorted() : unknown };
}

interface Place {
  readonly path: string;
  readonly unknown: string[];
}

function pruneValue(value: Json, schema: Schema, place: Place): Json {
  if (schema === ANYTHING) return value;
  if (isObject(value)) return pruneObject(value, schema, place);
  if (!isList(value) || schema.items === null) return value;
  const items = itemOf(schema);
  let isSame = true;
  const left = value.map((item, i) => {
    if (typeof item !== 'object') return item;
    const part = pruneValue(item, items, { ...place, path: `${place.path}[${i}]` });
    if (part !== item) isSame = false;
    return part;
  });
  return isSame ? value : left;
}

function pruneObject(object: JsonObject, schema: Schema, { path, unknown }: Place): JsonObject {
  if (schema.type !== 'object') return object;
  let isSame = true;
  const left: Draft = {};
  for (const [key, value] of Object.entries(object)) {
    const field = fieldOf(schema, key);
    if (field === null) {
      unknown.push(path === '' ? key : `${path}.${key}`);
      isSame = false;
      continue;
    }
    const isDeep = typeof value === 'object' && value !== null;
    const part = isDeep
      ? pruneValue(value, field, { path: path === '' ? key : `${path}.${key}`, unknown })
      : value;
    if (part !== value) isSame = false;
    put(left, key, part);
  }
  return isSame ? object : left;
}
