import { isAnyMap, isList, Moment, Named, Span, typeName, type Value, Zone } from '../value.ts';

/**
 * What is known of a value before it is there: its type, or that it is unknown. `name` is Go's name for it.
 */
export interface Shape {
  readonly kind: ShapeKind;
  readonly name: string;
  /** What a list or a map holds. */
  readonly item?: Shape;
  /** What a function takes and gives. */
  readonly signature?: Signature;
}

type ShapeKind =
  | 'unknown'
  | 'nil'
  | 'bool'
  | 'int'
  | 'float'
  | 'string'
  | 'list'
  | 'map'
  | 'time'
  | 'duration'
  | 'zone'
  | 'named'
  | 'func';

/** The parameters and the result of a function. */
export interface Signature {
  readonly params: readonly Shape[];
  readonly out: Shape;
}

/** Nothing is known: a field of something unknown. */
export const UNKNOWN: Shape = { kind: 'unknown', name: 'unknown' };
/** Declared to be anything: a field of a JSON object. Differs from `UNKNOWN` in messages only. */
export const ANY: Shape = { kind: 'unknown', name: 'interface {}' };
export const NIL: Shape = { kind: 'nil', name: 'unknown' };
export const BOOL: Shape = { kind: 'bool', name: 'bool' };
export const INT: Shape = { kind: 'int', name: 'int' };
export const INT64: Shape = { kind: 'int', name: 'int64' };
export const FLOAT: Shape = { kind: 'float', name: 'float64' };
export const STRING: Shape = { kind: 'string', name: 'string' };
export const TIME: Shape = { kind: 'time', name: 'time.Time' };
export const DURATION: Shape = { kind: 'duration', name: 'time.Duration' };
export const ZONE: Shape = { kind: 'zone', name: '*time.Location' };
export const MONTH: Shape = { kind: 'named', name: 'time.Month' };
export const WEEKDAY: Shape = { kind: 'named', name: 'time.Weekday' };
export const LIST: Shape = { kind: 'list', name: '[]interface {}', item: ANY };
export const FLOATS: Shape = { kind: 'list', name: '[]float64', item: FLOAT };
export const STRINGS: Shape = { kind: 'list', name: '[]string', item: STRING };
export const INTS: Shape = { kind: 'list', name: '[]int', item: INT };
export const BYTES: Shape = { kind: 'list', name: '[]uint8', item: { kind: 'int', name: 'uint8' } };
export const JSON_MAP: Shape = { kind: 'map', name: 'map[string]interface {}' };
export const ANY_MAP: Shape = { kind: 'map', name: 'map[interface {}]interface {}' };

/** A list made by the expression itself, of which we know what it holds. */
export function listOf(item: Shape): Shape {
  return { kind: 'list', name: LIST.name, item };
}

/** The shape of a value that is there already: of the measurement, before the condition is checked. */
export function shapeOf(value: Value): Shape {
  if (value === null) return NIL;
  if (typeof value === 'boolean') return BOOL;
  if (typeof value === 'bigint') return INT;
  if (typeof value === 'number') return FLOAT;
  if (typeof value === 'string') return STRING;
  if (value instanceof Float64Array) return FLOATS;
  if (value instanceof BigInt64Array) return INTS;
  if (value instanceof Uint8Array) return BYTES;
  if (isList(value)) return LIST;
  if (isAnyMap(value)) return ANY_MAP;
  if (value instanceof Moment) return TIME;
  if (value instanceof Span) return DURATION;
  if (value instanceof Zone) return ZONE;
  if (value instanceof Named) return { kind: 'named', name: typeName(value) };
  return JSON_MAP;
}

/** Claims that a shape is an integer or a float. */
export function isNumber(shape: Shape): boolean {
  return shape.kind === 'int' || shape.kind === 'float';
}

/** What a list or a map holds. */
export function itemShape(shape: Shape): Shape {
  if (shape.kind === 'map') return shape.item ?? ANY;
  return shape.item ?? UNKNOWN;
}

/** Claims that a value of one shape may stand where the other is wanted, by Go's rules. */
export function isAssignable(shape: Shape, to: Shape): boolean {
  if (shape.kind === 'nil') return to.name === ANY.name || ['func', 'map', 'list', 'zone'].includes(to.kind);
  if (shape.name === UNKNOWN.name || to.name === UNKNOWN.name) return false;
  return to.name === ANY.name || shape.name === to.name;
}

/** Claims that `==` between the two makes sense. */
export function isComparable(a: Shape, b: Shape): boolean {
  if ([a, b].some((shape) => shape.kind === 'unknown' || shape.kind === 'nil')) return true;
  if (isNumber(a) && isNumber(b)) return true;
  return (a.kind === b.kind && ['duration', 'time', 'list'].includes(a.kind)) || isAssignable(a, b);
}

/** Claims that at least one side is unknown, and the other side unknown too or of one of the kinds. */
export function maybe(a: Shape, b: Shape, ...kinds: readonly ShapeKind[]): boolean {
  if (a.kind === 'unknown') return b.kind === 'unknown' || kinds.includes(b.kind);
  return b.kind === 'unknown' && kinds.includes(a.kind);
}
