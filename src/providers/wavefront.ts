import type { Json } from '../api/meta.ts';
import { isObject } from '../api/path.ts';
import type { WavefrontMetric } from '../api/providers.ts';
import { wavefrontMetric } from '../api/schema/providers.ts';
import type { ErrorReading, Metadata, Reading } from '../core/analysis/reading.ts';
import type { Instant } from '../core/time.ts';
import { readKeys } from './credentials.ts';
import { printFixed, shorten } from './print.ts';
import type { Ask, MetricProvider } from './provider.ts';
import { askJson, complaint, type Question } from './service.ts';

const secretName = 'wavefront-api-tokens';
const timeoutSeconds = 30;

/**
 * Asks Wavefront. Of each series the point nearest to now counts: one series is a float, several are a list
 * of floats. When the points were taken, and how far that is from now in seconds, is told in the metadata.
 * The token is in the controller's namespace, under a key that is the address. Difference to the original,
 * which reads a series without points as 0: it is an error here, as is an error that Wavefront tells.
 */
export const wavefront: MetricProvider<WavefrontMetric> = {
  name: 'wavefront',
  schema: wavefrontMetric,
  start,
};

async function start(metric: WavefrontMetric, ask: Ask): Promise<Reading> {
  const address = metric.address ?? '';
  const token = await tokenFor(address, ask);
  if (token.kind === 'error') return token;
  const seconds = Math.floor(ask.now / 1000);
  const question: Question = {
    who: 'wavefront',
    secrets: [token.value],
    method: 'GET',
    url: `https://${address}/api/v2/chart/api?${parameters(metric.query ?? '', seconds)}`,
    headers: { accept: 'application/json', authorization: `Bearer ${token.value}` },
    body: null,
    timeoutSeconds,
  };
  const parsed = await askJson(question, ask);
  return parsed.kind === 'error' ? parsed : readingOf(question, parsed.value, seconds);
}

async function tokenFor(
  address: string,
  ask: Ask,
): Promise<{ readonly kind: 'token'; readonly value: string } | ErrorReading> {
  // It is the key of a Secret as well, which may hold no other characters; a port is for tests.
  if (!/^[\w.-]+(:\d+)?$/.test(address)) {
    return refuse('address must be a host such as example.wavefront.com');
  }
  const secret = { namespace: ask.home, name: secretName };
  const found = await readKeys('wavefront', secret, { [address]: 'hidden' }, ask);
  if (found.kind === 'error') return found;
  const value = found.values[address] ?? '';
  if (value !== '') return { kind: 'token', value };
  return refuse(`API token not found: the Secret ${ask.home}/${secretName} has no key ${address}`);
}

// From and to are the same moment, so the last point before it has to count, however old it is.
function parameters(query: string, seconds: number): string {
  const at = String(seconds * 1000);
  return new URLSearchParams({ q: query, s: at, e: at, g: 's', p: '1', i: 'true' }).toString();
}

interface Point {
  readonly value: number;
  /** Seconds since 1970. */
  readonly at: number;
}

function readingOf(question: Question, answer: Json, nowSeconds: Instant): Reading {
  const body = isObject(answer) ? answer : {};
  const warnings = textOf(body['warnings']);
  const warned: Metadata = warnings === '' ? {} : { warnings };
  const error = textOf(body['errorMessage']) || textOf(body['errorType']);
  if (error !== '') return { ...complaint(question, 'error in the query', error), metadata: warned };
  const series = Array.isArray(body['timeseries']) ? (body['timeseries'] as readonly Json[]) : [];
  if (series.length === 0) {
    return { ...complaint(question, 'No TimeSeries found in response from Wavefront'), metadata: warned };
  }
  const points = series.map((one) => nearest(one, nowSeconds)).filter((point) => point !== null);
  if (points.length < series.length) {
    const count = series.length - points.length;
    return { ...complaint(question, `${count} of ${series.length} series have no points`), metadata: warned };
  }
  const drifts = points.map(({ at }) => Math.trunc(at - nowSeconds));
  const metadata = {
    ...warned,
    timestamps: listed(points.map(({ at }) => Math.trunc(at))),
    drift: listed(drifts),
  };
  const values = Float64Array.from(points, ({ value }) => value);
  const text = listed(points.map(({ value }) => printFixed(value, 2)));
  return { kind: 'value', value: values.length === 1 ? (values[0] ?? null) : values, text, metadata };
}

/** The point nearest to now, of equals the first. NaN and infinities come as text. */
function nearest(series: Json, nowSeconds: number): Point | null {
  const data = isObject(series) && Array.isArray(series['data']) ? (series['data'] as readonly Json[]) : [];
  const points = data.flatMap((pair): readonly Point[] => {
    const [at, raw] = Array.isArray(pair) ? (pair as readonly Json[]) : [];
    const value = typeof raw === 'string' && /^(NaN|-?Infinity)$/.test(raw) ? Number(raw) : raw;
    return typeof at === 'number' && typeof value === 'number' ? [{ at, value }] : [];
  });
  return points.reduce<Point | null>((best, point) => {
    if (best === null) return point;
    return Math.abs(point.at - nowSeconds) < Math.abs(best.at - nowSeconds) ? point : best;
  }, null);
}

/** One stands alone, several in brackets. */
function listed(items: readonly (string | number)[]): string {
  return shorten(items.length === 1 ? String(items[0]) : `[${items.join(',')}]`);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function refuse(reason: string): ErrorReading {
  return { kind: 'error', message: `wavefront: ${reason}`, retryable: false };
}
