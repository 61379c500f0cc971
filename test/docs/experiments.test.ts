import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import type { AnalysisTemplate } from '../../src/api/analysis.ts';
import type { Experiment } from '../../src/api/experiment.ts';
import type { CanaryStep, Rollout } from '../../src/api/rollout.ts';
import {
  experimentPodIssues,
  validateAnalysis,
  validateExperiment,
  validateRollout,
} from '../../src/api/validate/index.ts';

/** The fragments of the page about experiments have no mistake. */

const page = readFileSync(join(import.meta.dirname, '../../docs/experiments.md'), 'utf8');
const blocks = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(
  (match) => parse(match[1] ?? '') as readonly CanaryStep[] | Experiment | AnalysisTemplate,
);
const objects = blocks.flatMap((block) => ('kind' in block ? [block] : []));

for (const [i, steps] of blocks.filter((block) => Array.isArray(block)).entries())
  void test(`steps ${i + 1}`, () => assert.deepEqual(issuesOf(steps as readonly CanaryStep[]), []));

function issuesOf(steps: readonly CanaryStep[]): readonly object[] {
  const containers = [{ name: 'web', image: 'demo/web:1' }];
  const labels = { app: 'web' };
  const trafficRouting = { plugins: { 'argoproj-labs/gatewayAPI': { httpRoute: 'web' } } };
  const rollout: Rollout = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'web' },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers } },
      strategy: { canary: { stableService: 'a', canaryService: 'b', trafficRouting, steps } },
    },
  };
  return validateRollout(rollout);
}

void test('the Experiment that stands alone', () => {
  const experiment = objects.find((object) => object.kind === 'Experiment');
  assert.ok(experiment !== undefined);
  assert.deepEqual([...validateExperiment(experiment), ...experimentPodIssues(experiment)], []);
});

void test('the metric that is an Experiment', () => {
  const template = objects.find(({ kind }) => kind === 'AnalysisTemplate');
  assert.ok(template !== undefined);
  assert.deepEqual(validateAnalysis(template), []);
});
