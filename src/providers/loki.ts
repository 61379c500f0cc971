import { parseDuration } from '../api/duration.ts';
import type { Json } from '../api/meta.ts';
import type { LokiConfig } from '../api/metric-plugins.ts';
import { isObject } from '../api/path.ts';
import { lokiConfig } from '../api/schema/metric-plugins.ts';
import type { Reading } from '../core/analysis/reading.ts';
import { headersOf } from './authentication.ts';
import { under } from './credentials.ts';
import { printFloat, printFloats } from './print.ts';
import type { Ask, MetricProvider } from './provider.ts';
import { floatText } from './sample.ts';
import { authorizationOf, credentialsIn } from './secret-ref.ts';
import { askService, complaint, jsonIn, type Question } from './service.ts';

const who = 'sluice/loki';
const defaultTimeout = '30s';

/**
 * Asks Grafana Loki for the value of a metric query (LogQL) at this moment: a scalar is a number, a vector a
 * list of floats, empty when nothing was logged. Source:
 * https://grafana.com/docs/loki/latest/reference/loki-http-api/#query-logs-at-a-single-point-in-time
 */
export const loki: MetricProvider<LokiConfig> = {
  name: who,
  schema: lokiConfig,
  start,
  describe: ({ query }) => ({ ResolvedLokiQuery: query }),
};

async function start(config: LokiConfig, ask: Ask): Promise<Reading> {
  const found = await credentialsIn(who, config, ['token', 'username', 'password'], ask);
  if (found.kind === 'error') return found;
  const { address, values } = found;
  const { query, tenant } = config;
  const parameters = new URLSearchParams({ query, time: `${ask.now}000000` });
  const headers = headersOf(config.headers, authorizationOf(values));
  const question: Question = {
    who,
    secrets: [values.token, values.password],
    method: 'GET',
    url: `${under(address, '/loki/api/v1/query')}?${parameters.toString()}`,
    headers: { ...headers, ...(tenant === undefined ? {} : { 'x-scope-orgid': tenant }) },
    body: null,
    timeoutSeconds: (parseDuration(config.timeout ?? defaultTimeout) ?? 0) / 1000,
  };
  const answer = await askService(question, ask);
  if (answer.kind === 'error') return answer;
  const parsed = jsonIn(question, answer);
  return parsed.kind === 'error' ? parsed : readingOf(question, parsed.value);
}

function readingOf(question: Question, answer: Json): Reading {
  const data = isObject(answer) && isObject(answer['data']) ? answer['data'] : {};
  const { resultType, result } = data;
  const list: readonly unknown[] = Array.isArray(result) ? result : [];
  if (resultType === 'streams') {
    const reason = `${who}: the query returns lines; count them, for example with count_over_time()`;
    return { kind: 'error', message: reason, retryable: false };
  }
  if (resultType === 'scalar') {
    const value = numberIn(list);
    return value === null ? noSample(question) : { kind: 'value', value, text: printFloat(value) };
  }
  if (resultType !== 'vector') return complaint(question, 'the answer has no result');
  const samples = list.map((series) => numberIn(isObject(series) ? series['value'] : null));
  const numbers = samples.filter((sample) => sample !== null);
  if (numbers.length < samples.length) return noSample(question);
  const value = Float64Array.from(numbers);
  return { kind: 'value', value, text: printFloats(value) };
}

/** The number of a sample, which comes with its time; null where there is none. */
function numberIn(sample: unknown): number | null {
  const text = Array.isArray(sample) ? floatText(sample[1]) : null;
  return text === null ? null : Number(text);
}

function noSample(question: Question): Reading {
  return complaint(question, 'a sample is not a number');
}
