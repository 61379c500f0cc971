/**
 * What an expression computes with. A Go `int` is a bigint of 64 bits and a Go `float64` is a number, so that
 * the two never mix by accident. JSON is a value as it is: its numbers are floats, its objects are maps.
 */
export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | List
  | JsonMap
  | AnyMap
  | Moment
  | Span
  | Zone
  | Named;

/** `[]interface{}`, or one of Go's typed slices: a vector of measurements, a range of integers, bytes. */
export type List = readonly Value[] | Float64Array | BigInt64Array | Uint8Array;

/** `map[string]interface{}`. Only own properties are ever looked at. */
export interface JsonMap {
  readonly [key: string]: Value;
}

/** `map[interface{}]interface{}`: what `groupBy` and `fromPairs` make. */
export type AnyMap = ReadonlyMap<Value, Value>;

/** The lists that `groupBy` makes. A key that is not there stands for `NO_GROUP`. */
export class Groups extends Map<Value, readonly Value[]> {}

/** The group that is not there: Go's nil slice, which is nil and an empty list at the same time. */
export const NO_GROUP: readonly Value[] = [];

/** Claims that a value counts as nil. */
export function isNil(value: Value): boolean {
  return value === null || value === NO_GROUP;
}

/** A point in time: nanoseconds since the Unix epoch, seen in a time zone. */
export class Moment {
  readonly nanos: bigint;
  readonly zone: string;
  constructor(nanos: bigint, zone: string) {
    this.nanos = nanos;
    this.zone = zone;
  }
}

/** A duration in nanoseconds, 64 bits. */
export class Span {
  readonly nanos: bigint;
  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

/** A time zone by its IANA name. */
export class Zone {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** A month or a weekday: an integer of a type of its own, which prints as its name. */
export class Named {
  readonly type: 'time.Month' | 'time.Weekday';
  readonly value: bigint;
  constructor(type: 'time.Month' | 'time.Weekday', value: bigint) {
    this.type = type;
    this.value = value;
  }
}

/** Claims that a value is a list of any kind. */
export function isList(value: Value): value is List {
  return (
    Array.isArray(value) ||
    value instanceof Float64Array ||
    value instanceof BigInt64Array ||
    value instanceof Uint8Array
  );
}

/** Claims that a value is a `map[interface{}]interface{}`. */
export function isAnyMap(value: Value): value is AnyMap {
  return value instanceof Map;
}

/** Claims that a value is a plain map with string keys, such as a JSON object. */
export function isJsonMap(value: Value): value is JsonMap {
  return (
    typeof value === 'object' &&
    value !== null &&
    !isList(value) &&
    !isAnyMap(value) &&
    !(value instanceof Moment || value instanceof Span || value instanceof Zone || value instanceof Named)
  );
}

/** The item at an index that the caller has checked; a byte is an integer like any other. */
export function itemAt(list: List, index: number): Value {
  const item = list[index];
  if (item === undefined) return null;
  return list instanceof Uint8Array ? BigInt(item as number) : item;
}

/** All items as a plain array. */
export function itemsOf(list: List): readonly Value[] {
  return Array.isArray(list) ? list : Array.from({ length: list.length }, (_, index) => itemAt(list, index));
}

/** The value of an own key, or undefined: names such as `constructor` are keys like any other. */
export function ownValue(map: JsonMap, key: string): Value | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

/** The name of a value's type as Go prints it with `%T`: messages show it. */
export function typeName(value: Value): string {
  if (value === null) return '<nil>';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return 'float64';
  if (typeof value === 'string') return 'string';
  if (value instanceof Float64Array) return '[]float64';
  if (value instanceof BigInt64Array) return '[]int';
  if (value instanceof Uint8Array) return '[]uint8';
  if (isList(value)) return '[]interface {}';
  if (value instanceof Groups) return 'map[interface {}][]interface {}';
  if (isAnyMap(value)) return 'map[interface {}]interface {}';
  if (value instanceof Moment) return 'time.Time';
  if (value instanceof Span) return 'time.Duration';
  if (value instanceof Zone) return '*time.Location';
  if (value instanceof Named) return value.type;
  return 'map[string]interface {}';
}
