import type { Json, JsonObject } from '../api/meta.ts';
import { isObject } from '../api/path.ts';

/**
 * The JSON merge patch that turns `before` into `after`, or null where they are equal.
 * Lists are replaced as a whole; a field that `after` lacks becomes null. `after` must not hold null as the
 * value of a field: a merge patch cannot write it.
 * Source: https://www.rfc-editor.org/rfc/rfc7386
 */
export function mergePatch(before: JsonObject, after: JsonObject): JsonObject | null {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changes = keys.flatMap((key): [string, Json][] => {
    const change = fieldChange(own(before, key), own(after, key));
    return change === undefined ? [] : [[key, change]];
  });
  return changes.length === 0 ? null : Object.fromEntries(changes);
}

/**
 * Whether two JSON values are the same. The order of fields does not matter; an undefined field counts as
 * absent.
 */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => isSameJson(item, b[i]));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => isSameJson(own(a, key), own(b, key)));
}

/** What the patch says about one field; undefined where it says nothing. */
function fieldChange(before: Json | undefined, after: Json | undefined): Json | undefined {
  if (isSameJson(before, after)) return undefined;
  if (after === undefined) return null;
  if (!isObject(after)) return after;
  // A patch is applied to an empty object where there is none yet, so an empty object must be sent as such.
  return mergePatch(isObject(before) ? before : {}, after) ?? {};
}

/** A field of the object itself: keys such as `constructor` are data here. */
function own<T>(object: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
