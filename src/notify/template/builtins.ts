import type { TemplateFunction } from './evaluate.ts';
import { format } from './format.ts';
import {
  Callable,
  Fault,
  isDict,
  isList,
  isTrue,
  kindOf,
  Moment,
  member,
  print,
  Span,
  text,
  type Value,
} from './values.ts';

/** The functions that Go's templates have by themselves. `and` and `or` are evaluated lazily, elsewhere. */
export const BUILTINS: Readonly<Record<string, TemplateFunction>> = {
  and: () => undefined,
  or: () => undefined,
  not: ([value]) => !isTrue(value),
  eq: ([first, ...others]) => {
    if (others.length === 0) throw new Fault('needs two arguments');
    return others.some((other) => equal(first, other));
  },
  ne: ([a, b]) => !equal(a, b),
  lt: ([a, b]) => compare(a, b) < 0,
  le: ([a, b]) => compare(a, b) <= 0,
  gt: ([a, b]) => compare(a, b) > 0,
  ge: ([a, b]) => compare(a, b) >= 0,
  len: ([value]) => length(value),
  index: ([value, ...keys]) => keys.reduce<Value>((found, key) => item(found, key), value),
  slice: ([value, from, to]) => slice(value, from, to),
  print: (args) => args.map(print).join(' '),
  println: (args) => `${args.map(print).join(' ')}\n`,
  printf: ([layout, ...args], budget) => {
    const made = format(text(layout), args);
    budget.make(made.length);
    return made;
  },
  html: (args) =>
    args
      .map(text)
      .join('')
      .replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`),
  js: (args) => JSON.stringify(args.map(text).join('')).slice(1, -1).replace(/</g, '\\u003C'),
  urlquery: (args) => encodeURIComponent(args.map(text).join('')).replaceAll('%20', '+'),
  call: ([called, ...args]) => {
    if (!(called instanceof Callable)) throw new Fault(`a ${kindOf(called)} is not a function`);
    return called.call(args);
  },
};

/** Equality of scalars, lists and maps. Nothing equals nothing. */
export function equal(a: Value, b: Value): boolean {
  if (a === undefined || a === null || b === undefined || b === null) return (a ?? null) === (b ?? null);
  if (a instanceof Moment && b instanceof Moment) return a.nanos === b.nanos;
  if (a instanceof Span && b instanceof Span) return a.nanos === b.nanos;
  if (isList(a) && isList(b)) return a.length === b.length && a.every((one, i) => equal(one, b[i]));
  if (isDict(a) && isDict(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => Object.hasOwn(b, key) && equal(a[key], b[key]))
    );
  }
  return a === b;
}

/** Order of numbers, of text, and of moments; anything else cannot be ordered. */
export function compare(a: Value, b: Value): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  if (a instanceof Moment && b instanceof Moment) return Number(a.nanos - b.nanos);
  if (a instanceof Span && b instanceof Span) return Number(a.nanos - b.nanos);
  throw new Fault(`cannot compare a ${kindOf(a)} with a ${kindOf(b)}`);
}

/** How many items, keys or bytes of text. */
export function length(value: Value): number {
  if (typeof value === 'string') return Array.from(value).length;
  if (isList(value)) return value.length;
  if (isDict(value)) return Object.keys(value).length;
  if (value === undefined || value === null) return 0;
  throw new Fault(`a ${kindOf(value)} has no length`);
}

function item(value: Value, key: Value): Value {
  if (isList(value)) {
    if (typeof key !== 'number') throw new Fault('an index of a list is a number');
    if (!(key in value)) throw new Fault(`index ${key} is out of range`);
    return value[key];
  }
  return member(value, text(key));
}

function slice(value: Value, from: Value, to: Value): Value {
  const start = typeof from === 'number' ? from : 0;
  const end = typeof to === 'number' ? to : undefined;
  if (typeof value === 'string') return value.slice(start, end);
  if (isList(value)) return value.slice(start, end);
  throw new Fault(`a ${kindOf(value)} cannot be sliced`);
}
