import { formatNanos, parseNanos } from '../../../api/duration.ts';
import { Fault } from '../budget.ts';
import {
  argument,
  type Builtin,
  conversion,
  intArgument,
  signed,
  textArgument,
  type Work,
} from '../builtins/builtin.ts';
import {
  BOOL,
  DURATION,
  FLOAT,
  INT,
  INT64,
  MONTH,
  type Shape,
  STRING,
  TIME,
  WEEKDAY,
  ZONE,
} from '../shapes/shape.ts';
import { Moment, Named, Span, type Value, Zone } from '../value.ts';
import { between } from '../values/arithmetic.ts';
import { formatMoment, parseMoment, requireMoment } from './layout.ts';
import { fieldsOf, loadZone, momentOf, monthName, weekdayName } from './moment.ts';

const DEFAULT_LAYOUTS = [
  '2006-01-02',
  '15:04:05',
  '2006-01-02 15:04:05',
  '2006-01-02T15:04:05Z07:00',
  '02 Jan 06 15:04 MST',
  'Monday, 02-Jan-06 15:04:05 MST',
  'Mon, 02 Jan 2006 15:04:05 MST',
];

/** Built-ins about time. `now` is the instant that the evaluation was given. */
export const DATE_BUILTINS: readonly Builtin[] = [
  { name: 'now', check: { kind: 'rule', rule: checkNow }, call: now },
  signed('duration', [[STRING]], DURATION, (args) => {
    const text = textArgument(args, 0);
    const nanos = parseNanos(text);
    if (nanos === null) throw new Fault(`time: ${durationTrouble(text)}`);
    return new Span(nanos);
  }),
  { name: 'date', check: { kind: 'rule', rule: checkDate }, call: date },
  signed('timezone', [[STRING]], ZONE, (args) => new Zone(loadZone(textArgument(args, 0)))),
];

/** A method of a time, a duration or another value that is not plain data. */
export interface Method {
  readonly params: readonly Shape[];
  readonly out: Shape;
  readonly call: (self: Value, args: readonly Value[]) => Value;
}

/** The methods of a type, by Go's name of the type; undefined when there is no such method. */
export function methodOf(type: string, name: string): Method | undefined {
  return METHODS.get(type)?.get(name);
}

function checkNow(args: readonly Shape[]): Shape | string {
  if (args.length === 0 || (args.length === 1 && args[0]?.kind === 'zone')) return TIME;
  return `invalid number of arguments (expected 0, got ${args.length})`;
}

function now(args: readonly Value[], work: Work): Value {
  const zone = argument(args, 0);
  return new Moment(BigInt(Math.round(work.now * 1000)) * 1000n, zone instanceof Zone ? zone.name : 'UTC');
}

function checkDate(args: readonly Shape[]): Shape | string {
  if (args.length < 1) return `invalid number of arguments (expected at least 1, got ${args.length})`;
  const rest = args[0]?.kind === 'zone' ? args.length - 1 : args.length;
  return rest > 3 ? `invalid number of arguments (expected at most 3, got ${rest})` : TIME;
}

/** `date([zone,] text[, layout[, zone name]])`. */
function date(args: readonly Value[]): Value {
  const first = argument(args, 0);
  const given = first instanceof Zone ? args.slice(1) : args;
  const text = textArgument(given, 0);
  const zone = first instanceof Zone ? first.name : 'UTC';
  if (given.length === 2) return requireMoment(text, textArgument(given, 1), zone);
  if (given.length === 3)
    return requireMoment(text, textArgument(given, 1), loadZone(textArgument(given, 2)));
  for (const layout of DEFAULT_LAYOUTS) {
    const moment = parseMoment(text, layout, zone);
    if (moment !== null) return moment;
  }
  throw new Fault(`invalid date ${text}`);
}

function durationTrouble(text: string): string {
  const quoted = JSON.stringify(text);
  const unit = /^[-+]?[0-9.]+$/.test(text) && /[0-9]/.test(text);
  return unit ? `missing unit in duration ${quoted}` : `invalid duration ${quoted}`;
}

function moment(value: Value): Moment {
  if (value instanceof Moment) return value;
  throw conversion(value, 'time.Time');
}

function span(value: Value): Span {
  if (value instanceof Span) return value;
  throw conversion(value, 'time.Duration');
}

function part(pick: (fields: ReturnType<typeof fieldsOf>) => number): Method {
  return { params: [], out: INT, call: (self) => BigInt(pick(fieldsOf(moment(self)))) };
}

function unix(unit: bigint): Method {
  const floor = (nanos: bigint) => (nanos - (((nanos % unit) + unit) % unit)) / unit;
  return { params: [], out: INT64, call: (self) => floor(moment(self).nanos) };
}

function order(is: (difference: bigint) => boolean): Method {
  return {
    params: [TIME],
    out: BOOL,
    call: (self, args) => is(moment(self).nanos - moment(argument(args, 0)).nanos),
  };
}

/** Cuts or rounds to a multiple of a duration, counted from the year 1 as Go does. */
function toMultiple(nanos: bigint, unit: bigint, half: boolean): bigint {
  if (unit <= 0n) return nanos;
  const rest = ((nanos % unit) + unit) % unit;
  return half && rest * 2n >= unit ? nanos - rest + unit : nanos - rest;
}

const YEAR_ONE = 62_135_596_800n * 1_000_000_000n;

function rounding(half: boolean): Method {
  return {
    params: [DURATION],
    out: TIME,
    call: (self, args) => {
      const { nanos, zone } = moment(self);
      return new Moment(toMultiple(nanos + YEAR_ONE, span(argument(args, 0)).nanos, half) - YEAR_ONE, zone);
    },
  };
}

function inZone(zone: string): Method {
  return { params: [], out: TIME, call: (self) => new Moment(moment(self).nanos, zone) };
}

const TIME_METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['Year', part((fields) => fields.year)],
  ['Day', part((fields) => fields.day)],
  ['Hour', part((fields) => fields.hour)],
  ['Minute', part((fields) => fields.minute)],
  ['Second', part((fields) => fields.second)],
  ['Nanosecond', part((fields) => fields.nanos)],
  ['YearDay', part((fields) => fields.yearDay)],
  [
    'Month',
    { params: [], out: MONTH, call: (self) => new Named('time.Month', BigInt(fieldsOf(moment(self)).month)) },
  ],
  [
    'Weekday',
    {
      params: [],
      out: WEEKDAY,
      call: (self) => new Named('time.Weekday', BigInt(fieldsOf(moment(self)).weekday)),
    },
  ],
  ['Unix', unix(1_000_000_000n)],
  ['UnixMilli', unix(1_000_000n)],
  ['UnixMicro', unix(1000n)],
  ['UnixNano', unix(1n)],
  ['After', order((difference) => difference > 0n)],
  ['Before', order((difference) => difference < 0n)],
  ['Equal', order((difference) => difference === 0n)],
  [
    'Add',
    {
      params: [DURATION],
      out: TIME,
      call: (self, args) => new Moment(moment(self).nanos + span(argument(args, 0)).nanos, moment(self).zone),
    },
  ],
  [
    'Sub',
    { params: [TIME], out: DURATION, call: (self, args) => between(moment(self), moment(argument(args, 0))) },
  ],
  ['AddDate', { params: [INT, INT, INT], out: TIME, call: addDate }],
  [
    'In',
    {
      params: [ZONE],
      out: TIME,
      call: (self, args) => {
        const zone = argument(args, 0);
        if (!(zone instanceof Zone)) throw new Fault('time: missing Location in call to Time.In');
        return new Moment(moment(self).nanos, zone.name);
      },
    },
  ],
  ['UTC', inZone('UTC')],
  ['Local', inZone('UTC')],
  [
    'Format',
    {
      params: [STRING],
      out: STRING,
      call: (self, args) => formatMoment(moment(self), textArgument(args, 0)),
    },
  ],
  ['Truncate', rounding(false)],
  ['Round', rounding(true)],
  ['IsZero', { params: [], out: BOOL, call: (self) => moment(self).nanos === -YEAR_ONE }],
]);

function addDate(self: Value, args: readonly Value[]): Value {
  const fields = fieldsOf(moment(self));
  const year = fields.year + intArgument(args, 0);
  const month = fields.month + intArgument(args, 1);
  return momentOf({ ...fields, year, month, day: fields.day + intArgument(args, 2) }, moment(self).zone);
}

function inUnits(nanos: number): Method {
  return { params: [], out: FLOAT, call: (self) => Number(span(self).nanos) / nanos };
}

function wholeUnits(nanos: bigint): Method {
  return { params: [], out: INT64, call: (self) => span(self).nanos / nanos };
}

const DURATION_METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['Hours', inUnits(3.6e12)],
  ['Minutes', inUnits(6e10)],
  ['Seconds', inUnits(1e9)],
  ['Milliseconds', wholeUnits(1_000_000n)],
  ['Microseconds', wholeUnits(1000n)],
  ['Nanoseconds', wholeUnits(1n)],
  ['String', { params: [], out: STRING, call: (self) => formatNanos(span(self).nanos) }],
  [
    'Abs',
    {
      params: [],
      out: DURATION,
      call: (self) => new Span(span(self).nanos < 0n ? -span(self).nanos : span(self).nanos),
    },
  ],
]);

const NAME_METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['String', { params: [], out: STRING, call: nameOf }],
]);

function nameOf(self: Value): Value {
  if (self instanceof Zone) return self.name;
  if (!(self instanceof Named)) throw conversion(self, 'time.Month');
  return self.type === 'time.Month' ? monthName(Number(self.value)) : weekdayName(Number(self.value));
}

const METHODS: ReadonlyMap<string, ReadonlyMap<string, Method>> = new Map([
  ['time.Time', TIME_METHODS],
  ['time.Duration', DURATION_METHODS],
  ['*time.Location', NAME_METHODS],
  ['time.Month', NAME_METHODS],
  ['time.Weekday', NAME_METHODS],
]);
