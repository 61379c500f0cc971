import type { QueryResult } from 'prometheus-query';
import { isObject } from '../api/path.ts';
import type { ErrorReading } from '../core/analysis/reading.ts';
import { floatText } from './sample.ts';

/**
 * An answer of Prometheus as far as it has been looked at. Source:
 * https://prometheus.io/docs/prometheus/latest/querying/api/
 */
export interface Parsed {
  readonly status: string;
  readonly errorType?: string;
  readonly error?: string;
  readonly warnings: readonly string[];
  readonly data: unknown;
}

/** What Prometheus said, in numbers. */
export type Answer =
  | { readonly kind: 'scalar'; readonly value: number; readonly warnings: readonly string[] }
  | { readonly kind: 'list'; readonly values: readonly number[]; readonly warnings: readonly string[] };

/** Carries a reading through prometheus-query, which knows only exceptions. */
export class Trouble extends Error {
  readonly reading: ErrorReading;
  constructor(reading: ErrorReading) {
    super(reading.message);
    this.reading = reading;
  }
}

/** Reads the frame that all answers have, good or bad; null when the body is something else. */
export function parseAnswer(body: string): Parsed | null {
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    return null;
  }
  if (!isObject(answer) || typeof answer['status'] !== 'string') return null;
  const { status, errorType, error, warnings, data } = answer;
  return {
    status,
    ...(typeof errorType === 'string' ? { errorType: cut(errorType) } : {}),
    ...(typeof error === 'string' ? { error: cut(error) } : {}),
    warnings: Array.isArray(warnings) ? warnings.filter((one) => typeof one === 'string').map(cut) : [],
    data,
  };
}

/**
 * Makes an answer fit for prometheus-query, which reads samples with `parseFloat`: that takes `+Inf` for NaN,
 * and NaN fails no `failureCondition`. Labels are left out: they do not matter for the value, and the library
 * refuses some. Throws when a sample is not a float, above all for native histograms.
 */
export function repair(answer: Parsed): { readonly data: object; readonly warnings: readonly string[] } {
  const { data, warnings, status } = answer;
  if (!isObject(data) || data['result'] === undefined) throw unreadable('the answer has no result');
  const { resultType, result } = data;
  if (resultType !== 'vector' && resultType !== 'matrix') return { data: { status, data }, warnings };
  if (!Array.isArray(result)) throw unreadable(`the answer's ${resultType} is not a list`);
  const series = resultType === 'vector' ? result.map(withFloat) : result.map(withFloats);
  return { data: { status, data: { resultType, result: series } }, warnings };
}

/** The numbers of an answer. All series of a matrix are put in one row, one after the other. */
export function valuesOf(result: QueryResult, warnings: readonly string[]): Answer | ErrorReading {
  const kind = String(result.resultType);
  if (kind === 'scalar') return { kind: 'scalar', value: Number(floatOf(sampleOf(result.result))), warnings };
  if (kind === 'vector')
    return { kind: 'list', values: result.result.map((one) => one.value.value), warnings };
  if (kind !== 'matrix')
    return { kind: 'error', message: 'Prometheus metric type not supported', retryable: false };
  const values = result.result.flatMap((series) =>
    series.values.map((sample: { value: number }) => sample.value),
  );
  return { kind: 'list', values, warnings };
}

function withFloat(series: unknown): object {
  if (!isObject(series)) throw unreadable('a series is not an object');
  if (series['histogram'] !== undefined) throw unreadable(histogramMessage);
  return { metric: {}, value: repaired(series['value']) };
}

function withFloats(series: unknown): object {
  if (!isObject(series)) throw unreadable('a series is not an object');
  if (series['histograms'] !== undefined) throw unreadable(histogramMessage);
  if (!Array.isArray(series['values'])) throw unreadable('a series has no samples');
  return { metric: {}, values: series['values'].map(repaired) };
}

const histogramMessage =
  'the query returns native histograms, which are not numbers; ' +
  'take one with histogram_quantile(), histogram_avg() or histogram_count()';

function repaired(sample: unknown): readonly [unknown, string] {
  const text = floatOf(sampleOf(sample));
  return [Array.isArray(sample) ? sample[0] : null, text];
}

function sampleOf(sample: unknown): unknown {
  return Array.isArray(sample) ? sample[1] : undefined;
}

function floatOf(sample: unknown): string {
  const text = floatText(sample);
  if (text === null)
    throw unreadable(`a sample is not a number: ${cut(JSON.stringify(sample) ?? 'nothing')}`);
  return text;
}

/** Only another query, or another server, can help. */
function unreadable(reason: string): Trouble {
  return new Trouble({ kind: 'error', message: `bad_response: ${reason}`, retryable: false });
}

/** Texts of the other side end up in the status of the AnalysisRun. */
function cut(text: string): string {
  return text.length <= 1000 ? text : `${text.slice(0, 1000)}…`;
}
