import { createHash } from 'node:crypto';
import { isObject } from '../../api/path.ts';
import { type Counters, MOST_SERIES, type Series } from '../../core/compare/counters.ts';
import type { Instant } from '../../core/time.ts';
import { parseAnswer } from '../prometheus-answer.ts';
import type { CounterQuery } from './queries.ts';

/** What came of one question about all counters, by time, oldest first. */
export interface Sampled {
  readonly at: Instant;
  readonly canary: Counters;
  readonly stable: Counters;
  /** When the newest sample of the stable version was taken; null: not known. */
  readonly sampledAt: Instant | null;
}

/** The counters, or why the answer cannot be read. */
export type SamplesRead =
  | { readonly kind: 'samples'; readonly samples: readonly Sampled[] }
  | { readonly kind: 'problem'; readonly message: string };

/** By this label the answer says which question it is to. */
export const MARK = 'sluice_counter';
/** The mark of the time of the newest sample. */
export const NEWEST = 'at';

/**
 * One question for all counters, so that they are of one moment: selectors are joined, and each result says
 * which it is.
 */
export function joined(queries: readonly CounterQuery[]): string {
  const marked = queries.map(({ query }, i) => mark(`(${query})`, String(i)));
  const stable = queries.filter(({ side, counter }) => side === 'stable' && counter !== 'bad');
  // A selector by itself: of anything more it would be the time of the question.
  const newest = stable.map(({ query }) => mark(`max(timestamp(${query}))`, NEWEST));
  return [...marked, ...newest].join(' or ');
}

function mark(query: string, name: string): string {
  return `label_replace(${query}, "${MARK}", "${name}", "", "")`;
}

/** Tells whose each of these series is, whatever its question says; null: that cannot be told. */
export type Split = (
  series: readonly Readonly<Record<string, string>>[],
) => (labels: Readonly<Record<string, string>>) => CounterQuery['side'] | null;

/** Reads the answer to a question of `joined`. Null: it is no answer of Prometheus. */
export function samplesIn(body: string, queries: readonly CounterQuery[], split?: Split): SamplesRead | null {
  const data = parseAnswer(body)?.data;
  const result = isObject(data) ? data['result'] : null;
  if (!Array.isArray(result)) return null;
  const counted = new Map<Instant, Counted>();
  const all = (result as readonly unknown[]).map(seriesIn);
  const wrong = all.find((one) => typeof one === 'string');
  if (wrong !== undefined) return { kind: 'problem', message: wrong };
  const series = all.filter((one) => typeof one !== 'string');
  const sideOf = split?.(series.map(({ labels }) => labels).filter((labels) => labels[MARK] !== NEWEST));
  for (const { labels, values } of series) {
    const query = queries[Number(labels[MARK])];
    const side = query === undefined || sideOf === undefined ? query?.side : sideOf(labels);
    if (side === null) return { kind: 'problem', message: 'it cannot be told of which pod a series is' };
    for (const [at, value] of values) {
      const moment = counted.get(at) ?? { canary: {}, stable: {}, sampledAt: null };
      counted.set(at, moment);
      add(moment, labels, query === undefined || side === undefined ? null : { ...query, side }, value);
    }
  }
  const samples = [...counted]
    .toSorted(([a], [b]) => a - b)
    .map(([at, { canary, stable, sampledAt }]) => ({ at, canary, stable, sampledAt }));
  const most = Math.max(0, ...samples.flatMap(sizes));
  if (most <= MOST_SERIES) return { kind: 'samples', samples };
  const message = `a counter has ${most} series, more than the ${MOST_SERIES} that one workload may have: select fewer`;
  return { kind: 'problem', message };
}

interface Counted {
  readonly canary: Record<string, Record<string, number>>;
  readonly stable: Record<string, Record<string, number>>;
  sampledAt: Instant | null;
}

function sizes({ canary, stable }: Sampled): readonly number[] {
  return [canary, stable].flatMap((side) =>
    Object.values(side).map((one: Series) => Object.keys(one).length),
  );
}

function add(
  moment: Counted,
  labels: Readonly<Record<string, string>>,
  query: CounterQuery | null,
  value: number,
): void {
  const { [MARK]: which = '', ...own } = labels;
  if (which === NEWEST) {
    moment.sampledAt = Math.max(moment.sampledAt ?? 0, Math.round(value * 1000));
    return;
  }
  if (query === null) return;
  const isBucket = query.counter === 'buckets';
  const { le = '', ...rest } = own;
  const counter = isBucket ? `le=${le}` : query.counter;
  const side = moment[query.side];
  const series = side[counter] ?? {};
  side[counter] = series;
  series[nameOf(isBucket ? rest : own)] = value;
}

/** Labels as a short name: states are kept in the run, and the names of series are long. */
function nameOf(labels: Readonly<Record<string, string>>): string {
  const text = JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return createHash('sha256').update(text).digest('base64url').slice(0, 11);
}

interface ReadSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [Instant, number])[];
}

function seriesIn(one: unknown): ReadSeries | string {
  if (!isObject(one) || !isObject(one['metric'])) return 'a series has no labels';
  if (one['histogram'] !== undefined || one['histograms'] !== undefined)
    return 'the counters are native histograms, which have no buckets to compare';
  const labels = Object.fromEntries(
    Object.entries(one['metric']).map(([name, value]) => [name, String(value)]),
  );
  const samples: unknown = one['values'] ?? [one['value']];
  if (!Array.isArray(samples)) return 'a series has no samples';
  const values = samples.map(sampleIn);
  return values.includes(null)
    ? 'a sample is not a number'
    : { labels, values: values.filter((value) => value !== null) };
}

function sampleIn(sample: unknown): readonly [Instant, number] | null {
  if (!Array.isArray(sample)) return null;
  const [at, text] = sample as readonly unknown[];
  if (typeof at !== 'number' || typeof text !== 'string') return null;
  const value = text === 'NaN' ? Number.NaN : Number(text.replace('Inf', 'Infinity'));
  // What is no number at all is not a sample; NaN and infinities are samples that say nothing.
  return Number.isNaN(value) && text !== 'NaN' ? null : [Math.round(at * 1000), value];
}
