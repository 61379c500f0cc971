import { DATES } from './dates.ts';

/**
 * Computes one number from another; null drops the series. `numbers` are the scalar arguments that were
 * given.
 */
export type Element = (value: number, numbers: readonly number[]) => number | null;

/** Functions that look at one number at a time, by name. */
export const ELEMENTS: ReadonlyMap<string, Element> = new Map<string, Element>([
  ['abs', (value) => Math.abs(value)],
  ['ceil', (value) => Math.ceil(value)],
  ['floor', (value) => Math.floor(value)],
  ['exp', (value) => Math.exp(value)],
  ['ln', (value) => Math.log(value)],
  ['log2', (value) => Math.log2(value)],
  ['log10', (value) => Math.log10(value)],
  ['sqrt', (value) => Math.sqrt(value)],
  ['sgn', (value) => Math.sign(value)],
  ['deg', (value) => (value * 180) / Math.PI],
  ['rad', (value) => (value * Math.PI) / 180],
  ['acos', (value) => Math.acos(value)],
  ['acosh', (value) => Math.acosh(value)],
  ['asin', (value) => Math.asin(value)],
  ['asinh', (value) => Math.asinh(value)],
  ['atan', (value) => Math.atan(value)],
  ['atanh', (value) => Math.atanh(value)],
  ['cos', (value) => Math.cos(value)],
  ['cosh', (value) => Math.cosh(value)],
  ['sin', (value) => Math.sin(value)],
  ['sinh', (value) => Math.sinh(value)],
  ['tan', (value) => Math.tan(value)],
  ['tanh', (value) => Math.tanh(value)],
  ['round', (value, [nearest = 1]) => Math.floor(value * (1 / nearest) + 0.5) / (1 / nearest)],
  ['clamp', (value, [min = 0, max = 0]) => (max < min ? null : greatest(min, least(max, value)))],
  ['clamp_min', (value, [min = 0]) => greatest(min, value)],
  ['clamp_max', (value, [max = 0]) => least(max, value)],
  ...DATES,
]);

/** As in Go: infinity is the greatest, even beside NaN. */
function greatest(a: number, b: number): number {
  const most = Number.POSITIVE_INFINITY;
  return a === most || b === most ? most : Math.max(a, b);
}

function least(a: number, b: number): number {
  return -greatest(-a, -b);
}
