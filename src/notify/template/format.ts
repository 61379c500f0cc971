import { isList, isTrue, number, print, type Value } from './values.ts';

const VERB = /%([-+# 0]*)(\d+|\*)?(?:\.(\d+))?([a-zA-Z%])/g;
/** Widest column and longest fraction that a verb may ask for. */
const MOST_WIDTH = 200;

/**
 * `printf` with the verbs that messages use: v s q d t f F g e x X c T and %%. As there is one kind of
 * number only, `%d` cuts fractions off and `%s` takes numbers.
 */
export function format(layout: string, args: readonly Value[]): string {
  let next = 0;
  const made = layout.replace(VERB, (_, flags: string, width: string | undefined, digits, verb: string) => {
    if (verb === '%') return '%';
    const wide = width === '*' ? number(args[next++]) : Number(width ?? 0);
    if (next >= args.length) return `%!${verb}(MISSING)`;
    const value = args[next++];
    const shown = one(value, verb, { digits: digits === undefined ? null : Number(digits), flags });
    return shown === null ? `%!${verb}(${print(value)})` : padded(shown, flags, Math.min(wide, MOST_WIDTH));
  });
  const extra = args.slice(next);
  return extra.length === 0 ? made : `${made}%!(EXTRA ${extra.map(print).join(', ')})`;
}

function one(
  value: Value,
  verb: string,
  how: { readonly digits: number | null; readonly flags: string },
): string | null {
  const plus = how.flags.includes('+') && typeof value === 'number' && value >= 0 ? '+' : '';
  const digits = Math.min(how.digits ?? 6, 100);
  switch (verb) {
    case 'v':
      return plus + (value === undefined || value === null ? '<nil>' : print(value));
    case 's':
      return how.digits === null ? plain(value) : Array.from(plain(value)).slice(0, how.digits).join('');
    case 'q':
      return isList(value)
        ? `[${value.map((v) => JSON.stringify(plain(v))).join(' ')}]`
        : JSON.stringify(plain(value));
    case 'd':
      return plus + String(Math.trunc(number(value)));
    case 't':
      return String(isTrue(value));
    case 'f':
    case 'F':
      return plus + number(value).toFixed(digits);
    case 'e':
      return (
        plus +
        number(value)
          .toExponential(digits)
          .replace(/e([-+])(\d)$/, 'e$10$2')
      );
    case 'g':
      return (
        plus +
        (how.digits === null
          ? print(number(value))
          : String(Number(number(value).toPrecision(Math.max(digits, 1)))))
      );
    case 'x':
    case 'X': {
      const hex = typeof value === 'string' ? hexOf(value) : Math.trunc(number(value)).toString(16);
      return verb === 'X' ? hex.toUpperCase() : hex;
    }
    case 'c':
      return String.fromCodePoint(Math.min(Math.max(Math.trunc(number(value)), 0), 0x10ffff));
    case 'T':
      return typeof value === 'number' ? 'float64' : typeof value;
    default:
      return null;
  }
}

function plain(value: Value): string {
  return value === undefined || value === null ? '' : print(value);
}

function hexOf(text: string): string {
  return Array.from(unescape8(text), (c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join('');
}

/** Text as bytes of UTF-8, one character each. */
function unescape8(text: string): string {
  return encodeURIComponent(text).replace(/%([0-9A-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function padded(shown: string, flags: string, width: number): string {
  if (flags.includes('-')) return shown.padEnd(width);
  if (!flags.includes('0')) return shown.padStart(width);
  const sign = /^[-+]/.exec(shown)?.[0] ?? '';
  return sign + shown.slice(sign.length).padStart(width - sign.length, '0');
}
