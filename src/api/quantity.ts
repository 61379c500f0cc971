/**
 * Quantities of Kubernetes (`500m`, `1.5Gi`, `1e3`): how they are read and the one spelling in which Go
 * writes them.
 * Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ and golden vectors
 * (test/vectors/hash/quantities.json); the oddities below are those of apimachinery 0.34.
 */

type Format = 'decimal' | 'exponent' | 'binary';

/** An exact quantity: `unscaled` times ten to the power of `exponent`, and its spelling. */
export interface Quantity {
  readonly unscaled: bigint;
  readonly exponent: number;
  readonly format: Format;
  /**
   * The spelling that Go writes: mostly canonical, but some inputs are kept as they are (`+5`, `1e6`,
   * `00100m`).
   */
  readonly text: string;
}

/**
 * Reads a quantity, or returns null if Kubernetes refuses it.
 * Takes what JSON may hold: a string (blanks around it are dropped) or a number.
 */
export function parseQuantity(raw: unknown): Quantity | null {
  const scanned = scan(raw);
  if (scanned === null) return null;
  const kept = spellingIsKept(scanned);
  const value = exactValue(scanned);
  return kept ? { ...value, text: scanned.text } : { ...value, text: spell(value) };
}

/** The spelling in which Go writes the quantity, or null if it is none. Cheaper than `parseQuantity`. */
export function canonicalQuantity(raw: unknown): string | null {
  const scanned = scan(raw);
  if (scanned === null) return null;
  return spellingIsKept(scanned) ? scanned.text : spell(exactValue(scanned));
}

/** Whether two quantities have the same value, however they are spelled: `1024` and `1Ki`. */
export function isSameQuantity(a: Quantity, b: Quantity): boolean {
  const left = withoutFactors(a.unscaled, 10n);
  const right = withoutFactors(b.unscaled, 10n);
  if (left.rest !== right.rest) return false;
  return left.rest === 0n || a.exponent + left.times === b.exponent + right.times;
}

/** Less than zero where `a` is the smaller quantity, zero where they are the same, else more than zero. */
export function compareQuantities(a: Quantity, b: Quantity): number {
  const [left, right] = [signOf(a.unscaled), signOf(b.unscaled)];
  if (left !== right || left === 0) return left - right;
  // Far apart they are told by their size alone: no need for a power of a million digits.
  const larger = digitsOf(a.unscaled) + a.exponent - digitsOf(b.unscaled) - b.exponent;
  if (larger !== 0) return left * larger;
  const lowest = Math.min(a.exponent, b.exponent);
  const scaled = ({ unscaled, exponent }: Quantity) => unscaled * 10n ** BigInt(exponent - lowest);
  return signOf(scaled(a) - scaled(b));
}

/** The quantity rounded away from zero to thousandths: what the API server stores in resource lists. */
export function roundUpToMilli(quantity: Quantity): Quantity {
  if (quantity.exponent >= -3) return quantity;
  const value = { ...quantity, ...roundUp(quantity, -3) };
  return { ...value, text: spell(value) };
}

interface Scanned {
  readonly text: string;
  readonly negative: boolean;
  /** Digits before the point without leading zeros (but at least one digit). */
  readonly whole: string;
  readonly fraction: string;
  readonly format: Format;
  /** Of the suffix: a power of ten, or of two if the format is binary. */
  readonly power: number;
}

const pattern = /^([+-]?)(0*)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/;

/** Only blanks that JSON does not escape: the original trims the text while it is still JSON. */
const blanksAround = /^[\p{Zs}\u0085]+|[\p{Zs}\u0085]+$/gu;

const decimalPowers = new Map<string, number>(
  ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'].map((suffix, index) => [suffix, index * 3 - 9]),
);
const decimalSuffixes = new Map<number, string>([...decimalPowers].map(([suffix, power]) => [power, suffix]));
const binarySuffixes: readonly string[] = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

function scan(raw: unknown): Scanned | null {
  if (typeof raw !== 'string' && typeof raw !== 'number' && typeof raw !== 'bigint') return null;
  const text = String(raw).replace(blanksAround, '');
  if (text === '') return null;
  const [match, sign, zeros = '', whole = '', fraction = '', suffix = ''] = pattern.exec(text) ?? [];
  if (match === undefined) return null;
  const base = { text, negative: sign === '-', whole: whole || '0', fraction };
  const scanned = withSuffix(base, suffix);
  if (scanned === null) return null;
  // A bare suffix is zero on the fast path and refused on the slow one.
  return zeros + whole + fraction === '' && !isFast(scanned) ? null : scanned;
}

function withSuffix(base: Omit<Scanned, 'format' | 'power'>, suffix: string): Scanned | null {
  const decimal = decimalPowers.get(suffix);
  if (decimal !== undefined) return { ...base, format: 'decimal', power: decimal };
  const binary = binarySuffixes.indexOf(suffix);
  if (binary > 0) return { ...base, format: 'binary', power: binary * 10 };
  if (!/^[eE][-+]?[0-9]+$/.test(suffix)) return null;
  const power = BigInt(suffix.replace(/^[eE]\+?/, ''));
  if (BigInt.asIntN(64, power) !== power) return null;
  return { ...base, format: 'exponent', power: Number(BigInt.asIntN(32, power)) };
}

/**
 * Small numbers take a fast path in Go: an exact 64-bit amount whose spelling is kept if it looks canonical.
 * What looks canonical is decided by a quick look only, so `+5` and `1.500` pass.
 */
function spellingIsKept(scanned: Scanned): boolean {
  if (scanned.text === '0') return true;
  if (!isFast(scanned)) return false;
  const digits = scanned.whole + scanned.fraction;
  if (scanned.format === 'binary') return (Number(digits) & 7) !== 0;
  const exponent = scanned.power - scanned.fraction.length;
  return exponent % 3 === 0 && !digits.endsWith('000') && !digits.startsWith('0');
}

function isFast({ whole, fraction, format, power }: Scanned): boolean {
  if (format === 'binary') {
    return fraction === '' && 14 - whole.length - Math.trunc((power * 3) / 10) >= 0;
  }
  return whole.length + fraction.length <= 18 && power - fraction.length >= -9;
}

const largest = 2n ** 63n - 1n;

function exactValue(scanned: Scanned): Omit<Quantity, 'text'> {
  const { negative, whole, fraction, format, power } = scanned;
  const digits = BigInt(whole + fraction);
  const sign = negative ? -1n : 1n;
  const factor = format === 'binary' ? 2n ** BigInt(power) : 1n;
  const exponent = (format === 'binary' ? 0 : power) - fraction.length;
  const amount = { unscaled: sign * digits * factor, exponent };
  if (isFast(scanned)) return { ...amount, format };
  const rounded = roundUp(amount, -9);
  if (format !== 'binary') return { ...rounded, format };
  const capped = compareWhole(rounded, largest) > 0 ? { unscaled: sign * largest, exponent: 0 } : rounded;
  return { ...capped, format: compareWhole(capped, 1n) < 0 ? 'decimal' : format };
}

interface Amount {
  readonly unscaled: bigint;
  readonly exponent: number;
}

/** Rounds away from zero so that the exponent is not below `lowest`. */
function roundUp({ unscaled, exponent }: Amount, lowest: number): Amount {
  if (exponent >= lowest || unscaled === 0n) return { unscaled, exponent };
  // Beyond all digits everything rounds to one unit: no need for a power of a million digits.
  const places = lowest - exponent;
  if (places > digitsOf(unscaled)) return { unscaled: unscaled < 0n ? -1n : 1n, exponent: lowest };
  const divisor = 10n ** BigInt(places);
  const cut = unscaled / divisor;
  if (cut * divisor === unscaled) return { unscaled: cut, exponent: lowest };
  return { unscaled: unscaled < 0n ? cut - 1n : cut + 1n, exponent: lowest };
}

/** Compares the absolute value of a binary amount (its exponent is never positive) with a whole number. */
function compareWhole({ unscaled, exponent }: Amount, whole: bigint): number {
  const absolute = unscaled < 0n ? -unscaled : unscaled;
  const scaled = whole * 10n ** BigInt(-exponent);
  if (absolute === scaled) return 0;
  return absolute < scaled ? -1 : 1;
}

function spell(value: Omit<Quantity, 'text'>): string {
  if (value.unscaled === 0n) return '0';
  if (value.format === 'binary' && compareWhole(value, 1023n) > 0) {
    const whole = roundUp(value, 0);
    const isExact = whole.unscaled * 10n ** BigInt(-value.exponent) === value.unscaled;
    if (isExact && compareWhole(value, 1024n) >= 0) {
      const { rest, times } = withoutFactors(whole.unscaled, 1024n);
      return `${rest}${binarySuffixes[times] ?? ''}`;
    }
  }
  return spellDecimal(value);
}

/**
 * Go leaves a decimal suffix out when there is none for the power (`1000E` becomes `1`): kept, since it is
 * hashed.
 */
function spellDecimal({ unscaled, exponent, format }: Omit<Quantity, 'text'>): string {
  const { rest, times } = withoutFactors(unscaled, 10n);
  const power = exponent + times;
  const surplus = ((power % 3) + 3) % 3;
  const number = rest * 10n ** BigInt(surplus);
  const rounded = power - surplus;
  if (format === 'exponent') return rounded === 0 ? `${number}` : `${number}e${rounded}`;
  return `${number}${decimalSuffixes.get(rounded) ?? ''}`;
}

function withoutFactors(value: bigint, factor: bigint): { readonly rest: bigint; readonly times: number } {
  let rest = value;
  let times = 0;
  while (rest !== 0n && rest % factor === 0n) {
    rest /= factor;
    times += 1;
  }
  return { rest, times };
}

function signOf(value: bigint): number {
  return value === 0n ? 0 : value < 0n ? -1 : 1;
}

function digitsOf(value: bigint): number {
  return String(value < 0n ? -value : value).length;
}
