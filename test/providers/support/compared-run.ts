import assert from 'node:assert/strict';
import type { AnalysisRun, AnalysisRunStatus, Metric } from '../../../src/api/analysis.ts';
import type { CompareConfig } from '../../../src/api/compare.ts';
import type { Json } from '../../../src/api/meta.ts';
import { comparisonOf } from '../../../src/core/analysis/compare/comparison.ts';
import { decide, type Task } from '../../../src/core/analysis/decide.ts';
import { isCompleted, measurementOf } from '../../../src/core/analysis/measurement.ts';
import type { Taken } from '../../../src/core/analysis/record.ts';
import { compare } from '../../../src/providers/compare/compare.ts';
import type { HttpClient } from '../../../src/providers/http.ts';
import { ask } from './ask.ts';

/** When runs begin. */
export const START = 1_795_248_000_000;

/** A run of one metric that compares, as often as 20 times. */
export interface ComparedRun {
  readonly config: CompareConfig;
  readonly fetch: HttpClient;
  /** By name and key. */
  readonly secrets?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** How long it is played at most. */
  readonly seconds: number;
}

/** Plays it, each pass by a new controller. */
export async function playRun(plot: ComparedRun): Promise<AnalysisRunStatus> {
  const plugin = { 'sluice/compare': plot.config as unknown as Json };
  const limits = { interval: '15s', count: 20, consecutiveErrorLimit: 1000 };
  const metric: Metric = { name: 'errors', ...limits, provider: { plugin } };
  const metadata = { name: 'run', namespace: 'shop', uid: 'u' };
  const spec = { metrics: [metric] };
  let run: AnalysisRun = { apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisRun', metadata, spec };
  for (let now = START; now < START + plot.seconds * 1000; ) {
    const before = decide(run, now, []);
    const taken = await Promise.all(before.due.map((task) => takenAt(plot, run, { metric, task, now })));
    const { status, wakeAt } = decide(run, now, taken);
    run = { ...run, status: JSON.parse(JSON.stringify(status)) as AnalysisRunStatus };
    if (isCompleted(status.phase)) return status;
    now = Math.max(wakeAt ?? now, now + 1000);
  }
  return run.status ?? { phase: '' };
}

async function takenAt(
  { config, fetch, secrets }: ComparedRun,
  { spec, status }: AnalysisRun,
  { metric, task, now }: { readonly metric: Metric; readonly task: Task; readonly now: number },
): Promise<Taken> {
  const comparison = comparisonOf(spec, metric, status?.metricResults?.[0]);
  assert.ok(comparison !== null);
  const world = { fetch, ...(secrets === undefined ? {} : { secrets }) };
  const reading = await compare.start(config, { ...ask({}, undefined, world), now, comparison });
  const measurement = measurementOf({}, reading, null, { startedAt: now, at: now }, (text) => text);
  return { metric: metric.name, after: task.after, measurement, metadata: {} };
}
