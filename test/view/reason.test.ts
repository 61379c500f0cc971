import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PauseCondition, Rollout, RolloutStatus } from '../../src/api/rollout.ts';
import { type Reason, reasonOf, type WantedPods } from '../../src/view/reason.ts';
import { sayBecause } from '../../src/view/words.ts';
import { ago, BLUE_GREEN, condition, NOW, ROUTED, rollout, updating } from './support/objects.ts';

const pods = (want: number, have: number): WantedPods => ({ replicaSet: 'app-new', want, have });
const paused = (reason: PauseCondition['reason']): RolloutStatus => ({
  phase: 'Paused',
  controllerPause: true,
  pauseConditions: [{ reason, startTime: ago(60) }],
});
const weights = (canary: number) => ({
  weights: { canary: { weight: canary }, stable: { weight: 100 - canary } },
});
const promoted = updating(4, { stableRS: 'new', updatedReplicas: 5 });
const stepRun = { name: 'app-2-1', status: 'Running' } as const;
const aborted = (message: string) =>
  ({
    abort: true,
    abortedAt: ago(30),
    phase: 'Degraded',
    conditions: [condition('Progressing', 'RolloutAborted', message)],
  }) as const;

const rows: readonly (readonly [name: string, rollout: Rollout, pods: WantedPods | null, reason: Reason])[] =
  [
    ['healthy', rollout({ ...promoted, phase: 'Healthy' }), pods(5, 5), { kind: 'healthy' }],
    ['pods of the canary', rollout(updating(0)), pods(2, 1), { kind: 'pods', ...pods(2, 1) }],
    [
      'pods, from the status alone',
      rollout({ ...promoted, availableReplicas: 3 }),
      null,
      { kind: 'pods', ...pods(5, 3) },
    ],
    ['old pods', rollout({ ...promoted, replicas: 7 }), pods(5, 5), { kind: 'oldPods', have: 2 }],
    [
      'a timed pause',
      rollout(updating(1, paused('CanaryPauseStep'))),
      pods(1, 1),
      { kind: 'pause', step: 1, since: NOW - 60_000, until: NOW + 540_000 },
    ],
    [
      'a pause without end',
      rollout(updating(3, paused('CanaryPauseStep'))),
      null,
      { kind: 'pause', step: 3, since: NOW - 60_000, until: null },
    ],
    ['promoted, not yet resumed', rollout(updating(3, { controllerPause: true })), null, { kind: 'unpause' }],
    [
      'an older generation',
      rollout(updating(3, { observedGeneration: '2' })),
      null,
      { kind: 'unseen', what: 'the spec' },
    ],
    ['spec.paused', rollout(updating(0), { paused: true }), pods(2, 1), { kind: 'held' }],
    [
      'aborted by a person',
      rollout(updating(0, aborted('Rollout aborted update to revision 2'))),
      pods(0, 0),
      { kind: 'aborted', cause: null, at: NOW - 30_000 },
    ],
    [
      'aborted by an analysis',
      rollout(updating(0, aborted('Rollout aborted update to revision 2: Metric "a" failed: 1'))),
      null,
      { kind: 'aborted', cause: 'Metric "a" failed: 1', at: NOW - 30_000 },
    ],
    [
      'the deadline',
      rollout(updating(0, { conditions: [condition('Progressing', 'ProgressDeadlineExceeded', 'x')] })),
      pods(2, 1),
      { kind: 'deadline', replicaSet: 'app-new', since: NOW - 40_000 },
    ],
    [
      'invalid',
      rollout(updating(0, { conditions: [condition('InvalidSpec', 'InvalidSpec', 'the text')] })),
      null,
      { kind: 'invalid', issues: [{ path: '', message: 'the text' }] },
    ],
    [
      'invalid in several ways',
      rollout(
        updating(0, {
          conditions: [
            condition(
              'InvalidSpec',
              'InvalidSpec',
              'The Rollout "app" is invalid: spec.replicas: must be an integer; not a size; ' +
                'spec.strategy.canary.steps[3].setWeight: Invalid value: 101; no router',
            ),
          ],
        }),
      ),
      null,
      {
        kind: 'invalid',
        issues: [
          { path: 'spec.replicas', message: 'must be an integer; not a size' },
          { path: 'spec.strategy.canary.steps[3].setWeight', message: 'Invalid value: 101; no router' },
        ],
      },
    ],
    [
      'an abort that nobody has seen yet',
      rollout(updating(1, { ...paused('CanaryPauseStep'), abort: true })),
      null,
      { kind: 'asked', what: 'abort' },
    ],
    [
      'a retry that nobody has seen yet',
      rollout(updating(0, { ...aborted('Rollout aborted update to revision 2'), abort: false })),
      null,
      { kind: 'asked', what: 'retry' },
    ],
    [
      'the weight',
      rollout(updating(2, { canary: weights(20) }), { strategy: ROUTED }),
      pods(3, 3),
      { kind: 'weight', want: 60, have: 20 },
    ],
    [
      'an analysis step',
      rollout(updating(2, { canary: { ...weights(60), currentStepAnalysisRunStatus: stepRun } }), {
        strategy: ROUTED,
      }),
      pods(3, 3),
      { kind: 'analysis', run: 'app-2-1', phase: 'Running' },
    ],
    [
      'an experiment step',
      rollout(updating(2, { canary: { ...weights(60), currentExperiment: 'app-2-1' } }), {
        strategy: ROUTED,
      }),
      pods(3, 3),
      { kind: 'experiment', name: 'app-2-1' },
    ],
    [
      'an inconclusive experiment',
      rollout(updating(2, { ...paused('InconclusiveExperiment'), canary: { currentExperiment: 'app-2-1' } })),
      null,
      { kind: 'inconclusive', run: 'app-2-1', of: 'experiment', since: NOW - 60_000 },
    ],
    [
      'an inconclusive analysis',
      rollout(
        updating(2, {
          ...paused('InconclusiveAnalysisRun'),
          canary: { currentBackgroundAnalysisRunStatus: { name: 'bg', status: 'Inconclusive' } },
        }),
      ),
      null,
      { kind: 'inconclusive', run: 'bg', since: NOW - 60_000 },
    ],
    [
      'the switch by a person',
      rollout({ ...paused('BlueGreenPause') }, { strategy: BLUE_GREEN }),
      null,
      { kind: 'preview', since: NOW - 60_000, until: null },
    ],
    [
      'the switch after a time',
      rollout(
        { ...paused('BlueGreenPause') },
        { strategy: { blueGreen: { activeService: 'a', autoPromotionSeconds: 90 } } },
      ),
      null,
      { kind: 'preview', since: NOW - 60_000, until: NOW + 30_000 },
    ],
    [
      'the switch after a time that a person must allow',
      rollout(
        { ...paused('BlueGreenPause') },
        {
          strategy: {
            blueGreen: { activeService: 'a', autoPromotionEnabled: false, autoPromotionSeconds: 90 },
          },
        },
      ),
      null,
      { kind: 'preview', since: NOW - 60_000, until: null },
    ],
    [
      'the message as it is',
      rollout(updating(2, { message: 'waiting for all steps to complete' })),
      null,
      { kind: 'working', what: 'all steps to complete' },
    ],
  ];

for (const [name, given, wanted, reason] of rows) {
  void test(`waits for: ${name}`, () => assert.deepEqual(reasonOf(given, wanted, NOW), reason));
}

void test('any status has a reason that can be said', () => {
  const hash = fc.constantFrom('', 'old', 'new');
  const status = fc.record(
    {
      phase: fc.constantFrom('Healthy', 'Degraded', 'Progressing', 'Paused'),
      message: fc.string(),
      abort: fc.boolean(),
      controllerPause: fc.boolean(),
      currentPodHash: hash,
      stableRS: hash,
      currentStepIndex: fc.integer({ min: 0, max: 9 }),
      replicas: fc.nat(9),
      updatedReplicas: fc.nat(9),
      availableReplicas: fc.nat(9),
      pauseConditions: fc.array(
        fc.record({
          reason: fc.constantFrom(
            'CanaryPauseStep',
            'BlueGreenPause',
            'InconclusiveAnalysisRun',
            'InconclusiveExperiment',
          ),
          startTime: fc.constantFrom(ago(5), 'nonsense'),
        }),
      ),
      conditions: fc.array(
        fc.constantFrom(
          condition('Progressing', 'RolloutAborted', 'x: y'),
          condition('Progressing', 'ProgressDeadlineExceeded', ''),
          condition('InvalidSpec', 'InvalidSpec', ''),
        ),
      ),
    },
    { requiredKeys: [] },
  );
  const strategy = fc.constantFrom(ROUTED, BLUE_GREEN, { canary: {} }, {});
  fc.assert(
    fc.property(status, strategy, (given, how) => {
      const reason = reasonOf(rollout(given, { strategy: how }), null, NOW);
      assert.match(sayBecause(reason, NOW), /^(healthy|stopped|paused|rolled back|stuck|waiting for \S)/);
    }),
  );
});
