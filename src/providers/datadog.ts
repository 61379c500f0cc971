import { parseDuration } from '../api/duration.ts';
import type { DatadogMetric } from '../api/providers.ts';
import { datadogMetric } from '../api/schema/providers.ts';
import type { ErrorReading, Reading } from '../core/analysis/reading.ts';
import { under } from './credentials.ts';
import { lastPoint, scalarOf } from './datadog-answer.ts';
import { type Credentials, credentialsOf } from './datadog-credentials.ts';
import type { Ask, MetricProvider } from './provider.ts';
import { type Answered, askJson, type Question } from './service.ts';

const defaultInterval = '5m';
const defaultTimeout = '10s';
const defaultAggregator = 'last';

/**
 * Asks Datadog. Version 1 reads the last point of the first series, version 2 the scalar of a query or of a
 * formula. No data are nil. A query of version 2 that groups is a list of floats, and its groups are told in
 * the metadata. Difference to the original, which reads a point of version 1 without value as 0: it is nil
 * here, and an error that Datadog tells with status 200 is an error.
 */
export const datadog: MetricProvider<DatadogMetric> = { name: 'datadog', schema: datadogMetric, start };

async function start(metric: DatadogMetric, ask: Ask): Promise<Reading> {
  const wrong = problemOf(metric);
  if (wrong !== null) return refuse(wrong);
  const window = milliseconds('interval', metric.interval || defaultInterval);
  if (typeof window !== 'number') return window;
  const to = Math.floor(ask.now / 1000);
  const asked = await askDatadog(metric, { from: to - Math.trunc(window / 1000), to }, ask);
  if (asked.kind === 'error') return asked;
  const { question, value } = asked;
  return metric.apiVersion === 'v2' ? scalarOf(question, value) : lastPoint(question, value);
}

/** Asks about a span of time, and returns what Datadog answers. */
export async function askDatadog(
  metric: DatadogMetric,
  span: TimeSpan,
  ask: Ask,
): Promise<Answered | ErrorReading> {
  const timeout = milliseconds('requestTimeout', metric.requestTimeout || defaultTimeout);
  if (typeof timeout !== 'number') return timeout;
  if (timeout <= 0) return refuse('requestTimeout must be longer than 0s');
  const credentials = await credentialsOf(metric.secretRef ?? {}, ask);
  if (credentials.kind === 'error') return credentials;
  const isScalar = metric.apiVersion === 'v2';
  const question: Question = {
    who: 'datadog',
    secrets: [credentials.apiKey, credentials.appKey],
    ...(isScalar ? scalarRequest(metric, span, credentials) : pointRequest(metric, span, credentials)),
    headers: {
      'content-type': 'application/json',
      'dd-api-key': credentials.apiKey,
      'dd-application-key': credentials.appKey,
    },
    timeoutSeconds: timeout / 1000,
  };
  const parsed = await askJson(question, ask);
  return parsed.kind === 'error' ? parsed : { kind: 'answered', question, value: parsed.value };
}

/** What cannot be asked, in the words of the original where it has some. */
function problemOf(metric: DatadogMetric): string | null {
  const { query = '', queries = {}, formula = '', aggregator } = metric;
  const count = Object.keys(queries).length;
  const isFirst = metric.apiVersion !== 'v2';
  if (query === '' && count === 0) return 'Must have either a query or queries';
  if (query !== '' && count > 0) return 'Cannot have both a query and queries';
  if (isFirst && query === '')
    return 'Query is empty. API Version v1 only supports using the query parameter';
  if (formula !== '' && count === 0) return 'Formula are only valid when queries are set';
  if (formula === '' && count > 1) return 'When multiple queries are provided you must include a formula';
  if (isFirst && aggregator !== undefined) return 'Aggregator is not supported in v1';
  return null;
}

function milliseconds(field: string, text: string): number | ErrorReading {
  return parseDuration(text) ?? refuse(`${field} "${text}" is not a duration`);
}

/** Seconds since 1970. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

type Request = Pick<Question, 'method' | 'url' | 'body'>;

// https://docs.datadoghq.com/api/latest/metrics/#query-timeseries-points
function pointRequest(metric: DatadogMetric, { from, to }: TimeSpan, { address }: Credentials): Request {
  const query = { query: metric.query ?? '', from: String(from), to: String(to) };
  const url = `${under(address, '/api/v1/query')}?${new URLSearchParams(query).toString()}`;
  return { method: 'GET', url, body: null };
}

// https://docs.datadoghq.com/api/latest/metrics/#query-scalar-data-across-multiple-products
function scalarRequest(metric: DatadogMetric, { from, to }: TimeSpan, { address }: Credentials): Request {
  const { query = '', queries = {}, formula = '', aggregator = defaultAggregator } = metric;
  const named = query === '' ? queries : { query };
  const attributes = {
    from: from * 1000,
    to: to * 1000,
    queries: Object.entries(named).map(([name, one]) => ({
      aggregator,
      data_source: 'metrics',
      name,
      query: one,
    })),
    formulas: formula === '' ? [] : [{ formula }],
  };
  const body = JSON.stringify({ data: { type: 'scalar_request', attributes } });
  return { method: 'POST', url: under(address, '/api/v2/query/scalar'), body };
}

function refuse(reason: string): ErrorReading {
  return { kind: 'error', message: `datadog: ${reason}`, retryable: false };
}
