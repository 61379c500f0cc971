import type { Window } from '../windows.ts';
import type { OverTime } from './over-time.ts';
import { Sum } from './sums.ts';

/**
 * Functions of how a series moves in a window, by name. All but `deriv` and `predict_linear` of two samples
 * at least.
 */
export const RATES: ReadonlyMap<string, OverTime> = new Map<string, OverTime>([
  ['rate', (window) => extrapolated(window, { counter: true, perSecond: true })],
  ['increase', (window) => extrapolated(window, { counter: true, perSecond: false })],
  ['delta', (window) => extrapolated(window, { counter: false, perSecond: false })],
  ['irate', (window) => lastStep(window, 'rate')],
  ['idelta', (window) => lastStep(window, 'difference')],
  ['deriv', (window) => lineThrough(window, window.times[0] ?? 0)?.slope ?? null],
  ['predict_linear', predict],
]);

interface Extrapolation {
  /** A fall is a restart from zero. */
  readonly counter: boolean;
  readonly perSecond: boolean;
}

/**
 * The growth between the first and the last sample, drawn out to the ends of the window where samples are
 * near enough: else half of the usual distance further, for the series began or ended there. Source:
 * https://prometheus.io/docs/prometheus/latest/querying/functions/#rate
 */
function extrapolated(window: Window, { counter, perSecond }: Extrapolation): number | null {
  const { times, values, startMs, endMs } = window;
  const firstAt = times[0] ?? 0;
  const lastAt = times.at(-1) ?? 0;
  if (values.length < 2) return null;
  const growth = growthOf(values, counter);
  const sampledSeconds = (lastAt - firstAt) / 1000;
  const usualSeconds = sampledSeconds / (values.length - 1);
  const toEnd = (endMs - lastAt) / 1000;
  const toStart = Math.min(
    (firstAt - startMs) / 1000,
    secondsToZero(window, { counter, growth, sampledSeconds }),
  );
  const reached = (distance: number) => (distance < usualSeconds * 1.1 ? distance : usualSeconds / 2);
  const factor = (sampledSeconds + reached(toStart) + reached(toEnd)) / sampledSeconds;
  return growth * (perSecond ? factor / ((endMs - startMs) / 1000) : factor);
}

function growthOf(values: Float64Array, counter: boolean): number {
  let growth = (values.at(-1) ?? 0) - (values[0] ?? 0);
  if (!counter) return growth;
  for (let i = 1; i < values.length; i += 1) {
    const before = values[i - 1] ?? 0;
    if ((values[i] ?? 0) < before) growth += before;
  }
  return growth;
}

/** How long before its first sample a counter was zero, at its usual growth: it cannot have been less. */
function secondsToZero(
  { values }: Window,
  { counter, growth, sampledSeconds }: { counter: boolean; growth: number; sampledSeconds: number },
): number {
  const first = values[0] ?? 0;
  if (!counter || !(growth > 0) || !(first >= 0)) return Number.POSITIVE_INFINITY;
  return sampledSeconds * (first / growth);
}

function lastStep({ times, values }: Window, what: 'rate' | 'difference'): number | null {
  const last = values.at(-1);
  const before = values.at(-2);
  if (last === undefined || before === undefined) return null;
  if (what === 'difference') return last - before;
  const seconds = ((times.at(-1) ?? 0) - (times.at(-2) ?? 0)) / 1000;
  return (last < before ? last : last - before) / seconds;
}

function predict(window: Window, seconds: number): number | null {
  const line = lineThrough(window, window.nowMs);
  return line === null ? null : line.slope * seconds + line.intercept;
}

interface Line {
  /** Per second. */
  readonly slope: number;
  readonly intercept: number;
}

/**
 * Least squares. The intercept is the value at `originMs`. Source:
 * https://en.wikipedia.org/wiki/Simple_linear_regression
 */
function lineThrough({ times, values }: Window, originMs: number): Line | null {
  const n = values.length;
  const [first = 0] = values;
  if (n < 2) return null;
  if (values.every((value) => value === first)) {
    const flat = Number.isFinite(first);
    return { slope: flat ? 0 : Number.NaN, intercept: flat ? first : Number.NaN };
  }
  const [x, y, xy, xx] = [new Sum(), new Sum(), new Sum(), new Sum()];
  for (const [i, value] of values.entries()) {
    const seconds = ((times[i] ?? 0) - originMs) / 1000;
    x.add(seconds);
    y.add(value);
    xy.add(seconds * value);
    xx.add(seconds * seconds);
  }
  const covariance = xy.corrected - (x.corrected * y.corrected) / n;
  const variance = xx.corrected - (x.corrected * x.corrected) / n;
  const slope = covariance / variance;
  return { slope, intercept: y.corrected / n - (slope * x.corrected) / n };
}
