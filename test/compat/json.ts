/** Any JSON value, as a recording or the API server gives it. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object; a key that is not there reads as undefined. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Parses JSON text; throws a SyntaxError that names `source`. */
export function parseJson(text: string, source: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new SyntaxError(`${source}: not JSON`, { cause });
  }
}

/** Is it an object, and neither a list nor null? */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Is it a list? */
export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** The object itself, or an empty one if it is anything else. */
export function asObject(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

/** The list itself, or an empty one if it is anything else. */
export function asList(value: Json | undefined): readonly Json[] {
  return isList(value) ? value : [];
}

/** The text itself, or '' if it is anything else. */
export function asText(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** The value below these keys; undefined where one of them is missing. */
export function dig(value: Json | undefined, ...keys: readonly string[]): Json | undefined {
  let here: Json | undefined = value;
  for (const key of keys) here = isObject(here) ? here[key] : undefined;
  return here;
}

/** Are they the same JSON, whatever the order of keys? */
export function same(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (isList(a) && isList(b)) {
    return a.length === b.length && a.every((member, index) => same(member, b[index]));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && same(a[key], b[key]));
}

/** Rewrites every text in a value, keys included. */
export function mapTexts(value: Json, rewrite: (text: string) => string): Json {
  if (typeof value === 'string') return rewrite(value);
  if (isList(value)) return value.map((member) => mapTexts(member, rewrite));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [rewrite(key), mapTexts(v, rewrite)]));
}

/** One line of text for people: plain for texts, JSON otherwise, `–` for absence. */
export function show(value: Json | undefined): string {
  if (value === undefined || value === null) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
