import { formatDuration } from '../../api/duration.ts';
import type { Manifest } from '../../api/meta.ts';
import { isObject } from '../../api/path.ts';

/** Fields of an object whose shape nobody has checked. */
export type Fields = Readonly<Record<string, unknown>>;

/** The value's fields; none where it is no object. */
export function fieldsOf(value: unknown): Fields {
  return isObject(value) ? value : {};
}

/** The value's members as objects; none where it is no list. */
export function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

/** The value where it is text, else the empty text. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The fields of a manifest's spec. */
export function specOf(manifest: Manifest): Fields {
  return fieldsOf(manifest['spec']);
}

/** An object without the fields that are undefined. */
export function present<T extends Fields>(fields: T): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** A duration as people write it: `1m`, not `1m0s`. */
export function shortDuration(milliseconds: number): string {
  return formatDuration(milliseconds).replace(/m0s$/, 'm').replace(/h0m$/, 'h');
}
