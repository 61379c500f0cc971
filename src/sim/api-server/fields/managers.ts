import type { JsonObject, Timestamp } from '../../../api/meta.ts';
import { isList, isObject, own } from '../patch/object.ts';
import { readFields, writeFields } from './format.ts';
import { type FieldSet, isEmptySet, NO_FIELDS, union } from './set.ts';

/** One entry of managedFields: who owns which fields. */
export interface Owner {
  readonly manager: string;
  /** By server-side apply, or by any other write. */
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  /** When it last took a field. Null when it never took one that others did not have already. */
  readonly time: Timestamp | null;
  /** Empty for the object itself. */
  readonly subresource: string;
  readonly set: FieldSet;
}

/** All owners by their identity. */
export type Owners = ReadonlyMap<string, Owner>;

/** What tells owners apart. An applier is the same in every version of the API. */
export function identityOf({
  manager,
  operation,
  apiVersion,
  subresource,
}: Omit<Owner, 'set' | 'time'>): string {
  return JSON.stringify([manager, operation, operation === 'Apply' ? '' : apiVersion, subresource]);
}

/**
 * Reads `metadata.managedFields`. Null for what cannot be read, as the server then takes what it has itself.
 */
export function readOwners(managed: unknown): Owners | null {
  if (managed === undefined || managed === null) return new Map();
  if (!isList(managed)) return null;
  const owners = new Map<string, Owner>();
  for (const entry of managed) {
    const owner = isObject(entry) ? readOwner(entry) : null;
    if (owner === null) return null;
    owners.set(identityOf(owner), owner);
  }
  return owners;
}

function readOwner(entry: JsonObject): Owner | null {
  const text = (key: string): string => {
    const value = own(entry, key);
    return typeof value === 'string' ? value : '';
  };
  const operation = text('operation');
  const fields = own(entry, 'fieldsV1');
  const set = isObject(fields) ? readFields(fields) : NO_FIELDS;
  if ((operation !== 'Apply' && operation !== 'Update') || set === null) return null;
  const time = text('time');
  return {
    manager: text('manager'),
    operation,
    apiVersion: text('apiVersion'),
    time: time === '' ? null : time,
    subresource: text('subresource'),
    set,
  };
}

/** As many entries of operation Update as an object has; of more the oldest are put together. */
const MOST_UPDATERS = 10;
const ANCIENT = 'ancient-changes';

/** Writes `metadata.managedFields`, in the order of the real server. Owners of nothing are left out. */
export function writeOwners(owners: Owners): readonly JsonObject[] {
  return [...capped(owners).values()]
    .filter(({ set }) => !isEmptySet(set))
    .toSorted(inOrder)
    .map(({ manager, operation, apiVersion, time, subresource, set }) => ({
      manager,
      operation,
      apiVersion,
      ...(time === null ? {} : { time }),
      fieldsType: 'FieldsV1',
      fieldsV1: writeFields(set),
      ...(subresource === '' ? {} : { subresource }),
    }));
}

function inOrder(a: Owner, b: Owner): number {
  return (
    compareText(a.operation, b.operation) ||
    compareText(a.time ?? '', b.time ?? '') ||
    compareText(a.manager, b.manager) ||
    compareText(a.apiVersion, b.apiVersion) ||
    compareText(a.subresource, b.subresource)
  );
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** The oldest updaters of each version of the API become one, until they are few enough. */
function capped(owners: Owners): Owners {
  const updaters = [...owners]
    .filter(([, owner]) => owner.operation === 'Update' && !isEmptySet(owner.set))
    .toSorted(([a, one], [b, other]) => compareText(one.time ?? '', other.time ?? '') || compareText(a, b));
  if (updaters.length <= MOST_UPDATERS) return owners;
  const left = new Map(owners);
  const firsts = new Map<string, string>();
  let count = updaters.length;
  for (const [identity, { apiVersion, time, set }] of updaters) {
    if (count <= MOST_UPDATERS) break;
    const first = firsts.get(apiVersion);
    if (first === undefined) {
      firsts.set(apiVersion, identity);
      continue;
    }
    const ancient = { manager: ANCIENT, operation: 'Update', apiVersion, subresource: '' } as const;
    const bucket = left.get(identityOf(ancient)) ?? left.get(first);
    left.delete(first);
    left.delete(identity);
    left.set(identityOf(ancient), { ...ancient, time, set: union(set, bucket?.set ?? NO_FIELDS) });
    count -= 1;
  }
  return left;
}
