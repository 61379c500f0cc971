import type { Json, JsonObject } from '../../../api/meta.ts';
import { type Draft, isObject, own, put } from '../patch/object.ts';
import { type FieldSet, NO_FIELDS } from './set.ts';

/** As deep as a set may be that somebody sends. */
const MOST_DEPTH = 100;

const read = new WeakMap<JsonObject, FieldSet>();
const written = new WeakMap<FieldSet, JsonObject>();

/**
 * Reads a set of fields as it stands in `fieldsV1`. Null for what is none.
 * Source: https://kubernetes.io/docs/reference/using-api/server-side-apply/#managers
 */
export function readFields(fields: JsonObject): FieldSet | null {
  const known = read.get(fields);
  if (known !== undefined) return known;
  const set = readNode(fields, 0);
  if (set !== null && Object.isFrozen(fields)) {
    read.set(fields, set);
    if (!written.has(set)) written.set(set, fields);
  }
  return set;
}

function readNode(fields: JsonObject, depth: number): FieldSet | null {
  if (depth > MOST_DEPTH) return null;
  const children = new Map<string, FieldSet>();
  for (const [key, inner] of Object.entries(fields)) {
    if (key === '.') continue;
    if (!/^[fkvi]:/.test(key) || !isObject(inner)) return null;
    const child = readNode(inner, depth + 1);
    if (child === null) return null;
    // An element with nothing in it is the field itself.
    const isLeaf = Object.keys(inner).length === 0;
    children.set(key, isLeaf ? { isMember: true, children: NO_FIELDS.children } : child);
  }
  return { isMember: Object.hasOwn(fields, '.'), children };
}

/** Writes a set as `fieldsV1`, its elements in the order of the real server. */
export function writeFields(set: FieldSet): JsonObject {
  const known = written.get(set);
  if (known !== undefined) return known;
  const fields = writeNode(set, true);
  written.set(set, fields);
  return fields;
}

function writeNode({ isMember, children }: FieldSet, isRoot: boolean): JsonObject {
  const draft: Draft = {};
  // A leaf is told by being there; only what has more below it needs to say that it is meant itself.
  if (isMember && (isRoot || children.size > 0)) draft['.'] = {};
  for (const key of [...children.keys()].toSorted(inOrder)) {
    put(draft, key, writeNode(children.get(key) ?? NO_FIELDS, false));
  }
  return draft;
}

const kinds = 'fkvi';

/** Names come first, then items by key, then items by value, then items by place. */
function inOrder(a: string, b: string): number {
  const byKind = kinds.indexOf(a.charAt(0)) - kinds.indexOf(b.charAt(0));
  if (byKind !== 0) return byKind;
  return a < b ? -1 : 1;
}

/** A path as people read it: `.spec.containers[name="app"].image`. */
export function pathText(path: readonly string[]): string {
  return path.map(elementText).join('');
}

/** Paths in the order in which the real server tells them. */
export function comparePaths(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((element, i) => element !== b[i]);
  if (at < 0) return a.length - b.length;
  const [one = '', other] = [a[at], b[at]];
  return other === undefined ? 1 : inOrder(one, other);
}

function elementText(element: string): string {
  const value = element.slice(2);
  switch (element.charAt(0)) {
    case 'f':
      return `.${value}`;
    case 'k': {
      const keys = parsed(value);
      const parts = isObject(keys)
        ? Object.keys(keys).map((key) => `${key}=${JSON.stringify(own(keys, key))}`)
        : [value];
      return `[${parts.join(',')}]`;
    }
    case 'v':
      return `[=${value}]`;
    default:
      return `[${value}]`;
  }
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}
