import { failTooMany } from '../fault.ts';
import { type Labels, withoutName } from '../labels.ts';
import type { Track } from '../series.ts';
import type { RangeSelector, Selector, Subquery, Timing } from './ast.ts';
import { distinct, eachStep, type Grid, type Row, timeAt } from './rows.ts';
import type { Run } from './run.ts';

/** Samples of one series in a stretch of time, none of them a staleness marker. */
export interface Stretch {
  readonly labels: Labels;
  /** Milliseconds since the Unix epoch, rising. */
  readonly times: Float64Array;
  readonly values: Float64Array;
}

/** What a range selector or a subquery found, for all moments of a grid. */
export interface Stretches {
  readonly all: readonly Stretch[];
  readonly rangeMs: number;
  /** The end of the window at a step, in milliseconds. */
  readonly endAt: (step: number) => number;
}

/** The samples of one series that a function looks at. There is at least one. */
export interface Window {
  readonly times: Float64Array;
  readonly values: Float64Array;
  /** Both ends are a part of it, as up to Prometheus 2. */
  readonly startMs: number;
  readonly endMs: number;
  /** The moment that is evaluated: the end of the window, but for `offset` and `@`. */
  readonly nowMs: number;
}

/** When a selector looks, at each step. */
export function lookAt({ offsetMs, at }: Timing, grid: Grid, run: Run): (step: number) => number {
  if (at === null) return (step) => timeAt(grid, step) - offsetMs;
  const fixed = (at === 'start' ? run.startMs : at === 'end' ? run.endMs : at) - offsetMs;
  return () => fixed;
}

/** The newest sample of each series at each moment, unless it is too old or the series has ended. */
export function newest({ matchers, timing }: Selector, grid: Grid, run: Run): readonly Row[] {
  const at = lookAt(timing, grid, run);
  const tracks = run.source.select(matchers, at(0) - run.lookbackMs, at(grid.count - 1));
  run.spend(tracks.length * grid.count);
  return tracks
    .map((track) => newestOf(track, grid, { at, lookbackMs: run.lookbackMs }))
    .filter(({ values }) => values.some((value) => value !== null));
}

interface Look {
  readonly at: (step: number) => number;
  readonly lookbackMs: number;
}

function newestOf({ labels, times, values, stale }: Track, grid: Grid, { at, lookbackMs }: Look): Row {
  let next = 0;
  const places = eachStep(grid, (step) => {
    const now = at(step);
    while (next < times.length && (times[next] ?? 0) <= now) next += 1;
    const place = next - 1;
    const isThere = place >= 0 && (times[place] ?? 0) >= now - lookbackMs && stale[place] !== 1;
    return isThere ? place : null;
  });
  return {
    labels,
    values: places.map((place) => (place === null ? null : (values[place] ?? null))),
    sampledAt: places.map((place) => (place === null ? 0 : (times[place] ?? 0))),
  };
}

/** All samples that a range selector may see at any moment of a grid. */
export function stretchesOf({ selector, rangeMs }: RangeSelector, grid: Grid, run: Run): Stretches {
  const endAt = lookAt(selector.timing, grid, run);
  const tracks = run.source.select(selector.matchers, endAt(0) - rangeMs, endAt(grid.count - 1));
  run.spend(tracks.reduce((sum, { times }) => sum + times.length, 0));
  return { all: tracks.map(withoutMarkers), rangeMs, endAt };
}

function withoutMarkers({ labels, times, values, stale }: Track): Stretch {
  if (!stale.includes(1)) return { labels, times, values };
  const isSample = (_: number, place: number) => stale[place] !== 1;
  return { labels, times: times.filter(isSample), values: values.filter(isSample) };
}

/** Each series takes some bytes for each step. */
const MAX_STEPS = 1_000_000;

/**
 * The moments at which the inside of a subquery is evaluated: whole multiples of its step, so that they do
 * not move when the query is asked a little later.
 */
export function gridWithin({ rangeMs, stepMs, timing }: Subquery, grid: Grid, run: Run): Grid {
  const endAt = lookAt(timing, grid, run);
  const step = stepMs ?? run.defaultStepMs;
  const startMs = Math.ceil((endAt(0) - rangeMs) / step) * step;
  const count = Math.max(0, Math.floor((endAt(grid.count - 1) - startMs) / step) + 1);
  if (count > MAX_STEPS) failTooMany();
  run.spend(count);
  return { startMs, stepMs: step, count };
}

/** The results of a subquery's inside as if they had been sampled. */
export function resampled(rows: readonly Row[], inner: Grid): readonly Stretch[] {
  return rows.map(({ labels, values }) => {
    const places = eachStep(inner, (step) => step).filter((step) => (values[step] ?? null) !== null);
    return {
      labels,
      times: Float64Array.from(places, (step) => timeAt(inner, step)),
      values: Float64Array.from(places, (step) => values[step] ?? Number.NaN),
    };
  });
}

/** What to do with each window of each series. */
export interface OverWindows {
  readonly grid: Grid;
  readonly keepsName: boolean;
  readonly compute: (window: Window, step: number) => number | null;
  readonly run: Run;
}

/** Computes one value from each window that has samples. */
export function overWindows(
  stretches: Stretches,
  { grid, keepsName, compute, run }: OverWindows,
): readonly Row[] {
  const rows = stretches.all.map(({ labels, times, values }) => {
    const slide = sliding(times);
    const computed = eachStep(grid, (step) => {
      const endMs = stretches.endAt(step);
      const startMs = endMs - stretches.rangeMs;
      const [from, to] = slide(startMs, endMs);
      if (from === to) return null;
      run.spend(to - from);
      const seen = { times: times.subarray(from, to), values: values.subarray(from, to) };
      return compute({ ...seen, startMs, endMs, nowMs: timeAt(grid, step) }, step);
    });
    return { labels: keepsName ? labels : withoutName(labels), values: computed };
  });
  return distinct(rows);
}

/** Finds the places of a window whose ends only move forward. */
export function sliding(times: Float64Array): (startMs: number, endMs: number) => readonly [number, number] {
  let from = 0;
  let to = 0;
  return (startMs, endMs) => {
    while (from < times.length && (times[from] ?? 0) < startMs) from += 1;
    while (to < times.length && (times[to] ?? 0) <= endMs) to += 1;
    return [from, Math.max(from, to)];
  };
}
