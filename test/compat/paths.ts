import { asText, dig, isList, isObject, type Json, type JsonObject } from './json.ts';

/** One difference between two versions of an object: path, before, after; null is absence. */
export type Change = readonly [path: string, from: Json, to: Json];

/**
 * Splits `status.conditions[Paused].status` into its keys. A key in brackets may hold dots.
 * An empty pair of brackets at the end (a changed order of members) is dropped.
 */
export function splitPath(path: string): readonly string[] {
  return [...path.matchAll(/\[([^\]]*)\]|([^.[]+)/g)]
    .map((match) => match[1] ?? match[2] ?? '')
    .filter((key) => key !== '');
}

/** The value at a path. List members are found by type, name or index. */
export function valueAt(value: Json | undefined, path: string): Json | undefined {
  let here: Json | undefined = value;
  for (const key of splitPath(path)) {
    if (isList(here)) here = here[indexOf(here, key)];
    else if (isObject(here)) here = here[key];
    else return undefined;
  }
  return here;
}

/** A new object with the changes made, in order. Source: the recordings' README, "Recording format". */
export function applyChanges(object: JsonObject, changes: readonly Change[]): JsonObject {
  let result: Json = object;
  for (const [path, , to] of changes) {
    if (path.endsWith('[]')) continue;
    result = put(result, splitPath(path), to);
  }
  return isObject(result) ? result : {};
}

function put(value: Json | undefined, keys: readonly string[], to: Json): Json {
  const [key, ...rest] = keys;
  if (key === undefined) return to;
  if (isList(value)) return putMember(value, key, rest, to);
  const { [key]: old, ...others } = isObject(value) ? value : {};
  if (to === null && rest.length === 0) return others;
  return { ...others, [key]: put(old, rest, to) };
}

function putMember(list: readonly Json[], key: string, rest: readonly string[], to: Json): Json {
  const index = indexOf(list, key);
  if (to === null && rest.length === 0) return list.filter((_, at) => at !== index);
  const member = put(list[index], rest, to);
  return index < 0 || index >= list.length ? [...list, member] : list.with(index, member);
}

function indexOf(list: readonly Json[], key: string): number {
  const named = list.findIndex((member) => isObject(member) && (member['type'] ?? member['name']) === key);
  if (named >= 0) return named;
  return /^\d+$/.test(key) ? Number(key) : -1;
}

/** The changes that turn one version into the next, in the recordings' notation. */
export function changesBetween(before: JsonObject, after: JsonObject): readonly Change[] {
  return compareValues('', before, after);
}

function compareValues(path: string, before: Json | undefined, after: Json | undefined): readonly Change[] {
  if (isObject(before) && isObject(after)) return compareObjects(path, before, after);
  if (isList(before) && isList(after)) {
    const keyed = memberKeys(before, after);
    if (keyed !== null) return compareMembers(path, keyed(before), keyed(after));
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [[path, before ?? null, after ?? null]];
}

function compareObjects(path: string, before: JsonObject, after: JsonObject): readonly Change[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.flatMap((key) => compareValues(join(path, key), before[key], after[key]));
}

type Members = ReadonlyMap<string, Json>;

function compareMembers(path: string, before: Members, after: Members): readonly Change[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])];
  const changes = keys.flatMap((key) => compareValues(`${path}[${key}]`, before.get(key), after.get(key)));
  const moved = [...before.keys()].join() !== [...after.keys()].join() && before.size === after.size;
  if (changes.length > 0 || !moved || path.endsWith('conditions')) return changes;
  return [[`${path}[]`, [...before.keys()], [...after.keys()]]];
}

/** How to key the members of two lists: by type or name where all have one, else by index. */
function memberKeys(
  before: readonly Json[],
  after: readonly Json[],
): ((list: readonly Json[]) => Members) | null {
  const all = [...before, ...after];
  if (!all.every(isObject)) return null;
  for (const field of ['type', 'name']) {
    const unique = (list: readonly Json[]): boolean =>
      new Set(list.map((member) => (isObject(member) ? member[field] : undefined))).size === list.length;
    if (!all.every((member) => typeof member[field] === 'string')) continue;
    if (!unique(before) || !unique(after)) continue;
    return (list) => new Map(list.map((member) => [asText(dig(member, field)), member]));
  }
  return (list) => new Map(list.map((member, index) => [String(index), member]));
}

function join(path: string, key: string): string {
  if (/[./]/.test(key)) return `${path}[${key}]`;
  return path === '' ? key : `${path}.${key}`;
}
