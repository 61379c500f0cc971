import type { Json } from '../../../api/meta.ts';
import { ApiError } from '../api.ts';
import { goPrint, PATCH, PREFIX } from './directives.ts';
import { isObject, own } from './object.ts';

/** What decides the order of a merged list. An empty merge key: the items are plain values. */
export interface Order {
  /** The order that the patch asks for. */
  readonly first: readonly Json[];
  /** The order in which the items stood before. */
  readonly stood: readonly Json[];
  readonly mergeKey: string;
}

/**
 * The items of a list in order: those of the patch in the order of the patch, the others as they stood, and
 * each of these before the first item of the patch that it stood before.
 */
export function ordered(list: readonly Json[], { first, stood, mergeKey }: Order): readonly Json[] {
  const identity = (item: Json): Json | undefined => (isObject(item) ? own(item, mergeKey) : item);
  const ranks = (items: readonly Json[]): ReadonlyMap<Json | undefined, number> =>
    new Map(items.map((item, i) => [identity(item), i]));
  const asked = ranks(first);
  const place = ranks(stood);
  const rank = (order: ReadonlyMap<Json | undefined, number>) => (a: Json, b: Json) =>
    (order.get(identity(a)) ?? 0) - (order.get(identity(b)) ?? 0);
  const patched = list.filter((item) => asked.has(identity(item))).toSorted(rank(asked));
  const others = list.filter((item) => !asked.has(identity(item))).toSorted(rank(place));
  const result: Json[] = [];
  let next = 0;
  for (const item of patched) {
    const limit = place.get(identity(item));
    for (; limit !== undefined && next < others.length; next++) {
      const other = others[next] ?? null;
      const before = place.get(identity(other));
      if (before === undefined || before >= limit) break;
      result.push(other);
    }
    result.push(item);
  }
  return [...result, ...others.slice(next)];
}

/** Throws an ApiError 500 unless the items of a patch stand in the order that it gives for them. */
export function checkOrder(change: readonly Json[], order: readonly Json[], mergeKey: string): void {
  const identity = (item: Json): Json | undefined => (isObject(item) ? own(item, mergeKey) : item);
  const meant = change.filter((item) => !isObject(item) || own(item, PATCH) !== 'delete');
  let next = 0;
  for (const item of order) {
    const wanted = meant[next];
    if (wanted !== undefined && identity(wanted) === identity(item)) next++;
  }
  if (next === meant.length) return;
  const lists = `${goPrint(meant)}\n doesn't match ${PREFIX.order} list:\n${goPrint(order)}\n`;
  throw new ApiError(500, '', `The order in patch list:\n${lists}`);
}

/** The kind of the items of two lists. Throws an ApiError 500 where they differ. */
export function kindOf(before: readonly Json[], change: readonly Json[]): string {
  const kinds = new Set([...before, ...change].map((item) => (Array.isArray(item) ? 'array' : typeof item)));
  const [kind = 'object', ...others] = kinds;
  if (others.length === 0) return kind;
  throw new ApiError(500, '', `list element types are not identical: ${goPrint([before, change])}`);
}
