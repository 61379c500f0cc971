import { isObject } from '../../api/path.ts';

/** Text with its placeholders filled in, and the placeholders that stand for nothing we know. */
export interface Substituted<T> {
  readonly value: T;
  /** What stands between the braces, each once, in order. */
  readonly unresolved: readonly string[];
}

/**
 * Fills in `{{name}}`, spaces allowed, in every text of a JSON value, keys of maps included. What is filled
 * in is not looked at again. `keep` names placeholders that stay as they are. Braces that are never closed
 * are plain text.
 */
export function substitute<T>(
  value: T,
  values: ReadonlyMap<string, string>,
  keep: ReadonlySet<string>,
): Substituted<T> {
  const unresolved = new Set<string>();
  const fill = (text: string): string =>
    text.replaceAll(PLACEHOLDER, (whole, inner: string) => {
      const name = inner.trim();
      const found = values.get(name);
      if (found !== undefined) return found;
      if (!keep.has(name)) unresolved.add(name);
      return whole;
    });
  // Only texts are replaced by texts, so the type stays.
  return { value: walk(value, fill) as T, unresolved: [...unresolved] };
}

const PLACEHOLDER = /\{\{(.*?)\}\}/gs;

function walk(value: unknown, fill: (text: string) => string): unknown {
  if (typeof value === 'string') return fill(value);
  if (Array.isArray(value)) return value.map((item) => walk(item, fill));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [fill(key), walk(item, fill)]));
}
