import type { OpenHours, WindowConfig } from '../../api/step-plugins.ts';
import type { Instant } from '../time.ts';
import { daysAfter, instantsOf, type WallTime, wallTime } from './wall-clock.ts';

const NAMES = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const DAY_MINUTES = 24 * 60;
/** Who closes for longer than this does not open any more. */
const MOST_DAYS = 400;

/**
 * True where the clocks on the wall say so: in the hour that comes twice when summer time ends a window is
 * open twice, and in the one that is left out when it begins, never.
 */
export function isOpen(config: WindowConfig, at: Instant): boolean {
  const now = wallTime(at, config.timeZone ?? 'UTC');
  const { closed = [] } = config;
  if (isClosed(closed, now.date)) return false;
  return config.open.some((hours) => covers(hours, now, closed));
}

/** The next instant at which it is open, `at` itself included; null: not within a year. */
export function nextOpening(config: WindowConfig, at: Instant): Instant | null {
  if (isOpen(config, at)) return at;
  const { timeZone = 'UTC', open } = config;
  const today = wallTime(at, timeZone).date;
  for (let day = 0; day <= MOST_DAYS; day++) {
    const date = daysAfter(today, day);
    // Midnight ends closed days, in the middle of hours that last until the next day.
    const starts = [0, ...open.map(({ from = '00:00' }) => minuteOf(from))];
    const found = starts
      .flatMap((minute) => instantsOf(date, minute, timeZone))
      .filter((instant) => instant > at && isOpen(config, instant));
    if (found.length > 0) return Math.min(...found);
  }
  return null;
}

/** The same of a configuration that nobody has looked at: null, too, where something is wrong with it. */
export function openingOf(config: unknown, at: Instant): Instant | null {
  try {
    return nextOpening(config as WindowConfig, at);
  } catch {
    return null;
  }
}

function covers({ days, from = '00:00', to = '24:00' }: OpenHours, now: WallTime, closed: readonly string[]) {
  const [first, last] = [minuteOf(from), minuteOf(to)];
  const isToday = isOn(days, now.weekday);
  if (first < last) return isToday && now.minute >= first && now.minute < last;
  if (isToday && now.minute >= first) return true;
  // Since yesterday.
  return isOn(days, (now.weekday + 6) % 7) && now.minute < last && !isClosed(closed, daysAfter(now.date, -1));
}

function isOn(days: readonly string[] | undefined, weekday: number): boolean {
  if (days === undefined) return true;
  return days.some((range) => {
    const [first = '', last = first] = range.split('-');
    const [from, to] = [NAMES.indexOf(first), NAMES.indexOf(last)];
    return from <= to ? weekday >= from && weekday <= to : weekday >= from || weekday <= to;
  });
}

function isClosed(closed: readonly string[], date: string): boolean {
  return closed.some((range) => {
    const [first = '', last = first] = range.split('/');
    return date >= first && date <= last;
  });
}

function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return Math.min(hours * 60 + minutes, DAY_MINUTES);
}
