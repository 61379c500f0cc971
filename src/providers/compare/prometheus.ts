import type { CompareSource } from '../../api/compare-source.ts';
import type { ErrorReading } from '../../core/analysis/reading.ts';
import type { Instant, Milliseconds } from '../../core/time.ts';
import { type Asker, authorize, headersOf } from '../authentication.ts';
import type { HttpClient } from '../http.ts';
import { shown } from '../http-failure.ts';
import { addressVariable } from '../prometheus.ts';
import { parseAnswer } from '../prometheus-answer.ts';
import { isAmazon, signerFor } from '../prometheus-sigv4.ts';
import type { Ask } from '../provider.ts';
import { failed, refusal } from '../trouble.ts';

/** When something is asked for. */
export type When =
  | { readonly kind: 'instant'; readonly at: Instant }
  | { readonly kind: 'range'; readonly from: Instant; readonly to: Instant; readonly stepMs: Milliseconds };

const DEFAULT_TIMEOUT_SECONDS = 30;

/**
 * Asks Prometheus and returns the body of its answer: what is compared needs the labels, which the provider
 * `prometheus` does without. Never rejects.
 */
export async function askPrometheus(
  source: NonNullable<CompareSource['prometheus']>,
  question: { readonly query: string; readonly when: When },
  ask: Ask,
): Promise<{ readonly kind: 'body'; readonly body: string } | ErrorReading> {
  const address = source.address || ask.env(addressVariable) || '';
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol))
    return refuse(`source.prometheus.address ${address === '' ? 'is not set' : 'is no URL'}`);
  const timeoutSeconds = source.timeout || DEFAULT_TIMEOUT_SECONDS;
  if (timeoutSeconds < 0) return refuse('source.prometheus.timeout is negative');
  const { insecure = false, authentication } = source;
  const sender = await senderFor(url, { authentication, insecure, timeoutSeconds }, ask);
  if (sender.kind === 'error') return sender;
  const headers = headersOf(source.headers, sender.authorization);
  const answer = await sender.fetch({
    method: 'POST',
    url: endpointOf(url, question.when),
    headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
    body: formOf(question.query, question.when),
    insecure,
    repeatable: true,
    timeoutSeconds,
    deadline: ask.deadline,
  });
  if (answer.kind === 'failure') return failed(answer, 'sluice/compare: ');
  const parsed = parseAnswer(answer.body);
  if (answer.status >= 200 && answer.status <= 299 && parsed?.status === 'success')
    return { kind: 'body', body: answer.body };
  const said = parsed?.error === undefined ? '' : `: ${parsed.error}`;
  const reason = `sluice/compare: ${shown(address)} answered with status ${answer.status}${said}`;
  if (answer.status < 200 || answer.status > 299) return refusal(answer, reason, ask.now);
  const message = `sluice/compare: the answer is none of Prometheus; is another service at ${shown(address)}?`;
  return { kind: 'error', message, retryable: true };
}

/** Amazon's managed Prometheus wants each request signed; others take a header. */
async function senderFor(
  url: URL,
  asker: Asker,
  ask: Ask,
): Promise<
  | { readonly kind: 'sender'; readonly authorization: string | null; readonly fetch: HttpClient }
  | ErrorReading
> {
  if (isAmazon(url)) {
    const signer = await signerFor(url, asker.authentication?.sigv4, ask);
    return signer.kind === 'error' ? signer : { kind: 'sender', authorization: null, fetch: signer.fetch };
  }
  const authorization = await authorize(asker, ask);
  if (authorization.kind === 'error') return authorization;
  return { kind: 'sender', authorization: authorization.value, fetch: ask.fetch };
}

function endpointOf(url: URL, when: When): string {
  const bare = new URL(url);
  bare.hash = '';
  const path = when.kind === 'range' ? '/api/v1/query_range' : '/api/v1/query';
  bare.pathname = `${bare.pathname.replace(/\/+$/, '')}${path}`;
  return bare.href;
}

function formOf(query: string, when: When): string {
  const times: Readonly<Record<string, string>> =
    when.kind === 'instant'
      ? { time: seconds(when.at) }
      : { start: seconds(when.from), end: seconds(when.to), step: seconds(when.stepMs) };
  return new URLSearchParams({ query, ...times }).toString();
}

function seconds(ms: number): string {
  return String(ms / 1000);
}

function refuse(message: string): ErrorReading {
  return { kind: 'error', message: `sluice/compare: ${message}`, retryable: false };
}
