import { asList, asObject, dig, isObject, type Json, type JsonObject, same } from './json.ts';

/** Counts of a metric that follow from how often it was measured. */
const counts = [
  'count',
  'successful',
  'failed',
  'inconclusive',
  'error',
  'consecutiveSuccess',
  'consecutiveError',
];

/** By how much such a count may differ where time decides; measurements. */
const tolerance = 2;

/** Two AnalysisRuns as they are at the end. */
export interface Runs {
  readonly ours: JsonObject;
  readonly original: JsonObject;
}

/**
 * Makes two runs comparable where it is a matter of time how often a metric was measured: where it is
 * repeated and was ended by something else than its count. There, measurements alike that follow one
 * another count as one, and counts that differ by no more than two are taken for equal. Everything else is
 * left as it is.
 */
export function evenOut({ ours, original }: Runs): Runs {
  const paced = new Set(
    asList(dig(original, 'spec', 'metrics')).flatMap((metric) => {
      const name = dig(metric, 'name');
      return typeof name === 'string' && isTimed(metric, resultOf(original, name)) ? [name] : [];
    }),
  );
  if (paced.size === 0) return { ours, original };
  const even = (run: JsonObject, other: JsonObject): JsonObject => {
    const results = asList(dig(run, 'status', 'metricResults')).map((result) => {
      const name = dig(result, 'name');
      if (typeof name !== 'string' || !paced.has(name) || !isObject(result)) return result;
      return evenResult(result, resultOf(other, name));
    });
    return { ...run, status: { ...asObject(run['status']), metricResults: results } };
  };
  return { ours: even(ours, original), original: even(original, original) };
}

function resultOf(run: JsonObject, name: string): JsonObject {
  return asObject(asList(dig(run, 'status', 'metricResults')).find((result) => dig(result, 'name') === name));
}

function isTimed(metric: Json, result: JsonObject): boolean {
  const count = dig(metric, 'count');
  const reached = Number(result['count'] ?? 0) >= Number(count ?? Number.POSITIVE_INFINITY);
  return dig(metric, 'interval') !== undefined && !reached;
}

/** With the counts of `other` where they are near enough. */
function evenResult(result: JsonObject, other: JsonObject): JsonObject {
  const near = counts.filter((key) => {
    const [mine, theirs] = [Number(result[key] ?? 0), Number(other[key] ?? 0)];
    return mine !== theirs && Math.abs(mine - theirs) <= tolerance && mine > 0 && theirs > 0;
  });
  const taken = near.map((key): readonly [string, Json] => [key, other[key] ?? 0]);
  return {
    ...result,
    ...Object.fromEntries(taken),
    measurements: withoutRepeats(asList(result['measurements'])),
  };
}

/** The first of each series of measurements alike, with the times of that one. */
function withoutRepeats(measurements: readonly Json[]): readonly Json[] {
  const essence = (measurement: Json | undefined): Json => {
    const { startedAt: _s, finishedAt: _f, resumeAt: _r, ...rest } = asObject(measurement);
    return rest;
  };
  return measurements.filter(
    (one, index) => index === 0 || !same(essence(one), essence(measurements[index - 1])),
  );
}
