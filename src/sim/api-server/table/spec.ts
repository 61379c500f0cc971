import type { Manifest } from '../../../api/meta.ts';
import type { TableColumn } from './table.ts';

/** A column as the tables below write it: its name, its cell, and what differs from a plain text column. */
export type ColumnSpec =
  | 'name'
  | 'age'
  | readonly [
      name: string,
      cell: TableColumn['cell'],
      more?: { readonly priority?: number; readonly type?: string; readonly format?: string },
    ];

/** Shown with `-o wide` only. */
export const WIDE = { priority: 1 } as const;

/** Columns by resource. */
export type ColumnTable = Readonly<Record<string, readonly ColumnSpec[]>>;

/** A part of an object, by the names on the way to it; undefined where it ends early. */
export function at(object: unknown, ...keys: readonly string[]): unknown {
  let value = object;
  for (const key of keys) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}

/** A number of an object; 0 where it is none. */
export function count(object: unknown, ...keys: readonly string[]): number {
  const value = at(object, ...keys);
  return typeof value === 'number' ? value : 0;
}

/** A text of an object; empty where it is none. */
export function word(object: unknown, ...keys: readonly string[]): string {
  const value = at(object, ...keys);
  return typeof value === 'string' ? value : '';
}

/** A list of an object; empty where it is none. */
export function list(object: unknown, ...keys: readonly string[]): readonly unknown[] {
  const value = at(object, ...keys);
  return Array.isArray(value) ? value : [];
}

/** How many fields a part of an object has. */
export function fields(object: Manifest, key: string): number {
  const value = at(object, key);
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
}

/** Labels as text. */
export function labelsText(labels: unknown): string {
  if (typeof labels !== 'object' || labels === null || Object.keys(labels).length === 0) return '<none>';
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${String(value)}`);
  return pairs.sort().join(',');
}

/** A text or number of an object as text; `none` where it is neither. */
export function shown(none: string, object: unknown, ...keys: readonly string[]): string {
  const value = at(object, ...keys);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : none;
}
