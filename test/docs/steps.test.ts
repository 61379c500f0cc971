import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import type { CanaryStep, Rollout } from '../../src/api/rollout.ts';
import { validateRollout } from '../../src/api/validate/index.ts';
import { stepPluginIssues } from '../../src/core/steps/index.ts';

/** The fragments of the page about steps are steps without a mistake. */

const page = readFileSync(join(import.meta.dirname, '../../docs/steps.md'), 'utf8');
const blocks = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(
  (match) => parse(match[1] ?? '') as unknown,
);
const fragments = blocks.filter((block) => Array.isArray(block)) as readonly (readonly CanaryStep[])[];

function rolloutOf(steps: readonly CanaryStep[]): Rollout {
  const managed = steps.flatMap(
    ({ setHeaderRoute, setMirrorRoute }) => setHeaderRoute?.name ?? setMirrorRoute?.name ?? [],
  );
  const trafficRouting = {
    plugins: { 'argoproj-labs/gatewayAPI': { httpRoute: 'web' } },
    managedRoutes: managed.map((name) => ({ name })),
  };
  const spec = { containers: [{ name: 'web', image: 'demo/web:1' }] };
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec },
      strategy: { canary: { stableService: 'a', canaryService: 'b', trafficRouting, analysis: {}, steps } },
    },
  };
}

void test('there are fragments of all kinds', () => {
  const names = fragments.flat().map(({ plugin, ...step }) => plugin?.name ?? Object.keys(step)[0]);
  const wanted = [
    'setHeaderRoute',
    'setMirrorRoute',
    'sluice/gate',
    'sluice/job',
    'sluice/prove',
    'sluice/window',
  ];
  assert.deepEqual(new Set(names), new Set(wanted));
});

for (const [i, steps] of fragments.entries())
  void test(`fragment ${i + 1} has no mistake`, () => {
    const rollout = rolloutOf(steps);
    assert.deepEqual([...validateRollout(rollout), ...stepPluginIssues(rollout)], []);
  });
