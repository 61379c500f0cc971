/**
 * A sum whose rounding errors are kept beside it (Neumaier's form of Kahan's summation), as in Prometheus.
 */
export class Sum {
  private sum = 0;
  private error = 0;

  add(value: number): void {
    const next = this.sum + value;
    // What is lost are the low digits of the smaller of the two.
    if (Math.abs(this.sum) >= Math.abs(value)) this.error += this.sum - next + value;
    else this.error += value - next + this.sum;
    this.sum = next;
  }

  get value(): number {
    return Number.isFinite(this.sum) ? this.sum + this.error : this.sum;
  }

  /** Without the correction, which becomes NaN once the sum is infinite. */
  get plain(): number {
    return this.sum;
  }

  get corrected(): number {
    return this.sum + this.error;
  }
}

/**
 * The quantile of values in any order, between neighbours in proportion; NaN counts as the smallest. Outside
 * of 0 to 1 it is infinite, of nothing it is NaN.
 */
export function quantileOf(q: number, values: readonly number[]): number {
  if (values.length === 0 || Number.isNaN(q)) return Number.NaN;
  if (q < 0) return Number.NEGATIVE_INFINITY;
  if (q > 1) return Number.POSITIVE_INFINITY;
  const sorted = values.toSorted(nanFirst);
  const rank = q * (sorted.length - 1);
  const lower = Math.floor(rank);
  const upper = Math.min(sorted.length - 1, lower + 1);
  const weight = rank - lower;
  return (sorted[lower] ?? Number.NaN) * (1 - weight) + (sorted[upper] ?? Number.NaN) * weight;
}

/** Smaller numbers first, NaN before all. */
export function nanFirst(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(b)) - Number(Number.isNaN(a));
  return a < b ? -1 : Number(a > b);
}

/** Claims that adding a value leaves an infinite mean as it is. */
export function staysInfinite(mean: number, value: number): boolean {
  if (Number.isFinite(mean) || Number.isNaN(mean)) return false;
  return Number.isFinite(value) || value === mean;
}

/** The greater of two, where a number is more than NaN. */
export function greater(a: number, b: number): number {
  return b > a || Number.isNaN(a) ? b : a;
}

/** The smaller of two, where a number is less than NaN. */
export function smaller(a: number, b: number): number {
  return b < a || Number.isNaN(a) ? b : a;
}
