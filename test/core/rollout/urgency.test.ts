import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RolloutCondition, RolloutStatus } from '../../../src/api/rollout.ts';
import type { Urgency } from '../../../src/core/plan.ts';
import { decide } from '../../../src/core/rollout/decide.ts';
import { isUrgent } from '../../../src/core/rollout/urgency.ts';
import { type Scene, w } from '../../support/world.ts';

/** What a status must be stored for at once, and what may wait for company. */

const rows: readonly (readonly [
  name: string,
  before: RolloutStatus,
  after: RolloutStatus,
  urgent: boolean,
])[] = [
  ['nothing new', { phase: 'Healthy' }, { phase: 'Healthy' }, false],
  ['counts of pods', { replicas: 1, readyReplicas: 1 }, { replicas: 2, availableReplicas: 1 }, false],
  ['the text about them', { message: 'a' }, { message: 'b' }, false],
  ['a phase', { phase: 'Progressing' }, { phase: 'Paused' }, true],
  ['a step', { currentStepIndex: 1 }, { currentStepIndex: 2 }, true],
  ['an epoch', { epoch: 1 }, { epoch: 2 }, true],
  ['a field that goes', { abort: true }, {}, true],
  ['a weight', weight(20), weight(30), true],
  ['the same weight in another object', weight(20), weight(20), false],
  [
    'the same pause with its fields in another order',
    { pauseConditions: [{ reason: 'CanaryPauseStep', startTime: 'T' }] },
    { pauseConditions: [{ startTime: 'T', reason: 'CanaryPauseStep' }] },
    false,
  ],
  [
    'a condition that follows the pods',
    conditions('Available', 'True'),
    conditions('Available', 'False'),
    false,
  ],
  ['progress', conditions('Progressing', 'True', 'A'), conditions('Progressing', 'True', 'B'), false],
  [
    'a missed deadline',
    conditions('Progressing', 'True', 'A'),
    conditions('Progressing', 'False', 'ProgressDeadlineExceeded'),
    true,
  ],
  [
    'the status of another condition',
    conditions('Completed', 'True'),
    conditions('Completed', 'False'),
    true,
  ],
  ['a condition that goes', conditions('InvalidSpec', 'True'), {}, true],
  ['the order of conditions', two('Paused', 'Completed'), two('Completed', 'Paused'), false],
];

for (const [name, before, after, urgent] of rows)
  void test(`${name}: ${urgent ? 'at once' : 'can wait'}`, () =>
    assert.equal(isUrgent(before, after), urgent));

function weight(n: number): RolloutStatus {
  return { canary: { weights: { canary: { weight: n }, stable: { weight: 100 - n } } } };
}

function conditions(type: RolloutCondition['type'], status: 'True' | 'False', reason = 'R'): RolloutStatus {
  const at = '2026-03-01T12:00:00Z';
  return { conditions: [{ type, status, reason, message: '', lastUpdateTime: at, lastTransitionTime: at }] };
}

function two(...types: readonly RolloutCondition['type'][]): RolloutStatus {
  return { conditions: types.flatMap((type) => conditions(type, 'True').conditions ?? []) };
}

/** How urgent a second decision is in a world whose status is that of the first but for some pods. */
function again(scene: Scene, before: Scene): Urgency {
  const { status } = decide(before.world, before.now);
  const next = scene.status(status);
  return decide(next.world, next.now).urgency;
}

const growing = (line: string) => w(line).with({ steps: [{ setWeight: 40 }, { pause: {} }], step: 0 });
void test('one of several pods more can wait', () => {
  const before = growing('stable 6/6 canary 1/4/4 of 10');
  assert.equal(again(growing('stable 6/6 canary 2/4/4 of 10'), before), 'none');
});
void test('the last pod ends the step: at once', () => {
  assert.equal(
    again(growing('stable 6/6 canary 4/4/4 of 10'), growing('stable 6/6 canary 3/4/4 of 10')),
    'first',
  );
});
void test('counts that are final are stored once nothing is left to do', () => {
  const paused = (pods: string) => w(`stable 6/6 canary ${pods} of 10 [40 >pause]`);
  assert.equal(again(paused('4/4'), paused('3/4')), 'atRest');
});
