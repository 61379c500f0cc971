import type { Json } from '../../../api/meta.ts';
import { timestamp } from '../timestamp.ts';
import { type FieldType, messages } from './messages.ts';

/** What came of reading. */
export type Decoded =
  | { readonly kind: 'object'; readonly json: string }
  | { readonly kind: 'unreadable'; readonly why: string };

/** What every object in this form begins with. */
const MAGIC = Buffer.from('k8s\0');
const MOST_DEPTH = 20;

/**
 * Reads an object in the binary form of the Kubernetes API, and writes it as JSON. Zeros and empty texts are
 * left out: the sender writes them where nothing was said.
 * Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding
 */
export function decodeObject(body: Buffer): Decoded {
  try {
    if (!body.subarray(0, MAGIC.length).equals(MAGIC)) throw new Unreadable('it does not begin with k8s');
    const envelope = fieldsIn(body.subarray(MAGIC.length));
    const type = fieldsIn(last(envelope, 1));
    const [apiVersion, kind] = [1, 2].map((number) => last(type, number).toString('utf8'));
    const content = messageIn(last(envelope, 2), kind ?? '', 0);
    return { kind: 'object', json: JSON.stringify({ apiVersion, kind, ...content }) };
  } catch (error) {
    if (error instanceof Unreadable) return { kind: 'unreadable', why: error.message };
    throw error;
  }
}

/** Thrown in this file only. */
class Unreadable extends Error {}

interface Field {
  readonly number: number;
  /** A number as it is, anything else as its bytes. */
  readonly value: Buffer | bigint;
}

function fieldsIn(bytes: Buffer): readonly Field[] {
  const fields: Field[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [tag, start] = varint(bytes, at);
    const number = Number(tag >> 3n);
    const wire = Number(tag & 7n);
    if (wire === 0) {
      const [value, end] = varint(bytes, start);
      fields.push({ number, value });
      at = end;
    } else if (wire === 2) {
      const [length, from] = varint(bytes, start);
      at = from + Number(length);
      if (at > bytes.length) throw new Unreadable('it ends too early');
      fields.push({ number, value: bytes.subarray(from, at) });
    } else {
      throw new Unreadable(`field ${number} has wire type ${wire}`);
    }
  }
  return fields;
}

function varint(bytes: Buffer, start: number): readonly [bigint, number] {
  let value = 0n;
  for (let i = 0; i < 10; i++) {
    const byte = bytes[start + i];
    if (byte === undefined) throw new Unreadable('it ends too early');
    value |= BigInt(byte & 0x7f) << BigInt(7 * i);
    if (byte < 0x80) return [BigInt.asIntN(64, value), start + i + 1];
  }
  throw new Unreadable('a number is too long');
}

function last(fields: readonly Field[], number: number): Buffer {
  const value = fields.findLast((field) => field.number === number)?.value;
  return value instanceof Buffer ? value : Buffer.alloc(0);
}

function messageIn(bytes: Buffer, name: string, depth: number): Readonly<Record<string, Json>> {
  const message = messages[name];
  if (message === undefined || depth > MOST_DEPTH) throw new Unreadable(`${name} is read in JSON only`);
  const object = new Map<string, Json>();
  for (const { number, value } of fieldsIn(bytes)) {
    const known = message[number];
    if (known === undefined) throw new Unreadable(`field ${number} of ${name} is read in JSON only`);
    const [field, type] = known;
    if (type === 'ignored') continue;
    const read = valueIn(value, type.replace(/^(\[\]|\{\})/, ''), type.startsWith('{}'), depth);
    const before = object.get(field);
    if (type.startsWith('[]')) object.set(field, [...(Array.isArray(before) ? before : []), read]);
    else if (type.startsWith('{}'))
      object.set(field, { ...(before as object | undefined), ...(read as object) });
    else if (!isZero(read)) object.set(field, read);
  }
  return Object.fromEntries(object);
}

function valueIn(value: Field['value'], type: FieldType, isMap: boolean, depth: number): Json {
  if (typeof value === 'bigint') return type === 'bool' ? value !== 0n : Number(value);
  if (isMap) {
    const entry = fieldsIn(value);
    const inner = valueIn(last(entry, 2), type, false, depth);
    return Object.fromEntries([[last(entry, 1).toString('utf8'), inner]]);
  }
  if (type === 'text') return value.toString('utf8');
  if (type === 'bytes') return value.toString('base64');
  if (type === 'time') return timeIn(value);
  return messageIn(value, type, depth + 1);
}

function timeIn(bytes: Buffer): Json {
  const seconds = fieldsIn(bytes).find((field) => field.number === 1)?.value;
  return typeof seconds === 'bigint' ? timestamp(Number(seconds) * 1000) : null;
}

/** Nothing was said; false and zero are what an unset field is. */
function isZero(value: Json): boolean {
  return value === null || value === '' || value === 0 || value === false;
}
