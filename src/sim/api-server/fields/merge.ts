import type { Json, JsonObject } from '../../../api/meta.ts';
import { type Draft, isList, isObject, own, put } from '../patch/object.ts';
import { itemOf, type Schema } from '../schema/schema.ts';
import type { FieldSet } from './set.ts';
import { fieldElement, fieldSchema, itemElement, shapeOf, sharedShape } from './shape.ts';

/**
 * What is live, with what is applied on top: objects by their fields, lists that are sets or maps by their
 * items, everything else as a whole. Applied items stand in their own order; a live item that is not applied
 * stays behind the items that it stood behind, as far as that goes. Unchanged parts stay the same values.
 */
export function mergeApplied(live: JsonObject, applied: JsonObject, schema: Schema): JsonObject {
  return mergeObjects(live, applied, schema);
}

function mergeValues(live: Json | undefined, applied: Json, schema: Schema): Json {
  if (live === undefined || live === applied) return applied;
  const shape = sharedShape(live, applied, schema);
  if (shape === 'map') {
    if (isObject(live) && isObject(applied)) return mergeObjects(live, applied, schema);
    return isObject(applied) ? applied : live;
  }
  if (shape === 'list') {
    if (isList(live) && isList(applied)) return mergeLists(live, applied, schema);
    return isList(applied) ? applied : live;
  }
  return applied;
}

function mergeObjects(live: JsonObject, applied: JsonObject, schema: Schema): JsonObject {
  let draft: Draft | null = null;
  for (const [name, value] of Object.entries(applied)) {
    const before = own(live, name);
    const after = mergeValues(before, value, fieldSchema(schema, name));
    if (after === before) continue;
    draft ??= { ...live };
    put(draft, name, after);
  }
  return draft ?? live;
}

function mergeLists(live: readonly Json[], applied: readonly Json[], schema: Schema): readonly Json[] {
  const items = itemOf(schema);
  const element = (item: Json): string => itemElement(item, schema);
  const liveOnes = live.map((item) => ({ item, key: element(item) }));
  const byKey = new Map(liveOnes.map(({ item, key }) => [key, item]));
  const appliedOnes = applied.map((item) => ({ item, key: element(item) }));
  const wanted = new Set(appliedOnes.map(({ key }) => key));
  // The applied items that are live, too: in their order the walk through the live list stops at each.
  const shared = appliedOnes.filter(({ key }) => byKey.has(key)).map(({ key }) => key);
  const result: Json[] = [];
  let at = 0;
  let stop = 0;
  const takeLiveOnes = (): void => {
    for (; at < liveOnes.length; at++) {
      const one = liveOnes[at];
      if (one === undefined || (stop < shared.length && one.key === shared[stop])) return;
      if (!wanted.has(one.key)) result.push(one.item);
    }
  };
  for (const { item, key } of appliedOnes) {
    takeLiveOnes();
    result.push(mergeValues(byKey.get(key), item, items));
    if (shared[stop] !== key) continue;
    stop += 1;
    if (liveOnes[at]?.key === key) at += 1;
  }
  takeLiveOnes();
  const isSame = result.length === live.length && result.every((item, i) => item === live[i]);
  return isSame ? live : result;
}

/**
 * The value without the fields of a set. An object or a list that loses all that it had is null, as in the
 * real server.
 */
export function withoutFields(value: Json, set: FieldSet, schema: Schema): Json {
  if (set.children.size === 0 || shapeOf(value, schema) === 'leaf') return value;
  if (isList(value)) return withoutItems(value, set, schema);
  return isObject(value) ? withoutNamed(value, set, schema) : value;
}

function withoutItems(list: readonly Json[], set: FieldSet, schema: Schema): Json {
  const kept = list.flatMap((item): readonly Json[] => {
    const below = set.children.get(itemElement(item, schema));
    if (below === undefined) return [item];
    return below.isMember ? [] : [withoutFields(item, below, itemOf(schema))];
  });
  if (kept.length === list.length && kept.every((item, i) => item === list[i])) return list;
  return kept.length === 0 ? null : kept;
}

function withoutNamed(object: JsonObject, set: FieldSet, schema: Schema): Json {
  let draft: Draft | null = null;
  for (const [name, value] of Object.entries(object)) {
    const below = set.children.get(fieldElement(name));
    if (below === undefined) continue;
    const left = below.isMember ? undefined : withoutFields(value, below, fieldSchema(schema, name));
    if (left === value) continue;
    draft ??= { ...object };
    if (left === undefined) delete draft[name];
    else put(draft, name, left);
  }
  if (draft === null) return object;
  return Object.keys(draft).length === 0 ? null : draft;
}
