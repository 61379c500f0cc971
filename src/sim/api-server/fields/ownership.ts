import type { JsonObject } from '../../../api/meta.ts';
import { isObject, own } from '../patch/object.ts';
import type { Schema } from '../schema/schema.ts';
import { type Comparison, changedIn, compare, ignoring } from './compare.ts';
import type { Clash } from './conflicts.ts';
import type { Owner, Owners } from './managers.ts';
import { difference, intersection, isEmptySet } from './set.ts';
import { UNOWNED } from './walk.ts';

/**
 * The fields at the top of an object that a write does not touch, so that nobody owns them through it: the
 * status where the kind has a status subresource, and through that subresource everything else but metadata.
 */
export function untouched(schema: Schema, subresource: string, isStatusApart: boolean): readonly string[] {
  if (subresource === 'status') {
    return [...schema.fields.keys()].filter((name) => name !== 'status' && name !== 'metadata');
  }
  return isStatusApart ? ['status'] : [];
}

/** Objects as field managers see them: without what is recorded about managers. */
export function plain(object: JsonObject): JsonObject {
  const metadata = own(object, 'metadata');
  if (!isObject(metadata) || !Object.hasOwn(metadata, 'managedFields')) return object;
  const { managedFields: _, ...rest } = metadata;
  return { ...object, metadata: rest };
}

/** The fields in which two states differ, as far as fields can belong to somebody. */
export function ownableChanges(
  before: JsonObject,
  after: JsonObject,
  schema: Schema,
  ignored: readonly string[],
): Comparison {
  const { added, modified, removed } = ignoring(compare(before, after, schema), ignored);
  return {
    added: difference(added, UNOWNED),
    modified: difference(modified, UNOWNED),
    removed: difference(removed, UNOWNED),
  };
}

/** What a change takes from the others: fields that are theirs and get another value. */
export function clashes(owners: Owners, comparison: Comparison, self: string): readonly Clash[] {
  const changed = changedIn(comparison);
  if (isEmptySet(changed)) return [];
  return [...owners].flatMap(([identity, owner]): readonly Clash[] => {
    const set = identity === self ? null : intersection(owner.set, changed);
    return set === null || isEmptySet(set) ? [] : [{ owner, set }];
  });
}

/**
 * The owners when the change is made: nobody owns what is gone, and others no more what got another value.
 */
export function settled(owners: Owners, comparison: Comparison, self: string): Owners {
  const changed = changedIn(comparison);
  const left = new Map<string, Owner>();
  for (const [identity, owner] of owners) {
    const kept =
      identity === self ? owner.set : difference(difference(owner.set, changed), comparison.removed);
    if (!isEmptySet(kept)) left.set(identity, kept === owner.set ? owner : { ...owner, set: kept });
  }
  return left;
}
