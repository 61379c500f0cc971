import type { Manifest } from '../../api/meta.ts';

const texts = new WeakMap<object, string>();

/** JSON of a stored object; written once for each version of it. Stored objects never change. */
export function textOf(object: object): string {
  const known = texts.get(object);
  if (known !== undefined) return known;
  const text = JSON.stringify(object);
  if (Object.isFrozen(object)) texts.set(object, text);
  return text;
}

/** The same without apiVersion and kind, as built-in kinds stand in lists. */
export function itemTextOf(object: Manifest): string {
  const { apiVersion, kind, ...rest } = object;
  const head = `{"apiVersion":${JSON.stringify(apiVersion)},"kind":${JSON.stringify(kind)},`;
  const text = textOf(object);
  return text.startsWith(head) ? `{${text.slice(head.length)}` : JSON.stringify(rest);
}

const versions = new WeakMap<object, Manifest>();

/** An object in another version of its API: nothing but its apiVersion differs. */
export function inVersion(object: Manifest, apiVersion: string): Manifest {
  if (object.apiVersion === apiVersion) return object;
  const known = versions.get(object);
  if (known?.apiVersion === apiVersion) return known;
  const converted = Object.freeze({ ...object, apiVersion });
  versions.set(object, converted);
  return converted;
}
