import type { JsonObject, Timestamp } from '../../../api/meta.ts';
import { isList, isObject, own } from '../patch/object.ts';
import { blank } from '../schema/normal.ts';
import type { Schema } from '../schema/schema.ts';
import { changedIn } from './compare.ts';
import { identityOf, type Owner, type Owners, readOwners, writeOwners } from './managers.ts';
import { ownableChanges, plain, settled, untouched } from './ownership.ts';
import { type FieldSet, isEmptySet, NO_FIELDS, union } from './set.ts';

/** Who writes, when, and through which subresource. */
export interface Write {
  readonly manager: string;
  readonly time: Timestamp;
  /** Empty for the object itself. */
  readonly subresource: '' | 'status' | 'scale';
  /** Whether the kind has a status subresource. */
  readonly isStatusApart: boolean;
  /** Where the kind has its size, as a dotted path. Default `.spec.replicas`. */
  readonly sizePath?: string;
}

/**
 * `metadata.managedFields` after a write that is no apply: create (`before` is null), update or patch. Both
 * objects as they are stored, with defaults. The writer owns what it changed, nobody owns what is gone. An
 * object that has no managedFields gets none by an update; `[{}]` in the written object asks for that.
 */
export function trackUpdate(
  before: JsonObject | null,
  after: JsonObject,
  write: Write,
  schema: Schema,
): readonly JsonObject[] {
  const owners = ownersOf(before, after, write);
  if (before !== null && owners.size === 0) return [];
  if (write.subresource === 'scale' && !isScaled(owners, write.sizePath ?? '.spec.replicas')) {
    return writeOwners(owners);
  }
  const ignored = untouched(schema, write.subresource, write.isStatusApart);
  const old = before === null ? blankOf(after, schema) : plain(before);
  const comparison = ownableChanges(old, plain(after), schema, ignored);
  const taken = changedIn(comparison);
  if (isEmptySet(taken) && isEmptySet(comparison.removed)) return writeOwners(owners);
  return writeOwners(withTaken(settled(owners, comparison, ''), taken, after, write));
}

function withTaken(owners: Owners, taken: FieldSet, after: JsonObject, write: Write): Owners {
  if (isEmptySet(taken)) return owners;
  const apiVersion = own(after, 'apiVersion');
  const { manager, subresource } = write;
  const who = {
    manager,
    operation: 'Update',
    apiVersion: typeof apiVersion === 'string' ? apiVersion : '',
    subresource,
  } as const;
  const identity = identityOf(who);
  const set = union(owners.get(identity)?.set ?? NO_FIELDS, taken);
  // Whoever scales is recorded without a time.
  const owner: Owner = { ...who, time: subresource === 'scale' ? null : write.time, set };
  return new Map(owners).set(identity, owner);
}

/** Those that the written object tells, if it does; else those that are stored. */
function ownersOf(before: JsonObject | null, after: JsonObject, { subresource }: Write): Owners {
  const stored = before === null ? null : readOwners(managedIn(before));
  if (subresource !== '') return stored ?? new Map();
  const told = managedIn(after);
  if (isReset(told)) return new Map();
  const owners = readOwners(told);
  return owners === null || owners.size === 0 ? (stored ?? new Map()) : owners;
}

/** What an object tells of its managers. */
export function managedIn(object: JsonObject): unknown {
  const metadata = own(object, 'metadata');
  return isObject(metadata) ? own(metadata, 'managedFields') : undefined;
}

function isReset(managed: unknown): boolean {
  if (!isList(managed) || managed.length !== 1) return false;
  const [only] = managed;
  return isObject(only) && Object.keys(only).length === 0;
}

/** Claims that somebody owns the number of replicas: only then it is recorded who scales. */
function isScaled(owners: Owners, path: string): boolean {
  const keys = path.split('.').filter((key) => key !== '');
  const below = (set: FieldSet | undefined, key: string) => set?.children.get(`f:${key}`);
  return [...owners.values()].some(({ set }) => keys.reduce<FieldSet | undefined>(below, set) !== undefined);
}

/** An object of the same kind with nothing in it. */
export function blankOf(object: JsonObject, schema: Schema): JsonObject {
  const { apiVersion = null, kind = null } = object;
  return { ...blank(schema), apiVersion, kind };
}
