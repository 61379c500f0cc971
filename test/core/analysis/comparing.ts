import type { AnalysisRun, AnalysisRunSpec, AnalysisRunStatus, Metric } from '../../../src/api/analysis.ts';
import type { CompareConfig } from '../../../src/api/compare.ts';
import type { Json } from '../../../src/api/meta.ts';
import { judgedSpec } from '../../../src/core/analysis/compare/alpha.ts';
import { comparisonOf } from '../../../src/core/analysis/compare/comparison.ts';
import { decide, type Task } from '../../../src/core/analysis/decide.ts';
import { isCompleted, measurementOf } from '../../../src/core/analysis/measurement.ts';
import type { ErrorReading } from '../../../src/core/analysis/reading.ts';
import type { Taken } from '../../../src/core/analysis/record.ts';
import type { Reading as Counted } from '../../../src/core/compare/reading.ts';

/** 2026-11-21T08:00:00Z */
export const START = 1_795_248_000_000;

/** A metric that compares; every 15 seconds, twenty times, unless it says otherwise. */
export function compared(name: string, config: CompareConfig = {}, fields: Partial<Metric> = {}): Metric {
  const plugin = { 'sluice/compare': config as unknown as Json };
  return { name, interval: '15s', count: 20, provider: { plugin }, ...fields };
}

/** What is counted at a moment, in seconds since the start; an error where nothing is. */
export type Source = (seconds: number, metric: string) => Omit<Counted, 'at'> | ErrorReading;

/** Both sides of one series each, by requests and errors up to now. */
export function counted(
  canary: { readonly total: number; readonly bad: number } | null,
  stable: { readonly total: number; readonly bad: number } | null,
): Omit<Counted, 'at'> {
  const side = (of: typeof canary) => (of === null ? null : { total: { a: of.total }, bad: { a: of.bad } });
  return { weight: 10, canary: side(canary), stable: side(stable) };
}

/** Requests a second and the part of them that fails, of both sides, without chance. */
export function steady(of: {
  readonly canary: readonly [perSecond: number, badRate: number];
  readonly stable: readonly [perSecond: number, badRate: number];
}): Source {
  const side = ([perSecond, badRate]: readonly [number, number], seconds: number) => {
    const total = Math.floor(perSecond * seconds);
    return { total, bad: Math.floor(total * badRate) };
  };
  return (seconds) => counted(side(of.canary, seconds), side(of.stable, seconds));
}

/** What came of a run. */
export interface Compared {
  readonly status: AnalysisRunStatus;
  /** Seconds after which it ended, or was left. */
  readonly seconds: number;
}

/**
 * Plays a run until it ends, for at most `seconds`. Every status goes through JSON and every pass begins with
 * nothing but it, so the controller is a new one each time. Counters begin when the run does, an hour on.
 */
export function compare(
  spec: AnalysisRunSpec,
  source: Source,
  more: {
    readonly seconds?: number;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  } = {},
): Compared {
  const { seconds = 3600, labels = {}, annotations = {} } = more;
  const metadata = { name: 'run', namespace: 'ns', uid: 'u', labels, annotations };
  let run: AnalysisRun = { apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisRun', metadata, spec };
  let now = START;
  for (;;) {
    const before = decide(run, now, []);
    const taken = before.due.map((task) => takenBy({ ...run, status: before.status }, task, source, now));
    const after = decide(run, now, taken);
    run = { ...run, status: JSON.parse(JSON.stringify(after.status)) as AnalysisRunStatus };
    const passed = (now - START) / 1000;
    if (isCompleted(after.status.phase)) return { status: after.status, seconds: passed };
    now = Math.max(after.wakeAt ?? now, now + 1000);
    if (now > START + seconds * 1000) return { status: after.status, seconds: passed };
  }
}

function takenBy(run: AnalysisRun, task: Task, source: Source, now: number): Taken {
  const spec = judgedSpec(run);
  const metric = spec.metrics[task.index];
  const result = run.status?.metricResults?.find(({ name }) => name === task.metric);
  const comparison = metric === undefined ? null : comparisonOf(spec, metric, result);
  if (metric === undefined || comparison === null) throw new Error(`${task.metric} does not compare`);
  const answer = source((now - START) / 1000, task.metric);
  const reading = 'kind' in answer ? answer : comparison.take([{ ...answer, at: now }], comparison.memo);
  const measurement = measurementOf(metric, reading, null, { startedAt: now, at: now }, (text) => text);
  return { metric: task.metric, after: task.after, measurement, metadata: {} };
}

/** A run in a line: how it ended, when, and what each metric came to. */
export function inALine({ status, seconds }: Compared): string {
  const metrics = (status.metricResults ?? []).map(
    ({ name, phase, message = '' }) => `${name} ${phase}: ${message}`,
  );
  return [`${status.phase} at ${seconds}s`, ...metrics].join(' | ');
}
