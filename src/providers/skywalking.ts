import { parseDuration } from '../api/duration.ts';
import { isObject } from '../api/path.ts';
import type { SkyWalkingMetric } from '../api/providers.ts';
import { skyWalkingMetric } from '../api/schema/providers.ts';
import type { Reading } from '../core/analysis/reading.ts';
import { formatInstant, type Instant } from '../core/time.ts';
import { under } from './credentials.ts';
import { printJson } from './print.ts';
import type { Ask, MetricProvider } from './provider.ts';
import { askJson, complaint, graphqlErrors, type Question } from './service.ts';

const timeoutSeconds = 30;
const defaultInterval = '5m';

/**
 * Asks Apache SkyWalking by GraphQL; the variable `$duration` of the query is the interval that ends now, in
 * minutes of UTC. The value is all of the answer's `data`, as JSON.
 */
export const skywalking: MetricProvider<SkyWalkingMetric> = {
  name: 'skywalking',
  schema: skyWalkingMetric,
  start,
};

async function start(metric: SkyWalkingMetric, ask: Ask): Promise<Reading> {
  const address = metric.address ?? '';
  if (address === '') return refuse('address is not set');
  const interval = metric.interval || defaultInterval;
  const milliseconds = parseDuration(interval);
  if (milliseconds === null) return refuse(`interval "${interval}" is not a duration`);
  const duration = { start: minute(ask.now - milliseconds), end: minute(ask.now), step: 'MINUTE' };
  const question: Question = {
    who: 'skywalking',
    secrets: [],
    method: 'POST',
    url: under(address, '/graphql'),
    headers: { 'content-type': 'application/json; charset=utf-8', accept: 'application/json; charset=utf-8' },
    body: JSON.stringify({ query: metric.query ?? '', variables: { duration } }),
    timeoutSeconds,
  };
  const parsed = await askJson(question, ask);
  if (parsed.kind === 'error') return parsed;
  const errors = graphqlErrors(question, parsed.value);
  if (errors !== null) return errors;
  const data = isObject(parsed.value) ? (parsed.value['data'] ?? null) : null;
  if (data === null) return complaint(question, 'no results returned from SkyWalking query');
  return { kind: 'value', value: data, text: printJson(data) };
}

/** `2026-11-21 0800`. */
function minute(at: Instant): string {
  const [date = '', time = ''] = formatInstant(at).split('T');
  return `${date} ${time.slice(0, 5).replace(':', '')}`;
}

function refuse(reason: string): Reading {
  return { kind: 'error', message: `skywalking: ${reason}`, retryable: false };
}
