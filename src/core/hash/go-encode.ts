import { type GoObject, type GoValue, isGoObject } from './go-decode.ts';
import type { GoField, GoType } from './go-schema.ts';

/**
 * The JSON that Go's encoding/json writes for a value of that type: fields in the order of the struct, keys
 * of maps in the order of their UTF-8 bytes, empty fields left out where the type says so.
 * Source: https://pkg.go.dev/encoding/json#Marshal
 */
export function goEncode(value: GoValue | undefined, type: GoType): string {
  switch (type.kind) {
    case 'string':
      return goString(typeof value === 'string' ? value : '');
    case 'bool':
      return value === true ? 'true' : 'false';
    case 'int32':
    case 'int64':
      return goNumber(value);
    case 'quantity':
      return `"${typeof value === 'string' ? value : '0'}"`;
    case 'intorstring':
      return typeof value === 'string' ? goString(value) : goNumber(value);
    case 'time':
      return typeof value === 'string' ? `"${value}"` : 'null';
    case 'raw':
      return encodeAny(value);
    case 'pointer':
      return isUnset(value) ? 'null' : goEncode(value, type.to);
    case 'list':
      return Array.isArray(value) ? `[${value.map((item) => goEncode(item, type.of)).join(',')}]` : 'null';
    case 'map':
      return isGoObject(value) ? encodeMap(value, (item) => goEncode(item, type.of)) : 'null';
    case 'struct':
      return encodeStruct(isGoObject(value) ? value : {}, type.fields);
    default:
      return type satisfies never;
  }
}

/** A text as Go writes it: quoted and safe inside HTML. It must not hold halves of surrogate pairs. */
export function goString(text: string): string {
  if (!needsCare.test(text)) return `"${text}"`;
  return JSON.stringify(text).replace(unsafeInHtml, escapeUnit);
}

const needsCare = /[^ !#-%'-;=?-[\]-\u2027\u202A-\uFFFF]/;
const unsafeInHtml = /[<>&\u2028\u2029]/g;

/** JavaScript and Go spell numbers alike: plain below 1e21 and from 1e-6 on. */
function goNumber(value: GoValue | undefined): string {
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : '0';
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function encodeStruct(value: GoObject, fields: readonly GoField[]): string {
  let text = '';
  for (const field of fields) {
    const member = value[field.name];
    if (field.omit === 'empty' && isEmpty(member, field.type)) continue;
    text += `${text === '' ? '' : ','}${field.label}${goEncode(member, field.type)}`;
  }
  return `{${text}}`;
}

/** What omitempty leaves out. A pointer to something empty is not empty, and neither is a struct. */
function isEmpty(value: GoValue | undefined, type: GoType): boolean {
  if (isUnset(value)) return true;
  if (type.kind === 'pointer' || type.kind === 'raw') return false;
  if (Array.isArray(value)) return value.length === 0;
  return isGoObject(value) ? Object.keys(value).length === 0 : !value;
}

function isUnset(value: GoValue | undefined): value is null | undefined {
  return value === null || value === undefined;
}

function encodeMap(value: GoObject, encode: (item: GoValue | undefined) => string): string {
  const keys = Object.keys(value).sort(byBytes);
  return `{${keys.map((key) => `${goString(key)}:${encode(value[key])}`).join(',')}}`;
}

/** JavaScript orders by UTF-16 units, which puts characters beyond U+FFFF before those from U+E000 on. */
function byBytes(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  for (let index = 0; index < end; index += 1) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

function encodeAny(value: GoValue | undefined): string {
  if (isUnset(value)) return 'null';
  if (typeof value === 'string') return goString(value);
  if (Array.isArray(value)) return `[${value.map(encodeAny).join(',')}]`;
  if (isGoObject(value)) return encodeMap(value, encodeAny);
  return typeof value === 'boolean' ? String(value) : goNumber(value);
}
