import type { Json } from '../api/meta.ts';
import type { DynatraceConfig } from '../api/metric-plugins.ts';
import { isObject } from '../api/path.ts';
import { dynatraceConfig } from '../api/schema/metric-plugins.ts';
import type { Metadata, Reading } from '../core/analysis/reading.ts';
import { under } from './credentials.ts';
import { oddFloat, printFloats, shorten } from './print.ts';
import type { Ask, MetricProvider } from './provider.ts';
import { secondsOf } from './seconds.ts';
import { credentialsIn } from './secret-ref.ts';
import { askJson, complaint, type Question } from './service.ts';

const who = 'sluice/dynatrace';
const onePoint = 'Inf';

/**
 * Asks Dynatrace for points of metrics. The value is a list of all that have a value, series by series: one
 * for each series where the resolution is `Inf`, which it is by default. Empty when there are no data.
 * Source: https://docs.dynatrace.com/docs/dynatrace-api/environment-api/metric-v2/get-data-points
 */
export const dynatrace: MetricProvider<DynatraceConfig> = { name: who, schema: dynatraceConfig, start };

async function start(config: DynatraceConfig, ask: Ask): Promise<Reading> {
  const found = await credentialsIn(who, config, ['token'], ask);
  if (found.kind === 'error') return found;
  const { token } = found.values;
  if (token === '') {
    return { kind: 'error', message: `${who}: the Secret has no key token`, retryable: false };
  }
  const { query, entitySelector, mzSelector, resolution = onePoint } = config;
  const parameters = new URLSearchParams({
    metricSelector: query,
    resolution,
    from: String(ask.now - secondsOf(config.interval, '5m') * 1000),
    to: String(ask.now),
    ...(entitySelector === undefined ? {} : { entitySelector }),
    ...(mzSelector === undefined ? {} : { mzSelector }),
  });
  const question: Question = {
    who,
    secrets: [token],
    method: 'GET',
    url: `${under(found.address, '/api/v2/metrics/query')}?${parameters.toString()}`,
    headers: { accept: 'application/json', authorization: `Api-Token ${token}` },
    body: null,
    timeoutSeconds: secondsOf(config.timeout, '30s'),
  };
  const parsed = await askJson(question, ask);
  return parsed.kind === 'error' ? parsed : readingOf(question, parsed.value);
}

function readingOf(question: Question, answer: Json): Reading {
  const results = isObject(answer) ? answer['result'] : undefined;
  if (!Array.isArray(results)) return complaint(question, 'the answer has no result');
  if (isObject(answer) && typeof answer['nextPageKey'] === 'string') {
    return complaint(question, 'there are too many series for one answer');
  }
  const raw = results
    .flatMap((result) => listAt(result, 'data'))
    .flatMap((series) => listAt(series, 'values'));
  const points = raw.filter((point) => point !== null);
  const numbers = points.map((point) => (typeof point === 'number' ? point : oddFloat(point)));
  const known = numbers.filter((number) => number !== null);
  if (known.length < numbers.length) return complaint(question, 'a value is not a number');
  const value = Float64Array.from(known);
  return { kind: 'value', value, text: printFloats(value), metadata: warningsOf([answer, ...results]) };
}

/** What Dynatrace says of the answer as a whole and of its parts. */
function warningsOf(parts: readonly unknown[]): Metadata {
  const warnings = parts.flatMap((part) => listAt(part, 'warnings')).filter((one) => typeof one === 'string');
  return warnings.length === 0 ? {} : { warnings: shorten(warnings.join('; ')) };
}

function listAt(value: unknown, field: string): readonly unknown[] {
  const list = isObject(value) ? value[field] : undefined;
  return Array.isArray(list) ? list : [];
}
