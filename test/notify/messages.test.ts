import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { compose, type Due } from '../../src/notify/compose.ts';
import { emptyConfig } from '../../src/notify/config.ts';
import { messageOf, plainText } from '../../src/notify/note.ts';
import type { Progress } from '../../src/notify/progress.ts';
import { parseService, type Service } from '../../src/notify/services.ts';
import {
  type Snapshot,
  type Transition,
  transitionsBetween,
  transitionsIn,
} from '../../src/notify/transitions.ts';
import {
  abortedStatus,
  analysisRun,
  committed,
  condition,
  FAILED_RUN,
  NOW,
  replicaSet,
  snapshot,
} from './support/release.ts';

// For each transition the built-in message: as text, as posted to Slack by token, and as sent to a webhook.
// UPDATE=1 rewrites the files.
const FOLDER = join(import.meta.dirname, '../golden/notify');

interface Case {
  readonly snapshot: Snapshot;
  /** Reason of the transition that is told. */
  readonly reason: Transition['reason'];
  readonly progress?: Progress;
  /** What was there before, for transitions that only show in comparison. */
  readonly before?: Snapshot;
}

const REACHED: Progress = { hash: 'h5', stable: 'h4', step: 2, weight: 10 };
const byRun = abortedStatus(`Step-based analysis phase error/failed: ${FAILED_RUN.status?.message ?? ''}`);

const BLUE_GREEN = { activeService: 'checkout', previewService: 'checkout-preview' };
const JUDGED = { ...BLUE_GREEN, postPromotionAnalysis: { templates: [{ templateName: 'success-rate' }] } };
const atPreview = { blueGreen: { activeSelector: 'h4', previewSelector: 'h5' } };
const atUsers = { blueGreen: { activeSelector: 'h5', previewSelector: 'h5' }, epoch: 7 };
const RATED = FAILED_RUN.status?.message ?? '';
const POST = `Blue/green post-promotion analysis phase error/failed: ${RATED}`;

const CASES: Readonly<Record<string, Case>> = {
  'aborted-by-analysis': {
    snapshot: snapshot(byRun, { runs: [FAILED_RUN] }),
    reason: 'RolloutAborted',
    progress: REACHED,
  },
  'aborted-seen-after-a-restart': {
    snapshot: snapshot(byRun, { runs: [FAILED_RUN] }),
    reason: 'RolloutAborted',
  },
  'aborted-by-a-person': {
    snapshot: snapshot(abortedStatus('')),
    reason: 'RolloutAborted',
    progress: { ...REACHED, step: 4, weight: 30 },
  },
  'aborted-by-the-deadline': {
    snapshot: snapshot(abortedStatus('ReplicaSet "checkout-h5" has timed out progressing.'), {
      runs: [FAILED_RUN],
    }),
    reason: 'RolloutAborted',
    progress: { ...REACHED, step: 0 },
  },
  'aborted-by-broken-metric': {
    snapshot: snapshot(
      abortedStatus(
        'Background analysis phase error/failed: Metric "errors" assessed Error due to consecutiveErrors (5) > consecutiveErrorLimit (4): "Error Message: connection refused"',
      ),
      {
        runs: [
          analysisRun(
            {
              phase: 'Error',
              message:
                'Metric "errors" assessed Error due to consecutiveErrors (5) > consecutiveErrorLimit (4)',
              metricResults: [
                {
                  name: 'errors',
                  phase: 'Error',
                  error: 5,
                  consecutiveError: 5,
                  measurements: [
                    {
                      phase: 'Error',
                      message:
                        'Post "http://prometheus:9090/api/v1/query": dial tcp 10.0.0.9:9090: connect: connection refused',
                    },
                  ],
                },
              ],
            },
            [{ name: 'errors', failureCondition: 'result > 0.05' }],
          ),
        ],
      },
    ),
    reason: 'RolloutAborted',
    progress: REACHED,
  },
  completed: {
    snapshot: snapshot(
      {
        stableRS: 'h5',
        currentStepIndex: 6,
        conditions: [condition('Completed', 'True', 'RolloutCompleted')],
      },
      { replicaSets: [replicaSet(3, 0), replicaSet(4, 10), replicaSet(5, 10)] },
    ),
    reason: 'RolloutCompleted',
  },
  'completed-first-time': {
    snapshot: snapshot(
      { stableRS: 'h5', conditions: [condition('Completed', 'True', 'RolloutCompleted')] },
      { replicaSets: [replicaSet(5, 0)] },
    ),
    reason: 'RolloutCompleted',
  },
  'completed-by-going-back': {
    snapshot: snapshot({
      stableRS: 'h5',
      duration: { completionStatus: 'FastRolledBack' },
      conditions: [condition('Completed', 'True', 'RolloutCompleted')],
    }),
    reason: 'RolloutCompleted',
  },
  'paused-for-a-time': {
    snapshot: snapshot({
      currentStepIndex: 1,
      pauseConditions: [{ reason: 'CanaryPauseStep', startTime: '2026-11-21T07:58:00Z' }],
    }),
    reason: 'RolloutPaused',
  },
  'paused-for-a-person': {
    snapshot: snapshot({
      currentStepIndex: 4,
      canary: { weights: { canary: { weight: 30 }, stable: { weight: 70 } } },
      pauseConditions: [{ reason: 'CanaryPauseStep', startTime: '2026-11-21T07:58:00Z' }],
    }),
    reason: 'RolloutPaused',
  },
  'paused-inconclusive': {
    snapshot: snapshot(
      {
        currentStepIndex: 2,
        pauseConditions: [{ reason: 'InconclusiveAnalysisRun', startTime: '2026-11-21T07:58:00Z' }],
      },
      {
        runs: [
          analysisRun({
            phase: 'Inconclusive',
            metricResults: [
              {
                name: 'success-rate',
                phase: 'Inconclusive',
                count: 1,
                inconclusive: 1,
                measurements: [{ phase: 'Inconclusive', value: '[NaN]' }],
              },
            ],
          }),
        ],
      },
    ),
    reason: 'RolloutPaused',
  },
  'paused-behind-a-point-of-no-return': {
    snapshot: snapshot({
      currentStepIndex: 4,
      canary: {
        pointOfNoReturn: {
          step: 0,
          at: '2026-11-21T07:52:00Z',
          cause: 'Step Plugin 5 (sluice/gate) failed: rejected by eve',
        },
      },
      pauseConditions: [{ reason: 'PointOfNoReturn', startTime: '2026-11-21T07:58:00Z' }],
    }),
    reason: 'RolloutPaused',
  },
  'waits-at-a-gate': {
    snapshot: snapshot({
      currentStepIndex: 2,
      canary: {
        weights: { canary: { weight: 30 }, stable: { weight: 70 } },
        stepPluginStatuses: [
          {
            index: 2,
            name: 'sluice/gate',
            operation: 'Run',
            phase: 'Running',
            message: 'gate qa: 0 of 2 approvals',
            startedAt: '2026-11-21T07:58:00Z',
          },
        ],
      },
    }),
    reason: 'StepPluginTransition',
  },
  'job-of-a-step-failed': {
    snapshot: snapshot({
      ...abortedStatus('Step Plugin 1 (sluice/job) failed: Job checkout-h5-1-1 failed: BackoffLimitExceeded'),
      canary: {
        stepPluginStatuses: [
          {
            index: 0,
            name: 'sluice/job',
            operation: 'Run',
            phase: 'Failed',
            message: 'Job checkout-h5-1-1 failed: BackoffLimitExceeded',
            startedAt: '2026-11-21T07:57:00Z',
            finishedAt: '2026-11-21T07:58:00Z',
          },
        ],
      },
    }),
    reason: 'StepPluginTransition',
  },
  'blue-green-paused-for-a-person': {
    snapshot: snapshot(
      { ...atPreview, pauseConditions: [{ reason: 'BlueGreenPause', startTime: '2026-11-21T07:58:00Z' }] },
      { blueGreen: { ...BLUE_GREEN, autoPromotionEnabled: false } },
    ),
    reason: 'RolloutPaused',
  },
  'blue-green-paused-for-a-time': {
    snapshot: snapshot(
      { ...atPreview, pauseConditions: [{ reason: 'BlueGreenPause', startTime: '2026-11-21T07:58:00Z' }] },
      { blueGreen: { ...BLUE_GREEN, autoPromotionSeconds: 90 } },
    ),
    reason: 'RolloutPaused',
  },
  'blue-green-switched': {
    before: snapshot(atPreview, { blueGreen: BLUE_GREEN }),
    snapshot: snapshot(atUsers, { blueGreen: JUDGED }),
    reason: 'SwitchService',
  },
  'blue-green-switched-back': {
    before: snapshot(atUsers, { blueGreen: JUDGED }),
    snapshot: snapshot({ ...abortedStatus(POST), ...atPreview }, { blueGreen: JUDGED }),
    reason: 'SwitchService',
  },
  'blue-green-aborted-at-its-preview': {
    snapshot: snapshot(
      { ...abortedStatus(`Blue/green pre-promotion analysis phase error/failed: ${RATED}`), ...atPreview },
      { blueGreen: JUDGED, runs: [FAILED_RUN] },
    ),
    reason: 'RolloutAborted',
  },
  'blue-green-aborted-with-all-users': {
    snapshot: snapshot({ ...abortedStatus(POST), ...atPreview }, { blueGreen: JUDGED, runs: [FAILED_RUN] }),
    reason: 'RolloutAborted',
  },
  'blue-green-aborted-by-a-person': {
    snapshot: snapshot({ ...abortedStatus(''), ...atPreview }, { blueGreen: JUDGED }),
    reason: 'RolloutAborted',
    progress: { hash: 'h5', stable: 'h4', step: null, weight: null, reach: 'users' },
  },
  'completed-by-going-back-after-an-abort': {
    snapshot: snapshot(
      {
        currentPodHash: 'h4',
        duration: { completionStatus: 'Aborted' },
        conditions: [condition('Completed', 'True', 'RolloutCompleted')],
      },
      { replicaSets: [replicaSet(4, 10), replicaSet(5, 0)] },
    ),
    reason: 'RolloutCompleted',
  },
  'analysis-failed': {
    snapshot: snapshot({ currentStepIndex: 2 }, { runs: [FAILED_RUN] }),
    reason: 'AnalysisRunFailed',
  },
  'step-completed': { snapshot: snapshot({ currentStepIndex: 3 }), reason: 'RolloutStepCompleted' },
  'updated-by-a-commit': {
    snapshot: snapshot(
      { currentStepIndex: 0 },
      {
        replicaSets: [
          committed(4, 9, '0123456789abcdef0123456789abcdef01234567', 'Before'),
          committed(5, 1, 'a1b2c3d4e5f60718293a4b5c6d7e8f9012345678', 'Faster <checkout> & "more"'),
        ],
      },
    ),
    reason: 'RolloutUpdated',
  },
  'aborted-of-a-commit': {
    snapshot: snapshot(byRun, {
      runs: [
        analysisRun({
          ...FAILED_RUN.status,
          phase: 'Failed',
          metricResults: [
            {
              name: 'success-rate',
              phase: 'Failed',
              count: 2,
              failed: 2,
              measurements: [
                { phase: 'Failed', value: '[0.93]', finishedAt: '2026-11-21T07:57:10Z' },
                { phase: 'Failed', value: '[0.91]', finishedAt: '2026-11-21T07:57:40Z' },
              ],
            },
          ],
        }),
      ],
      replicaSets: [
        replicaSet(4, 9),
        committed(5, 1, 'a1b2c3d4e5f60718293a4b5c6d7e8f9012345678', 'Calm\n<!channel> now'),
      ],
    }),
    reason: 'RolloutAborted',
    progress: REACHED,
  },
  updated: { snapshot: snapshot({ currentStepIndex: 0 }), reason: 'RolloutUpdated' },
  'updated-renamed-container': {
    snapshot: snapshot({ currentStepIndex: 0 }, { replicaSets: [replicaSet(4, 9, 'old'), replicaSet(5, 1)] }),
    reason: 'RolloutUpdated',
  },
  'weight-updated': {
    before: snapshot({ canary: { weights: { canary: { weight: 10 }, stable: { weight: 90 } } } }),
    snapshot: snapshot({
      currentStepIndex: 3,
      canary: { weights: { canary: { weight: 30 }, stable: { weight: 70 } } },
    }),
    reason: 'TrafficWeightUpdated',
  },
  scaled: {
    before: snapshot({}, { replicaSets: [replicaSet(4, 9), replicaSet(5, 1)] }),
    snapshot: snapshot({ currentStepIndex: 3 }, { replicaSets: [replicaSet(4, 9), replicaSet(5, 3)] }),
    reason: 'ScalingReplicaSet',
  },
};

void describe('the built-in message says', () => {
  for (const [name, one] of Object.entries(CASES)) void test(name, () => check(name, one));
});

void test('each golden file belongs to a message', () => {
  assert.deepEqual(
    readdirSync(FOLDER).sort(),
    Object.keys(CASES)
      .map((name) => `${name}.json`)
      .sort(),
  );
});

const SLACK = serviceOf('slack', { token: 'xoxb-secret', username: 'releases', icon: ':rocket:' });
const WEBHOOK = serviceOf('webhook', { url: 'https://hooks.example.com/in' });

function check(name: string, { snapshot: state, reason, progress, before }: Case): void {
  const transitions = [
    ...transitionsIn(state),
    ...(before === undefined ? [] : transitionsBetween(before, state, NOW)),
  ];
  const transition = transitions.find((one) => one.reason === reason);
  assert.ok(transition !== undefined, `no ${reason} in ${transitions.map((one) => one.reason).join(', ')}`);
  const to = { trigger: transition.trigger, service: 'any', recipient: 'releases' };
  const due: Due = { to, transition, snapshot: state, progress: progress ?? null };
  const link = 'https://rollouts.example.com/shop/checkout';
  const found = {
    id: `${transition.trigger}:${transition.id}`,
    text: plainText(messageOf(transition, state, progress ?? null, link)).split('\n'),
    slack: bodyOf(SLACK, due),
    webhook: bodyOf(WEBHOOK, due),
  };
  const path = join(FOLDER, `${name}.json`);
  const shown = `${JSON.stringify(found, null, 2)}\n`;
  if (process.env['UPDATE'] === '1') writeFileSync(path, shown);
  else assert.equal(shown, readFileSync(path, 'utf8'));
}

function bodyOf(service: Service, due: Due): unknown {
  const packed = compose(emptyConfig('argo-rollouts'), service, due, null, NOW);
  assert.ok(packed.kind === 'packed');
  return JSON.parse(packed.request.body ?? '');
}

function serviceOf(type: string, options: object): Service {
  const parsed = parseService(type, type, options, `service.${type}`);
  assert.ok(parsed.kind === 'service');
  return parsed.service;
}
