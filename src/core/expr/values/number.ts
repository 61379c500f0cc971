/** A number read from text, or why it is not one, in Go's words. */
export type Parsed<Number> =
  | { readonly kind: 'number'; readonly value: Number }
  | { readonly kind: 'error'; readonly why: string };

const MIN_INT = -(1n << 63n);
const MAX_INT = (1n << 63n) - 1n;
const FLOAT =
  /^[-+]?(?:[0-9](?:_?[0-9])*(?:\.(?:[0-9](?:_?[0-9])*)?)?|\.[0-9](?:_?[0-9])*)(?:[eE][-+]?[0-9]+)?$/;

/** Wraps to 64 bits, as Go's integer arithmetic does. */
export function wrap(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}

/** Reads an integer as `strconv.ParseInt(text, 10, 64)` does. */
export function parseInt64(text: string): Parsed<bigint> {
  if (!/^[-+]?[0-9]+$/.test(text)) return { kind: 'error', why: 'invalid syntax' };
  // Nineteen digits are the most that fit: longer text is not worth the conversion.
  const digits = text.replace(/^[-+]?0*/, '');
  if (digits.length > 19) return { kind: 'error', why: 'value out of range' };
  const value = text.startsWith('-') ? -BigInt(digits || '0') : BigInt(digits || '0');
  if (value < MIN_INT || value > MAX_INT) return { kind: 'error', why: 'value out of range' };
  return { kind: 'number', value };
}

/** Reads a float as `strconv.ParseFloat(text, 64)` does, without its hexadecimal form. */
export function parseFloat64(text: string): Parsed<number> {
  const special = /^([-+]?)(inf|infinity|nan)$/i.exec(text);
  if (special !== null) {
    const size = special[2]?.toLowerCase() === 'nan' ? Number.NaN : Number.POSITIVE_INFINITY;
    if (Number.isNaN(size) && special[1] !== '') return { kind: 'error', why: 'invalid syntax' };
    return { kind: 'number', value: special[1] === '-' ? -size : size };
  }
  if (!FLOAT.test(text)) return { kind: 'error', why: 'invalid syntax' };
  const value = Number(text.replaceAll('_', ''));
  if (!Number.isFinite(value)) return { kind: 'error', why: 'value out of range' };
  return { kind: 'number', value };
}

/**
 * Converts to an integer as `int(x)` does on amd64: towards zero, and the smallest integer for what does not
 * fit.
 */
export function truncate(value: number): bigint {
  if (!Number.isFinite(value) || value >= 2 ** 63 || value < -(2 ** 63)) return MIN_INT;
  return BigInt(Math.trunc(value));
}

/**
 * Writes a float as Go prints it with `%v`: shortest digits, with an exponent below 1e-4 and from 1000000 on.
 */
export function formatFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (Object.is(value, -0)) return '-0';
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return plain(mantissa, power);
  const size = String(Math.abs(power)).padStart(2, '0');
  return `${mantissa}e${power < 0 ? '-' : '+'}${size}`;
}

/** A power of two floats as Go has it: 1 to any power is 1, and so is -1 to an infinite one. */
export function power(base: number, exponent: number): number {
  if (base === 1 || exponent === 0) return 1;
  if (base === -1 && !Number.isFinite(exponent) && !Number.isNaN(exponent)) return 1;
  return base ** exponent;
}

/** Rounds half away from zero. */
export function roundAway(value: number): number {
  if (!Number.isFinite(value)) return value;
  const whole = Math.trunc(value);
  return Math.abs(value - whole) >= 0.5 ? whole + Math.sign(value) : whole;
}

function plain(mantissa: string, power: number): string {
  const sign = mantissa.startsWith('-') ? '-' : '';
  const digits = mantissa.replace(/[-.]/g, '');
  if (power < 0) return `${sign}0.${'0'.repeat(-power - 1)}${digits}`;
  const whole = digits.slice(0, power + 1).padEnd(power + 1, '0');
  const rest = digits.slice(power + 1);
  return rest === '' ? sign + whole : `${sign}${whole}.${rest}`;
}
