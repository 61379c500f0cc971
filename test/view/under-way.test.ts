import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnalysisRun, Measurement, Metric } from '../../src/api/analysis.ts';
import { analysesOf } from '../../src/view/explain/analyses.ts';
import { ago, NOW, rollout, run } from './support/objects.ts';

/** What is told of a metric that is a Job or an Experiment. */

const metric: Metric = { name: 'check', interval: '1m', count: 3, provider: { job: { spec: {} } } };
const finished: Measurement = {
  phase: 'Successful',
  startedAt: ago(80),
  finishedAt: ago(50),
  metadata: { 'job-name': 'u.check.1' },
};
const running: Measurement = {
  phase: 'Running',
  startedAt: ago(20),
  resumeAt: ago(-3),
  metadata: { 'job-name': 'u.check.2' },
};

const rows: readonly (readonly [string, readonly Measurement[], string])[] = [
  ['the first one', [running], 'check: 0 of 3 measurements; Job u.check.2 is running'],
  ['the second', [finished, running], 'check: 1 of 3 measurements; Job u.check.2 is running'],
  [
    'an Experiment',
    [{ phase: 'Running', startedAt: ago(20), metadata: { experiment: 'a-check-1' } }],
    'check: 0 of 3 measurements; Experiment a-check-1 is running',
  ],
  [
    'what says for what it waits',
    [
      {
        phase: 'Running',
        startedAt: ago(20),
        message: 'waits for a fresh baseline: 0 of 1 pods are available; nothing counts yet',
        metadata: { experiment: 'a-baseline' },
      },
    ],
    'check: 0 of 3 measurements; waits for a fresh baseline: 0 of 1 pods are available; nothing counts yet',
  ],
  [
    'something else that takes long',
    [{ phase: 'Running', startedAt: ago(20) }],
    'check: 0 of 3 measurements; one is under way',
  ],
];

for (const [name, measurements, expected] of rows)
  void test(`a metric that takes long: ${name}`, () => {
    const found: AnalysisRun = {
      ...run('a', 2, 'Running', [0, 0, 0, 0]),
      spec: { metrics: [metric] },
      status: {
        phase: 'Running',
        startedAt: ago(80),
        metricResults: [{ name: 'check', phase: 'Running', count: measurements.length - 1, measurements }],
      },
    };
    const status = { canary: { currentStepAnalysisRunStatus: { name: 'a', status: 'Running' as const } } };
    const parts = { rollout: rollout(status), replicaSets: [], pods: [], runs: [found], experiments: [] };
    const [analysis] = analysesOf(parts, { kind: 'unpause' }, NOW);
    assert.deepEqual(
      analysis?.metrics.map(({ summary }) => summary),
      [expected],
    );
    assert.deepEqual([analysis?.endsAt, analysis?.isEndless], [null, false]);
  });
