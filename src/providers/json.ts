import type { Json } from '../api/meta.ts';

/** Deeper nesting counts as text, so that what walks through the value cannot run out of stack. */
const maxDepth = 1000;

/**
 * Reads JSON as the original does: what Go's decoder refuses is text, not an error. That includes numbers
 * that are too large for a float, which JavaScript would silently turn into infinity, a value that passes any
 * lower bound.
 */
export function parseJson(
  body: string,
): { readonly kind: 'json'; readonly value: Json } | { readonly kind: 'text' } {
  let value: Json;
  try {
    value = JSON.parse(body);
  } catch {
    return { kind: 'text' };
  }
  return isPlain(value, 0) ? { kind: 'json', value } : { kind: 'text' };
}

function isPlain(value: Json, depth: number): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  return depth < maxDepth && Object.values(value).every((inner) => isPlain(inner, depth + 1));
}
