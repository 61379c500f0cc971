import type { Instant, Milliseconds } from '../../core/time.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * How long ago something was, as kubectl shows it: `45s`, `7m30s`, `13h`, `151d`. Empty where it is not
 * known.
 */
export function age(at: Instant | null, now: Instant): string {
  return at === null ? '' : shortDuration(now - at);
}

/**
 * A span with as many digits as a person needs: one more unit as long as the first is a small number.
 * Below zero counts as zero: clocks differ.
 */
export function shortDuration(span: Milliseconds): string {
  const ms = Math.max(0, span);
  if (ms < 2 * MINUTE) return `${Math.floor(ms / SECOND)}s`;
  if (ms < 10 * MINUTE) return two(ms, [MINUTE, 'm'], [SECOND, 's']);
  if (ms < 3 * HOUR) return `${Math.floor(ms / MINUTE)}m`;
  if (ms < 8 * HOUR) return two(ms, [HOUR, 'h'], [MINUTE, 'm']);
  if (ms < 2 * DAY) return `${Math.floor(ms / HOUR)}h`;
  if (ms < 8 * DAY) return two(ms, [DAY, 'd'], [HOUR, 'h']);
  return `${Math.floor(ms / DAY)}d`;
}

type Unit = readonly [span: Milliseconds, letter: string];

function two(ms: Milliseconds, [big, first]: Unit, [small, second]: Unit): string {
  const rest = Math.floor((ms % big) / small);
  return `${Math.floor(ms / big)}${first}${rest === 0 ? '' : `${rest}${second}`}`;
}
