/** Milliseconds since the Unix epoch. The only form of time that decisions see; it arrives as an argument. */
export type Instant = number;

/** A span of time in milliseconds. */
export type Milliseconds = number;

/**
 * RFC 3339 text in UTC with whole seconds, as Kubernetes writes `metav1.Time`. Fractions are cut off, not
 * rounded.
 */
export function formatInstant(at: Instant): string {
  return `${new Date(Math.floor(at / 1000) * 1000).toISOString().slice(0, 19)}Z`;
}

/** Reads RFC 3339 text; null when it is absent or not a time. */
export function parseInstant(text: string | null | undefined): Instant | null {
  if (text === null || text === undefined || text === '') return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}

/** The time of day for people, `14:02:11 UTC`. */
export function clockTime(at: Instant): string {
  return `${new Date(at).toISOString().slice(11, 19)} UTC`;
}

/** The earlier of two wake-ups, where null means never. */
export function earlier(a: Instant | null, b: Instant | null): Instant | null {
  if (a === null) return b;
  if (b === null) return a;
  return Math.min(a, b);
}
