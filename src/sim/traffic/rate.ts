/** How many requests a second come, over time. Times are milliseconds since the traffic began. */
export type Rate =
  | { readonly kind: 'constant'; readonly perSecond: number }
  /** From one rate to another in a straight line, and level before and after. */
  | {
      readonly kind: 'ramp';
      readonly fromPerSecond: number;
      readonly toPerSecond: number;
      readonly startMs: number;
      readonly endMs: number;
    }
  /** Like day and night: around the mean by `swing` of it, 0 to 1, most at `peakMs` and each period after. */
  | {
      readonly kind: 'wave';
      readonly meanPerSecond: number;
      readonly swing: number;
      readonly periodMs: number;
      readonly peakMs: number;
    }
  /** Nothing but for `lengthMs` at the beginning of every period, which is longer. */
  | {
      readonly kind: 'bursts';
      readonly perSecond: number;
      readonly lengthMs: number;
      readonly periodMs: number;
    }
  | { readonly kind: 'sum'; readonly of: readonly Rate[] };

/** One day in milliseconds, the usual period of a wave. */
export const DAY_MS = 86_400_000;

/** A stretch of time, milliseconds since the traffic began. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** How many requests come on average in a stretch: the integral, so nothing falls between two steps. */
export function expectedIn(rate: Rate, { fromMs, toMs }: Stretch): number {
  return (until(rate, toMs) - until(rate, fromMs)) / 1000;
}

/** Requests a second times milliseconds, from some fixed moment on. */
function until(rate: Rate, atMs: number): number {
  switch (rate.kind) {
    case 'constant':
      return rate.perSecond * atMs;
    case 'ramp':
      return ramped(rate, atMs);
    case 'wave': {
      const turns = (2 * Math.PI) / rate.periodMs;
      const swung = (Math.sin(turns * (atMs - rate.peakMs)) / turns) * rate.swing;
      return rate.meanPerSecond * (atMs + swung);
    }
    case 'bursts': {
      const periods = Math.floor(atMs / rate.periodMs);
      const within = Math.min(atMs - periods * rate.periodMs, rate.lengthMs);
      return rate.perSecond * (periods * rate.lengthMs + within);
    }
    case 'sum':
      return rate.of.reduce((sum, one) => sum + until(one, atMs), 0);
    default:
      return rate satisfies never;
  }
}

function ramped(rate: Rate & { readonly kind: 'ramp' }, atMs: number): number {
  const { fromPerSecond, toPerSecond, startMs, endMs } = rate;
  if (atMs <= startMs) return fromPerSecond * (atMs - startMs);
  const lengthMs = Math.max(endMs - startMs, 1);
  const into = Math.min(atMs - startMs, lengthMs);
  const reached = fromPerSecond + ((toPerSecond - fromPerSecond) * into) / lengthMs;
  return ((fromPerSecond + reached) / 2) * into + toPerSecond * (atMs - startMs - into);
}
