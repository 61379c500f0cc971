import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnalysisRun } from '../../../src/api/analysis.ts';
import type { Rollout } from '../../../src/api/rollout.ts';
import { stepPluginIssues } from '../../../src/core/steps/index.ts';
import { compare, compared, counted, type Source, START, steady } from '../analysis/comparing.ts';
import { bound, looks, NOON, type Sight } from './sight.ts';

// The step that waits for a proof of health. The analysis began with the step, if nothing else is said.

const healthy = steady({ canary: [10, 0.02], stable: [90, 0.02] });
const bad = steady({ canary: [10, 0.2], stable: [90, 0.02] });
const quiet = steady({ canary: [0, 0], stable: [90, 0.02] });

/** An analysis in the background that has been going on for so long. */
function analysis(source: Source, seconds: number, hash = 'abc'): AnalysisRun {
  const labels = { 'rollout-type': 'Background', 'rollouts-pod-template-hash': hash };
  const spec = { metrics: [compared('errors', {}, { count: 1000 })] };
  const { status } = compare(spec, source, { seconds, labels });
  const metadata = { name: 'run', labels, creationTimestamp: '2026-03-01T12:00:00Z' };
  return { apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisRun', metadata, spec, status };
}

/** Seconds between the times of analyses in these tests, and those of steps. */
const SHIFT = (START - NOON) / 1000;

function row(name: string, config: object, sight: Sight, want: string): void {
  void test(name, () => {
    const { at = 0, startedAt = 0, ...rest } = sight;
    const shifted = { ...rest, at: at + SHIFT, startedAt: startedAt + SHIFT };
    const turn = looks(bound('sluice/prove', config), shifted, shifted);
    const wake = turn.wakeAt === null ? '' : `, again at ${(turn.wakeAt - START) / 1000}s`;
    assert.equal(`${turn.phase}: ${turn.message}${wake}`, want);
  });
}

const until = (time: string, seconds: number, more = '') =>
  `Running: until the canary is proven to be healthy, at most until 2026-11-21T${time}Z${more}, again at ${seconds}s`;

row('waits where there is no analysis yet', {}, { at: 10 }, until('08:30:00', 1800));
row('waits while nothing is proven', {}, { at: 30, runs: [analysis(healthy, 30)] }, until('08:30:00', 1800));
row(
  'goes on with the proof',
  {},
  { at: 300, runs: [analysis(healthy, 300)] },
  'Successful: errors: canary within 2x of stable proven (ratio 1.00, 95% 0.60–1.57) after 3 000 canary requests.',
);
row(
  'but not before what was since the step began is looked at, too',
  { max: '10m' },
  { at: 300, startedAt: 290, runs: [analysis(healthy, 300)] },
  until('08:14:50', 890),
);
row('a bad one is never proven', {}, { at: 300, runs: [analysis(bad, 300)] }, until('08:30:00', 1800));
row(
  'nor is a quiet one',
  {},
  { at: 300, runs: [analysis(quiet, 300)] },
  until('08:30:00', 1800, '; there are no requests to judge it by'),
);
row(
  'nor one that nobody counts, and that is told as something else',
  { max: '5m', otherwise: 'abort' },
  { at: 300, runs: [analysis(() => counted(null, null), 300)] },
  'Failed: not proven to be healthy within 5m; there are no data to judge it by',
);
row(
  'nor by the analysis of another version',
  {},
  { at: 300, runs: [analysis(healthy, 300, 'old')] },
  until('08:30:00', 1800),
);
row(
  'then people decide',
  { max: '5m' },
  { at: 300 },
  'Running: not proven to be healthy within 5m: people decide',
);
row(
  'or a proof that comes late',
  { max: '1m' },
  { at: 300, runs: [analysis(healthy, 300)] },
  'Successful: errors: canary within 2x of stable proven (ratio 1.00, 95% 0.60–1.57) after 3 000 canary requests.',
);
row(
  'or it is given up',
  { max: '5m', otherwise: 'abort' },
  { at: 300 },
  'Failed: not proven to be healthy within 5m',
);
row(
  'or goes on all the same',
  { max: '5m', otherwise: 'continue' },
  { at: 300 },
  'Successful: not proven to be healthy within 5m; goes on all the same',
);

void test('needs an analysis in the background', () => {
  const steps = [{ plugin: { name: 'sluice/prove' } }];
  const rollout = (canary: object) =>
    ({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { name: 'web' },
      spec: { strategy: { canary } },
    }) as Rollout;
  const issues = (canary: object) =>
    stepPluginIssues(rollout(canary)).map(({ path, message }) => `${path}: ${message}`);
  assert.deepEqual(issues({ steps, analysis: { templates: [{ templateName: 'compare' }] } }), []);
  assert.deepEqual(issues({ steps }), [
    'spec.strategy.canary.steps[0].plugin.name: sluice/prove needs spec.strategy.canary.analysis, whose metrics compare canary and stable',
  ]);
  const wrong = [{ plugin: { name: 'sluice/prove', config: { max: '0s', otherwise: 'retry', for: 1 } } }];
  assert.equal(issues({ steps: wrong, analysis: {} }).length, 3);
});
