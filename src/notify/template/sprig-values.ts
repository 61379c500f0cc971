import { describeDuration, parseNanos } from '../../api/duration.ts';
import { formatMoment } from '../../core/expr/dates/layout.ts';
import type { TemplateFunction } from './evaluate.ts';
import {
  Fault,
  isDict,
  isList,
  isTrue,
  kindOf,
  list,
  Moment,
  moment,
  number,
  Span,
  text,
  type Value,
  whole,
} from './values.ts';

/** Functions on numbers. Integers are cut, as in sprig; the `f` variants keep fractions. */
export const NUMBER_FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  add: (args) => args.reduce<number>((sum, arg) => sum + whole(arg), 0),
  add1: ([value]) => whole(value) + 1,
  sub: ([a, b]) => whole(a) - whole(b),
  mul: (args) => args.reduce<number>((product, arg) => product * whole(arg), 1),
  div: ([a, b]) => Math.trunc(whole(a) / divisor(whole(b))),
  mod: ([a, b]) => whole(a) % divisor(whole(b)),
  addf: (args) => args.reduce<number>((sum, arg) => sum + number(arg), 0),
  subf: ([first, ...others]) => others.reduce<number>((left, arg) => left - number(arg), number(first)),
  mulf: (args) => args.reduce<number>((product, arg) => product * number(arg), 1),
  divf: ([a, b]) => number(a) / divisor(number(b)),
  max: (args) => Math.max(...args.map(whole)),
  min: (args) => Math.min(...args.map(whole)),
  floor: ([value]) => Math.floor(number(value)),
  ceil: ([value]) => Math.ceil(number(value)),
  round: ([value, digits]) => {
    const factor = 10 ** Math.min(Math.max(whole(digits), 0), 15);
    return Math.round(number(value) * factor) / factor;
  },
  int: ([value]) => whole(value),
  int64: ([value]) => whole(value),
  float64: ([value]) => number(value),
  atoi: ([value]) => whole(value),
};

/** Functions on any value: defaults, choices, JSON. */
export const VALUE_FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  default: ([fallback, value]) => (isTrue(value) ? value : fallback),
  empty: ([value]) => !isTrue(value),
  coalesce: (args) => args.find(isTrue),
  ternary: ([yes, no, test]) => (isTrue(test) ? yes : no),
  all: (args) => args.every(isTrue),
  any: (args) => args.some(isTrue),
  fail: ([message]) => {
    throw new Fault(text(message));
  },
  kindOf: ([value]) => kindOf(value),
  toJson: ([value], budget) => json(value, 0, budget.make.bind(budget)),
  toRawJson: ([value], budget) => json(value, 0, budget.make.bind(budget)),
  toPrettyJson: ([value], budget) => json(value, 2, budget.make.bind(budget)),
  fromJson: ([value]) => parsed(text(value)),
  b64enc: ([value]) => btoa(bytes(text(value))),
  b64dec: ([value]) => unbase64(text(value)),
};

/** Functions on time. `now` is the moment at which the message is made. */
export function timeFunctions(now: Moment): Readonly<Record<string, TemplateFunction>> {
  const since = (value: Value) => new Span(now.nanos - moment(value).nanos);
  return {
    now: () => now,
    date: ([layout, at]) => formatMoment(moment(at), text(layout)),
    dateInZone: ([layout, at, zone]) => formatMoment(new Moment(moment(at).nanos, text(zone)), text(layout)),
    htmlDate: ([at]) => formatMoment(moment(at), '2006-01-02'),
    unixEpoch: ([at]) => Math.floor(Number(moment(at).nanos) / 1e9),
    toDate: ([, value]) => moment(value),
    ago: ([at]) => new Span((since(at).nanos / 1_000_000_000n) * 1_000_000_000n),
    duration: ([seconds]) => new Span(BigInt(whole(seconds)) * 1_000_000_000n),
    durationRound: ([value]) => describeDuration(milliseconds(value)),
  };
}

function divisor(value: number): number {
  if (value === 0) throw new Fault('division by zero');
  return value;
}

function milliseconds(value: Value): number {
  if (value instanceof Span) return Number(value.nanos) / 1e6;
  if (typeof value === 'string') return Number(parseNanos(value) ?? 0n) / 1e6;
  return number(value) / 1e6;
}

function json(value: Value, indent: number, pay: (size: number) => void): string {
  const made = JSON.stringify(jsonable(value), null, indent) ?? 'null';
  pay(made.length);
  return made;
}

function jsonable(value: Value): unknown {
  if (value === undefined) return null;
  if (value instanceof Moment || value instanceof Span) return text(value);
  if (isList(value)) return list(value).map(jsonable);
  if (isDict(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, jsonable(item)]));
  return typeof value === 'object' ? null : value;
}

function parsed(source: string): Value {
  try {
    return JSON.parse(source) as Value;
  } catch {
    throw new Fault('this is not JSON');
  }
}

/** UTF-8 as one character a byte, which is what `btoa` takes. */
function bytes(value: string): string {
  return String.fromCharCode(...new TextEncoder().encode(value));
}

function unbase64(value: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(value), (c) => c.charCodeAt(0)));
  } catch {
    throw new Fault('this is not base64');
  }
}
