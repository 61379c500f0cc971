import type { Json, JsonObject } from '../../../api/meta.ts';
import type { Cause } from '../errors.ts';
import { isList, own } from '../patch/object.ts';
import { causes } from './causes.ts';
import type { Schema } from './schema.ts';

/**
 * What is wrong with an object of a built-in kind, as far as its schema can tell: values that are required or
 * not supported. Kubernetes has rules by hand for these kinds, and many more. Neither metadata nor status is
 * looked at.
 */
export function validateBuiltin(object: JsonObject, schema: Schema): readonly Cause[] {
  const found: Cause[] = [];
  for (const [name, value] of Object.entries(object)) {
    const field = schema.fields.get(name);
    if (field !== undefined && !exempt.has(name)) visit(value, field, name, found);
  }
  for (const name of schema.required) {
    if (!exempt.has(name) && isMissing(own(object, name))) found.push(causes.required(name));
  }
  return found;
}

/** `endpoints` of an EndpointSlice is required by its schema and may be null. */
const exempt: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata', 'status', 'endpoints']);

/** Parts of stored objects that were found right. */
const right = new WeakMap<object, Schema>();

function visit(value: Json, schema: Schema, path: string, found: Cause[]): void {
  if (typeof value === 'string') {
    const supported = schema.rules?.enum;
    if (supported !== undefined && value !== '' && !supported.includes(value)) {
      found.push(causes.unsupported(path, value, supported));
    }
    return;
  }
  if (typeof value !== 'object' || value === null || right.get(value) === schema) return;
  const count = found.length;
  if (isList(value)) {
    const { items } = schema;
    for (const [i, item] of value.entries()) if (items !== null) visit(item, items, `${path}[${i}]`, found);
  } else {
    visitObject(value, schema, path, found);
  }
  if (found.length === count && Object.isFrozen(value)) right.set(value, schema);
}

function visitObject(value: JsonObject, schema: Schema, path: string, found: Cause[]): void {
  for (const name of schema.required) {
    if (isMissing(own(value, name))) found.push(causes.required(`${path}.${name}`));
  }
  for (const [name, inner] of Object.entries(value)) {
    const field = schema.fields.get(name) ?? schema.values;
    if (field !== null) visit(inner, field, `${path}.${name}`, found);
  }
}

/** Go cannot tell an empty text from none; a zero may be meant. */
function isMissing(value: Json | undefined): boolean {
  return value === undefined || value === null || value === '';
}
