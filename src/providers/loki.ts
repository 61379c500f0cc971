import type { Json } from '../api/meta.ts';
import type { LokiConfig } from '../api/metric-plugins.ts';
import { lokiConfig } from '../api/schema/metric-plugins.ts';
import type { Reading } from '../core/analysis/reading.ts';
import { headersOf } from './authentication.ts';
import { under } from './credentials.ts';
import type { Ask, MetricProvider } from './provider.ts';
import { secondsOf } from './seconds.ts';
import { authorizationOf, credentialsIn } from './secret-ref.ts';
import { askJson, type Question } from './service.ts';
import { resultIn, samplesOf } from './vector.ts';

const who = 'sluice/loki';

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

function start(config: LokiConfig, ask: Ask): Promise<Reading> {
  return askLoki(config, `${ask.now}000000`, ask);
}

/** The value of a query at a moment, in nanoseconds since 1970. */
export async function askLoki(config: LokiConfig, time: string, ask: Ask): Promise<Reading> {
  const found = await credentialsIn(who, config, ['token', 'username', 'password'], ask);
  if (found.kind === 'error') return found;
  const { address, values } = found;
  const { query, tenant } = config;
  const parameters = new URLSearchParams({ query, time });
  const headers = headersOf(config.headers, authorizationOf(values));
  const question: Question = {
    who,
    secrets: [values.token, values.password],
    method: 'GET',
    url: `${under(address, '/loki/api/v1/query')}?${parameters.toString()}`,
    headers: { ...headers, ...(tenant === undefined ? {} : { 'x-scope-orgid': tenant }) },
    body: null,
    timeoutSeconds: secondsOf(config.timeout, '30s'),
  };
  const parsed = await askJson(question, ask);
  return parsed.kind === 'error' ? parsed : readingOf(question, parsed.value);
}

function readingOf(question: Question, answer: Json): Reading {
  if (resultIn(answer).resultType !== 'streams') return samplesOf(question, answer);
  const reason = `${who}: the query returns lines; count them, for example with count_over_time()`;
  return { kind: 'error', message: reason, retryable: false };
}
