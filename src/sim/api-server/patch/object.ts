import type { Json, JsonObject } from '../../../api/meta.ts';

/** A JSON object that is being built; nobody else has seen it yet. */
export type Draft = Record<string, Json>;

/** Claims that it is a JSON object: neither null nor a list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Claims that it is a JSON list. */
export function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

/** A field of the object itself, undefined where it has none: keys such as `constructor` are data. */
export function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Sets a field, also one that is called `__proto__`. */
export function put(draft: Draft, key: string, value: Json): void {
  if (key !== '__proto__') draft[key] = value;
  else Object.defineProperty(draft, key, { value, enumerable: true, configurable: true, writable: true });
}

/** What Go calls the type of a JSON value: `object`, `array`, `string`, `number`, `bool` or `null`. */
export function goWord(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
