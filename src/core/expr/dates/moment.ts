import { Fault } from '../budget.ts';
import { Moment } from '../value.ts';

/**
 * A moment taken apart in its time zone. Months, days and weekdays count as people do: January is 1, Sunday
 * is 0.
 */
export interface Fields {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Nanoseconds within the second. */
  readonly nanos: number;
  readonly weekday: number;
  readonly yearDay: number;
  readonly offsetSeconds: number;
}

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const DAY_MS = 86_400_000;

/** The farthest from 1970 that a calendar date can be told. */
const MAX_MS = 8.64e15 - DAY_MS;

/** The English name of a month, 1 to 12. */
export function monthName(month: number): string {
  return MONTHS[month - 1] ?? `%!Month(${month})`;
}

/** The English name of a weekday, Sunday being 0. */
export function weekdayName(weekday: number): string {
  return WEEKDAYS[weekday] ?? `%!Weekday(${weekday})`;
}

/** The month whose name is given, whole or by its first three letters; null when there is none. */
export function monthOf(name: string): number | null {
  const index = MONTHS.findIndex((month) => month.toLowerCase().startsWith(name.toLowerCase()));
  return index === -1 ? null : index + 1;
}

/** Takes a moment apart. */
export function fieldsOf(moment: Moment): Fields {
  const milliseconds = Number((moment.nanos - positive(moment.nanos, 1_000_000n)) / 1_000_000n);
  if (Math.abs(milliseconds) > MAX_MS) throw new Fault('date is out of range');
  const offsetSeconds = offsetOf(moment.zone, milliseconds);
  const local = new Date(milliseconds + offsetSeconds * 1000);
  const year = local.getUTCFullYear();
  return {
    year,
    month: local.getUTCMonth() + 1,
    day: local.getUTCDate(),
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    second: local.getUTCSeconds(),
    nanos: Number(positive(moment.nanos, 1_000_000_000n)),
    weekday: local.getUTCDay(),
    yearDay: Math.floor((local.getTime() - utc(year, 1, 1)) / DAY_MS) + 1,
    offsetSeconds,
  };
}

/** The moment of a date and time of day on the clocks of a zone. Parts that are too big carry over. */
export function momentOf(
  parts: Pick<Fields, 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'nanos'>,
  zone: string,
): Moment {
  const seconds = (parts.hour * 60 + parts.minute) * 60 + parts.second;
  const wall = utc(parts.year, parts.month, parts.day) + seconds * 1000;
  if (!(Math.abs(wall) <= MAX_MS)) throw new Fault('date is out of range');
  // The offset depends on the moment and the moment on the offset: two rounds settle it.
  const guess = wall - offsetOf(zone, wall) * 1000;
  const milliseconds = wall - offsetOf(zone, guess) * 1000;
  return new Moment(BigInt(milliseconds) * 1_000_000n + BigInt(parts.nanos), zone);
}

/** The name of a zone as clocks write it: `UTC`, `CEST`, or the offset where it has no name. */
export function zoneAbbreviation(zone: string, fields: Fields): string {
  if (zone === 'UTC') return 'UTC';
  const sign = fields.offsetSeconds < 0 ? '-' : '+';
  const minutes = Math.floor(Math.abs(fields.offsetSeconds) / 60);
  const two = (count: number) => String(count).padStart(2, '0');
  return `${sign}${two(Math.floor(minutes / 60))}${minutes % 60 === 0 ? '' : two(minutes % 60)}`;
}

/** A zone that is always so many seconds east of UTC. */
export function fixedZone(offsetSeconds: number): string {
  if (offsetSeconds === 0) return 'UTC';
  return `fixed:${offsetSeconds}`;
}

/** The name of a zone, checked. Throws for one that does not exist. */
export function loadZone(name: string): string {
  if (name === '' || name === 'UTC') return 'UTC';
  if (name === 'Local') return 'UTC';
  offsetOf(name, 0);
  return name;
}

/** Seconds east of UTC at a time in milliseconds. */
function offsetOf(zone: string, milliseconds: number): number {
  if (zone === 'UTC') return 0;
  if (zone.startsWith('fixed:')) return Number(zone.slice('fixed:'.length));
  const written = writtenOffset(zone, milliseconds);
  const match = /^GMT(?:([-+])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(written);
  if (match === null) throw new Fault(`unknown time zone ${zone}`);
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = match;
  const size = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  return sign === '-' ? -size : size;
}

/** The offset of a zone as the platform's zone tables write it: `GMT+02:00`. */
function writtenOffset(zone: string, milliseconds: number): string {
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
    const parts = format.formatToParts(new Date(milliseconds));
    return parts.find((part) => part.type === 'timeZoneName')?.value ?? '';
  } catch {
    throw new Fault(`unknown time zone ${zone}`);
  }
}

function utc(year: number, month: number, day: number): number {
  // `Date.UTC` takes years below 100 for years of the twentieth century.
  const date = new Date(0);
  return date.setUTCFullYear(year, month - 1, day);
}

/** The remainder that is never negative. */
function positive(value: bigint, of: bigint): bigint {
  return ((value % of) + of) % of;
}
