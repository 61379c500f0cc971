import type { Json, JsonObject } from './meta.ts';

/** The path of a member: `at('spec.steps', 2)` is `spec.steps[2]`, `at('spec', 'a/b')` is `spec["a/b"]`. */
export function at(path: string, ...keys: readonly (string | number)[]): string {
  return keys.reduce<string>((parent, key) => {
    if (typeof key === 'number') return `${parent}[${key}]`;
    if (!/^[A-Za-z_][\w-]*$/.test(key)) return `${parent}[${JSON.stringify(key)}]`;
    return parent === '' ? key : `${parent}.${key}`;
  }, path);
}

/** The keys of a path, as `at` would have joined them; null if it is not such a path. */
export function keysOf(path: string): readonly (string | number)[] | null {
  const keys: (string | number)[] = [];
  let rest = path;
  while (rest !== '') {
    const match = /^(?:\.?([A-Za-z_][\w-]*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\])/.exec(rest);
    if (match === null) return null;
    const [whole, word, index, quoted] = match;
    if (word !== undefined) keys.push(word);
    else if (index !== undefined) keys.push(Number(index));
    else if (quoted !== undefined) keys.push(String(JSON.parse(quoted)));
    rest = rest.slice(whole.length);
  }
  return keys;
}

/** A value and where it was found. */
export interface Found {
  readonly path: string;
  readonly value: unknown;
}

/**
 * All values that a pattern leads to, in document order. In a pattern `[]` stands for every member of a
 * list and `*` for every value of a map: `spec.steps[].pause`, `spec.plugins.*`. Absent and null are not
 * found.
 */
export function find(value: unknown, pattern: string): readonly Found[] {
  const parts = pattern.split(/\.|(?=\[\])/);
  return parts.reduce<readonly Found[]>(
    (found, part) => found.flatMap((f) => children(f, part)),
    [{ path: '', value }],
  );
}

function children(parent: Found, part: string): readonly Found[] {
  const { path, value } = parent;
  if (part === '[]') {
    if (!Array.isArray(value)) return [];
    return value.map((item: unknown, index) => ({ path: at(path, index), value: item }));
  }
  if (!isObject(value)) return [];
  if (part === '*') return Object.entries(value).map(([key, item]) => ({ path: at(path, key), value: item }));
  const item = value[part];
  return item === undefined || item === null ? [] : [{ path: at(path, part), value: item }];
}

/** Whether it is a JSON object: not null, not a list. */
export function isObject(value: Json | undefined): value is JsonObject;
export function isObject(value: unknown): value is Readonly<Record<string, unknown>>;
export function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
