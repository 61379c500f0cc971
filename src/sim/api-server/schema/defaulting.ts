import type { Json, JsonObject } from '../../../api/meta.ts';
import { type Draft, isObject, own, put } from '../patch/object.ts';
import { normal } from './normal.ts';
import { ANYTHING, fieldOf, itemOf, type Schema } from './schema.ts';

/**
 * The object as the API server stores it: unset fields have their defaults, and what Go would not write is
 * gone. Of a custom resource these are the defaults of its schema, and nulls are dropped where null is no
 * value; of a built-in kind those of `defaults.ts`, and empty fields are dropped or written as Go does it.
 * The object itself comes back when there is nothing to do; unchanged parts stay the same values. Doing it
 * twice changes nothing more.
 */
export function withDefaults(object: JsonObject, schema: Schema): JsonObject {
  return defaulted(object, schema, complete);
}

/**
 * The same for an object that was applied: where it lost all that was in a field, that field is null, and
 * validation tells so (`must be of type object: "null"`), as it does in kube-apiserver.
 */
export function withDefaultsAfterApply(object: JsonObject, schema: Schema): JsonObject {
  return defaulted(object, schema, null);
}

/**
 * Parts of stored objects that lack nothing, by their schema. Null: nulls are kept, and nothing is
 * remembered.
 */
type Memory = WeakMap<object, Schema> | null;

function defaulted(object: JsonObject, schema: Schema, memory: Memory): JsonObject {
  if (schema.origin === 'builtin') return normal(object, schema);
  const done = completed(object, schema, memory);
  const metadata = schema.fields.get('metadata');
  const given = own(done, 'metadata');
  if (metadata === undefined || !isObject(given)) return done;
  const clean = normal(given, metadata);
  return clean === given ? done : { ...done, metadata: clean };
}

const complete = new WeakMap<object, Schema>();

function completedValue(value: Json, schema: Schema, memory: Memory): Json {
  if (typeof value !== 'object' || value === null || schema === ANYTHING) return value;
  if (memory?.get(value) === schema) return value;
  const done = isObject(value) ? completed(value, schema, memory) : completedList(value, schema, memory);
  if (done === value && Object.isFrozen(value)) memory?.set(value, schema);
  return done;
}

function completedList(list: readonly Json[], schema: Schema, memory: Memory): Json {
  const items = itemOf(schema);
  let isSame = true;
  const done = list.map((item) => {
    const part = completedValue(item, items, memory);
    if (part !== item) isSame = false;
    return part;
  });
  return isSame ? list : done;
}

function completed(object: JsonObject, schema: Schema, memory: Memory): JsonObject {
  if (schema.origin === 'builtin') return object;
  let draft: Draft | null = null;
  for (const [name, value] of Object.entries(object)) {
    const field = fieldOf(schema, name);
    if (field === null || field === ANYTHING) continue;
    if (value === null && !field.isNullable && (memory !== null || field.default !== undefined)) {
      draft ??= { ...object };
      delete draft[name];
      continue;
    }
    const done = completedValue(value, field, memory);
    if (done === value) continue;
    draft ??= { ...object };
    put(draft, name, done);
  }
  for (const [name, field] of defaultsIn(schema)) {
    if (field.default === undefined || Object.hasOwn(draft ?? object, name)) continue;
    draft ??= { ...object };
    put(draft, name, completedValue(field.default, field, memory));
  }
  return draft ?? object;
}

const withDefault = new WeakMap<Schema, readonly (readonly [string, Schema])[]>();

/** The fields of a schema that have a default. */
function defaultsIn(schema: Schema): readonly (readonly [string, Schema])[] {
  const known = withDefault.get(schema);
  if (known !== undefined) return known;
  const found = [...schema.fields].filter(([, field]) => field.default !== undefined);
  withDefault.set(schema, found);
  return found;
}
