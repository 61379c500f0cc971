import { type Budget, Fault } from '../budget.ts';
import { Moment, Span, typeName, type Value } from '../value.ts';
import { isNumeric } from './compare.ts';
import { power, wrap } from './number.ts';

/** The operators that compute a value from two. */
export type Arithmetic = '+' | '-' | '*' | '/' | '%' | '**';

/**
 * Computes as Go does: integers wrap at 64 bits, an integer beside a float becomes one, `/` always gives a
 * float.
 */
export function calculate(a: Value, operator: Arithmetic, b: Value, budget: Budget): Value {
  if (isNumeric(a) && isNumeric(b)) {
    return typeof a === 'bigint' && typeof b === 'bigint' ? ofInts(a, operator, b) : ofFloats(a, operator, b);
  }
  if (operator === '+' && typeof a === 'string' && typeof b === 'string') {
    budget.growText(a.length + b.length);
    return a + b;
  }
  const timed = ofTimes(a, operator, b);
  if (timed === null) throw mismatch(a, operator, b);
  return timed;
}

/** `-a` of a number. */
export function negate(value: Value): Value {
  if (typeof value === 'bigint') return wrap(-value);
  if (typeof value === 'number') return -value;
  throw new Fault(`invalid operation: - ${typeName(value)}`);
}

function ofInts(a: bigint, operator: Arithmetic, b: bigint): Value {
  switch (operator) {
    case '+':
      return wrap(a + b);
    case '-':
      return wrap(a - b);
    case '*':
      return wrap(a * b);
    case '%':
      if (b === 0n) throw new Fault('runtime error: integer divide by zero');
      return wrap(a % b);
    case '/':
    case '**':
      return ofFloats(a, operator, b);
    default:
      return operator satisfies never;
  }
}

function ofFloats(x: number | bigint, operator: Arithmetic, y: number | bigint): number {
  const [a, b] = [Number(x), Number(y)];
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '**':
      return power(a, b);
    case '%':
      throw mismatch(x, operator, y);
    default:
      return operator satisfies never;
  }
}

/** Times and durations; null where the two do not go together. */
function ofTimes(a: Value, operator: Arithmetic, b: Value): Value | null {
  if (operator === '+') {
    if (a instanceof Moment && b instanceof Span) return new Moment(a.nanos + b.nanos, a.zone);
    if (a instanceof Span && b instanceof Moment) return new Moment(a.nanos + b.nanos, b.zone);
    if (a instanceof Span && b instanceof Span) return new Span(wrap(a.nanos + b.nanos));
  }
  if (operator === '-') {
    if (a instanceof Moment && b instanceof Moment) return between(a, b);
    if (a instanceof Moment && b instanceof Span) return new Moment(a.nanos - b.nanos, a.zone);
    if (a instanceof Span && b instanceof Span) return new Span(wrap(a.nanos - b.nanos));
  }
  if (operator === '*') {
    if (a instanceof Span && b instanceof Span) return new Span(wrap(a.nanos * b.nanos));
    if (a instanceof Span && isNumeric(b)) return times(a, b);
    if (b instanceof Span && isNumeric(a)) return times(b, a);
  }
  return null;
}

/** The time from `b` to `a`; what does not fit into 64 bits is the longest duration there is. */
export function between(a: Moment, b: Moment): Span {
  const nanos = a.nanos - b.nanos;
  const longest = (1n << 63n) - 1n;
  return new Span(nanos > longest ? longest : nanos < -longest - 1n ? -longest - 1n : nanos);
}

/** An integer scales a duration; a float makes it a plain number of nanoseconds, as in the original. */
function times(span: Span, factor: number | bigint): Value {
  return typeof factor === 'bigint' ? new Span(wrap(span.nanos * factor)) : Number(span.nanos) * factor;
}

function mismatch(a: Value, operator: Arithmetic, b: Value): Fault {
  if (operator === '**') {
    const wrong = isNumeric(a) ? b : a;
    return new Fault(`invalid operation: float(${typeName(wrong)})`);
  }
  return new Fault(`invalid operation: ${typeName(a)} ${operator} ${typeName(b)}`);
}
