import { type Budget, Fault } from '../budget.ts';
import {
  isAnyMap,
  isJsonMap,
  isList,
  isNil,
  itemAt,
  type List,
  Moment,
  Named,
  ownValue,
  Span,
  typeName,
  type Value,
  Zone,
} from '../value.ts';
import { compareText } from './utf8.ts';

/** How deep data may nest for functions that walk it. */
export const MAX_DATA_DEPTH = 500;

/** `a == b`: numbers by value across types, lists item by item, maps deeply and by type. */
export function isEqual(a: Value, b: Value, budget: Budget, depth = 0): boolean {
  budget.step();
  if (isNumeric(a) && isNumeric(b)) return Number.isNaN(order(a, b)) ? false : order(a, b) === 0;
  if (isNil(a) && isNil(b)) return true;
  if (a instanceof Moment && b instanceof Moment) return a.nanos === b.nanos;
  if (a instanceof Span && b instanceof Span) return a.nanos === b.nanos;
  if (!isList(a) || !isList(b)) return isSame(a, b, budget, depth);
  // Go compares typed slices of different types as different, even where their items are equal.
  if (!Array.isArray(a) && !Array.isArray(b) && typeName(a) !== typeName(b)) return false;
  return everyItem(a, b, (x, y) => isEqual(x, y, budget, deeper(depth)));
}

/** Deep equality of the same types: the integer 1 and the float 1 differ. */
export function isSame(a: Value, b: Value, budget: Budget, depth = 0): boolean {
  budget.step();
  if (a === b) return true;
  if (isList(a) && isList(b)) {
    return typeName(a) === typeName(b) && everyItem(a, b, (x, y) => isSame(x, y, budget, deeper(depth)));
  }
  if (isAnyMap(a) && isAnyMap(b)) {
    if (a.size !== b.size) return false;
    return [...a].every(
      ([key, value]) => b.has(key) && isSame(value, b.get(key) ?? null, budget, deeper(depth)),
    );
  }
  if (isJsonMap(a) && isJsonMap(b)) {
    const keys = Object.keys(a);
    if (keys.length !== Object.keys(b).length) return false;
    return keys.every((key) => {
      const other = ownValue(b, key);
      return other !== undefined && isSame(ownValue(a, key) ?? null, other, budget, deeper(depth));
    });
  }
  if (a instanceof Moment && b instanceof Moment) return a.nanos === b.nanos && a.zone === b.zone;
  if (a instanceof Span && b instanceof Span) return a.nanos === b.nanos;
  if (a instanceof Zone && b instanceof Zone) return a.name === b.name;
  return a instanceof Named && b instanceof Named && a.type === b.type && a.value === b.value;
}

/** `a < b` and its three relatives: numbers, texts, times or durations, two of a kind. */
export function isOrdered(a: Value, operator: '<' | '>' | '<=' | '>=', b: Value): boolean {
  const difference = compare(a, b);
  if (difference === null) throw new Fault(`invalid operation: ${typeName(a)} ${operator} ${typeName(b)}`);
  if (operator === '<') return difference < 0;
  if (operator === '>') return difference > 0;
  return operator === '<=' ? difference <= 0 : difference >= 0;
}

/** Claims that a value is an integer or a float. */
export function isNumeric(value: Value): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** One level deeper into data; refuses to go on for ever. */
export function deeper(depth: number): number {
  if (depth >= MAX_DATA_DEPTH) throw new Fault('recursion depth exceeded');
  return depth + 1;
}

/**
 * Below, at or above zero as `a` is below, at or above `b`; NaN when a number is; null when there is no
 * order.
 */
function compare(a: Value, b: Value): number | null {
  if (isNumeric(a) && isNumeric(b)) return order(a, b);
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (a instanceof Moment && b instanceof Moment) return orderBig(a.nanos, b.nanos);
  if (a instanceof Span && b instanceof Span) return orderBig(a.nanos, b.nanos);
  return null;
}

function order(a: number | bigint, b: number | bigint): number {
  if (typeof a === 'bigint' && typeof b === 'bigint') return orderBig(a, b);
  // As in Go, the integer becomes a float, even where that loses digits.
  const [x, y] = [Number(a), Number(b)];
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  return x < y ? -1 : x > y ? 1 : 0;
}

function orderBig(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function everyItem(a: List, b: List, equal: (x: Value, y: Value) => boolean): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index += 1) {
    if (!equal(itemAt(a, index), itemAt(b, index))) return false;
  }
  return true;
}
