import type { Json, JsonObject } from '../../../api/meta.ts';
import { isObject } from '../patch/object.ts';
import type { Schema } from '../schema/schema.ts';
import { SetBuilder } from './builder.ts';
import type { FieldSet } from './set.ts';
import { isNamed, partsOf, shapeOf } from './shape.ts';

/** The fields that an object holds, as a manager owns them that applies it. */
export function fieldsIn(object: JsonObject, schema: Schema): FieldSet {
  const builder = new SetBuilder();
  visit(object, schema, { path: [], builder });
  return builder.done();
}

interface Walk {
  readonly path: readonly string[];
  readonly builder: SetBuilder;
}

function visit(value: Json, schema: Schema, { path, builder }: Walk): void {
  const shape = shapeOf(value, schema);
  if (shape === 'leaf') {
    if (path.length > 0) builder.add(path);
    return;
  }
  for (const { element, value: inner, schema: of } of partsOf(value, schema).values()) {
    const below = [...path, element];
    // Entries of maps and items of lists are fields themselves; fields with a name are what is in them.
    const isItself = shape === 'list' || !isNamed(schema, element.slice(2)) || isBare(inner);
    visit(inner, of, { path: below, builder });
    if (isItself) builder.add(below);
  }
}

/** Null and an empty object hold nothing that could be owned instead. */
function isBare(value: Json): boolean {
  return value === null || (isObject(value) && Object.keys(value).length === 0);
}

/**
 * The set with all fields that the schema knows by name and that have something of the set below them: those
 * that go when everything in them goes.
 */
export function withNamedFields(set: FieldSet, schema: Schema, value: Json | undefined): FieldSet {
  const children = new Map<string, FieldSet>();
  const parts = value === undefined ? null : partsOf(value, schema);
  for (const [key, child] of set.children) {
    const part = parts?.get(key);
    const named = key.startsWith('f:') ? schema.fields.get(key.slice(2)) : undefined;
    const of = part?.schema ?? named ?? schemaBelow(schema, key);
    const below = of === null ? child : withNamedFields(child, of, part?.value);
    children.set(key, named === undefined ? below : { isMember: true, children: below.children });
  }
  return children.size === 0 ? set : { isMember: set.isMember, children };
}

function schemaBelow(schema: Schema, key: string): Schema | null {
  return key.startsWith('f:') ? schema.values : schema.items;
}

/** The fields that never belong to anybody. */
export const UNOWNED: FieldSet = (() => {
  const builder = new SetBuilder();
  for (const name of ['apiVersion', 'kind', 'metadata']) builder.add([`f:${name}`]);
  const metadata = [
    'name',
    'namespace',
    'creationTimestamp',
    'selfLink',
    'uid',
    'clusterName',
    'generation',
    'managedFields',
    'resourceVersion',
  ];
  for (const name of metadata) builder.add(['f:metadata', `f:${name}`]);
  return builder.done();
})();
