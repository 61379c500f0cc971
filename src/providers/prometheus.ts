import type { PrometheusMetric } from '../api/providers.ts';
import { prometheusMetric } from '../api/schema/providers.ts';
import type { ErrorReading, Reading } from '../core/analysis/reading.ts';
import { authorize, headersOf } from './authentication.ts';
import { printFloat, printFloats } from './print.ts';
import type { Answer } from './prometheus-answer.ts';
import { type Question, query as queryPrometheus } from './prometheus-driver.ts';
import { rangeOf } from './prometheus-range.ts';
import { isAmazon, signerFor } from './prometheus-sigv4.ts';
import type { Ask, MetricProvider } from './provider.ts';

/** The variable of the controller's environment that names the Prometheus for metrics without an address. */
export const addressVariable = 'ARGO_ROLLOUTS_PROMETHEUS_ADDRESS';

const defaultTimeoutSeconds = 30;

/**
 * Asks Prometheus, or what speaks its HTTP API. A scalar is read as a number; a vector and a matrix as one
 * flat list of floats, series by series, empty when there are no data. Differences to the original, which
 * reads native histograms as 0: they are an error here.
 */
export const prometheus: MetricProvider<PrometheusMetric> = {
  name: 'prometheus',
  schema: prometheusMetric,
  start,
  describe: (metric) => (metric.query ? { ResolvedPrometheusQuery: metric.query } : {}),
};

async function start(metric: PrometheusMetric, ask: Ask): Promise<Reading> {
  const question = prepare(metric, ask);
  if (question.kind === 'error') return question;
  const { insecure, timeoutSeconds } = question;
  const url = new URL(question.endpoint);
  if (isAmazon(url)) {
    const signer = await signerFor(url, metric.authentication?.sigv4, ask);
    if (signer.kind === 'error') return signer;
    return await answered(
      { ...question, headers: headersOf(metric.headers, null) },
      { ...ask, fetch: signer.fetch },
    );
  }
  const asker = { authentication: metric.authentication, insecure, timeoutSeconds };
  const authorization = await authorize(asker, ask);
  if (authorization.kind === 'error') return authorization;
  return await answered({ ...question, headers: headersOf(metric.headers, authorization.value) }, ask);
}

async function answered(question: Question, ask: Ask): Promise<Reading> {
  const answer = await queryPrometheus(question, ask);
  return answer.kind === 'error' ? answer : readingOf(answer);
}

interface Prepared extends Omit<Question, 'headers'> {
  readonly kind: 'question';
}

/** Everything that can be said before anything is sent. */
function prepare(metric: PrometheusMetric, ask: Ask): Prepared | ErrorReading {
  const address = metric.address || ask.env(addressVariable) || '';
  if (address === '') return refuse('prometheus address is not configured');
  const url = URL.parse(address);
  if (url === null || url.host === '' || !/^https?:$/.test(url.protocol)) {
    return refuse('prometheus address is not is url format');
  }
  const timeoutSeconds = metric.timeout || defaultTimeoutSeconds;
  if (timeoutSeconds < 0) return refuse('prometheus timeout should not be negative');
  const range = metric.rangeQuery === undefined ? null : rangeOf(metric.rangeQuery, ask.now);
  if (range?.kind === 'error') return range;
  return {
    kind: 'question',
    endpoint: endpointOf(url),
    search: url.search,
    query: metric.query ?? '',
    range,
    insecure: metric.insecure ?? false,
    timeoutSeconds,
  };
}

// User and password stay in: the HTTP client makes a header of them.
function endpointOf(url: URL): string {
  const bare = new URL(url);
  bare.search = '';
  bare.hash = '';
  return bare.href.replace(/\/+$/, '');
}

function readingOf(answer: Answer): Reading {
  // The form in which the original writes them: each in quotes, separated by commas.
  const warnings = answer.warnings.map((warning) => `"${warning}"`).join(', ');
  const metadata = warnings === '' ? {} : { metadata: { warnings } };
  if (answer.kind === 'scalar') {
    return { kind: 'value', value: answer.value, text: printFloat(answer.value), ...metadata };
  }
  const value = Float64Array.from(answer.values);
  return { kind: 'value', value, text: printFloats(value), ...metadata };
}

function refuse(message: string): ErrorReading {
  return { kind: 'error', message, retryable: false };
}
