import { parseDuration } from '../api/duration.ts';
import type { PrometheusRange } from '../api/providers.ts';
import type { ErrorReading } from '../core/analysis/reading.ts';
import { compile, evaluate } from '../core/expr/expr.ts';
import { Moment, typeName } from '../core/expr/value.ts';
import type { Instant } from '../core/time.ts';

/** A stretch of time, looked at every so many seconds. */
export interface Range {
  readonly kind: 'range';
  readonly start: Instant;
  readonly end: Instant;
  readonly stepSeconds: number;
}

/**
 * Reads the range of a range query. `start` and `end` are expressions for a time, such as `now() -
 * duration("1h")`; `step` is a duration, such as `1m`. All three are needed.
 */
export function rangeOf(range: PrometheusRange, now: Instant): Range | ErrorReading {
  const start = timeOf('start', range.start ?? '', now);
  if (start.kind === 'error') return start;
  const end = timeOf('end', range.end ?? '', now);
  if (end.kind === 'error') return end;
  const step = parseDuration(range.step ?? '');
  if (step === null || step <= 0) return refuse('step', `"${range.step ?? ''}" is not a duration above zero`);
  return { kind: 'range', start: start.at, end: end.at, stepSeconds: step / 1000 };
}

type Time = { readonly kind: 'time'; readonly at: Instant } | ErrorReading;

function timeOf(field: 'start' | 'end', expression: string, now: Instant): Time {
  const compiled = compile(expression);
  if (compiled.kind === 'error') return refuse(field, `"${expression}": ${compiled.message}`);
  const outcome = evaluate(compiled, { variables: new Map(), functions: new Map(), now });
  if (outcome.kind === 'error') return refuse(field, `"${expression}": ${outcome.message}`);
  const { value } = outcome;
  if (value instanceof Moment) return { kind: 'time', at: Number(value.nanos / 1_000_000n) };
  return refuse(field, `"${expression}": expected a time, but got ${typeName(value)}`);
}

function refuse(field: string, reason: string): ErrorReading {
  return { kind: 'error', message: `rangeQuery.${field}: ${reason}`, retryable: false };
}
