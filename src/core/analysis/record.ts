import type { AnalysisPhase, Measurement, MetricResult } from '../../api/analysis.ts';
import type { StringMap } from '../../api/meta.ts';
import { handedOn } from './compare/kept.ts';
import { isFinished } from './measurement.ts';

/** A measurement that has come in, finished or still under way, and that no status has yet. */
export interface Taken {
  readonly metric: string;
  /** How many measurements of this metric had finished before. In a status with more it is there already. */
  readonly after: number;
  readonly measurement: Measurement;
  /** What the provider says about the metric as a whole. */
  readonly metadata: StringMap;
}

/** Measurements of a metric that have finished, those that are no longer kept included. */
export function finishedCount(result: MetricResult | undefined): number {
  return (result?.count ?? 0) + (result?.error ?? 0);
}

/** The latest measurement of a metric. */
export function latest(result: MetricResult | undefined): Measurement | undefined {
  return result?.measurements?.at(-1);
}

/** The measurement of a metric that has begun and not finished; null: none has. */
export function underWay(result: MetricResult | undefined): Measurement | null {
  const last = latest(result);
  return last === undefined || isFinished(last) ? null : last;
}

/** The result of a metric with one more measurement, or with the one under way brought up to date. */
export function record(result: MetricResult | undefined, taken: Taken, isDryRun: boolean): MetricResult {
  if (taken.after !== finishedCount(result) && result !== undefined) return result;
  const known = result ?? { name: taken.metric, phase: 'Running', ...(isDryRun ? { dryRun: true } : {}) };
  const measurements = known.measurements ?? [];
  const kept = underWay(known) === null ? measurements : measurements.slice(0, -1);
  return {
    ...count(known, taken.measurement.phase),
    measurements: handedOn(kept, taken.measurement),
    ...(Object.keys(taken.metadata).length === 0 ? {} : { metadata: taken.metadata }),
  };
}

/** The result with its latest measurements only. */
export function trim(result: MetricResult, limit: number): MetricResult {
  const { measurements = [] } = result;
  return measurements.length > limit ? { ...result, measurements: measurements.slice(-limit) } : result;
}

/** The counters of a result after one more measurement. They are absent at zero. */
function count(result: MetricResult, phase: AnalysisPhase): MetricResult {
  const { consecutiveError = 0, consecutiveSuccess = 0, ...rest } = result;
  switch (phase) {
    case 'Error':
      return { ...rest, error: (rest.error ?? 0) + 1, consecutiveError: consecutiveError + 1 };
    case 'Successful':
      return {
        ...rest,
        count: (rest.count ?? 0) + 1,
        successful: (rest.successful ?? 0) + 1,
        consecutiveSuccess: consecutiveSuccess + 1,
      };
    case 'Failed':
      return { ...rest, count: (rest.count ?? 0) + 1, failed: (rest.failed ?? 0) + 1 };
    case 'Inconclusive':
      return { ...rest, count: (rest.count ?? 0) + 1, inconclusive: (rest.inconclusive ?? 0) + 1 };
    case 'Pending':
    case 'Running':
      return result;
    default:
      return phase satisfies never;
  }
}
