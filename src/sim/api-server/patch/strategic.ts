import type { Json, JsonObject } from '../../../api/meta.ts';
import { ApiError } from '../api.ts';
import { ANYTHING, fieldOf, itemOf, type PatchRule, type Schema } from '../schema/schema.ts';
import { clean, goPrint, isDirective, PATCH, PREFIX } from './directives.ts';
import { type Draft, goWord, isList, isObject, own, put } from './object.ts';
import { checkOrder, kindOf, ordered } from './order.ts';

/**
 * Applies a strategic merge patch to an object of a built-in kind: lists that have a merge key are merged
 * item by item, and directives (`$patch`, `$retainKeys`, `$deleteFromPrimitiveList/…`, `$setElementOrder/…`)
 * say the rest. A custom resource takes no such patch: the server answers 415 (see `takesStrategic`). What is
 * not patched stays the same values. Throws an ApiError: 400 or, as the real server, 500 for a patch that
 * contradicts itself.
 * Source: https://git.k8s.io/community/contributors/devel/sig-api-machinery/strategic-merge-patch.md
 */
export function strategicPatch(object: JsonObject, patch: unknown, schema: Schema): JsonObject {
  if (patch === null) return object;
  if (isObject(patch)) return merged(object, patch, schema);
  const why = `json: cannot unmarshal ${goWord(patch)} into Go value of type map[string]interface {}`;
  throw new ApiError(400, 'BadRequest', why);
}

/** Whether objects of this schema can be patched strategically; others are answered 415. */
export function takesStrategic(schema: Schema): boolean {
  return schema.origin === 'builtin';
}

function failed(message: string): ApiError {
  return new ApiError(500, '', message);
}

function merged(original: JsonObject, patch: JsonObject, schema: Schema): JsonObject {
  const directive = own(patch, PATCH);
  if (directive === 'replace') return without(patch, [PATCH]);
  if (directive === 'delete') return {};
  if (directive !== undefined) {
    throw failed(`unknown patch type: ${goPrint(directive)} in map: ${goPrint(patch)}`);
  }
  const draft: Draft = retained(original, patch);
  const done = mergeOrdered(draft, patch, schema);
  for (const [key, change] of Object.entries(patch)) {
    if (done.has(key) || key === PREFIX.retain || key.startsWith(PREFIX.order)) continue;
    mergeField(draft, key, change, schema);
  }
  return draft;
}

function mergeField(draft: Draft, key: string, change: Json, schema: Schema): void {
  const deletes = key.startsWith(PREFIX.delete);
  const name = deletes ? key.slice(PREFIX.delete.length + 1) : key;
  if (change === null) {
    delete draft[name];
    return;
  }
  const before = own(draft, name);
  if (before === undefined || goWord(before) !== goWord(change)) {
    const value = deletes ? undefined : clean(change);
    if (value !== undefined) put(draft, name, value);
    return;
  }
  const field = fieldOf(schema, name) ?? ANYTHING;
  if (isObject(before) && isObject(change)) {
    put(draft, name, field.patch.replaces ? change : merged(before, change, field));
  } else if (isList(before) && isList(change)) {
    put(draft, name, mergedList(before, change, { field, deletes }));
  } else {
    put(draft, name, change);
  }
}

/** Of a value with `$retainKeys` only these fields stay. */
function retained(original: JsonObject, patch: JsonObject): Draft {
  const keys = own(patch, PREFIX.retain);
  if (keys === undefined) return { ...original };
  const bad = new ApiError(400, 'BadRequest', 'invalid patch format of retainKeys');
  if (!isList(keys)) throw bad;
  const isStray = ([key, value]: readonly [string, Json]): boolean =>
    value !== null && !isDirective(key) && !keys.includes(key);
  if (Object.entries(patch).some(isStray)) throw bad;
  return Object.fromEntries(Object.entries(original).filter(([key]) => keys.includes(key)));
}

/** Merges the lists whose order the patch gives; the names of those that need nothing more. */
function mergeOrdered(draft: Draft, patch: JsonObject, schema: Schema): ReadonlySet<string> {
  const done = new Set<string>();
  for (const [key, order] of Object.entries(patch)) {
    if (!key.startsWith(PREFIX.order)) continue;
    if (!isList(order)) throw failed(`expected a []interface {}, but received a ${goKind(order)}`);
    const name = key.slice(PREFIX.order.length + 1);
    const before = listOf(draft, name);
    const change = listOf(patch, name);
    const field = fieldOf(schema, name) ?? ANYTHING;
    const { mergeKey } = field.patch;
    checkOrder(change ?? [], order, mergeKey);
    if (before === undefined && change === undefined) continue;
    const list =
      change === undefined
        ? (before ?? [])
        : before === undefined
          ? (clean(change) as readonly Json[])
          : mergedList(before, change, { field, deletes: false });
    put(draft, name, ordered(list, { first: order, stood: before ?? [], mergeKey }));
    done.add(name);
  }
  return done;
}

function listOf(object: JsonObject, name: string): readonly Json[] | undefined {
  const value = own(object, name);
  if (value === undefined || isList(value)) return value;
  throw failed(`expected a []interface {}, but received a ${goKind(value)}`);
}

function goKind(value: Json): string {
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return isObject(value) ? 'map[string]interface {}' : goWord(value).replace('null', '<nil>');
}

interface ListPatch {
  readonly field: Schema;
  /** The items of the patch are those to go. */
  readonly deletes: boolean;
}

function mergedList(before: readonly Json[], change: readonly Json[], how: ListPatch): readonly Json[] {
  const { patch } = how.field;
  if (!patch.merges) return change;
  if (before.length === 0 && change.length === 0) return before;
  if (kindOf(before, change) !== 'object') {
    if (how.deletes) return before.filter((item) => !change.includes(item));
    const all = [...new Set([...before, ...change])];
    return ordered(all, { first: change, stood: before, mergeKey: '' });
  }
  const { mergeKey } = patch;
  if (mergeKey === '') throw failed('cannot merge lists without merge key');
  const rest = special(before, change.filter(isObject), mergeKey);
  const list = mergedItems(rest.before, rest.change, { item: itemOf(how.field), patch });
  return ordered(list, { first: rest.change, stood: rest.before, mergeKey });
}

interface Lists {
  readonly before: readonly Json[];
  readonly change: readonly JsonObject[];
}

/** Does what items with `$patch` say, and leaves the others. */
function special(before: readonly Json[], change: readonly JsonObject[], mergeKey: string): Lists {
  let left = before;
  let replaces = false;
  const plain: JsonObject[] = [];
  for (const item of change) {
    const directive = own(item, PATCH);
    if (directive === undefined) {
      plain.push(item);
    } else if (directive === 'delete') {
      const key = keyIn(item, mergeKey);
      left = left.filter((other) => !isObject(other) || own(other, mergeKey) !== key);
    } else if (directive === 'replace') {
      replaces = true;
    } else if (directive === 'merge') {
      throw failed('merging lists cannot yet be specified in the patch');
    } else {
      throw failed(`unknown patch type: ${goPrint(directive)} in map: ${goPrint(item)}`);
    }
  }
  return replaces ? { before: plain, change: [] } : { before: left, change: plain };
}

function keyIn(item: JsonObject, mergeKey: string): Json {
  const key = own(item, mergeKey);
  if (key !== undefined) return key;
  throw failed(`map: ${goPrint(item)} does not contain declared merge key: ${mergeKey}`);
}

interface Items {
  readonly item: Schema;
  readonly patch: PatchRule;
}

function mergedItems(
  before: readonly Json[],
  change: readonly JsonObject[],
  { item, patch }: Items,
): readonly Json[] {
  const list = [...before];
  for (const one of change) {
    const key = keyIn(one, patch.mergeKey);
    const at = list.findIndex((other) => isObject(other) && own(other, patch.mergeKey) === key);
    const found = list[at];
    if (isObject(found)) list[at] = merged(found, one, item);
    else list.push(clean(one) ?? {});
  }
  return list;
}

function without(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}
