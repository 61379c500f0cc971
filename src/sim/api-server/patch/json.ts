import type { Json, JsonObject } from '../../../api/meta.ts';
import { isSameJson } from '../../../core/merge-patch.ts';
import { ApiError } from '../api.ts';
import { type Draft, goWord, isList, isObject, own, put } from './object.ts';

/** As many operations as the real server takes in one patch. */
export const MOST_OPERATIONS = 10_000;

/** As many values (fields and items, at all depths) as the copies of one patch may make. */
export const MOST_COPIED = 100_000;

/**
 * Applies a JSON patch: a list of operations, all of them or none. As in kube-apiserver a `replace` of a
 * field that is not there adds it, a copy from nowhere is null, an index may be negative and count from the
 * end, and all that stands before the first slash of a path is ignored. Nothing of the object is copied but
 * what lies on the way to a change. Throws an ApiError: 400 for what is no patch, 413 for too many
 * operations, 422 for one that cannot be done; why is not said, as by the real server, but stands in the
 * error's `cause`.
 * Source: https://www.rfc-editor.org/rfc/rfc6902, https://github.com/evanphx/json-patch (version 4)
 */
export function jsonPatch(object: JsonObject, operations: unknown): JsonObject {
  const list = readOperations(operations);
  const budget = { left: MOST_COPIED };
  let value: Json = object;
  for (const operation of list) {
    try {
      value = perform(value, operation, budget);
    } catch (error) {
      if (!(error instanceof Impossible)) throw error;
      throw rejected(error);
    }
  }
  return isObject(value) ? value : {};
}

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly from: string;
  readonly value: Json;
}

/** An operation that cannot be done. */
class Impossible extends Error {}

function rejected(cause: Error): ApiError {
  const message = 'the server rejected our request due to an error in our request';
  const error = new ApiError(422, 'Invalid', message, {});
  error.cause = cause;
  return error;
}

function readOperations(raw: unknown): readonly Operation[] {
  if (!isList(raw))
    throw unreadable(`json: cannot unmarshal ${goWord(raw)} into Go value of type []handlers.jsonPatchOp`);
  if (raw.length > MOST_OPERATIONS) {
    const message = `The allowed maximum operations in a JSON patch is ${MOST_OPERATIONS}, got ${raw.length}`;
    throw new ApiError(413, 'RequestEntityTooLarge', message);
  }
  return raw.map(readOperation);
}

function readOperation(raw: Json): Operation {
  if (!isObject(raw))
    throw unreadable(`json: cannot unmarshal ${goWord(raw)} into Go value of type handlers.jsonPatchOp`);
  const text = (key: string): string => {
    const value = own(raw, key);
    return typeof value === 'string' ? value : '';
  };
  return { op: text('op'), path: text('path'), from: text('from'), value: own(raw, 'value') ?? null };
}

function unreadable(why: string): ApiError {
  return new ApiError(400, 'BadRequest', `error decoding patch: ${why}`);
}

interface Budget {
  left: number;
}

function perform(document: Json, { op, path, from, value }: Operation, budget: Budget): Json {
  switch (op) {
    case 'add':
      return edit(document, path, (parent, key) => added(parent, key, value));
    case 'remove':
      return edit(document, path, removed);
    case 'replace':
      if (path === '') return value;
      return edit(document, path, (parent, key) => replaced(parent, key, value));
    case 'move': {
      const moved = find(document, from);
      return edit(edit(document, from, removed), path, (parent, key) => added(parent, key, moved));
    }
    case 'copy': {
      const copied = find(document, from);
      // A document copied into itself again and again doubles each time: small here, endless when written
      // out.
      pay(copied, budget);
      return edit(document, path, (parent, key) => added(parent, key, copied));
    }
    case 'test': {
      const found = path === '' ? document : find(document, path);
      if (isSameJson(found, value)) return document;
      throw new Impossible(`testing value ${path} failed`);
    }
    default:
      throw new Impossible(`Unexpected kind: ${op}`);
  }
}

function pay(value: Json, budget: Budget): void {
  budget.left -= 1;
  if (budget.left < 0) throw new Impossible('copied too much');
  if (typeof value !== 'object' || value === null) return;
  for (const part of Object.values(value)) pay(part, budget);
}

type Parent = JsonObject | readonly Json[];

/** The document with one container, that which holds the last key of the path, replaced. */
function edit(document: Json, path: string, change: (parent: Parent, key: string) => Json): Json {
  const keys = keysOf(path);
  const at = (value: Json, depth: number): Json => {
    if (!isObject(value) && !isList(value)) throw new Impossible(`doc is missing path: "${path}"`);
    const key = keys[depth] ?? '';
    if (depth === keys.length - 1) return change(value, key);
    return replaced(value, key, at(child(value, key), depth + 1));
  };
  return at(document, 0);
}

/** The value at a path; null where its last key is not there. */
function find(document: Json, path: string): Json {
  return keysOf(path).reduce<Json>((value, key) => {
    if (isObject(value) || isList(value)) return child(value, key);
    throw new Impossible(`doc is missing path: "${path}"`);
  }, document);
}

function keysOf(path: string): readonly string[] {
  const keys = path.split('/').slice(1);
  if (keys.length === 0) throw new Impossible(`missing path: "${path}"`);
  return keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function child(parent: Parent, key: string): Json {
  if (isObject(parent)) return own(parent, key) ?? null;
  return parent[indexIn(parent, key)] ?? null;
}

function added(parent: Parent, key: string, value: Json): Json {
  if (isObject(parent)) return withField(parent, key, value);
  if (key === '-') return [...parent, value];
  return parent.toSpliced(place(key, parent.length + 1), 0, value);
}

function replaced(parent: Parent, key: string, value: Json): Json {
  return isObject(parent) ? withField(parent, key, value) : parent.with(indexIn(parent, key), value);
}

function removed(parent: Parent, key: string): Json {
  if (!isObject(parent)) return parent.toSpliced(indexIn(parent, key), 1);
  if (!Object.hasOwn(parent, key)) throw new Impossible(`Unable to remove nonexistent key: ${key}`);
  return Object.fromEntries(Object.entries(parent).filter(([name]) => name !== key));
}

function withField(parent: JsonObject, key: string, value: Json): JsonObject {
  const draft: Draft = { ...parent };
  put(draft, key, value);
  return draft;
}

function indexIn(list: readonly Json[], key: string): number {
  return place(key, list.length);
}

/** The index that a key means where `count` of them are allowed. */
function place(key: string, count: number): number {
  const index = /^[+-]?\d{1,9}$/.test(key) ? Number(key) : Number.NaN;
  const found = index < 0 ? index + count : index;
  if (found >= 0 && found < count) return found;
  throw new Impossible(`Unable to access invalid index: ${key}`);
}
