import type { Json } from '../../../api/meta.ts';
import { type Draft, isList, isObject, own, put } from './object.ts';

/** Says of the object that holds it: `replace`, `delete` or `merge`. */
export const PATCH = '$patch';

/** The other directives; those about lists are followed by a slash and the name of the list. */
export const PREFIX = {
  retain: '$retainKeys',
  delete: '$deleteFromPrimitiveList',
  order: '$setElementOrder',
} as const;

/** Claims that a key is a directive. */
export function isDirective(key: string): boolean {
  return key === PATCH || Object.values(PREFIX).some((prefix) => key.startsWith(prefix));
}

/**
 * A value of a patch that meets nothing to be merged with: without directives and nulls; undefined to be
 * deleted.
 */
export function clean(value: Json): Json | undefined {
  if (isList(value)) return value.map(clean).filter((item) => item !== undefined);
  if (!isObject(value)) return value;
  if (own(value, PATCH) === 'delete') return undefined;
  const draft: Draft = {};
  for (const [key, inner] of Object.entries(value)) {
    const kept = isDirective(key) || inner === null ? undefined : clean(inner);
    if (kept !== undefined) put(draft, key, kept);
  }
  return draft;
}

/** A value as Go prints it with `%v`: `map[a:1 b:[x y]]`. */
export function goPrint(value: Json): string {
  if (value === null) return '<nil>';
  if (isList(value)) return `[${value.map(goPrint).join(' ')}]`;
  if (!isObject(value)) return String(value);
  const keys = Object.keys(value).toSorted();
  return `map[${keys.map((key) => `${key}:${goPrint(value[key] ?? null)}`).join(' ')}]`;
}
