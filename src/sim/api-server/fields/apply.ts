import type { JsonObject } from '../../../api/meta.ts';
import { isSameJson } from '../../../core/merge-patch.ts';
import { ApiError } from '../api.ts';
import { isObject, own } from '../patch/object.ts';
import type { Schema } from '../schema/schema.ts';
import { type Conflict, conflictOf } from './conflicts.ts';
import { identityOf, type Owner, type Owners, readOwners, writeOwners } from './managers.ts';
import { mergeApplied, withoutFields } from './merge.ts';
import { clashes, ownableChanges, plain, settled, untouched } from './ownership.ts';
import {
  difference,
  type FieldSet,
  intersection,
  isEmptySet,
  NO_FIELDS,
  union,
  withoutTrees,
} from './set.ts';
import { blankOf, managedIn, type Write } from './track.ts';
import { shapeTrouble } from './typed.ts';
import { fieldsIn, UNOWNED, withNamedFields } from './walk.ts';

/** What came of an apply. */
export type Applied = Conflict | { readonly kind: 'applied'; readonly object: JsonObject };

/** How an object is applied. */
export interface Applying extends Write {
  /** Take fields from others. */
  readonly force: boolean;
}

/**
 * Server-side apply: the live object (null: none yet) with the applied one on top, without what the manager
 * applied before and no longer does, unless somebody else owns it; `metadata.managedFields` says who owns
 * what. The object still has to be defaulted (with `withDefaultsAfterApply`), validated and given its
 * identity. Throws an ApiError: 400 for an object with managedFields, 500 (as the real server) for one that
 * does not have the shape of its kind.
 * Source: https://kubernetes.io/docs/reference/using-api/server-side-apply/
 */
export function apply(
  live: JsonObject | null,
  applied: JsonObject,
  applying: Applying,
  schema: Schema,
): Applied {
  refuseShapeless(applied, schema);
  const old = live === null ? blankOf(applied, schema) : plain(live);
  const before = live === null ? new Map<string, Owner>() : ownersBefore(live, schema, applying);
  const ignored = untouched(schema, applying.subresource, applying.isStatusApart);
  const self = ownerOf(applied, applying);
  const identity = identityOf(self);
  const last = before.get(identity);
  const set = withoutTrees(difference(fieldsIn(applied, schema), UNOWNED), ignored);
  const owners: Owners = new Map(before).set(identity, { ...self, time: last?.time ?? null, set });

  const merged = mergeApplied(old, applied, schema);
  const object = last === undefined ? merged : withoutDropped(merged, { owners, last: last.set, schema });
  const comparison = ownableChanges(old, object, schema, ignored);
  const taken = clashes(owners, comparison, identity);
  if (taken.length > 0 && !applying.force) return conflictOf(taken);

  const isSame = live !== null && isSameJson(old, object);
  const after = new Map(settled(owners, comparison, identity));
  if (!isSame && !isEmptySet(set)) after.set(identity, { ...self, set });
  return { kind: 'applied', object: withManaged(isSame ? old : object, writeOwners(after)) };
}

function ownerOf(applied: JsonObject, { manager, subresource, time }: Applying): Omit<Owner, 'set'> {
  return { manager, operation: 'Apply', apiVersion: textIn(applied, 'apiVersion'), subresource, time };
}

/**
 * What is there before the first apply belongs to a manager of its own, where nobody has claimed anything.
 */
function ownersBefore(live: JsonObject, schema: Schema, applying: Applying): Owners {
  const owners = readOwners(managedIn(live)) ?? new Map<string, Owner>();
  if (owners.size > 0) return owners;
  const ignored = untouched(schema, applying.subresource, applying.isStatusApart);
  const { added, modified } = ownableChanges(blankOf(live, schema), plain(live), schema, ignored);
  const owner: Owner = {
    ...ownerOf(live, applying),
    manager: 'before-first-apply',
    operation: 'Update',
    set: union(added, modified),
  };
  return new Map([[identityOf(owner), owner]]);
}

function refuseShapeless(applied: JsonObject, schema: Schema): void {
  const managed = managedIn(applied);
  if (Array.isArray(managed) && managed.length > 0) {
    throw new ApiError(400, 'BadRequest', 'metadata.managedFields must be nil');
  }
  const trouble = shapeTrouble(applied, schema);
  if (trouble === null) return;
  const metadata = own(applied, 'metadata');
  const named = isObject(metadata) ? metadata : {};
  const what = `${textIn(named, 'namespace')}/${textIn(named, 'name')}`;
  const kind = `${textIn(applied, 'apiVersion')}, Kind=${textIn(applied, 'kind')}`;
  throw new ApiError(500, '', `failed to create typed patch object (${what}; ${kind}): ${trouble}`);
}

function textIn(object: JsonObject, key: string): string {
  const value = own(object, key);
  return typeof value === 'string' ? value : '';
}

interface Dropping {
  readonly owners: Owners;
  /** What the manager applied before. */
  readonly last: FieldSet;
  readonly schema: Schema;
}

/** Removes what was applied before and is owned by nobody now. */
function withoutDropped(merged: JsonObject, { owners, last, schema }: Dropping): JsonObject {
  if (isEmptySet(last)) return merged;
  const named = (set: FieldSet): FieldSet => withNamedFields(set, schema, merged);
  const without = (set: FieldSet): JsonObject => {
    const left = withoutFields(merged, set, schema);
    return isObject(left) ? left : {};
  };
  const all = named(fieldsIn(merged, schema));
  const kept = (object: JsonObject): FieldSet => named(fieldsIn(object, schema));
  const owned = named([...owners.values()].reduce((sum, { set }) => union(sum, set), NO_FIELDS));
  const pruned = without(named(last));
  const backed = without(difference(all, union(kept(pruned), owned)));
  // What came along with an item and was never applied stays only where the item stays.
  return without(intersection(difference(all, kept(backed)), named(last)));
}

function withManaged(object: JsonObject, managedFields: readonly JsonObject[]): JsonObject {
  const metadata = own(object, 'metadata');
  const fields = isObject(metadata) ? metadata : {};
  return { ...object, metadata: managedFields.length === 0 ? fields : { ...fields, managedFields } };
}
