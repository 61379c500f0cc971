import { QueryFault, refuse } from '../fault.ts';

/** A parse error at a place of the query, as Prometheus words it: `1:5: parse error: ...`. */
export function parseError(query: string, at: number, message: string): QueryFault {
  const before = query.slice(0, at).split('\n');
  const column = Array.from(before.at(-1) ?? '').length + 1;
  return new QueryFault('bad_data', `${before.length}:${column}: parse error: ${message}`);
}

/**
 * Reads a number as Prometheus does: decimal, hexadecimal, octal with a leading zero, `Inf`, `NaN`; else
 * null.
 */
export function readNumber(text: string): number | null {
  if (/^inf$/i.test(text)) return Number.POSITIVE_INFINITY;
  if (/^nan$/i.test(text)) return Number.NaN;
  if (/^0x[0-9a-f]+$/i.test(text)) return Number.parseInt(text, 16);
  if (/^0[0-7]+$/.test(text)) return Number.parseInt(text, 8);
  const value = /^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : null;
}

const UNITS = [
  ['y', 365 * 86_400_000],
  ['w', 7 * 86_400_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;
const DURATION = new RegExp(`^${UNITS.map(([unit]) => `(?:(\\d+)${unit})?`).join('')}$`);

/** Reads a duration such as `1h30m`, in milliseconds; null for anything else, also for a bare number. */
export function readDuration(text: string): number | null {
  const match = text === '' ? null : DURATION.exec(text);
  if (match === null) return null;
  return UNITS.reduce((sum, [, milliseconds], i) => sum + Number(match[i + 1] ?? 0) * milliseconds, 0);
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['\\', '\\'],
]);
const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|([\s\S]?))/g;

/** Reads a string in any of the three kinds of quotes, with Go's escapes; null when it is none. */
export function readString(quoted: string): string | null {
  const quote = quoted[0] ?? '';
  if (quoted.length < 2 || !quoted.endsWith(quote)) return null;
  const body = quoted.slice(1, -1);
  if (quote === '`') return body;
  let sound = true;
  const read = body.replace(ESCAPE, (_, x?: string, u?: string, U?: string, octal?: string, one = '') => {
    const byte = x === undefined ? octal : undefined;
    if (x !== undefined || byte !== undefined) return fromByte(x, byte);
    const code = Number.parseInt(u ?? U ?? '', 16);
    if (code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)) return String.fromCodePoint(code);
    const known = one === quote ? quote : ESCAPES.get(one);
    sound &&= known !== undefined;
    return known ?? '';
  });
  // A backslash before the closing quote makes that a part of the text.
  return sound ? read : null;
}

function fromByte(hexadecimal: string | undefined, octal: string | undefined): string {
  const code = Number.parseInt(hexadecimal ?? octal ?? '', hexadecimal === undefined ? 8 : 16);
  if (code > 0x7f) refuse('a string with single bytes above 0x7f');
  return String.fromCharCode(code);
}
