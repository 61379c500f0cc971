import type { Manifest } from '../api/meta.ts';
import { isObject } from '../api/path.ts';
import { isSameJson } from '../core/merge-patch.ts';
import { FIELD_MANAGER } from './keys.ts';

/** Who wrote a field. */
export interface Manager {
  readonly name: string;
  /** `scale` for an autoscaler and for `kubectl scale`; empty for the object itself. */
  readonly subresource: string;
}

/** The keys and indexes that lead to a field of an object. */
export type Keys = readonly (string | number)[];

/** Who owns a field of a live object, or the whole that it is a part of; we ourselves do not count. */
export function ownersOf(live: Manifest, keys: Keys): readonly Manager[] {
  return (live.metadata.managedFields ?? [])
    .filter((entry) => entry['manager'] !== FIELD_MANAGER && owns(entry['fieldsV1'], live, keys))
    .map((entry) => ({
      name: typeof entry['manager'] === 'string' ? entry['manager'] : '',
      subresource: typeof entry['subresource'] === 'string' ? entry['subresource'] : '',
    }));
}

/**
 * Whether a set of fields holds the field at `keys`, something below it, or, as an atom, something above it.
 * Source: https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
function owns(fields: unknown, value: unknown, keys: Keys): boolean {
  if (!isObject(fields)) return false;
  const parts = Object.keys(fields).filter((part) => part !== '.');
  const [key, ...rest] = keys;
  // A leaf of the set, reached on the way down: what is below it is owned as one.
  if (key === undefined || (parts.length === 0 && fields['.'] === undefined)) return true;
  const child = childOf(value, key);
  const part = parts.find((name) => matches(name, key, child));
  return part !== undefined && owns(fields[part], child, rest);
}

function childOf(value: unknown, key: string | number): unknown {
  if (Array.isArray(value)) return value[Number(key)];
  return isObject(value) ? value[key] : undefined;
}

function matches(part: string, key: string | number, child: unknown): boolean {
  const mark = part.slice(0, 2);
  const name = part.slice(2);
  if (typeof key === 'string') return mark === 'f:' && name === key;
  if (mark === 'i:') return name === String(key);
  const wanted = parsed(name);
  if (mark === 'v:') return isSameJson(wanted, child);
  if (mark !== 'k:' || !isObject(wanted) || !isObject(child)) return false;
  return Object.entries(wanted).every(([field, value]) => isSameJson(child[field], value));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Whether people write with it: whatever it wrote may be put back without taking anything from a program. */
export function isPerson({ name }: Manager): boolean {
  return /^kubectl(?:$|[-_])/.test(name);
}

/** Whether it is a controller of rollouts: ours, or the original. */
export function isController(name: unknown): boolean {
  return name === 'sluice' || name === 'argo-rollouts' || name === 'rollouts-controller';
}

/**
 * Whether a controller wrote it whose business it is: weights and selectors of rollouts, and sizes that an
 * autoscaler chose. Nobody takes these away, whatever the flags.
 */
export function isInCharge(manager: Manager): boolean {
  return isController(manager.name) || (manager.subresource === 'scale' && !isPerson(manager));
}
