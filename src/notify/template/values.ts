import { formatDuration } from '../../api/duration.ts';
import { formatMoment } from '../../core/expr/dates/layout.ts';
import { Moment, Span } from '../../core/expr/value.ts';
import { parseInstant } from '../../core/time.ts';

export { Moment, Span };

/**
 * What templates compute with: JSON, moments, durations, and functions that are values. `undefined` is a
 * key that is not there. Unlike in Go there is one kind of number only, as JSON has it.
 */
export type Value =
  | undefined
  | null
  | boolean
  | number
  | string
  | readonly Value[]
  | Dict
  | Moment
  | Span
  | Callable;

/** A JSON object. Only own keys are ever looked at. */
export interface Dict {
  readonly [key: string]: Value;
}

/** A function that is a value, such as `.time.Now`. */
export class Callable {
  readonly call: (args: readonly Value[]) => Value;
  constructor(call: (args: readonly Value[]) => Value) {
    this.call = call;
  }
}

/** What is wrong with a template, or with what it was asked to do. Thrown inside this folder only. */
export class Fault extends Error {
  /** Where in the source, in characters from its start; null until the action is known. */
  at: number | null;
  constructor(message: string, at: number | null = null) {
    super(message);
    this.at = at;
  }
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function isDict(value: Value): value is Dict {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Moment || value instanceof Span || value instanceof Callable)
  );
}

/** What Go's templates take for true: not empty, not zero, not absent. */
export function isTrue(value: Value): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value !== 0;
  if (typeof value === 'string') return value !== '';
  if (isList(value)) return value.length > 0;
  if (isDict(value)) return Object.keys(value).length > 0;
  return true;
}

/** The value as Go prints it with `%v`. Keys of maps are sorted. */
export function print(value: Value): string {
  if (value === undefined || value === null) return '<no value>';
  if (typeof value === 'number') return printNumber(value);
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (value instanceof Moment) return formatMoment(value, '2006-01-02 15:04:05.999999999 -0700 MST');
  if (value instanceof Span) return formatDuration(Number(value.nanos) / 1e6);
  if (value instanceof Callable) return '<function>';
  if (isList(value)) return `[${value.map(inner).join(' ')}]`;
  const pairs = Object.keys(value)
    .sort()
    .map((key) => `${key}:${inner(Object.hasOwn(value, key) ? value[key] : null)}`);
  return `map[${pairs.join(' ')}]`;
}

/** As `%v` prints a float64: exponents below 1e-4 and from 1e21 on. */
export function printNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e21)) {
    const [digits = '', exponent = ''] = value.toExponential().split('e');
    const sign = exponent.startsWith('-') ? '-' : '+';
    return `${digits}e${sign}${exponent.replace(/^[-+]/, '').padStart(2, '0')}`;
  }
  return String(value);
}

function inner(value: Value): string {
  return value === undefined || value === null ? '<nil>' : print(value);
}

/**
 * The member of a value: a key of a map, or what a moment can do. Absent members of absent values are
 * absent.
 */
export function member(value: Value, name: string): Value {
  if (value === undefined || value === null) return undefined;
  if (isDict(value)) return Object.hasOwn(value, name) ? value[name] : undefined;
  if (value instanceof Moment) return momentMember(value, name);
  if (value instanceof Span) return spanMember(value, name);
  throw new Fault(`a ${kindOf(value)} has no field ${name}`);
}

function momentMember(moment: Moment, name: string): Value {
  switch (name) {
    case 'Format':
      return new Callable(([layout]) => formatMoment(moment, text(layout)));
    case 'UTC':
    case 'Local':
      return new Callable(() => new Moment(moment.nanos, 'UTC'));
    case 'Unix':
      return new Callable(() => Number(moment.nanos / 1_000_000_000n));
    case 'Sub':
      return new Callable(([other]) => {
        if (!(other instanceof Moment)) throw new Fault('Sub needs a time');
        return new Span(moment.nanos - other.nanos);
      });
    default:
      throw new Fault(`a time has no ${name}; there are Format, UTC, Local, Unix and Sub`);
  }
}

function spanMember(span: Span, name: string): Value {
  const units: Readonly<Record<string, number>> = { Seconds: 1e9, Minutes: 60e9, Hours: 3600e9 };
  const unit = Object.hasOwn(units, name) ? units[name] : undefined;
  if (unit === undefined) throw new Fault(`a duration has no ${name}; there are Seconds, Minutes and Hours`);
  return new Callable(() => Number(span.nanos) / unit);
}

/** A word for messages. */
export function kindOf(value: Value): string {
  if (value === undefined || value === null) return 'nothing';
  if (isList(value)) return 'list';
  if (value instanceof Moment) return 'time';
  if (value instanceof Span) return 'duration';
  if (value instanceof Callable) return 'function';
  return isDict(value) ? 'map' : typeof value;
}

/** The argument as text; anything but text is printed. */
export function text(value: Value): string {
  return value === undefined || value === null ? '' : print(value);
}

/** The argument as a number: what cannot be read as one is 0, as in sprig. */
export function number(value: Value): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value instanceof Span) return Number(value.nanos);
  if (typeof value !== 'string' || value.trim() === '') return 0;
  const parsed = Number(value);
  return Number.isNaN(parsed) ? 0 : parsed;
}

/** The argument as a whole number. */
export function whole(value: Value): number {
  return Math.trunc(number(value));
}

/** The argument as a list; a map or text is none. */
export function list(value: Value): readonly Value[] {
  if (isList(value)) return value;
  if (value === undefined || value === null) return [];
  throw new Fault(`needs a list, not a ${kindOf(value)}`);
}

/** The argument as a map. */
export function dict(value: Value): Dict {
  if (isDict(value)) return value;
  if (value === undefined || value === null) return {};
  throw new Fault(`needs a map, not a ${kindOf(value)}`);
}

/** The argument as a moment: a time, RFC 3339 text, or seconds since 1970. */
export function moment(value: Value): Moment {
  if (value instanceof Moment) return value;
  const at =
    typeof value === 'number' ? value * 1000 : typeof value === 'string' ? parseInstant(value) : null;
  if (at === null || !Number.isFinite(at))
    throw new Fault(`needs a time, not ${JSON.stringify(text(value))}`);
  return new Moment(BigInt(Math.round(at)) * 1_000_000n, 'UTC');
}
