import type { Value } from '../core/analysis/reading.ts';

/**
 * Longer texts are cut: they are stored in the AnalysisRun, and an object of Kubernetes ends at about 1.5 MB.
 */
export const maxTextLength = 16 * 1024;

/**
 * A number in plain decimals, never with an exponent, as the original prints samples: `0.98`, `+Inf`, `NaN`.
 */
export function printFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (Object.is(value, -0)) return '-0';
  const [digits = '', exponent] = String(value).split('e');
  return exponent === undefined ? digits : withoutExponent(digits, Number(exponent));
}

function withoutExponent(digits: string, exponent: number): string {
  const sign = digits.startsWith('-') ? '-' : '';
  const [whole = '', fraction = ''] = digits.replace('-', '').split('.');
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${whole}${fraction}`;
  return `${sign}${whole}${fraction.padEnd(exponent, '0')}`;
}

/** A float that JSON can only write as a text, in one of the spellings of services; null for all else. */
export function oddFloat(value: unknown): number | null {
  const spelling = typeof value === 'string' ? value.toLowerCase() : '';
  if (spelling === 'nan') return Number.NaN;
  if (spelling === 'inf' || spelling === '+inf' || spelling === 'infinity') return Number.POSITIVE_INFINITY;
  return spelling === '-inf' || spelling === '-infinity' ? Number.NEGATIVE_INFINITY : null;
}

/** A number with this many digits behind the point, as Go prints it with `%f`: `0.98`, `+Inf`, `NaN`. */
export function printFixed(value: number, digits: number): string {
  if (!Number.isFinite(value)) return printFloat(value);
  // From here on there is no fraction, and toFixed would write an exponent.
  if (Math.abs(value) >= 1e21) return `${printFloat(value)}.${'0'.repeat(digits)}`;
  return value.toFixed(digits);
}

/** A list of numbers as the original prints vectors: `[1,2.5,NaN]`. */
export function printFloats(values: Float64Array): string {
  return shorten(`[${Array.from(values, printFloat).join(',')}]`);
}

/** JSON as the original writes it: keys in order, and `<`, `>`, `&`, U+2028 and U+2029 escaped. */
export function printJson(value: Value): string {
  return shorten(write(value));
}

/** Cuts a text that is too long to be stored. */
export function shorten(text: string): string {
  if (text.length <= maxTextLength) return text;
  return `${text.slice(0, maxTextLength)}… (${text.length} characters)`;
}

function write(value: Value): string {
  if (typeof value === 'string') return writeString(value);
  if (typeof value === 'number') {
    return Number.isFinite(value) && !Object.is(value, -0) ? JSON.stringify(value) : printFloat(value);
  }
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (value instanceof Float64Array) return printFloats(value);
  if (isList(value)) return `[${value.map(write).join(',')}]`;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, field]) => `${writeString(name)}:${write(field)}`).join(',')}}`;
}

// Array.isArray does not narrow readonly lists.
function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function writeString(text: string): string {
  return JSON.stringify(text.toWellFormed()).replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
