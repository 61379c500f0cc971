import { Fault } from '../budget.ts';
import type { Moment } from '../value.ts';
import {
  type Fields,
  fieldsOf,
  fixedZone,
  momentOf,
  monthName,
  monthOf,
  weekdayName,
  zoneAbbreviation,
} from './moment.ts';

/** RFC 3339 with as many digits of the second as there are. */
export const RFC3339_NANO = '2006-01-02T15:04:05.999999999Z07:00';

/**
 * The elements of a Go layout, longest first: each is how it would write 2 January 2006, 15:04:05 in UTC-7.
 */
const ELEMENT = new RegExp(
  [
    'January|Jan|Monday|Mon|MST|2006|Z07:00|Z0700|Z07|-07:00|-0700|-07|002|01|02|03|04|05|06|_2|15|PM|pm',
    '[.,]0+(?!\\d)|[.,]9+(?!\\d)|1|2|3|4|5',
  ].join('|'),
  'g',
);

/** Writes a moment by a Go layout. */
export function formatMoment(moment: Moment, layout: string): string {
  const fields = fieldsOf(moment);
  return layout.replace(ELEMENT, (element) => formatElement(element, fields, moment.zone));
}

/**
 * Reads a moment by a Go layout, in `zone` where the text names none; null when the text does not follow it.
 */
export function parseMoment(text: string, layout: string, zone: string): Moment | null {
  const found: Found = { rest: text, parts: new Map(), zone, afternoon: null };
  let last = 0;
  for (const match of layout.matchAll(ELEMENT)) {
    if (!take(found, layout.slice(last, match.index))) return null;
    last = match.index + match[0].length;
    const elementsLeft = layout.slice(last);
    if (!readElement(found, match[0])) return null;
    // As in Go, seconds may have a fraction even where the layout has none.
    if (/^0?5$/.test(match[0]) && !/^[.,][09]/.test(elementsLeft)) readFraction(found, false);
  }
  if (!take(found, layout.slice(last)) || found.rest !== '') return null;
  return assemble(found);
}

interface Found {
  rest: string;
  readonly parts: Map<string, number>;
  zone: string;
  afternoon: boolean | null;
}

function formatElement(element: string, fields: Fields, zone: string): string {
  const two = (count: number) => String(count).padStart(2, '0');
  const hour12 = fields.hour % 12 === 0 ? 12 : fields.hour % 12;
  if (/^[.,]/.test(element)) return fraction(fields.nanos, element);
  if (/^[-Z]/.test(element)) return offset(fields.offsetSeconds, element);
  const written: Readonly<Record<string, string>> = {
    January: monthName(fields.month),
    Jan: monthName(fields.month).slice(0, 3),
    Monday: weekdayName(fields.weekday),
    Mon: weekdayName(fields.weekday).slice(0, 3),
    MST: zoneAbbreviation(zone, fields),
    '2006': String(fields.year).padStart(4, '0'),
    '06': two(fields.year % 100),
    '01': two(fields.month),
    '1': String(fields.month),
    '02': two(fields.day),
    '2': String(fields.day),
    _2: String(fields.day).padStart(2, ' '),
    '002': String(fields.yearDay).padStart(3, '0'),
    '15': two(fields.hour),
    '03': two(hour12),
    '3': String(hour12),
    '04': two(fields.minute),
    '4': String(fields.minute),
    '05': two(fields.second),
    '5': String(fields.second),
    PM: fields.hour >= 12 ? 'PM' : 'AM',
    pm: fields.hour >= 12 ? 'pm' : 'am',
  };
  return written[element] ?? element;
}

function fraction(nanos: number, element: string): string {
  const digits = String(nanos)
    .padStart(9, '0')
    .slice(0, element.length - 1);
  if (element[1] === '0') return `${element[0]}${digits}`;
  const kept = digits.replace(/0+$/, '');
  return kept === '' ? '' : `${element[0]}${kept}`;
}

function offset(seconds: number, element: string): string {
  if (element.startsWith('Z') && seconds === 0) return 'Z';
  const minutes = Math.floor(Math.abs(seconds) / 60);
  const two = (count: number) => String(count).padStart(2, '0');
  const hours = `${seconds < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}`;
  if (element.length === 3) return hours;
  return `${hours}${element.includes(':') ? ':' : ''}${two(minutes % 60)}`;
}

function readElement(found: Found, element: string): boolean {
  if (/^[.,]/.test(element)) return readFraction(found, element[1] === '0');
  if (/^[-Z]/.test(element)) return readOffset(found, element);
  switch (element) {
    case 'January':
    case 'Jan':
      return readMonth(found, element === 'Jan' ? /^[A-Za-z]{3}/ : /^[A-Za-z]{3,9}/);
    case 'Monday':
    case 'Mon':
      return matched(found, element === 'Mon' ? /^[A-Za-z]{3}/ : /^[A-Za-z]{6,9}/) !== null;
    case 'MST':
      return readZoneName(found);
    case 'PM':
    case 'pm':
      found.afternoon = /^p/i.test(found.rest);
      return matched(found, element === 'PM' ? /^[AP]M/ : /^[ap]m/) !== null;
    default:
      return readNumber(found, element);
  }
}

const NUMBERS: ReadonlyMap<string, readonly [part: string, pattern: RegExp]> = new Map([
  ['2006', ['year', /^\d{4}/]],
  ['06', ['year2', /^\d{2}/]],
  ['01', ['month', /^\d{2}/]],
  ['1', ['month', /^\d{1,2}/]],
  ['02', ['day', /^\d{2}/]],
  ['2', ['day', /^\d{1,2}/]],
  ['_2', ['day', /^ ?\d{1,2}/]],
  ['002', ['yearDay', /^\d{3}/]],
  ['15', ['hour', /^\d{2}/]],
  ['03', ['hour', /^\d{2}/]],
  ['3', ['hour', /^\d{1,2}/]],
  ['04', ['minute', /^\d{2}/]],
  ['4', ['minute', /^\d{1,2}/]],
  ['05', ['second', /^\d{2}/]],
  ['5', ['second', /^\d{1,2}/]],
]);

function readNumber(found: Found, element: string): boolean {
  const [part, pattern] = NUMBERS.get(element) ?? ['', /^$/];
  const digits = matched(found, pattern);
  if (digits === null) return false;
  const value = Number(digits);
  if (part === 'year2') found.parts.set('year', value >= 69 ? 1900 + value : 2000 + value);
  else found.parts.set(part, value);
  return true;
}

function readMonth(found: Found, pattern: RegExp): boolean {
  const name = matched(found, pattern);
  const month = name === null ? null : monthOf(name);
  if (month === null) return false;
  found.parts.set('month', month);
  return true;
}

function readFraction(found: Found, required: boolean): boolean {
  const digits = matched(found, /^[.,]\d+/);
  if (digits === null) return !required;
  found.parts.set('nanos', Number(digits.slice(1, 10).padEnd(9, '0')));
  return true;
}

function readOffset(found: Found, element: string): boolean {
  const colon = element.includes(':') ? ':' : '';
  if (element.startsWith('Z') && matched(found, /^Z/) !== null) {
    found.zone = 'UTC';
    return true;
  }
  const pattern = element.length === 3 ? /^[-+]\d\d/ : colon === '' ? /^[-+]\d{4}/ : /^[-+]\d\d:\d\d/;
  const text = matched(found, pattern);
  if (text === null) return false;
  const size = Number(text.slice(1, 3)) * 3600 + Number(text.replace(':', '').slice(3) || '0') * 60;
  found.zone = fixedZone(text.startsWith('-') ? -size : size);
  return true;
}

/** Names of zones other than UTC and GMT say nothing certain: Go takes them for UTC too. */
function readZoneName(found: Found): boolean {
  if (matched(found, /^[A-Z]{3,4}/) === null) return false;
  found.zone = 'UTC';
  return true;
}

function assemble(found: Found): Moment | null {
  const part = (name: string, otherwise: number) => found.parts.get(name) ?? otherwise;
  const [year, yearDay] = [part('year', 0), part('yearDay', 0)];
  const [month, day] = [part('month', 1), part('day', 1)];
  const clock = part('hour', 0);
  const hour = found.afternoon === null ? clock : (clock % 12) + (found.afternoon ? 12 : 0);
  const [minute, second] = [part('minute', 0), part('second', 0)];
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return null;
  if (day > new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate()) return null;
  const date = yearDay > 0 ? { month: 1, day: yearDay } : { month, day };
  return momentOf({ year, ...date, hour, minute, second, nanos: part('nanos', 0) }, found.zone);
}

function take(found: Found, literal: string): boolean {
  if (!found.rest.startsWith(literal)) return false;
  found.rest = found.rest.slice(literal.length);
  return true;
}

function matched(found: Found, pattern: RegExp): string | null {
  const text = pattern.exec(found.rest)?.[0];
  if (text === undefined) return null;
  found.rest = found.rest.slice(text.length);
  return text;
}

/** Reads a moment by a layout that must fit. */
export function requireMoment(text: string, layout: string, zone: string): Moment {
  const moment = parseMoment(text, layout, zone);
  if (moment === null) {
    throw new Fault(`parsing time ${JSON.stringify(text)} as ${JSON.stringify(layout)}: cannot parse it`);
  }
  return moment;
}
