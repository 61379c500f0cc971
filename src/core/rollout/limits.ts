/** How far pod counts may leave `spec.replicas` in an update. Both are whole pods; never both 0. */
export interface Limits {
  readonly maxSurge: number;
  readonly maxUnavailable: number;
}

type IntOrPercent = number | string | null | undefined;

/**
 * Resolves `maxSurge` (default 25 %, rounded up) and `maxUnavailable` (default 25 %, rounded down) for a
 * replica count. Text without `%` counts as a percentage, as it always has. If both come to 0, one pod may be
 * unavailable.
 */
export function limits(
  spec: { readonly maxSurge?: IntOrPercent; readonly maxUnavailable?: IntOrPercent },
  replicas: number,
): Limits {
  const maxSurge = resolve(spec.maxSurge, replicas, Math.ceil);
  const maxUnavailable = resolve(spec.maxUnavailable, replicas, Math.floor);
  if (maxSurge === 0 && maxUnavailable === 0) return { maxSurge, maxUnavailable: 1 };
  return { maxSurge, maxUnavailable: Math.min(maxUnavailable, replicas) };
}

function resolve(value: IntOrPercent, replicas: number, round: (n: number) => number): number {
  if (typeof value === 'number') return Math.max(0, value);
  const percent = Number.parseFloat(value ?? '25');
  if (!Number.isFinite(percent)) return 0;
  // Multiply first: 7 % of 100 is 7, while 0.07 * 100 is a little more.
  return Math.max(0, round((percent * replicas) / 100));
}
