import type { Json, JsonObject } from '../../../api/meta.ts';
import { isSameJson } from '../../../core/merge-patch.ts';
import type { Cause } from '../errors.ts';
import { isList, isObject, own } from '../patch/object.ts';
import { causes, isWhole } from './causes.ts';
import { hasFormat } from './formats.ts';
import { keyOf } from './keys.ts';
import { bounds } from './rules.ts';
import { ANYTHING, fieldOf, itemOf, type Schema } from './schema.ts';
import { validateBuiltin } from './validate-builtin.ts';

/**
 * Everything that is wrong with an object by its schema, as the causes of a Status 422. Metadata is not
 * looked at. With `before`, the object that is replaced, values that did not change are not held against it,
 * as in kube-apiserver since 1.33. Of expressions only `self == oldSelf` is evaluated. Prune and default
 * first; causes come in the order of the object's fields, where the real server has none.
 */
export function validate(
  object: JsonObject,
  schema: Schema,
  before: JsonObject | null = null,
): readonly Cause[] {
  if (schema.origin === 'builtin') return validateBuiltin(object, schema);
  const found: Cause[] = [];
  const pass: Pass = { found, uniqueness: [], expressions: [] };
  for (const [name, field] of schema.fields) {
    if (identity.has(name)) continue;
    visitField(object, { name, field, path: name, before: before ?? undefined }, pass);
  }
  for (const [name, value] of Object.entries(object)) {
    if (schema.fields.has(name) || schema.values === null) continue;
    visit(value, schema.values, { path: name, before: own(before ?? {}, name) }, pass);
  }
  checkRules(object, schema, { path: '', before: before ?? undefined }, pass);
  checkRequired(object, schema, '', found);
  found.push(...pass.uniqueness);
  if (found.length === 0) found.push(...pass.expressions);
  else if (hasExpressions(schema)) found.push(causes.unchecked());
  return found;
}

const identity: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

/** What one walk through an object collects. */
interface Pass {
  readonly found: Cause[];
  /** Items that are there twice: told after all else. */
  readonly uniqueness: Cause[];
  /** Expressions that do not hold: told only when all else is right. */
  readonly expressions: Cause[];
}

interface Place {
  readonly path: string;
  /** The value that this one replaces. */
  readonly before: Json | undefined;
}

/** Parts of stored objects that were found right; what is stored never changes. */
const right = new WeakMap<object, Schema>();

function visit(value: Json, schema: Schema, place: Place, pass: Pass): void {
  if (schema === ANYTHING || schema.origin === 'builtin') return;
  const isDeep = typeof value === 'object' && value !== null;
  // An expression may depend on what was before, too.
  if (isDeep && right.get(value) === schema && (value === place.before || !hasExpressions(schema))) return;
  const count = pass.found.length;
  const uniqueness = pass.uniqueness.length;
  check(value, schema, place, pass);
  const isRight = pass.found.length === count && pass.uniqueness.length === uniqueness;
  if (isRight && isDeep && Object.isFrozen(value)) right.set(value, schema);
  if (isRight || place.before === undefined || !isSameJson(value, place.before)) return;
  pass.found.length = count;
  pass.uniqueness.length = uniqueness;
}

function check(value: Json, schema: Schema, place: Place, pass: Pass): void {
  if (value === null && schema.isNullable) return;
  if (!fits(value, schema)) pass.found.push(causes.type(place.path, value, typeWord(schema)));
  checkRules(value, schema, place, pass);
  if (typeof value === 'string' && schema.format !== '' && !hasFormat(value, schema.format)) {
    pass.found.push(causes.format(place.path, value, schema.format));
  }
  if (isObject(value)) checkObject(value, schema, place, pass);
  if (isList(value)) checkList(value, schema, place, pass);
}

function fits(value: Json, schema: Schema): boolean {
  switch (schema.type) {
    case 'any':
      return true;
    case 'object':
      return isObject(value);
    case 'array':
      return isList(value);
    case 'integer':
      return typeof value === 'number' && isWhole(value);
    case 'int-or-string':
      return typeof value === 'string' || (typeof value === 'number' && isWhole(value));
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === schema.type;
    default:
      return schema.type satisfies never;
  }
}

function typeWord(schema: Schema): string {
  return schema.type === 'int-or-string' ? 'integer,string' : schema.type;
}

function checkObject(value: JsonObject, schema: Schema, place: Place, pass: Pass): void {
  if (schema.type !== 'object' && schema.type !== 'any') return;
  const before = isObject(place.before) ? place.before : undefined;
  for (const [name, inner] of Object.entries(value)) {
    const field = fieldOf(schema, name);
    if (field === null || field === ANYTHING || (schema.isResource && identity.has(name))) continue;
    const old = before === undefined ? undefined : own(before, name);
    visit(inner, field, { path: `${place.path}.${name}`, before: old }, pass);
  }
  checkRequired(value, schema, place.path, pass.found);
}

interface FieldPlace extends Place {
  readonly name: string;
  readonly field: Schema;
}

function visitField(object: JsonObject, { name, field, path, before }: FieldPlace, pass: Pass): void {
  const value = own(object, name);
  if (value === undefined) return;
  visit(value, field, { path, before: isObject(before) ? own(before, name) : undefined }, pass);
}

function checkRequired(value: JsonObject, schema: Schema, path: string, found: Cause[]): void {
  const names = schema.isResource
    ? [...new Set(['apiVersion', 'kind', ...schema.required])]
    : schema.required;
  for (const name of names) {
    if (!Object.hasOwn(value, name)) found.push(causes.required(path === '' ? name : `${path}.${name}`));
  }
}

function checkList(value: readonly Json[], schema: Schema, place: Place, pass: Pass): void {
  if (schema.type !== 'array') return;
  const items = itemOf(schema);
  const before = isList(place.before) && schema.list === 'map' ? byKey(place.before, schema) : null;
  const seen = new Map<string, number>();
  value.forEach((item, i) => {
    const path = `${place.path}[${i}]`;
    const key = schema.list === 'atomic' ? null : keyOf(item, schema);
    const old = before === null || key === null ? undefined : before.get(key);
    if (key !== null) {
      const times = seen.get(key) ?? 0;
      seen.set(key, times + 1);
      if (times === 1) pass.uniqueness.push(causes.duplicate(path, JSON.parse(key) as Json));
    }
    visit(item, items, { path, before: old }, pass);
  });
  const { maxItems, minItems } = schema.rules ?? {};
  if (minItems !== undefined && value.length < minItems) {
    pass.found.push(causes.body(place.path, value.length, `should have at least ${minItems} items`));
  }
  if (maxItems !== undefined && value.length > maxItems) {
    pass.found.push(causes.tooMany(place.path, value.length, maxItems));
  }
}

function byKey(list: readonly Json[], schema: Schema): ReadonlyMap<string, Json> {
  return new Map(
    list.flatMap((item): [string, Json][] => {
      const key = keyOf(item, schema);
      return key === null ? [] : [[key, item]];
    }),
  );
}

function checkRules(value: Json, schema: Schema, place: Place, pass: Pass): void {
  const { rules } = schema;
  if (rules === null) return;
  checkCombinations(value, schema, place, pass);
  pass.found.push(...bounds(value, rules, place.path));
  if (rules.enum !== undefined && !rules.enum.some((allowed) => isSameJson(allowed, value))) {
    pass.found.push(causes.unsupported(place.path, value, rules.enum));
  }
  if (place.before === undefined) return;
  for (const { rule, message } of rules.expressions ?? []) {
    if (rule === 'self == oldSelf' && !isSameJson(value, place.before)) {
      pass.expressions.push(causes.rule(place.path, message));
    }
  }
}

function checkCombinations(value: Json, schema: Schema, { path }: Place, { found }: Pass): void {
  const { allOf, anyOf, oneOf, not } = schema.rules ?? {};
  const attempt = (option: Schema): readonly Cause[] => {
    const pass: Pass = { found: [], uniqueness: [], expressions: [] };
    check(value, option, { path, before: undefined }, pass);
    return pass.found;
  };
  if (anyOf !== undefined) {
    const tries = anyOf.map(attempt);
    if (tries.every((causesOf) => causesOf.length > 0)) {
      found.push(causes.combination(path, 'validate at least one schema (anyOf)'), ...(tries[0] ?? []));
    }
  }
  if (oneOf !== undefined) {
    const tries = oneOf.map(attempt);
    const count = tries.filter((causesOf) => causesOf.length === 0).length;
    const rule = 'validate one and only one schema (oneOf). Found';
    if (count === 0) found.push(causes.combination(path, `${rule} none valid`), ...(tries[0] ?? []));
    if (count > 1) found.push(causes.combination(path, `${rule} ${count} valid alternatives`));
  }
  if (allOf !== undefined) {
    const tries = allOf.map(attempt);
    const failed = tries.filter((causesOf) => causesOf.length > 0).length;
    found.push(...tries.flat());
    const end = failed === tries.length ? '. None validated' : '';
    if (failed > 0) found.push(causes.combination(path, `validate all the schemas (allOf)${end}`));
  }
  if (not !== undefined && attempt(not).length === 0) {
    found.push(causes.combination(path, 'not validate the schema (not)'));
  }
}

const asking = new WeakMap<Schema, boolean>();

/** Claims that the schema, or one inside of it, has expressions. */
export function hasExpressions(schema: Schema): boolean {
  const known = asking.get(schema);
  if (known !== undefined) return known;
  const inside = [...schema.fields.values(), schema.values, schema.items];
  const has =
    schema.rules?.expressions !== undefined ||
    inside.some((inner) => inner !== null && hasExpressions(inner));
  asking.set(schema, has);
  return has;
}
