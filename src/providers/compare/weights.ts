import type { JsonObject } from '../../api/meta.ts';
import type { Instant } from '../../core/time.ts';

/** The canary's part of the traffic in percent, as asked for at a moment. Null: no router splits it. */
export type SeenWeight = readonly [at: Instant, weight: number | null];

/** What was seen up to now, oldest first. */
export function seenWeights(
  memo: JsonObject,
  { at, weight }: { readonly at: Instant; readonly weight: number | null },
): readonly SeenWeight[] {
  const { weights } = memo;
  const before = Array.isArray(weights) ? weights.filter(isSeen).filter(([seenAt]) => seenAt < at) : [];
  return [...before, [at, weight]];
}

/** When the last look was; null: there was none. */
export function lastLook({ at }: JsonObject): Instant | null {
  return typeof at === 'number' ? at : null;
}

/**
 * The weight that held from one look to the next; null where it changed meanwhile, or is not known. Counters
 * are looked at some time later, so what was asked for at the time of the question need not be it.
 */
export function weightOver(seen: readonly SeenWeight[], from: Instant | null, to: Instant): number | null {
  if (from === null) return null;
  const before = seen.findLast(([at]) => at <= from);
  const after = seen.find(([at]) => at >= to);
  const between = seen.filter(([at]) => at > from && at < to);
  const [first = null, ...others] = [before, ...between, after].map((one) => one?.[1] ?? null);
  return others.every((weight) => weight === first) ? first : null;
}

/** What is still of use for looks after this one. */
export function kept(seen: readonly SeenWeight[], at: Instant): SeenWeight[] {
  const first = seen.findLastIndex(([seenAt]) => seenAt <= at);
  return seen.slice(Math.max(0, first)).slice(-MOST);
}

const MOST = 50;

function isSeen(one: unknown): one is SeenWeight {
  return (
    Array.isArray(one) &&
    typeof one[0] === 'number' &&
    (one[1] === null || (typeof one[1] === 'number' && one[1] >= 0 && one[1] <= 100))
  );
}
