import { QueryFault } from '../fault.ts';
import { compareLabels, type Labels, NO_LABELS } from '../labels.ts';
import type { SeriesSource } from '../series.ts';
import type { Expr, RangeSelector, Subquery } from './ast.ts';
import { typeIn } from './check.ts';
import { evaluate, stretchesIn, withoutParens } from './evaluate.ts';
import { parse } from './parse.ts';
import { type Grid, samplesAt, timeAt, type Value } from './rows.ts';
import { type Run, samplesBudget } from './run.ts';

/** A value at a moment, in milliseconds since the Unix epoch. */
export interface Point {
  readonly atMs: number;
  readonly value: number;
}

/** What a query gives, or why it gives nothing. */
export type Outcome =
  | ({ readonly kind: 'scalar' } & Point)
  | { readonly kind: 'string'; readonly atMs: number; readonly value: string }
  | { readonly kind: 'vector'; readonly samples: readonly (Point & { readonly labels: Labels })[] }
  | { readonly kind: 'matrix'; readonly series: readonly PointSeries[] }
  | { readonly kind: 'error'; readonly errorType: QueryFault['errorType']; readonly message: string };

/** A series with its values, in order of time. */
export interface PointSeries {
  readonly labels: Labels;
  readonly points: readonly Point[];
}

/** What a Prometheus server is configured with. */
export interface Settings {
  /** How old the newest sample of a series may be (`--query.lookback-delta`). */
  readonly lookbackMs: number;
  /** The step of subqueries that give none (`global.evaluation_interval`). */
  readonly evaluationIntervalMs: number;
}

/** What Prometheus does unless it is told otherwise. */
export const DEFAULT_SETTINGS: Settings = { lookbackMs: 300_000, evaluationIntervalMs: 60_000 };

/** Asks for one moment. */
export interface InstantQuery {
  readonly text: string;
  readonly atMs: number;
}

/** Asks for all moments from a start to an end, a step apart. */
export interface RangeQuery {
  readonly text: string;
  readonly startMs: number;
  /** Not before the start. */
  readonly endMs: number;
  /** Above zero. */
  readonly stepMs: number;
}

/**
 * Evaluates a query at one moment, as Prometheus 2.42 does: both ends of a range and of the lookback are a
 * part of it (Prometheus 3 leaves the beginning out). Never throws for a query that is wrong.
 */
export function instantQuery(
  source: SeriesSource,
  { text, atMs }: InstantQuery,
  settings: Settings,
): Outcome {
  return guarded(() => {
    const expr = parsed(text);
    const grid = { startMs: atMs, stepMs: 1, count: 1 };
    const run = runOf(source, grid, settings);
    const inner = withoutParens(expr);
    if (inner.kind === 'range' || inner.kind === 'subquery') return wholeRange(inner, grid, run);
    return shownAt(evaluate(expr, grid, run), grid);
  });
}

/**
 * Evaluates a query at many moments. A scalar becomes a series without labels. Never throws for a query that
 * is wrong.
 */
export function rangeQuery(source: SeriesSource, query: RangeQuery, settings: Settings): Outcome {
  const { text, startMs, endMs, stepMs } = query;
  return guarded(() => {
    const expr = parsed(text);
    refuseWithoutSteps(expr);
    const grid = { startMs, stepMs, count: Math.floor((endMs - startMs) / stepMs) + 1 };
    const value = evaluate(expr, grid, runOf(source, { ...grid, endMs }, settings));
    if (value.kind === 'text') throw new Error('promql: a range query gives a text');
    const rows = value.kind === 'vector' ? value.rows : [{ labels: NO_LABELS, values: value.values }];
    const series = rows.map(({ labels, values }) => {
      return { labels, points: values.flatMap((one, i) => (one === null ? [] : [pointAt(grid, i, one)])) };
    });
    return { kind: 'matrix', series: sortedSeries(series) };
  });
}

function guarded(answer: () => Outcome): Outcome {
  try {
    return answer();
  } catch (error) {
    if (!(error instanceof QueryFault)) throw error;
    return { kind: 'error', errorType: error.errorType, message: error.message };
  }
}

/** The API says which of its parameters cannot be read. */
function parsed(text: string): Expr {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof QueryFault)) throw error;
    throw new QueryFault(error.errorType, `invalid parameter "query": ${error.message}`);
  }
}

function runOf(source: SeriesSource, grid: Grid & { readonly endMs?: number }, settings: Settings): Run {
  const { startMs, endMs = startMs } = grid;
  const { lookbackMs, evaluationIntervalMs } = settings;
  const spend = samplesBudget();
  return { source, startMs, endMs, lookbackMs, defaultStepMs: evaluationIntervalMs, spend };
}

function wholeRange(expr: RangeSelector | Subquery, grid: Grid, run: Run): Outcome {
  const { all, rangeMs, endAt } = stretchesIn(expr, grid, run);
  const endMs = endAt(0);
  const series = all.map(({ labels, times, values }) => {
    const points = [...times].map((atMs, i) => ({ atMs, value: values[i] ?? Number.NaN }));
    return { labels, points: points.filter(({ atMs }) => atMs >= endMs - rangeMs && atMs <= endMs) };
  });
  return { kind: 'matrix', series: sortedSeries(series) };
}

function sortedSeries(series: readonly PointSeries[]): readonly PointSeries[] {
  return series.filter(({ points }) => points.length > 0).sort((a, b) => compareLabels(a.labels, b.labels));
}

function shownAt(value: Value, grid: Grid): Outcome {
  const atMs = grid.startMs;
  switch (value.kind) {
    case 'scalar':
      return { kind: 'scalar', atMs, value: value.values[0] ?? Number.NaN };
    case 'text':
      return { kind: 'string', atMs, value: value.value };
    case 'vector': {
      const samples = samplesAt(value.rows, grid, 0);
      return { kind: 'vector', samples: samples.map((sample) => ({ ...sample, atMs })) };
    }
    default:
      return value satisfies never;
  }
}

function refuseWithoutSteps(expr: Expr): void {
  const type = typeIn(expr);
  if (type === 'scalar' || type === 'instant vector') return;
  const must = 'for range query, must be Scalar or instant Vector';
  throw new QueryFault('bad_data', `invalid expression type "${type}" ${must}`);
}

function pointAt(grid: Grid, step: number, value: number): Point {
  return { atMs: timeAt(grid, step), value };
}
