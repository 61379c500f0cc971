const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  μs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
};

/** The seconds of a duration as Go writes it (`1h30m`, `500ms`, `0`), with fractions; null if it is none. */
export function durationSeconds(text: string): number | null {
  if (/^[-+]?0$/.test(text)) return 0;
  if (!/^[-+]?((\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))+$/.test(text)) return null;
  const parts = [...text.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g)];
  const size = parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ''] ?? 0), 0);
  return text.startsWith('-') ? -size : size;
}

/**
 * The whole seconds of a pause: a number, a text of digits, or a duration; what cannot be read counts as -1.
 * That is how it is shown in the message, too.
 */
export function pauseSeconds(duration: number | string): number {
  if (typeof duration === 'number') return duration;
  const seconds = /^[-+]?\d+$/.test(duration) ? Number(duration) : durationSeconds(duration);
  return seconds === null || Math.abs(seconds) > 2 ** 31 - 1 ? -1 : Math.trunc(seconds);
}
