import type { Json } from '../api/meta.ts';
import { isObject } from '../api/path.ts';
import type { GraphiteMetric } from '../api/providers.ts';
import { graphiteMetric } from '../api/schema/providers.ts';
import type { ErrorReading, Reading } from '../core/analysis/reading.ts';
import { under } from './credentials.ts';
import { printFixed, shorten } from './print.ts';
import type { Ask, MetricProvider } from './provider.ts';
import { askService, complaint, type Question, unreadable } from './service.ts';

const timeoutSeconds = 10;

/**
 * Asks Graphite's render API. The value is a list of all datapoints of the first series that are not null, as
 * floats, which may be infinite. The query is what stands behind `/render?`, without its blanks.
 */
export const graphite: MetricProvider<GraphiteMetric> = { name: 'graphite', schema: graphiteMetric, start };

async function start(metric: GraphiteMetric, ask: Ask): Promise<Reading> {
  const asked = await askGraphite(metric, {}, ask);
  if (asked.kind === 'error') return asked;
  const [first] = asked.series;
  const points = isObject(first) ? first['datapoints'] : undefined;
  if (!Array.isArray(points) || points.length === 0) return complaint(asked.question, 'no values found');
  const values: number[] = [];
  for (const point of points as readonly Json[]) {
    const value = numberIn(asked.question, point);
    if (typeof value === 'object' && value !== null) return value;
    if (value !== null) values.push(value);
  }
  const text = values.map((value) => printFixed(value, 6)).join(',');
  return { kind: 'value', value: Float64Array.from(values), text: shorten(`[${text}]`) };
}

/** The series that a query answers with. `parameters` go before those of the query. */
export async function askGraphite(
  metric: GraphiteMetric,
  parameters: Readonly<Record<string, string>>,
  ask: Ask,
): Promise<
  { readonly kind: 'series'; readonly question: Question; readonly series: readonly Json[] } | ErrorReading
> {
  const address = metric.address ?? '';
  if (address === '') {
    return { kind: 'error', message: 'graphite: address is not set', retryable: false };
  }
  const query = new URLSearchParams((metric.query ?? '').replaceAll(/\s+/g, ''));
  for (const [name, value] of Object.entries({ ...parameters, format: 'json' })) query.set(name, value);
  const url = `${under(address, '/render')}?${query.toString()}`;
  const asked = { who: 'graphite', method: 'GET', url, headers: {}, body: null, timeoutSeconds } as const;
  const question: Question = { ...asked, secrets: [] };
  const answer = await askService(question, ask);
  if (answer.kind === 'error') return answer;
  const series = parse(answer.body);
  if (!Array.isArray(series)) return unreadable(question, answer, 'JSON');
  return { kind: 'series', question, series: series as readonly Json[] };
}

/** A number, null for none, or what is wrong with the point. Some servers write numbers as text. */
export function numberIn(question: Question, point: Json): number | null | ErrorReading {
  const [value] = Array.isArray(point) && point.length === 2 ? (point as readonly Json[]) : [undefined];
  if (value === null || typeof value === 'number') return value;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  if (!Number.isNaN(number) || value === 'NaN') return number;
  return complaint(
    question,
    `a datapoint is not a number with its time: ${JSON.stringify(point).slice(0, 50)}`,
  );
}

/** Graphite writes infinity as `1e9999`, so that numbers which are too large for a float are meant. */
function parse(body: string): Json {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
