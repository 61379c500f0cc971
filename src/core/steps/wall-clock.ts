import type { Instant } from '../time.ts';

/** What the clocks and calendars of a place show. */
export interface WallTime {
  /** `2026-11-21`. */
  readonly date: string;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** Minutes since midnight, 0 to 1439. */
  readonly minute: number;
}

const MINUTE = 60_000;
const DAY_MS = 86_400_000;

/** Formatters are dear to make, and there are few zones. */
const FORMATS = new Map<string, Intl.DateTimeFormat>();
const MOST_FORMATS = 100;

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = FORMATS.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    calendar: 'iso8601',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  if (FORMATS.size >= MOST_FORMATS) FORMATS.clear();
  FORMATS.set(timeZone, format);
  return format;
}

/** What the clocks in a time zone show at an instant. Throws a RangeError where there is no such zone. */
export function wallTime(at: Instant, timeZone: string): WallTime {
  const local = at + offsetAt(at, timeZone);
  const whole = new Date(local);
  return {
    date: dateOf(local),
    weekday: whole.getUTCDay(),
    minute: whole.getUTCHours() * 60 + whole.getUTCMinutes(),
  };
}

/** How far the clocks of a zone are ahead of UTC at an instant, in milliseconds. */
export function offsetAt(at: Instant, timeZone: string): number {
  const second = Math.floor(at / 1000) * 1000;
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(second)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  const local = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return local - second;
}

/**
 * The instants at which the clocks of a zone may show this minute of this date, earliest first: two where the
 * hour comes twice. Where the clocks jump over it, the instant of the jump is among them.
 */
export function instantsOf(date: string, minute: number, timeZone: string): readonly Instant[] {
  const local = Date.parse(`${date}T00:00:00Z`) + minute * MINUTE;
  const [before, after] = [local - DAY_MS, local + DAY_MS];
  const offsets = [offsetAt(before, timeZone), offsetAt(after, timeZone)] as const;
  const found = [local - offsets[0], local - offsets[1]];
  if (offsets[0] !== offsets[1]) found.push(jumpBetween(before, after, timeZone));
  return [...new Set(found)].sort((a, b) => a - b);
}

/** When the clocks jump between two instants with unlike offsets, to the second. */
function jumpBetween(before: Instant, after: Instant, timeZone: string): Instant {
  const first = offsetAt(before, timeZone);
  let [low, high] = [before, after];
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2000) * 1000;
    if (offsetAt(middle, timeZone) === first) low = middle;
    else high = middle;
  }
  return high;
}

/** The date that is so many days after another one. */
export function daysAfter(date: string, days: number): string {
  return dateOf(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS);
}

function dateOf(local: number): string {
  return new Date(local).toISOString().slice(0, 10);
}
