/**
 * What the `duration` of a pause step says. `seconds` of an invalid one is the number to show in its message.
 */
export type Pause =
  | { readonly kind: 'forever' }
  | { readonly kind: 'timed'; readonly seconds: number }
  | { readonly kind: 'invalid'; readonly seconds: number };

/**
 * Reads a duration as Go's `time.ParseDuration` does: `1h30m`, `-1.5h`, `300ms`, `0`. A number needs a unit,
 * unless it is zero. In milliseconds, perhaps with a fraction (of `us` and `ns`); null when the text is not a
 * duration.
 */
export function parseDuration(text: string): number | null {
  const nanos = parseNanos(text);
  return nanos === null ? null : Number(nanos) / 1e6;
}

/**
 * Reads the `duration` of a pause step: whole seconds as a number or as digits, or a duration with units.
 * Fractions of a second are cut off, so `1500ms` is one second. Absent means a pause without end.
 * What cannot be read counts as -1 second, and below zero is invalid: `Duration needs to be greater than 0`.
 */
export function parsePause(duration: number | string | null | undefined): Pause {
  if (duration === null || duration === undefined) return { kind: 'forever' };
  const seconds = typeof duration === 'number' ? duration : secondsOf(duration);
  return seconds < 0 || !fitsInt32(seconds) ? { kind: 'invalid', seconds } : { kind: 'timed', seconds };
}

/** Writes a duration as Go prints it: `1m30s`, `1h0m0s`, `100ms`, `1.5s`, `0s`. */
export function formatDuration(milliseconds: number): string {
  return formatNanos(BigInt(Math.round(milliseconds * 1e6)));
}

/**
 * A duration in plain words for people: `4m 30s`, `2h`, `3d 4h`. Under a second it is `0s`; parts of a second
 * are cut.
 */
export function describeDuration(milliseconds: number): string {
  const seconds = Math.floor(Math.abs(milliseconds) / 1000);
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  if (first === -1) return '0s';
  // Two neighbouring units are all that a reader takes in: "3d 4h", never "3d 4h 5m 6s".
  const shown = parts.slice(first, first + 2).filter(([count]) => count > 0);
  return `${milliseconds < 0 ? '-' : ''}${shown.map(([count, unit]) => `${count}${unit}`).join(' ')}`;
}

/**
 * The duration in nanoseconds, signed 64 bits as in Go; null when the text is not a duration or does not fit.
 */
export function parseNanos(text: string): bigint | null {
  if (/^[-+]?0$/.test(text)) return 0n;
  const match = text.length > MAX_LENGTH ? null : SPELLING.exec(text);
  if (match === null) return null;
  let total = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of text.matchAll(PART)) {
    const nanos = UNIT_NANOS.get(unit);
    if (nanos === undefined) return null;
    total += BigInt(whole === '' ? 0 : whole) * nanos + fractionOf(fraction, nanos);
    if (total > MAX_NANOS) return null;
  }
  return match[1] === '-' ? -total : total;
}

/** Writes nanoseconds as Go prints a duration. */
export function formatNanos(nanos: bigint): string {
  const sign = nanos < 0n ? '-' : '';
  const size = nanos < 0n ? -nanos : nanos;
  if (size === 0n) return '0s';
  if (size < 1000n) return `${sign}${size}ns`;
  if (size < 1_000_000n) return `${sign}${decimal(size, 1000n)}µs`;
  if (size < SECOND) return `${sign}${decimal(size, 1_000_000n)}ms`;
  const seconds = `${decimal(size % (60n * SECOND), SECOND)}s`;
  const minutes = size / (60n * SECOND);
  if (minutes === 0n) return sign + seconds;
  if (minutes < 60n) return `${sign}${minutes}m${seconds}`;
  return `${sign}${minutes / 60n}h${minutes % 60n}m${seconds}`;
}

const SECOND = 1_000_000_000n;
const MAX_NANOS = (1n << 63n) - 1n;
const MAX_LENGTH = 256;
const SPELLING = /^([-+]?)(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[a-zµμ]+)+$/u;
const PART = /([0-9]*)\.?([0-9]*)([a-zµμ]+)/gu;
const UNIT_NANOS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1000n],
  ['µs', 1000n],
  ['μs', 1000n],
  ['ms', 1_000_000n],
  ['s', SECOND],
  ['m', 60n * SECOND],
  ['h', 3600n * SECOND],
]);

/**
 * Digits behind the point, as nanoseconds of a unit. Eighteen digits are more than a nanosecond of an hour
 * needs.
 */
function fractionOf(digits: string, unit: bigint): bigint {
  const kept = digits.slice(0, 18);
  return kept === '' ? 0n : (BigInt(kept) * unit) / 10n ** BigInt(kept.length);
}

function decimal(size: bigint, unit: bigint): string {
  const rest = size % unit;
  if (rest === 0n) return String(size / unit);
  const digits = String(rest).padStart(String(unit).length - 1, '0');
  return `${size / unit}.${digits.replace(/0+$/, '')}`;
}

function secondsOf(text: string): number {
  if (/^[-+]?[0-9]+$/.test(text)) {
    const seconds = Number(text);
    return fitsInt32(seconds) ? seconds : -1;
  }
  const nanos = parseNanos(text);
  if (nanos === null) return -1;
  const seconds = Number(nanos / SECOND);
  return fitsInt32(seconds) ? seconds : -1;
}

function fitsInt32(seconds: number): boolean {
  return Number.isInteger(seconds) && Math.abs(seconds) <= 2_147_483_647;
}
