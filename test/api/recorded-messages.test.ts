import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { validateRollout } from '../../src/api/validate/index.ts';
import { type Loose, rolloutWith } from './rollouts.ts';

/** A Rollout that the original refused, and what it said of it; null: it was content, or its CRD refused it. */
interface Recorded {
  readonly scenario: string;
  readonly name: string;
  readonly spec: Loose;
  readonly said: string | null;
}

const RECORDED = JSON.parse(
  readFileSync(join(import.meta.dirname, 'vectors/invalid-rollouts.json'), 'utf8'),
) as readonly Recorded[];

/** Mistakes in what a Rollout refers to: found with the world in view, not here. */
const REFERENCES = new RegExp(
  [
    'not found|unmatch label|managed by another Rollout|has no rules using service|can not define weight',
    'invalid TLS routes|two metrics have the same name|specified multiple times|was not resolved',
    'workload of type example.com/Widget',
    '^spec\\.template\\.metadata\\.labels: Invalid value: \\{"app":"shape"\\}',
  ].join('|'),
);

/** What we say in another way: the original names fields that do not exist, or shows how it is written in Go. */
const OTHERWISE: Readonly<Record<string, string>> = {
  'strategy-none':
    "spec.strategy: Required value: Rollout has missing field '.spec.strategy.canary or .spec.strategy.blueGreen'",
  'strategy-both':
    'spec.strategy: Invalid value: "blueGreen: true canary: true": Multiple Strategies can not be listed',
  'step-empty':
    'spec.strategy.canary.steps[0]: Invalid value: {}: Step must have one of the following set: experiment, setWeight, setCanaryScale, plugin or pause',
  'step-two':
    'spec.strategy.canary.steps[0]: Invalid value: "pause, setWeight": Step must have one of the following set: experiment, setWeight, setCanaryScale, plugin or pause',
  'scale-no-routing':
    'spec.strategy.canary.steps[0].setCanaryScale: Required value: SetCanaryScale requires TrafficRouting to be set',
  'pingpong-nginx':
    'spec.strategy.canary.pingPong: Invalid value: {"pingService":"p","pongService":"q"}: Ping-pong feature works with the ALB, Istio, and plugin-based traffic routers only',
  'anti-affinity-weight':
    'spec.strategy.canary.antiAffinity.preferredDuringSchedulingIgnoredDuringExecution.weight: Invalid value: 500: AntiAffinity weight must be between 1-100',
  both: 'spec.template: template must be empty for workload reference rollout',
  stateful: 'spec.workloadRef.kind: workload of type apps/StatefulSet is not supported',
  // Refused by the CRD already.
  'replicas-negative': 'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
  'no-active': 'spec.strategy.blueGreen.activeService: Required value',
};

for (const { scenario, name, spec, said } of RECORDED) {
  const isReference = said !== null && REFERENCES.test(said);
  const expected = OTHERWISE[name] ?? (isReference ? null : said);
  void test(`${scenario}, ${name}: ${expected ?? 'no issue'}`, () => {
    const issues = validateRollout({ ...rolloutWith({}), spec });
    const [first = null] = issues.map((issue) => `${issue.path}: ${issue.message}`);
    // The original leaves the strategy's name out of most paths. Ours can be followed in the manifest.
    const shown =
      OTHERWISE[name] === undefined
        ? first?.replace(/^spec\.strategy\.(canary|blueGreen)\b/, 'spec.strategy')
        : first;
    assert.ok(shown === expected || first === expected, `said: ${first}`);
  });
}

void test('the rows above are of use: most are refused, some are not', () => {
  const refused = RECORDED.filter(({ said }) => said !== null && !REFERENCES.test(said));
  assert.ok(refused.length >= 42, String(refused.length));
  assert.ok(RECORDED.some(({ said }) => said === null));
});
