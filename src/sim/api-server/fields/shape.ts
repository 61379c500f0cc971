import type { Json, JsonObject } from '../../../api/meta.ts';
import { isList, isObject } from '../patch/object.ts';
import { keysOf } from '../schema/keys.ts';
import { ANYTHING, fieldOf, itemOf, type Schema } from '../schema/schema.ts';

/** How field managers see a value: whole, by its fields, or by its items. */
export type Shape = 'leaf' | 'map' | 'list';

/** The shape of a value. What no schema describes is shared by fields, and its lists are whole. */
export function shapeOf(value: Json | undefined, schema: Schema): Shape {
  if (isObject(value)) {
    return schema.isAtomic || (schema.type !== 'object' && schema.type !== 'any') ? 'leaf' : 'map';
  }
  return isList(value) && schema.type === 'array' && schema.list !== 'atomic' ? 'list' : 'leaf';
}

/** The shape of two values that stand in the same place; one that is not there takes that of the other. */
export function sharedShape(a: Json | undefined, b: Json | undefined, schema: Schema): Shape {
  const isNone = (value: Json | undefined): boolean => value === undefined || value === null;
  if (isNone(a)) return shapeOf(b, schema);
  if (isNone(b)) return shapeOf(a, schema);
  const shape = shapeOf(a, schema);
  return shape === shapeOf(b, schema) ? shape : 'leaf';
}

/** The path element of a field. */
export function fieldElement(name: string): string {
  return `f:${name}`;
}

/** The path element of an item of a list that is a set or a map. */
export function itemElement(item: Json, schema: Schema): string {
  if (schema.list === 'set') return `v:${JSON.stringify(item)}`;
  return `k:${JSON.stringify(keysOf(item, schema) ?? {})}`;
}

/** The schema of a field, as far as one is known. */
export function fieldSchema(schema: Schema, name: string): Schema {
  return fieldOf(schema, name) ?? ANYTHING;
}

/** Whether the schema knows the field by name: then it is no entry of a map. */
export function isNamed(schema: Schema, name: string): boolean {
  return schema.fields.has(name);
}

/** A part of a value: its path element, what is there and its schema. */
export interface Part {
  readonly element: string;
  readonly value: Json;
  readonly schema: Schema;
}

/** The fields of an object or the items of a list, one by one. Of items with the same keys only the first. */
export function partsOf(value: Json, schema: Schema): ReadonlyMap<string, Part> {
  const parts = new Map<string, Part>();
  if (isObject(value)) {
    for (const [name, inner] of Object.entries(value as JsonObject)) {
      const element = fieldElement(name);
      parts.set(element, { element, value: inner, schema: fieldSchema(schema, name) });
    }
  } else if (isList(value)) {
    const items = itemOf(schema);
    for (const item of value) {
      const element = itemElement(item, schema);
      if (!parts.has(element)) parts.set(element, { element, value: item, schema: items });
    }
  }
  return parts;
}
