import { isObject } from '../../../api/path.ts';
import type { PrometheusMetric } from '../../../api/providers.ts';
import type { Instant, Milliseconds } from '../../../core/time.ts';
import { authorize, headersOf } from '../../../providers/authentication.ts';
import { addressVariable } from '../../../providers/prometheus.ts';
import { parseAnswer } from '../../../providers/prometheus-answer.ts';
import type { Ask } from '../../../providers/provider.ts';

/** How Prometheus is asked: as a metric says it. */
export type Source = Pick<
  PrometheusMetric,
  'address' | 'headers' | 'authentication' | 'insecure' | 'timeout'
>;

/** One question. Without a range it is about the moment `to`. */
export interface Question {
  readonly query: string;
  readonly to: Instant;
  readonly range: { readonly from: Instant; readonly stepMs: Milliseconds } | null;
}

/** One series of an answer. */
export interface PastSeries {
  readonly labels: Readonly<Record<string, string>>;
  /** Oldest first. */
  readonly samples: readonly { readonly at: Instant; readonly value: number }[];
}

const TIMEOUT_SECONDS = 30;

/** Asks Prometheus for series with their labels. A text says why there is no answer. */
export async function seriesFrom(
  source: Source,
  question: Question,
  ask: Ask,
): Promise<readonly PastSeries[] | string> {
  const address = source.address || ask.env(addressVariable) || '';
  const url = URL.parse(address);
  if (url === null) return 'which Prometheus? Say --prometheus URL';
  const { insecure = false, authentication, timeout } = source;
  const timeoutSeconds = timeout !== undefined && timeout > 0 ? timeout : TIMEOUT_SECONDS;
  const authorization = await authorize({ authentication, insecure, timeoutSeconds }, ask);
  if (authorization.kind === 'error') return authorization.message;
  const answer = await ask.fetch({
    method: 'POST',
    url: endpointOf(url, question),
    headers: {
      ...headersOf(source.headers, authorization.value),
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: formOf(question),
    insecure,
    repeatable: true,
    timeoutSeconds,
    deadline: ask.deadline,
  });
  if (answer.kind === 'failure') return answer.message;
  const parsed = parseAnswer(answer.body);
  const result = isObject(parsed?.data) ? parsed.data['result'] : null;
  if (answer.status !== 200 || !Array.isArray(result))
    return `Prometheus answered with status ${answer.status}: ${parsed?.error ?? 'no answer of Prometheus'}`;
  return result.filter(isObject).map(readSeries);
}

function endpointOf(url: URL, { range }: Question): string {
  const bare = new URL(url);
  bare.hash = '';
  bare.pathname = `${bare.pathname.replace(/\/+$/, '')}/api/v1/${range === null ? 'query' : 'query_range'}`;
  return bare.href;
}

function formOf({ query, to, range }: Question): string {
  const times =
    range === null
      ? { time: seconds(to) }
      : { start: seconds(range.from), end: seconds(to), step: seconds(range.stepMs) };
  return new URLSearchParams({ query, ...times }).toString();
}

function seconds(ms: number): string {
  return String(ms / 1000);
}

function readSeries(series: Readonly<Record<string, unknown>>): PastSeries {
  const { metric, value, values } = series;
  const labels = Object.entries(isObject(metric) ? metric : {}).map(([key, text]) => [key, String(text)]);
  const samples = Array.isArray(values) ? values : [value];
  return {
    labels: Object.fromEntries(labels) as Readonly<Record<string, string>>,
    samples: samples.flatMap((sample: unknown) =>
      Array.isArray(sample) ? [{ at: Number(sample[0]) * 1000, value: Number(sample[1]) }] : [],
    ),
  };
}
