import { isObject } from '../../api/path.ts';

/** What a `fieldPath` leads to. */
export type Field =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'error'; readonly message: string };

/**
 * Reads a field of an object as text. Paths are like `metadata.labels['team']`, `spec.replicas` or
 * `spec.template.spec.containers[0].image`. A label or annotation that is not there is empty text, as in the
 * downward API. So is a field of the status: it is not there before the first pass, and the spec is no worse
 * for that.
 */
export function readField(object: unknown, fieldPath: string): Field {
  const keys = keysOf(fieldPath);
  if (keys === null) return { kind: 'error', message: `invalid path ${fieldPath}` };
  let value: unknown = object;
  for (const key of keys) value = memberOf(value, key);
  if (value === undefined || value === null) return absent(keys, fieldPath);
  if (typeof value === 'string') return { kind: 'text', text: value };
  if (typeof value === 'number' || typeof value === 'boolean') return { kind: 'text', text: String(value) };
  return { kind: 'error', message: `the path ${fieldPath} must lead to a text, a number or true or false` };
}

function absent(keys: readonly string[], fieldPath: string): Field {
  const [root, part] = keys;
  const isOptional =
    root === 'status' || (root === 'metadata' && (part === 'labels' || part === 'annotations'));
  if (isOptional && keys.length > 1) return { kind: 'text', text: '' };
  return { kind: 'error', message: `there is no ${fieldPath}` };
}

function memberOf(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return /^\d+$/.test(key) ? value[Number(key)] : undefined;
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

const KEY = /^(?:\.?([^.[\]'"]+)|\[(\d+)\]|\['([^']*)'\]|\["([^"]*)"\]|\[([^[\]'"]+)\])/;

function keysOf(path: string): readonly string[] | null {
  const keys: string[] = [];
  for (let rest = path; rest !== ''; ) {
    const match = KEY.exec(rest);
    const key = match?.slice(1).find((group) => group !== undefined);
    if (match === null || key === undefined) return null;
    keys.push(key);
    rest = rest.slice(match[0].length);
  }
  return keys.length === 0 ? null : keys;
}
