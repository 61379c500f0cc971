import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnalysisRunSpec, AnalysisRunStatus } from '../../../src/api/analysis.ts';
import type { Job } from '../../../src/api/workload.ts';
import { endedMetrics, spareJobs } from '../../../src/core/analysis/jobs.ts';

/** `m.2+`: the second Job of metric m, which has succeeded; `…` goes on, `x` is about to go. */
function jobOf(text: string): Job {
  const [, name = '', metric = '', state] = /^((\w)\.\d+)(.)$/.exec(text) ?? [];
  const conditions = state === '+' ? [{ type: 'Complete', status: 'True' as const }] : [];
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      annotations: { 'analysisrun.argoproj.io/metric-name': metric },
      ...(state === 'x' ? { deletionTimestamp: '2026-11-21T08:00:00Z' } : {}),
    },
    status: { conditions },
  };
}

function jobsOf(text: string): readonly Job[] {
  return text === '' ? [] : text.split(' ').map(jobOf);
}

/** `m.1+ m.2…`: measurements in their order, finished or under way, by their Jobs. */
function statusOf(text: string): AnalysisRunStatus {
  const all = text === '' ? [] : text.split(' ');
  const byMetric = Map.groupBy(all, (one) => one.charAt(0));
  const metricResults = [...byMetric].map(([name, mine]) => ({
    name,
    phase: 'Running' as const,
    measurements: mine.map((one) => ({
      phase: one.endsWith('+') ? ('Successful' as const) : ('Running' as const),
      metadata: { 'job-name': one.slice(0, -1) },
    })),
  }));
  return { phase: 'Running', metricResults };
}

// The measurements of a run, its Jobs, and the metrics that are looked at before their time.
const early: readonly (readonly [string, string, string, string])[] = [
  ['nothing is measured', '', 'm.1…', ''],
  ['a Job goes on', 'm.1…', 'm.1…', ''],
  ['it has ended', 'm.1…', 'm.1+', 'm'],
  ['somebody deletes it', 'm.1…', 'm.1x', 'm'],
  ['nobody has seen it yet', 'm.1…', '', ''],
  ['that it has ended is known', 'm.1+', 'm.1+', ''],
  ['the one before has ended', 'm.1+ m.2…', 'm.1+ m.2…', ''],
  ['one of two has ended', 'm.1… n.1…', 'm.1+ n.1…', 'm'],
];

for (const [name, status, jobs, expected] of early)
  void test(`measured early: ${name}`, () => {
    assert.equal([...endedMetrics(statusOf(status), jobsOf(jobs))].join(' '), expected);
  });

const two = { measurementRetention: [{ metricName: 'm', limit: 2 }] };

// What is kept, the measurements, the Jobs, whether the run ends, and the Jobs that go.
const spare: readonly (readonly [string, object, string, string, boolean, string])[] = [
  ['all are told of', {}, 'm.1+ m.2…', 'm.1+ m.2…', false, ''],
  ['one is on its way into the status', {}, '', 'm.1…', false, ''],
  ['one of which a run that ends knows nothing', {}, '', 'm.1…', true, 'm.1'],
  ['one that goes already', {}, '', 'm.1x', true, ''],
  ['one that has ended needs no end', {}, '', 'm.1+', true, ''],
  ['one that waits for its image for ever, in a run that has ended', {}, 'm.1+', 'm.1…', true, ''],
  ['as many as are kept', two, 'm.1+ m.2+', 'm.1+ m.2+', false, ''],
  ['one more', two, 'm.2+ m.3+', 'm.1+ m.2+ m.3+', false, 'm.1'],
  ['in the order of their numbers', two, 'm.9+ m.10+', 'm.10+ m.8+ m.9+', false, 'm.8'],
  ['one under way is not one too many', two, 'm.1…', 'm.1… m.2+ m.3+', false, ''],
  ['each metric by itself', two, 'm.2+ m.3+ n.1+', 'm.1+ m.2+ m.3+ n.1+ n.2+ n.3+', false, 'm.1'],
];

for (const [name, rules, status, jobs, isEnding, expected] of spare)
  void test(`Jobs that go: ${name}`, () => {
    const spec: AnalysisRunSpec = { metrics: [], ...rules };
    const gone = spareJobs({ spec }, { status: statusOf(status), isEnding }, jobsOf(jobs));
    assert.equal(gone.map(({ metadata }) => metadata.name).join(' '), expected);
  });
