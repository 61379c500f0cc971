import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Rollout } from '../../src/api/rollout.ts';
import { clientPhase } from '../../src/view/phase.ts';
import { rollout, updating } from './support/objects.ts';

const healthy = { phase: 'Healthy', message: '' } as const;
const unseen = {
  phase: 'Progressing',
  message: 'waiting for rollout spec update to be observed',
  seen: false,
};
const workload = 'waiting for rollout spec update to be observed for the reference workload';

const refers = (annotation: string | null, observed?: string): Rollout => {
  const made = rollout(
    { ...healthy, ...(observed === undefined ? {} : { workloadObservedGeneration: observed }) },
    { workloadRef: { kind: 'Deployment', name: 'web' } },
  );
  if (annotation === null) return made;
  const annotations = { 'rollout.argoproj.io/workload-generation': annotation };
  return { ...made, metadata: { ...made.metadata, annotations } };
};

const rows: readonly (readonly [name: string, given: Rollout, expected: object])[] = [
  ['what the controller says', rollout(healthy), { ...healthy, seen: true }],
  ['an older generation', rollout({ ...healthy, observedGeneration: '2' }), unseen],
  ['a newer generation, of an object restored', rollout({ ...healthy, observedGeneration: '9' }), unseen],
  [
    'text that is no number is believed',
    rollout({ ...healthy, observedGeneration: '6f7b' }),
    { ...healthy, seen: true },
  ],
  ['no generation is believed', rollout({ ...healthy, observedGeneration: '' }), { ...healthy, seen: true }],
  ['no status yet', { ...rollout({}), status: {} }, unseen],
  [
    'promoted, not yet resumed',
    rollout(updating(1, { phase: 'Paused', message: 'CanaryPauseStep', controllerPause: true })),
    { phase: 'Progressing', message: 'waiting for rollout to unpause', seen: false },
  ],
  [
    'paused',
    rollout(
      updating(1, {
        phase: 'Paused',
        message: 'CanaryPauseStep',
        controllerPause: true,
        pauseConditions: [{ reason: 'CanaryPauseStep', startTime: '2026-11-21T14:02:11Z' }],
      }),
    ),
    { phase: 'Paused', message: 'CanaryPauseStep', seen: true },
  ],
  [
    'the workload of an older generation',
    refers('4', '3'),
    { phase: 'Progressing', message: workload, seen: false },
  ],
  ['the workload not looked at yet', refers('4'), { phase: 'Progressing', message: workload, seen: false }],
  ['the workload as it is', refers('4', '4'), { ...healthy, seen: true }],
  ['a workload without a known generation', refers(null), { ...healthy, seen: true }],
];

for (const [name, given, expected] of rows) {
  void test(name, () => assert.deepEqual(clientPhase(given), expected));
}
