/**
 * A set of fields: a tree of path elements as they stand in managedFields (`f:name`, `k:{"name":"a"}`,
 * `v:"x"`). A node is in the set itself (`.`), or some below it are, or both. Sets are never changed;
 * operations return the set that they were given where the result is the same.
 * Source: https://github.com/kubernetes-sigs/structured-merge-diff (fieldpath.Set)
 */
export interface FieldSet {
  readonly isMember: boolean;
  readonly children: ReadonlyMap<string, FieldSet>;
}

/** No field at all. */
export const NO_FIELDS: FieldSet = { isMember: false, children: new Map() };

/** One field, and nothing below it. */
export const ONE_FIELD: FieldSet = { isMember: true, children: new Map() };

/** Claims that no field is in the set. */
export function isEmptySet(set: FieldSet): boolean {
  return !set.isMember && set.children.size === 0;
}

/** The fields that are in either. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b || isEmptySet(b)) return a;
  if (isEmptySet(a)) return b;
  return mapped(a, a.isMember || b.isMember, (children) => {
    for (const [key, other] of b.children) children.set(key, union(children.get(key) ?? NO_FIELDS, other));
  });
}

/** The fields that are in both. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b) return a;
  return mapped(a, a.isMember && b.isMember, (children) => {
    for (const [key, child] of a.children) {
      children.set(key, intersection(child, b.children.get(key) ?? NO_FIELDS));
    }
  });
}

/** The fields of the first that are not in the second. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(b)) return a;
  return mapped(a, a.isMember && !b.isMember, (children) => {
    for (const [key, other] of b.children) {
      const child = children.get(key);
      if (child !== undefined) children.set(key, difference(child, other));
    }
  });
}

/** The set without these fields of an object and all that is below them. */
export function withoutTrees(set: FieldSet, names: readonly string[]): FieldSet {
  if (!names.some((name) => set.children.has(`f:${name}`))) return set;
  return mapped(set, set.isMember, (children) => {
    for (const name of names) children.delete(`f:${name}`);
  });
}

/** Claims that two sets hold the same fields. */
export function isSameSet(a: FieldSet, b: FieldSet): boolean {
  if (a === b) return true;
  if (a.isMember !== b.isMember || a.children.size !== b.children.size) return false;
  return [...a.children].every(([key, child]) => {
    const other = b.children.get(key);
    return other !== undefined && isSameSet(child, other);
  });
}

/** The paths of all fields in the set, each as its elements, from the root on. */
export function pathsOf(set: FieldSet): readonly (readonly string[])[] {
  const below = [...set.children].flatMap(([key, child]) => pathsOf(child).map((path) => [key, ...path]));
  return set.isMember ? [[], ...below] : below;
}

/** A changed copy; the original where nothing changed, without children that are empty. */
function mapped(
  set: FieldSet,
  isMember: boolean,
  change: (children: Map<string, FieldSet>) => void,
): FieldSet {
  const children = new Map(set.children);
  change(children);
  for (const [key, child] of children) if (isEmptySet(child)) children.delete(key);
  const isSame =
    isMember === set.isMember &&
    children.size === set.children.size &&
    [...children].every(([key, child]) => set.children.get(key) === child);
  return isSame ? set : { isMember, children };
}
