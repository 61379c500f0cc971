import { type Budget, Fault } from '../budget.ts';
import {
  Groups,
  isAnyMap,
  isJsonMap,
  isList,
  itemAt,
  type List,
  NO_GROUP,
  ownValue,
  typeName,
  type Value,
} from '../value.ts';
import { isEqual } from './compare.ts';
import { formatValue } from './print.ts';
import { decodeUtf8, encodeUtf8, isAscii } from './utf8.ts';

/** `from[key]`. A missing key of a map is nil; a missing index of a list is an error. */
export function fetch(from: Value, key: Value, budget: Budget): Value {
  if (isList(from) || typeof from === 'string') {
    const bytes = sequenceOf(from, budget);
    const index = indexOf(key);
    const actual = index < 0 ? bytes.length + index : index;
    if (actual < 0 || actual >= bytes.length) {
      throw new Fault(`index out of range: ${actual} (array length is ${bytes.length})`);
    }
    return itemAt(bytes, actual);
  }
  if (isAnyMap(from) || isJsonMap(from))
    return entry(from, key) ?? (from instanceof Groups ? NO_GROUP : null);
  throw new Fault(`cannot fetch ${formatValue(key, budget)} from ${typeName(from)}`);
}

/** `get(from, key)`: as `fetch`, but nil where that is an error about what is missing. */
export function get(from: Value, key: Value, budget: Budget): Value {
  if (isList(from) || typeof from === 'string') {
    const bytes = sequenceOf(from, budget);
    const index = indexOf(key);
    const actual = index < 0 ? bytes.length + index : index;
    return actual >= 0 && actual < bytes.length ? itemAt(bytes, actual) : null;
  }
  return isAnyMap(from) || isJsonMap(from) ? (entry(from, key) ?? null) : null;
}

/** `needle in container`. Nothing is in nil. */
export function isIn(needle: Value, container: Value, budget: Budget): boolean {
  if (container === null) return false;
  if (isList(container)) {
    for (let index = 0; index < container.length; index += 1) {
      if (isEqual(itemAt(container, index), needle, budget)) return true;
    }
    return false;
  }
  if (isAnyMap(container) || isJsonMap(container)) return entry(container, needle) !== undefined;
  throw new Fault(`operator "in" not defined on ${typeName(container)}`);
}

/** `value[from:to]`. Bounds that are too far out are moved in; negative ones count from the end. */
export function slice(value: Value, from: Value, to: Value | undefined, budget: Budget): Value {
  const length = to === undefined || isList(value) || typeof value === 'string' ? lengthOf(value, budget) : 0;
  if (!isList(value) && typeof value !== 'string')
    throw new Fault(`cannot slice ${formatValue(from, budget)}`);
  const end = bounded(to === undefined ? length : indexOf(to), length);
  const start = Math.min(end, bounded(indexOf(from), length));
  if (isList(value)) {
    budget.grow(end - start);
    return value.slice(start, end) as List;
  }
  budget.growText(length);
  return isAscii(value) ? value.slice(start, end) : decodeUtf8(encodeUtf8(value).slice(start, end));
}

/** How many items a list or a map has, or bytes a text: what a slice counts. */
export function lengthOf(value: Value, budget: Budget): number {
  if (typeof value === 'string') return sequenceOf(value, budget).length;
  if (isList(value)) return value.length;
  if (isAnyMap(value)) return value.size;
  if (isJsonMap(value)) return Object.keys(value).length;
  throw new Fault(`invalid argument for len (type ${typeName(value)})`);
}

/** The keys of a map, in no order that means anything: we sort those that are text. */
export function keysOf(map: Value): readonly Value[] | null {
  if (isAnyMap(map)) return [...map.keys()];
  return isJsonMap(map) ? Object.keys(map).sort() : null;
}

/** Refuses what cannot be the key of a map: lists and maps. */
export function requireHashable(key: Value): void {
  if (!isList(key) && !isAnyMap(key) && !isJsonMap(key)) return;
  throw new Fault(`hash of unhashable type: ${typeName(key)}`);
}

/** The value of a key, or undefined when there is none. */
export function entry(map: Value, key: Value): Value | undefined {
  if (isAnyMap(map)) {
    requireHashable(key);
    return map.get(key);
  }
  if (!isJsonMap(map)) return undefined;
  // Go looks up the zero value of the key's type for nil.
  if (key === null) return ownValue(map, '');
  if (typeof key !== 'string') {
    const what = `value of type ${typeName(key)} is not assignable to type string`;
    throw new Fault(`reflect.Value.MapIndex: ${what}`);
  }
  return ownValue(map, key);
}

function sequenceOf(value: List | string, budget: Budget): List {
  if (typeof value !== 'string') return value;
  budget.step(value.length >> 3);
  return encodeUtf8(value);
}

function indexOf(key: Value): number {
  if (typeof key === 'bigint') return Number(key);
  if (typeof key === 'number') return Math.trunc(key);
  throw new Fault(`invalid operation: int(${typeName(key)})`);
}

function bounded(index: number, length: number): number {
  return Math.max(0, Math.min(length, index < 0 ? length + index : index));
}

/** The items of a list that predicates walk, or why there are none. */
export function collection(value: Value): List {
  if (isList(value)) return value;
  throw new Fault(`reflect: call of reflect.Value.Len on ${value === null ? 'zero' : typeName(value)} Value`);
}
