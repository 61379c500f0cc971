import type { Manifest } from '../api/meta.ts';
import { at, isObject } from '../api/path.ts';
import { isSameJson } from '../core/merge-patch.ts';
import { nameOf } from './manifests/declared.ts';
import { isInCharge, type Keys, type Manager, ownersOf } from './owners.ts';

/** A field of a live object that is not as Git sets it. */
export interface DriftedField {
  /** `spec.replicas`; empty where the object itself is gone. */
  readonly path: string;
  /** Values as short text; null where they are not shown: those of Secrets, and whole objects. */
  readonly values: { readonly live: string; readonly git: string } | null;
  readonly managers: readonly Manager[];
}

/** An object that is not as Git sets it, though nobody changed Git. */
export interface Drift {
  readonly object: string;
  readonly fields: readonly DriftedField[];
}

/** Longest value that is shown, in characters. */
const MOST_SHOWN = 60;
const NOT_COMPARED = ['managedFields', 'resourceVersion', 'generation', 'uid', 'creationTimestamp'];

/**
 * How a live object differs from `applied`: what the API server would make of it if the manifest were applied
 * now. Fields that a controller is in charge of do not count. Null where nothing differs.
 */
export function driftOf(live: Manifest, applied: Manifest): Drift | null {
  const isShown = live.kind !== 'Secret';
  const fields = differences(comparable(live), comparable(applied), [])
    .map(({ keys, values }): DriftedField => {
      const shown = isShown ? values : null;
      return { path: at('', ...keys), values: shown, managers: ownersOf(live, keys) };
    })
    .filter(({ managers }) => !managers.some(isInCharge));
  return fields.length === 0 ? null : { object: nameOf(live), fields };
}

interface Difference {
  readonly keys: Keys;
  readonly values: DriftedField['values'];
}

function differences(live: unknown, git: unknown, keys: Keys): readonly Difference[] {
  if (isSameJson(live, git)) return [];
  if (isObject(live) && isObject(git)) {
    const names = [...new Set([...Object.keys(live), ...Object.keys(git)])];
    return names.flatMap((name) => differences(live[name], git[name], [...keys, name]));
  }
  if (Array.isArray(live) && Array.isArray(git) && live.length === git.length)
    return live.flatMap((item, i) => differences(item, git[i] as unknown, [...keys, i]));
  const [left, right] = [shown(live), shown(git)];
  return [{ keys, values: left === null || right === null ? null : { live: left, git: right } }];
}

function shown(value: unknown): string | null {
  if (value === undefined) return 'absent';
  if (typeof value === 'object' && value !== null) return null;
  const text = JSON.stringify(value);
  return text.length <= MOST_SHOWN ? text : `${text.slice(0, MOST_SHOWN - 1)}…`;
}

function comparable(object: Manifest): unknown {
  const metadata = Object.entries(object.metadata).filter(([key]) => !NOT_COMPARED.includes(key));
  return { ...object, metadata: Object.fromEntries(metadata), status: undefined };
}

/** What changes whenever somebody changes what an object is, and not when a controller reports its state. */
export function contentOf(object: Manifest): unknown {
  return comparable(object);
}
