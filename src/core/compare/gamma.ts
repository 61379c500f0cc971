// Coefficients of Lanczos' approximation for g = 7; relative error below 1e-14 for positive arguments.
const G = 7;
const LANCZOS: readonly number[] = [
  0.9999999999998099, 676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406,
  12.507343278686905, -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
];

/**
 * The natural logarithm of the gamma function, for positive numbers.
 * Source: https://en.wikipedia.org/wiki/Lanczos_approximation
 */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const y = x - 1;
  const sum = LANCZOS.reduce((total, c, i) => (i === 0 ? c : total + c / (y + i)), 0);
  const t = y + G + 0.5;
  return 0.5 * Math.log(2 * Math.PI) + (y + 0.5) * Math.log(t) - t + Math.log(sum);
}

/** The natural logarithm of the beta function, for positive numbers. */
export function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/** `ln(sum of e^value)` without overflow. Of no values it is `ln 0`. */
export function logSumExp(values: readonly number[]): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) if (value > most) most = value;
  if (!Number.isFinite(most)) return most;
  let sum = 0;
  for (const value of values) sum += Math.exp(value - most);
  return most + Math.log(sum);
}

const MOST_TERMS = 100_000;
const TINY = 1e-300;
/** A change that is rounding: a little more than the distance of two neighbouring numbers. */
const ENOUGH = 2e-15;

/**
 * The logarithm of the regularised incomplete beta function `I_x(a, b)`: the chance that a Beta(a, b) number
 * is at most `x`.
 * Source: https://dlmf.nist.gov/8.17#v
 */
export function logBetaInc(a: number, b: number, x: number): number {
  if (x <= 0) return Number.NEGATIVE_INFINITY;
  if (x >= 1) return 0;
  // The fraction converges fast on this side only.
  if (x > (a + 1) / (a + b + 2)) return Math.log1p(-Math.exp(logBetaInc(b, a, 1 - x)));
  const front = a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b) - Math.log(a);
  const fraction = continued((i) => {
    const m = Math.floor(i / 2);
    const numerator = i % 2 === 0 ? m * (b - m) : -(a + m) * (a + b + m);
    return [(numerator * x) / ((a + i - 1) * (a + i)), 1];
  }, 1);
  return front - Math.log(fraction);
}

/**
 * The logarithm of the regularised upper incomplete gamma function `Q(a, x)`.
 * Source: https://dlmf.nist.gov/8.9, https://dlmf.nist.gov/8.7
 */
export function logGammaQ(a: number, x: number): number {
  if (x <= 0) return 0;
  const front = a * Math.log(x) - x - logGamma(a);
  if (x < a + 1) return Math.log1p(-Math.exp(front + Math.log(lowerSeries(a, x))));
  return front - Math.log(continued((i) => [-i * (i - a), x + 2 * i + 1 - a], x + 1 - a));
}

function lowerSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let i = 1; i < MOST_TERMS && term > sum * ENOUGH * 0.01; i += 1) {
    term *= x / (a + i);
    sum += term;
  }
  return sum;
}

/** `first + n1/(d1 + n2/(d2 + ...))`, by Lentz's method. `part(i)` gives numerator and denominator. */
function continued(part: (i: number) => readonly [number, number], first: number): number {
  let value = first;
  let c = first;
  let d = 0;
  for (let i = 1; i < MOST_TERMS; i += 1) {
    const [numerator, denominator] = part(i);
    d = 1 / awayFromZero(denominator + numerator * d);
    c = awayFromZero(denominator + numerator / c);
    value *= c * d;
    if (Math.abs(c * d - 1) < ENOUGH) return value;
  }
  return value;
}

function awayFromZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}
