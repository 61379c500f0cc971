import type { Json, JsonObject } from '../../../api/meta.ts';
import { type Draft, isObject, own, put } from '../patch/object.ts';
import { itemOf, type Schema } from './schema.ts';

/**
 * What tells an item of a list from the others, as JSON: of a set the item itself, of a map its keys, in the
 * order of their names. A key that is unset has its default. Null for an item without any key.
 */
export function keyOf(item: Json, schema: Schema): string | null {
  if (schema.list === 'set') return JSON.stringify(item);
  const keys = keysOf(item, schema);
  return keys === null ? null : JSON.stringify(keys);
}

/** The keys of an item of a map; null where one is missing that has no default. */
export function keysOf(item: Json, schema: Schema): JsonObject | null {
  if (!isObject(item)) return null;
  const keys: Draft = {};
  for (const name of schema.keys.toSorted()) {
    const value = own(item, name) ?? itemOf(schema).fields.get(name)?.default;
    if (value === undefined || value === null) return null;
    put(keys, name, value);
  }
  return keys;
}
