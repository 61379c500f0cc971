import type { WebMetric } from '../api/providers.ts';
import { webMetric } from '../api/schema/providers.ts';
import type { ErrorReading, Reading } from '../core/analysis/reading.ts';
import { findFirst } from '../core/jsonpath/find.ts';
import { parseTemplate } from '../core/jsonpath/parse.ts';
import { authorize, headersOf } from './authentication.ts';
import type { HttpRequest } from './http.ts';
import { parseJson } from './json.ts';
import { printJson, shorten } from './print.ts';
import type { Ask, MetricProvider } from './provider.ts';
import { failed, refusal } from './trouble.ts';

const defaultTimeoutSeconds = 10;
const defaultPath = '{$}';

/**
 * Asks any HTTP service. The value is what the JSONPath finds first in the answer, by default all of it; an
 * answer that is not JSON is taken as text, and the path is not looked at. Differences to the original:
 * redirects to other hosts are refused, and answers are bounded.
 */
export const web: MetricProvider<WebMetric> = { name: 'web', schema: webMetric, start };

async function start(metric: WebMetric, ask: Ask): Promise<Reading> {
  const payload = payloadOf(metric);
  if (payload.kind === 'error') return payload;
  const path = metric.jsonPath || defaultPath;
  const template = parseTemplate(path);
  if (template.kind === 'error') return refuse(`jsonPath ${path}: ${template.message}`);
  const timeoutSeconds =
    metric.timeoutSeconds && metric.timeoutSeconds > 0 ? metric.timeoutSeconds : defaultTimeoutSeconds;
  const insecure = metric.insecure ?? false;
  const asker = { authentication: metric.authentication, insecure, timeoutSeconds };
  const authorization = await authorize(asker, ask);
  if (authorization.kind === 'error') return authorization;
  const headers = { ...headersOf(metric.headers, authorization.value), ...payload.headers };
  const { method, body } = payload;
  const repeatable = method === 'GET';
  const { deadline } = ask;
  const answer = await ask.fetch({
    url: metric.url,
    method,
    headers,
    body,
    repeatable,
    insecure,
    timeoutSeconds,
    deadline,
  });
  if (answer.kind === 'failure') return failed(answer, '');
  if (answer.status < 200 || answer.status > 299) {
    return refusal(answer, `received non 2xx response code: ${answer.status}`, ask.now);
  }
  return readingOf(answer.body, path);
}

interface Payload extends Pick<HttpRequest, 'method' | 'headers' | 'body'> {
  readonly kind: 'payload';
}

function payloadOf(metric: WebMetric): Payload | ErrorReading {
  const method = metric.method ?? 'GET';
  const hasJson = metric.jsonBody !== undefined && metric.jsonBody !== null;
  if (metric.body && hasJson) {
    return refuse('use either Body or JSONBody; both cannot exists for WebMetric payload');
  }
  if ((metric.body || hasJson) && method === 'GET') {
    return refuse('Body/JSONBody can only be used with POST or PUT WebMetric Method types');
  }
  if (!hasJson) return { kind: 'payload', method, headers: {}, body: metric.body || null };
  const headers = { 'content-type': 'application/json' };
  return { kind: 'payload', method, headers, body: JSON.stringify(metric.jsonBody) };
}

function readingOf(body: string, path: string): Reading {
  const parsed = parseJson(body);
  if (parsed.kind === 'text') return { kind: 'value', value: body, text: shorten(body) };
  const found = findFirst(path, parsed.value);
  switch (found.kind) {
    case 'found':
      return { kind: 'value', value: found.value, text: printJson(found.value) };
    case 'nothing':
      return { kind: 'error', message: 'result of web metric produced no value', retryable: true };
    case 'error':
      return { kind: 'error', message: `Could not find JSONPath in body: ${found.message}`, retryable: true };
    default:
      return found satisfies never;
  }
}

function refuse(message: string): ErrorReading {
  return { kind: 'error', message, retryable: false };
}
