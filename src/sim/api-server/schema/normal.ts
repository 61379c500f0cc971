import type { Json, JsonObject } from '../../../api/meta.ts';
import { canonicalQuantity, parseQuantity, roundUpToMilli } from '../../../api/quantity.ts';
import { type Draft, isList, isObject, own, put } from '../patch/object.ts';
import { fallbacksOf } from './defaults.ts';
import { prepared } from './prepare.ts';
import type { Schema } from './schema.ts';

/**
 * An object of a built-in kind as Go writes it after reading it, with the defaults of its kind. Must fit its
 * schema (see `misfit`) and be pruned.
 */
export function normal(object: JsonObject, schema: Schema): JsonObject {
  return normalObject(object, schema);
}

/** Parts of stored objects that are as they should be. */
const known = new WeakMap<object, Schema>();

function normalValue(value: Json, schema: Schema): Json {
  if (typeof value === 'string' && schema.format !== '') return normalText(value, schema.format);
  if (typeof value === 'number' && schema.format === 'quantity') return canonicalQuantity(value) ?? value;
  if (typeof value !== 'object' || value === null || schema.type === 'any') return value;
  if (known.get(value) === schema) return value;
  const done = isObject(value) ? normalObject(value, schema) : normalList(value, schema);
  if (done === value && Object.isFrozen(value)) known.set(value, schema);
  return done;
}

function normalList(list: readonly Json[], { items }: Schema): Json {
  if (items === null) return list;
  let isSame = true;
  const done = list.map((item) => {
    // Null in a list of objects is an object with nothing in it.
    const part = normalValue(item === null ? zeroOf(items) : item, items);
    if (part !== item) isSame = false;
    return part;
  });
  return isSame ? list : done;
}

function normalObject(object: JsonObject, schema: Schema): JsonObject {
  if (schema.name === '') return schema.values === null ? object : normalMap(object, schema.values);
  const filled = withFallbacks(prepared(object, schema.name), schema);
  let draft: Draft | null = null;
  for (const [name, value] of Object.entries(filled)) {
    const field = schema.fields.get(name);
    if (field === undefined) continue;
    const done = isLeftOut(value, field) ? undefined : normalValue(given(value, field), field);
    if (done === value) continue;
    draft ??= { ...filled };
    if (done === undefined) delete draft[name];
    else put(draft, name, done);
  }
  for (const [name, field] of writtenIn(schema)) {
    if (Object.hasOwn(draft ?? filled, name)) continue;
    draft ??= { ...filled };
    put(draft, name, normalValue(zeroOf(field), field));
  }
  return draft ?? filled;
}

function normalMap(object: JsonObject, values: Schema): JsonObject {
  let draft: Draft | null = null;
  for (const [key, value] of Object.entries(object)) {
    const done =
      values.format === 'quantity' ? normalAmount(value) : normalValue(value ?? zeroOf(values), values);
    if (done === value) continue;
    draft ??= { ...object };
    put(draft, key, done);
  }
  return draft ?? object;
}

/** Amounts in resource lists are stored in thousandths at the finest. */
function normalAmount(value: Json): Json {
  const quantity = parseQuantity(value);
  return quantity === null ? value : roundUpToMilli(quantity).text;
}

function withFallbacks(object: JsonObject, schema: Schema): JsonObject {
  const fallbacks = Object.entries(fallbacksOf(schema.name, object)).filter(([name]) => {
    const field = schema.fields.get(name);
    return field !== undefined && isUnset(own(object, name), field);
  });
  return fallbacks.length === 0 ? object : { ...object, ...Object.fromEntries(fallbacks) };
}

/** A list that must be written is null when it is empty. */
function given(value: Json, field: Schema): Json {
  return value === null || (isList(value) && value.length === 0 && field.empty === 'written')
    ? zeroOf(field)
    : value;
}

/** Go cannot tell zero from none, unless there is a pointer to it. */
function isUnset(value: Json | undefined, field: Schema): boolean {
  if (value === undefined || value === null) return true;
  if (field.empty === 'kept') return false;
  return value === '' || value === 0 || (isList(value) && value.length === 0);
}

function isLeftOut(value: Json, field: Schema): boolean {
  if (field.empty === 'written') return false;
  if (value === null) return true;
  if (field.empty === 'kept') return false;
  if (typeof value !== 'object') return value === '' || value === 0 || value === false;
  return isList(value) ? value.length === 0 : field.name === '' && Object.keys(value).length === 0;
}

const writtenFields = new WeakMap<Schema, readonly (readonly [string, Schema])[]>();

/** The fields that are written even when nobody has set them. */
function writtenIn(schema: Schema): readonly (readonly [string, Schema])[] {
  const found = writtenFields.get(schema);
  if (found !== undefined) return found;
  const fields = [...schema.fields].filter(([, field]) => field.empty === 'written');
  writtenFields.set(schema, fields);
  return fields;
}

const blanks = new WeakMap<Schema, JsonObject>();

/**
 * What an object holds in which nobody has set anything: the fields that are always written, without
 * defaults.
 */
export function blank(schema: Schema): JsonObject {
  const done = blanks.get(schema);
  if (done !== undefined) return done;
  const fields = writtenIn(schema).map(([name, field]): [string, Json] => [
    name,
    field.name === '' ? zeroOf(field) : blank(field),
  ]);
  const object = Object.freeze(Object.fromEntries(fields));
  blanks.set(schema, object);
  return object;
}

const zeros: Readonly<Record<string, Json>> = { integer: 0, number: 0, boolean: false, 'int-or-string': 0 };

/** The zero value of a Go type, as JSON. */
function zeroOf(schema: Schema): Json {
  if (schema.type === 'object') return schema.name === '' ? null : {};
  if (schema.type !== 'string') return zeros[schema.type] ?? null;
  if (schema.format === 'quantity') return '0';
  return schema.format === '' ? '' : null;
}

function normalText(text: string, format: string): string {
  switch (format) {
    case 'quantity':
      return canonicalQuantity(text) ?? text;
    case 'date-time':
      return /^.{10}T.{8}Z$/.test(text) ? text : inUtc(text).replace(/\.\d+Z$/, 'Z');
    case 'micro-time':
      return /\.\d{6}Z$/.test(text) ? text : inMicros(text);
    default:
      return text;
  }
}

function inUtc(text: string): string {
  const moment = new Date(text);
  return Number.isNaN(moment.getTime()) ? text : moment.toISOString();
}

function inMicros(text: string): string {
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? '';
  return inUtc(text).replace(/\.\d+Z$/, `.${fraction.padEnd(6, '0').slice(0, 6)}Z`);
}
