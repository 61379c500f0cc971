import type { Json } from '../../api/meta.ts';
import { isObject } from '../../api/path.ts';
import { askCloudWatch } from '../cloud-watch.ts';
import { readingOf as cloudWatchReading } from '../cloud-watch-answer.ts';
import { askDatadog } from '../datadog.ts';
import { lastPoint, scalarOf } from '../datadog-answer.ts';
import { askGraphite, numberIn } from '../graphite.ts';
import type { Ask } from '../provider.ts';
import { type Answered, complaint } from '../service.ts';
import {
  filledFor,
  type Numbers,
  numbers,
  numbersOf,
  oneByOne,
  refuse,
  type Span,
  type WindowQuestion,
} from './delta-window.ts';

// Sources that answer with points, each of which counts what came in the time from it to the next. Points
// belong to the window in which they are, so that none is taken twice or left out.

/**
 * Datadog: the sum of all points of all series. The second version adds them up itself. Source:
 * https://docs.datadoghq.com/api/latest/metrics/#query-timeseries-points
 */
export const datadogWindows = oneByOne(async (question, ask) => {
  const { source, span } = question;
  const isScalar = source.datadog?.apiVersion === 'v2';
  const metric = {
    ...source.datadog,
    query: filledFor(question.query, span, 'seconds'),
    ...(isScalar ? { aggregator: 'sum' as const } : {}),
  };
  const asked = await askDatadog(metric, { from: span.from / 1000, to: span.to / 1000 }, ask);
  if (asked.kind === 'error') return asked;
  return isScalar ? numbersOf(scalarOf(asked.question, asked.value)) : datadogPoints(asked, question);
});

function datadogPoints(asked: Answered, { span, resolutionMs }: WindowQuestion): Numbers {
  const { question, value } = asked;
  const told = lastPoint(question, value);
  if (told.kind === 'error') return told;
  const values: number[] = [];
  for (const series of listAt(value, 'series')) {
    const seconds = isObject(series) ? Number(series['interval'] ?? 1) : 1;
    if (resolutionMs % (1000 * seconds) !== 0) return coarse('Datadog', seconds);
    for (const point of listAt(series, 'pointlist')) {
      const [at, count] = Array.isArray(point) ? (point as readonly Json[]) : [];
      if (typeof at !== 'number' || (count !== null && typeof count !== 'number'))
        return complaint(question, 'a point is not a number with its time');
      if (count !== null && isWithin(span, at)) values.push(count);
    }
  }
  return numbers(values);
}

/**
 * CloudWatch: the sum of all values of a metric math expression or a query of Metrics Insights, of periods of
 * the resolution. Source:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 */
export const cloudWatchWindows = oneByOne(async ({ query, span, resolutionMs }, ask: Ask) => {
  const fields = {
    Id: 'counts',
    Expression: filledFor(query, span, 'seconds'),
    Period: resolutionMs / 1000,
  };
  const asked = await askCloudWatch([fields], span, ask);
  if (asked.kind === 'error') return asked;
  const reading = cloudWatchReading(asked.question, asked.value);
  if (reading.kind !== 'value') return numbersOf(reading);
  const results: readonly unknown[] = Array.isArray(reading.value) ? reading.value : [];
  return numbers(results.flatMap((result) => (isObject(result) ? valuesWithin(result, span) : [])));
});

function valuesWithin(result: Readonly<Record<string, unknown>>, span: Span): readonly number[] {
  const { Timestamps: times, Values: values } = result;
  if (!(values instanceof Float64Array) || !Array.isArray(times)) return [];
  return [...values].filter((_, i) => isWithin(span, Date.parse(String(times[i]))));
}

/**
 * Graphite: the sum of all points of all series. It leaves the beginning of what is asked for out and takes
 * the end in, so both are a second earlier. Source: https://graphite.readthedocs.io/en/latest/render_api.html
 */
export const graphiteWindows = oneByOne(async ({ source, query, span }, ask) => {
  const metric = { ...source.graphite, query: filledFor(query, span, 'seconds') };
  const times = { from: String(span.from / 1000 - 1), until: String(span.to / 1000 - 1) };
  const asked = await askGraphite(metric, times, ask);
  if (asked.kind === 'error') return asked;
  const values: number[] = [];
  for (const series of asked.series)
    for (const point of listAt(series, 'datapoints')) {
      const value = numberIn(asked.question, point);
      if (typeof value === 'object' && value !== null) return value;
      const [, seconds] = point as readonly Json[];
      if (value !== null && isWithin(span, 1000 * Number(seconds))) values.push(value);
    }
  return numbers(values);
});

function isWithin({ from, to }: Span, at: number): boolean {
  return at >= from && at < to;
}

function coarse(who: string, seconds: number): Numbers {
  return refuse(`${who} counts ${seconds} seconds in a point: set resolution to ${seconds}s, or a multiple`);
}

function listAt(value: Json, field: string): readonly Json[] {
  const list = isObject(value) ? value[field] : null;
  return Array.isArray(list) ? (list as readonly Json[]) : [];
}
