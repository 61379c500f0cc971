import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RolloutStatus } from '../../src/api/rollout.ts';
import { remember } from '../../src/notify/progress.ts';
import { storyOf } from '../../src/notify/story.ts';
import { transitionsBetween, transitionsIn } from '../../src/notify/transitions.ts';
import { abortedStatus, analysisRun, condition, NOW, replicaSet, snapshot } from './support/release.ts';

const PAUSE = { reason: 'CanaryPauseStep', startTime: '2026-11-21T07:58:00Z' } as const;
const DONE = condition('Completed', 'True', 'RolloutCompleted');

const [BEGUN, ENDED] = ['2026-11-21T07:57:00Z', '2026-11-21T07:58:00Z'];
const run = { name: 'sluice/gate', operation: 'Run', startedAt: BEGUN } as const;
const STEPS = [
  { ...run, index: 0, phase: 'Successful', finishedAt: ENDED },
  { ...run, index: 1, phase: 'Error', status: { erringSince: ENDED } },
  { ...run, index: 2, phase: 'Running' },
  { ...run, index: 2, phase: 'Running', operation: 'Terminate' },
] as const;

/** The status, and what it tells of besides that revision 5 is being released. */
const IN: readonly (readonly [why: string, status: RolloutStatus, told: readonly string[]])[] = [
  ['nothing more', { currentStepIndex: 0 }, []],
  ['an abort that we have taken note of', abortedStatus(''), ['RolloutAborted h5.1795247880']],
  ['an abort that we have not', { abort: true }, []],
  ['a retry', { abort: false, abortedAt: '2026-11-21T07:58:00Z' }, []],
  [
    'a completion',
    { stableRS: 'h5', currentStepIndex: 6, conditions: [DONE] },
    ['RolloutCompleted h5.1795247880'],
  ],
  ['an old completion while the next one is under way', { conditions: [DONE] }, []],
  [
    'a pause',
    { currentStepIndex: 0, pauseConditions: [PAUSE] },
    ['RolloutPaused h5.CanaryPauseStep.0.1795247880'],
  ],
  ['a step that is behind', { currentStepIndex: 1 }, ['RolloutStepCompleted h5.1795247400.1']],
  [
    'steps of plugins, by their phase',
    { currentStepIndex: 0, canary: { stepPluginStatuses: STEPS } },
    [
      'StepPluginTransition h5.0.Successful.1795247880',
      'StepPluginTransition h5.1.Error.1795247880',
      'StepPluginTransition h5.2.Running.1795247820',
    ],
  ],
  ['no step after an abort', { ...abortedStatus(''), currentStepIndex: 1 }, ['RolloutAborted h5.1795247880']],
];

void describe('the stored state tells of', () => {
  for (const [why, status, told] of IN)
    void test(why, () => {
      const found = transitionsIn(snapshot(status)).map(({ reason, id }) => `${reason} ${id}`);
      assert.deepEqual(found, ['RolloutUpdated h5.1795247400', ...told]);
    });

  void test('runs, by their phase', () => {
    const runs = ['Pending', 'Running', 'Successful', 'Failed', 'Error', 'Inconclusive', ''] as const;
    const state = snapshot({}, { runs: runs.map((phase) => analysisRun({ phase })) });
    const found = transitionsIn(state).filter((one) => one.subject.kind === 'run');
    const reasons = [
      'AnalysisRunRunning',
      'AnalysisRunSuccessful',
      'AnalysisRunFailed',
      'AnalysisRunError',
      'AnalysisRunInconclusive',
    ];
    assert.deepEqual(
      found.map((one) => one.reason),
      reasons,
    );
    assert.equal(found[1]?.id, 'checkout-h5-5-2.12345678');
  });

  void test('the end of a run that does not say when, by its last measurement', () => {
    const measurements = [{ phase: 'Failed', finishedAt: '2026-11-21T07:57:00Z' } as const];
    const metricResults = [{ name: 'a', phase: 'Failed', measurements } as const];
    const { completedAt: _, ...status } = analysisRun({ phase: 'Failed', metricResults }).status ?? {};
    const run = { ...analysisRun({ phase: 'Failed' }), status: { phase: 'Failed', ...status } as const };
    assert.equal(transitionsIn(snapshot({}, { runs: [run] })).at(-1)?.at, Date.parse('2026-11-21T07:57:00Z'));
  });

  void test('no update where the ReplicaSet is still to be made', () => {
    assert.deepEqual(transitionsIn(snapshot({}, { replicaSets: [replicaSet(4, 9)] })), []);
  });
});

const weights = (canary: number): RolloutStatus => ({
  canary: { weights: { canary: { weight: canary }, stable: { weight: 100 - canary } } },
});

const active = (activeSelector: string): RolloutStatus => ({ blueGreen: { activeSelector } });

/** Two states, and what only their difference tells. */
const BETWEEN: readonly (readonly [
  why: string,
  before: RolloutStatus,
  after: RolloutStatus,
  told: readonly string[],
])[] = [
  ['nothing', {}, {}, []],
  ['the end of a pause', { pauseConditions: [PAUSE] }, {}, ['RolloutResumed']],
  ['no end of a pause by an abort', { pauseConditions: [PAUSE] }, { abort: true }, []],
  ['a weight', weights(10), { ...weights(30), epoch: 7 }, ['TrafficWeightUpdated']],
  ['a switch of all users', active('h4'), { ...active('h5'), epoch: 7 }, ['SwitchService']],
  ['no switch to the first version', {}, active('h5'), []],
  ['the first weight', {}, weights(0), ['TrafficWeightUpdated']],
  [
    'the last step, promoted at once',
    { currentStepIndex: 5 },
    { currentStepIndex: 6, stableRS: 'h5' },
    ['RolloutStepCompleted'],
  ],
  [
    'no step that was skipped',
    { currentStepIndex: 1, promoteFull: true },
    { currentStepIndex: 6, stableRS: 'h5' },
    [],
  ],
];

void describe('two states tell of', () => {
  for (const [why, before, after, told] of BETWEEN)
    void test(why, () => {
      const found = transitionsBetween(snapshot(before), snapshot(after), NOW);
      assert.deepEqual(
        found.map((one) => one.reason),
        told,
      );
    });

  void test('ReplicaSets of another size', () => {
    const before = snapshot({}, { replicaSets: [replicaSet(4, 9)] });
    const after = snapshot({}, { replicaSets: [replicaSet(4, 8), replicaSet(5, 2)] });
    const found = transitionsBetween(before, after, NOW).map(({ reason, id }) => `${reason} ${id}`);
    assert.deepEqual(found, ['ScalingReplicaSet checkout-h4.9.8', 'ScalingReplicaSet checkout-h5.3.2']);
  });
});

void describe('what an abort makes the status forget is remembered', () => {
  const reached = snapshot({ currentStepIndex: 3, ...weights(30) });

  void test('step and weight', () => {
    const progress = remember(remember(null, reached), snapshot(abortedStatus('')));
    assert.deepEqual(progress, { hash: 'h5', stable: 'h4', step: 3, weight: 30 });
  });

  void test('not those of another release', () => {
    const other = snapshot({ ...abortedStatus(''), currentPodHash: 'h6' });
    assert.equal(remember(remember(null, reached), other), null);
  });

  void test('the version that a completed release set out from', () => {
    const done = snapshot(
      { stableRS: 'h5', conditions: [DONE] },
      { replicaSets: [replicaSet(3, 9), replicaSet(4, 0), replicaSet(5, 9)] },
    );
    assert.equal(storyOf(done, remember(null, reached)).from?.revision, '4');
    assert.equal(storyOf(done, null).from?.revision, '3');
  });
});
