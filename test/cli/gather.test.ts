import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Rollout, RolloutSpec } from '../../src/api/rollout.ts';
import { podSelector } from '../../src/cli/gather.ts';

/** What is listed of a rollout: the pods of every version, also where the status selects one alone. */
const HASH = 'rollouts-pod-template-hash';
const ref = { workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'app' } };
const own: Partial<RolloutSpec> = { selector: { matchLabels: { app: 'app' } } };

const rows: readonly (readonly [title: string, spec: Partial<RolloutSpec>, status: string, says: string])[] =
  [
    ['its own selector', own, 'app=app', `app=app,${HASH}`],
    ['blue-green: its own', own, `app=app,${HASH}=5f4d`, `app=app,${HASH}`],
    ['a workload: that of the status', ref, 'app=app,tier in (a,b)', `app=app,tier in (a,b),${HASH}`],
    ['a workload with blue-green', ref, `app=app,${HASH}=5f4d`, `app=app,${HASH}`],
    ['nothing is known yet', ref, '', HASH],
  ];

for (const [title, spec, selector, says] of rows)
  void test(`pods are listed by ${title}`, () => {
    const rollout: Rollout = {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { name: 'app' },
      spec,
      status: { selector },
    };
    assert.equal(podSelector(rollout), says);
  });
