import type { Json, JsonObject } from '../../../api/meta.ts';
import { isSameJson } from '../../../core/merge-patch.ts';
import { isList, isObject } from '../patch/object.ts';
import type { Schema } from '../schema/schema.ts';
import { SetBuilder } from './builder.ts';
import { type FieldSet, union, withoutTrees } from './set.ts';
import { partsOf, sharedShape } from './shape.ts';

/** What became of the fields of an object. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** The fields in which two states of an object differ. What is the same value is not looked into. */
export function compare(before: JsonObject, after: JsonObject, schema: Schema): Comparison {
  const sets = { added: new SetBuilder(), modified: new SetBuilder(), removed: new SetBuilder() };
  visit({ before, after, schema, path: [] }, sets);
  return { added: sets.added.done(), modified: sets.modified.done(), removed: sets.removed.done() };
}

/** The fields that now hold something else, or something at all. */
export function changedIn({ added, modified }: Comparison): FieldSet {
  return union(added, modified);
}

/** The comparison without some fields of the object, and all that is in them. */
export function ignoring(comparison: Comparison, names: readonly string[]): Comparison {
  return {
    added: withoutTrees(comparison.added, names),
    modified: withoutTrees(comparison.modified, names),
    removed: withoutTrees(comparison.removed, names),
  };
}

type Sets = Readonly<Record<keyof Comparison, SetBuilder>>;

interface Pair {
  readonly before: Json | undefined;
  readonly after: Json | undefined;
  readonly schema: Schema;
  readonly path: readonly string[];
}

function visit({ before, after, schema, path }: Pair, sets: Sets): void {
  if (before === after) return;
  const shape = sharedShape(before, after, schema);
  if (shape === 'leaf' || (isBare(before) && isBare(after))) {
    leaf({ before, after, schema, path }, sets);
    return;
  }
  const old = before === undefined ? none : partsOf(before ?? null, schema);
  const now = after === undefined ? none : partsOf(after ?? null, schema);
  for (const [element, part] of old) {
    const value = now.get(element)?.value;
    if (value === part.value) continue;
    visit({ before: part.value, after: value, schema: part.schema, path: [...path, element] }, sets);
  }
  for (const [element, part] of now) {
    if (old.has(element)) continue;
    visit({ before: undefined, after: part.value, schema: part.schema, path: [...path, element] }, sets);
  }
  if (before === undefined) sets.added.add(path);
  if (after === undefined) sets.removed.add(path);
}

const none: ReturnType<typeof partsOf> = new Map();

function leaf({ before, after, path }: Pair, sets: Sets): void {
  if (before === undefined) sets.added.add(path);
  else if (after === undefined) sets.removed.add(path);
  else if (!isSameJson(before, after)) sets.modified.add(path);
}

function isBare(value: Json | undefined): boolean {
  if (value === undefined || value === null) return true;
  if (isList(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}
