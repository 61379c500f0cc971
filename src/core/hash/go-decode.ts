import { isObject } from '../../api/path.ts';
import { canonicalQuantity } from '../../api/quantity.ts';
import type { GoType } from './go-schema.ts';

/**
 * What a Go value holds, as plain JSON: zero values and unset fields are absent or null. Unknown fields are
 * gone.
 */
export type GoValue = string | number | bigint | boolean | null | readonly GoValue[] | GoObject;

/** A struct or a map. */
export interface GoObject {
  readonly [key: string]: GoValue | undefined;
}

/**
 * Reads raw JSON into a Go type the way the original's cache does: unknown fields are dropped, names match
 * exactly, quantities and times get their canonical spelling. A value of the wrong type is the zero value. A
 * quantity that cannot be read is absent; there the original differs: it loses everything that follows. Whole
 * numbers beyond 2^53 are exact only if given as `bigint`.
 */
export function goDecode(raw: unknown, type: GoType): GoValue {
  if (raw === null || raw === undefined) return null;
  switch (type.kind) {
    case 'string':
      return typeof raw === 'string' ? wellFormed(raw) : '';
    case 'bool':
      return raw === true;
    case 'int32':
      return wholeNumber(raw, 32);
    case 'int64':
      return wholeNumber(raw, 64);
    case 'quantity':
      return canonicalQuantity(raw);
    case 'intorstring':
      return intOrString(raw);
    case 'time':
      return typeof raw === 'string' ? goTime(raw) : null;
    case 'raw':
      return anyJson(raw);
    case 'pointer':
      return goDecode(raw, type.to);
    case 'list':
      return Array.isArray(raw) ? raw.map((item) => decodeItem(item, type.of)) : null;
    case 'map':
      return decodeMap(raw, type.of);
    case 'struct':
      return decodeStruct(raw, type);
    default:
      return type satisfies never;
  }
}

/** Whether it is a struct or a map. */
export function isGoObject(value: GoValue | undefined): value is GoObject {
  return isObject(value);
}

function decodeStruct(raw: unknown, type: GoType & { readonly kind: 'struct' }): GoValue {
  if (!isObject(raw)) return {};
  const result: Record<string, GoValue> = {};
  for (const field of type.fields) {
    const given = raw[field.name];
    if (given === undefined || given === null) continue;
    const value = goDecode(given, field.type);
    if (value !== null) result[field.name] = value;
  }
  return result;
}

/** Null in a list of structs is a struct of zero values. */
function decodeItem(raw: unknown, of: GoType): GoValue {
  return goDecode(raw, of) ?? (of.kind === 'struct' ? {} : null);
}

/** A key with null stays, with the zero value; a key whose value cannot be read goes. */
function decodeMap(raw: unknown, of: GoType): GoValue {
  if (!isObject(raw)) return null;
  const entries: [string, GoValue][] = [];
  for (const [key, given] of Object.entries(raw)) {
    const value = goDecode(given, of);
    if (value !== null || given === null) entries.push([wellFormed(key), value]);
  }
  // fromEntries defines each key, so a label called __proto__ is a label.
  return Object.fromEntries(entries);
}

/** Numbers too large for 32 bits wrap round, as they do in the original. */
function wholeNumber(raw: unknown, bits: 32 | 64): GoValue {
  if (typeof raw === 'bigint') {
    const wrapped = BigInt.asIntN(bits, raw);
    return Number.isSafeInteger(Number(wrapped)) ? Number(wrapped) : wrapped;
  }
  if (typeof raw !== 'number' || !Number.isInteger(raw)) return 0;
  if (bits === 32) return raw | 0;
  return Number.isSafeInteger(raw) ? raw + 0 : BigInt.asIntN(64, BigInt(raw));
}

/** The number must fit 32 bits: its reader, unlike that of plain numbers, refuses others. */
function intOrString(raw: unknown): GoValue {
  if (typeof raw === 'string') return wellFormed(raw);
  return typeof raw === 'number' && raw === (raw | 0) ? raw | 0 : null;
}

const timePattern =
  /^(\d{4}-\d\d-\d\d)T((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.\d+)?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** RFC 3339 in UTC and whole seconds; the zero time of Go is none. */
function goTime(raw: string): string | null {
  const match = timePattern.exec(raw);
  if (match === null) return null;
  const [, day = '', clock = '', zone = ''] = match;
  const local = new Date(`${day}T${clock}Z`);
  if (Number.isNaN(local.getTime()) || !local.toISOString().startsWith(day)) return null;
  const text = `${new Date(`${day}T${clock}${zone}`).toISOString().slice(0, -5)}Z`;
  return text === '0001-01-01T00:00:00Z' ? null : text;
}

const loneSurrogates = /\p{Surrogate}/gu;

/** Text without halves of surrogate pairs, which have no UTF-8. */
function wellFormed(text: string): string {
  return /[\uD800-\uDFFF]/.test(text) ? text.replace(loneSurrogates, '\uFFFD') : text;
}

function anyJson(raw: unknown): GoValue {
  if (typeof raw === 'string') return wellFormed(raw);
  if (Array.isArray(raw)) return raw.map(anyJson);
  if (isObject(raw)) {
    return Object.fromEntries(Object.entries(raw).map(([key, value]) => [wellFormed(key), anyJson(value)]));
  }
  const isScalar = ['number', 'bigint', 'boolean'].includes(typeof raw);
  return isScalar ? (raw as number | bigint | boolean) : null;
}
