import { parseInstant } from '../../../core/time.ts';
import type { Cell } from './table.ts';

const [SECOND, MINUTE, HOUR, DAY, YEAR] = [1000, 60_000, 3_600_000, 86_400_000, 31_536_000_000];

/**
 * A length of time as kubectl writes it: two units at most, the second only while it matters.
 * Source: HumanDuration of k8s.io/apimachinery.
 */
export function humanDuration(ms: number): string {
  if (ms < -SECOND * 2) return '<invalid>';
  if (ms < 0) return '0s';
  const whole = (unit: number): number => Math.floor(ms / unit);
  const rest = (unit: number, above: number): number => Math.floor((ms % above) / unit);
  const two = (large: string, small: string, count: number): string =>
    count === 0 ? large : `${large}${count}${small}`;
  if (ms < 2 * MINUTE) return `${whole(SECOND)}s`;
  if (ms < 10 * MINUTE) return two(`${whole(MINUTE)}m`, 's', rest(SECOND, MINUTE));
  if (ms < 3 * HOUR) return `${whole(MINUTE)}m`;
  if (ms < 8 * HOUR) return two(`${whole(HOUR)}h`, 'm', rest(MINUTE, HOUR));
  if (ms < 2 * DAY) return `${whole(HOUR)}h`;
  if (ms < 8 * DAY) return two(`${whole(DAY)}d`, 'h', rest(HOUR, DAY));
  if (ms < 2 * YEAR) return `${whole(DAY)}d`;
  if (ms < 8 * YEAR) return two(`${whole(YEAR)}y`, 'd', rest(DAY, YEAR));
  return `${whole(YEAR)}y`;
}

/** How long ago that was; `<unknown>` where it is no moment. */
export function age(timestamp: unknown, now: number): Cell {
  const at = typeof timestamp === 'string' ? parseInstant(timestamp) : null;
  return at === null ? '<unknown>' : humanDuration(now - at);
}
