import type { Metric } from '../../api/analysis.ts';
import { parseDuration } from '../../api/duration.ts';
import type { IntOrString } from '../../api/meta.ts';
import type { Milliseconds } from '../time.ts';

/** A metric's numbers with their defaults. */
export interface Limits {
  /** Measurements to take; null: no end. */
  readonly count: number | null;
  /** Failures that are put up with; null: any number. */
  readonly failure: number | null;
  readonly inconclusive: number;
  readonly consecutiveError: number;
  /** Successes in a row that are enough; null: off. */
  readonly consecutiveSuccess: number | null;
  /** Null: none given. */
  readonly interval: Milliseconds | null;
  readonly initialDelay: Milliseconds;
}

/** Reads the numbers of a metric whose arguments are filled in and which is known to be right. */
export function limitsOf(metric: Metric): Limits {
  const interval = spanOf(metric.interval);
  const count = numberOf(metric.count, 0);
  const failure = numberOf(metric.failureLimit, 0);
  const consecutiveSuccess = numberOf(metric.consecutiveSuccessLimit, 0);
  return {
    count: count > 0 ? count : interval === null ? 1 : null,
    failure: failure < 0 ? null : failure,
    inconclusive: numberOf(metric.inconclusiveLimit, 0),
    consecutiveError: numberOf(metric.consecutiveErrorLimit, 4),
    consecutiveSuccess: consecutiveSuccess > 0 ? consecutiveSuccess : null,
    interval,
    initialDelay: spanOf(metric.initialDelay) ?? 0,
  };
}

function numberOf(value: IntOrString | undefined, otherwise: number): number {
  if (value === undefined || value === '') return otherwise;
  const number = Number(value);
  return Number.isInteger(number) ? number : otherwise;
}

function spanOf(text: string | undefined): Milliseconds | null {
  if (text === undefined || text === '') return null;
  return Math.max(parseDuration(text) ?? 0, 0);
}
