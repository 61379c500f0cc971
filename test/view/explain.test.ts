import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AnalysisTemplateSpec, Metric } from '../../src/api/analysis.ts';
import type { CanaryStep, Rollout, RolloutStatus, Strategy } from '../../src/api/rollout.ts';
import { decide } from '../../src/core/rollout/decide.ts';
import { type Explanation, explain } from '../../src/view/explain/explanation.ts';
import type { Milestone } from '../../src/view/explain/outlook.ts';
import { analysisSpan } from '../../src/view/explain/timing.ts';
import type { RolloutParts } from '../../src/view/parts.ts';
import { anyScene, runs } from '../support/worlds.ts';
import {
  ago,
  BLUE_GREEN,
  committed,
  condition,
  NOW,
  replicaSet,
  rollout,
  updating,
} from './support/objects.ts';

const PROVIDER = { prometheus: { query: 'q' } };
const metric = (fields: Partial<Metric>): Metric => ({ name: 'm', provider: PROVIDER, ...fields });
const template = (fields: Partial<AnalysisTemplateSpec>): AnalysisTemplateSpec => fields;

/** How long an analysis takes, by the metrics of its templates. */
const spans: readonly (readonly [
  name: string,
  templates: Readonly<Record<string, AnalysisTemplateSpec | null>>,
  expected: string,
])[] = [
  ['one measurement takes no time', { a: template({ metrics: [metric({})] }) }, '0s'],
  [
    'between five measurements are four intervals',
    { a: template({ metrics: [metric({ interval: '1m', count: 5 })] }) },
    '240s',
  ],
  [
    'the first may be later',
    { a: template({ metrics: [metric({ interval: '1m', count: '2', initialDelay: '30s' })] }) },
    '90s',
  ],
  [
    'the longest metric counts',
    {
      a: template({ metrics: [metric({ interval: '1m', count: 2 }), metric({ interval: '1h', count: 2 })] }),
    },
    '3600s',
  ],
  [
    'an interval without a count has no end',
    { a: template({ metrics: [metric({ interval: '1m' })] }) },
    'endless',
  ],
  [
    'successes in a row may be enough',
    { a: template({ metrics: [metric({ interval: '1m', consecutiveSuccessLimit: 3 })] }) },
    '120s',
  ],
  [
    'arguments of the rollout are filled in',
    {
      a: template({
        args: [{ name: 'n', value: '9' }],
        metrics: [metric({ interval: '1m', count: '{{args.n}}' })],
      }),
    },
    '60s',
  ],
  [
    'defaults of the template are, too',
    {
      a: template({
        args: [{ name: 'd', value: '5m' }],
        metrics: [metric({ interval: '{{args.d}}', count: 2 })],
      }),
    },
    '300s',
  ],
  [
    'an argument that nobody gives',
    { a: template({ metrics: [metric({ interval: '{{args.x}}', count: 2 })] }) },
    'unknown',
  ],
  ['a template that is missing', {}, 'unknown'],
  ['one that may not be read', { a: null }, 'unknown'],
  [
    'templates of templates',
    {
      a: template({ templates: [{ templateName: 'b' }] }),
      b: template({ metrics: [metric({ interval: '1m', count: 2 })] }),
    },
    '60s',
  ],
];

for (const [name, templates, expected] of spans) {
  void test(`an analysis takes: ${name}`, () => {
    const keyed = Object.fromEntries(
      Object.entries(templates).map(([key, spec]) => [`AnalysisTemplate/${key}`, spec]),
    );
    const analysis = { templates: [{ templateName: 'a' }], args: [{ name: 'n', value: '2' }] };
    const span = analysisSpan(analysis, keyed);
    assert.equal(span.kind === 'known' ? `${span.ms / 1000}s` : span.kind, expected);
  });
}

/** What is looked at: a rollout and its ReplicaSets. */
function parts(
  given: Rollout,
  replicaSets: RolloutParts['replicaSets'] = [],
  more: Partial<RolloutParts> = {},
) {
  return { rollout: given, replicaSets, pods: [], runs: [], experiments: [], ...more };
}

const routed = (...steps: readonly CanaryStep[]): Strategy => ({
  canary: { steps, trafficRouting: { nginx: { stableIngress: 'app' } } },
});
const basic = (...steps: readonly CanaryStep[]): Strategy => ({ canary: { steps } });
const weights = (canary: number) => ({
  canary: { weights: { canary: { weight: canary }, stable: { weight: 100 - canary } } },
});
const paused = (step: number, seconds: number, more: RolloutStatus = {}): RolloutStatus =>
  updating(step, {
    phase: 'Paused',
    controllerPause: true,
    pauseConditions: [{ reason: 'CanaryPauseStep', startTime: ago(seconds) }],
    ...more,
  });
const both = [replicaSet('new', 2, { want: 1 }), replicaSet('old', 1, { want: 4 })];
const TEMPLATES = {
  'AnalysisTemplate/rate': template({ metrics: [metric({ interval: '1m', count: 6 })] }),
  'AnalysisTemplate/watch': template({ metrics: [metric({ interval: '1m' })] }),
};
const analysis = (templateName: string): CanaryStep => ({ analysis: { templates: [{ templateName }] } });
const progressing = (seconds: number) => ({
  conditions: [condition('Progressing', 'ReplicaSetUpdated', '', seconds)],
});
const END = 'revision 2 becomes stable, with all pods and all traffic';

const judged = (more: object): Strategy => ({
  blueGreen: {
    activeService: 'app',
    prePromotionAnalysis: { templates: [{ templateName: 'rate' }] },
    postPromotionAnalysis: { templates: [{ templateName: 'watch' }] },
    ...more,
  },
});

/** What happens next, each with its time in seconds from now; `~` stands for "or later". */
const courses: readonly (readonly [name: string, given: RolloutParts, next: readonly string[]])[] = [
  [
    'a pause that ends by itself',
    parts(
      rollout(paused(0, 20), { strategy: routed({ pause: { duration: '1m' } }, { setWeight: 50 }) }),
      both,
    ),
    ['40s 2/2 the weight goes to 50%', `then ${END}`],
  ],
  [
    'a pause that ends with a promotion',
    parts(rollout(paused(0, 20), { strategy: routed({ pause: {} }, { pause: { duration: 30 } }) }), both),
    ['promoted 2/2 it pauses for 30s', `then ${END}`],
  ],
  [
    'pauses and analyses add up',
    parts(
      rollout(paused(0, 60), {
        strategy: basic(
          { pause: { duration: '1m' } },
          analysis('rate'),
          { setWeight: 40 },
          { pause: { duration: '2m' } },
        ),
      }),
      both,
    ),
    [
      '0s 2/4 analysis rate for about 5m',
      '300s~ 3/4 the new version gets 40% of the pods',
      'then 4/4 it pauses for 2m',
      `420s~ ${END}`,
    ],
  ],
  [
    'behind an analysis without end nobody knows',
    parts(
      rollout(paused(0, 60), {
        strategy: basic({ pause: { duration: '1m' } }, analysis('watch'), { pause: { duration: '2m' } }),
      }),
      both,
    ),
    ['0s 2/3 analysis watch, which has no end of its own', 'then 3/3 it pauses for 2m', `then ${END}`],
  ],
  [
    'other steps are told as events tell them',
    parts(
      rollout(paused(0, 60), {
        strategy: routed(
          { pause: { duration: '1m' } },
          { setCanaryScale: { replicas: 3 } },
          { setHeaderRoute: { name: 'testers' } },
          { experiment: { templates: [], duration: '1h' } },
          { plugin: { name: 'a/b' } },
        ),
      }),
      both,
    ),
    [
      '0s 2/5 setCanaryScale{replicas: 3}',
      'then 3/5 header route testers ends',
      'then 4/5 an experiment for 1h',
      '3600s~ 5/5 plugin: a/b',
      `then ${END}`,
    ],
  ],
  [
    'an experiment in work says when it ends, one without a duration does not',
    parts(
      rollout(updating(0, { canary: { currentExperiment: 'app-new-2-0' } }), {
        strategy: basic(
          { experiment: { templates: [], duration: '5m' } },
          {
            experiment: {
              templates: [],
              analyses: [{ name: 'a', templateName: 'errors', requiredForCompletion: true }],
            },
          },
          { pause: { duration: '10s' } },
        ),
      }),
      both,
      {
        experiments: [
          {
            apiVersion: 'argoproj.io/v1alpha1',
            kind: 'Experiment',
            metadata: { name: 'app-new-2-0' },
            spec: { templates: [], duration: '5m' },
            status: { phase: 'Running', availableAt: ago(60) },
          },
        ],
      },
    ),
    ['240s~ 2/3 an experiment, measured by errors', 'then 3/3 it pauses for 10s', `then ${END}`],
  ],
  [
    'a weight that waits for its pods, and the deadline of that',
    parts(
      rollout(updating(1, { ...weights(10), ...progressing(100) }), {
        strategy: routed({ setWeight: 10 }, { setWeight: 50 }, { pause: {} }),
      }),
      [replicaSet('new', 2, { want: 3, have: 1 }), replicaSet('old', 1, { want: 5 })],
    ),
    [
      'soon 2/3 the weight goes to 50%',
      'then 3/3 it pauses until somebody promotes',
      `promoted ${END}`,
      '500s without progress until then it counts as stuck (progressDeadlineSeconds)',
    ],
  ],
  [
    'a deadline that aborts',
    parts(
      rollout(updating(0, progressing(5)), {
        strategy: basic(),
        progressDeadlineSeconds: 60,
        progressDeadlineAbort: true,
      }),
      [replicaSet('new', 2, { want: 3, have: 1 }), replicaSet('old', 1, { want: 5 })],
    ),
    [`soon ${END}`, '55s without progress until then the release is aborted (progressDeadlineSeconds)'],
  ],
  [
    'a full promotion skips the steps',
    parts(
      rollout(updating(0, { promoteFull: true }), { strategy: basic({ setWeight: 20 }, { pause: {} }) }),
      [replicaSet('new', 2, { want: 5, have: 1 }), replicaSet('old', 1, { want: 4 })],
    ),
    [`soon ${END}`],
  ],
  [
    'blue-green switches the Service first',
    parts(
      rollout(
        {
          ...paused(0, 30),
          pauseConditions: [{ reason: 'BlueGreenPause', startTime: ago(30) }],
          blueGreen: { activeSelector: 'old', previewSelector: 'new' },
        },
        {
          strategy: {
            blueGreen: { ...BLUE_GREEN.blueGreen, activeService: 'app', autoPromotionSeconds: 90 },
          },
        },
      ),
      both,
    ),
    ['60s the active Service is switched to revision 2', 'then revision 2 becomes stable'],
  ],
  [
    'a preview that comes up has all of it before it',
    parts(
      rollout(
        { ...updating(0), blueGreen: { activeSelector: 'old', previewSelector: 'new' } },
        { strategy: judged({ autoPromotionEnabled: false, previewReplicaCount: 1 }) },
      ),
      [replicaSet('new', 2, { want: 1, have: 0 }), replicaSet('old', 1, { want: 5 })],
    ),
    [
      'soon pre-promotion analysis rate for about 5m',
      '300s~ it pauses until somebody promotes',
      'promoted revision 2 gets all of its 5 pods',
      'then the active Service is switched to revision 2',
      'then post-promotion analysis watch, which has no end of its own',
      'then revision 2 becomes stable',
    ],
  ],
  [
    'behind the switch only its analysis is left',
    parts(
      rollout(
        {
          ...updating(0),
          blueGreen: {
            activeSelector: 'new',
            previewSelector: 'new',
            prePromotionAnalysisRunStatus: { name: 'pre', status: 'Successful' },
            postPromotionAnalysisRunStatus: { name: 'post', status: 'Running' },
          },
        },
        { strategy: judged({}) },
      ),
      both,
    ),
    ['soon revision 2 becomes stable'],
  ],
  [
    'gates are opened by people, windows by the clock, Jobs take as long as they take',
    parts(
      rollout(paused(0, 20), {
        strategy: routed(
          { pause: { duration: '1m' } },
          { plugin: { name: 'sluice/window', config: { open: [{ from: '09:00', to: '12:00' }] } } },
          { plugin: { name: 'sluice/job', config: { from: { cronJob: 'smoke' } } } },
          { plugin: { name: 'sluice/gate', config: { name: 'qa', approvals: { required: 2 } } } },
          { setWeight: 50 },
        ),
      }),
      both,
    ),
    [
      '40s 2/5 window 09:00-12:00 (UTC)',
      '68019s~ 3/5 a Job of CronJob smoke',
      'then 4/5 gate qa: 2 approvals',
      'opened 5/5 the weight goes to 50%',
      `then ${END}`,
    ],
  ],
  [
    'a gate is given up in the end',
    parts(
      rollout(
        {
          ...updating(0),
          canary: {
            stepPluginStatuses: [
              {
                index: 0,
                name: 'sluice/gate',
                operation: 'Run',
                phase: 'Running',
                status: { gate: 'qa', token: 't', timeoutAt: ago(-300) },
              },
            ],
          },
        },
        { strategy: basic({ plugin: { name: 'sluice/gate', config: { timeout: '10m' } } }) },
      ),
      both,
    ),
    [`opened ${END}`, '300s if the gate is still shut, the release is aborted (onTimeout)'],
  ],
  [
    'a window that is shut',
    parts(
      rollout(
        {
          ...updating(0),
          canary: {
            stepPluginStatuses: [{ index: 0, name: 'sluice/window', operation: 'Run', phase: 'Running' }],
          },
        },
        {
          strategy: basic(
            { plugin: { name: 'sluice/window', config: { open: [{ from: '15:00' }] } } },
            { setWeight: 50 },
          ),
        },
      ),
      both,
    ),
    ['3219s 2/2 the new version gets 50% of the pods', `then ${END}`],
  ],
  [
    'the first version has no steps',
    parts(rollout({ phase: 'Progressing', currentPodHash: 'new' }), [
      replicaSet('new', 1, { want: 5, have: 1 }),
    ]),
    ['soon revision 1 is healthy'],
  ],
  [
    'an aborted version goes after a while',
    parts(
      rollout(
        updating(0, {
          abort: true,
          abortedAt: ago(10),
          conditions: [condition('Progressing', 'RolloutAborted', 'Rollout aborted update to revision 2')],
        }),
      ),
      [replicaSet('new', 2, { want: 1, deadline: ago(-20) }), replicaSet('old', 1, { want: 5 })],
    ),
    [
      '20s the pods of revision 2 go, which are kept for a while',
      'always nothing until a new version or a retry',
    ],
  ],
  [
    'nobody has seen the change',
    parts(rollout(updating(1, { observedGeneration: '2' }))),
    ['always the controller acts within seconds; if it does not, see whether it is running'],
  ],
];

for (const [name, given, next] of courses) {
  void test(`next: ${name}`, () => assert.deepEqual(explain(given, TEMPLATES, NOW).next.map(said), next));
}

function said({ when, step, what }: Milestone): string {
  const place = step === null ? '' : `${step.index + 1}/${step.total} `;
  switch (when.kind) {
    case 'at':
      return `${(when.at - NOW) / 1000}s ${place}${what}`;
    case 'notBefore':
      return `${(when.at - NOW) / 1000}s~ ${place}${what}`;
    case 'then':
    case 'soon':
    case 'promoted':
    case 'opened':
    case 'always':
      return `${when.kind} ${place}${what}`;
    default:
      return when satisfies never;
  }
}

const CANARY = basic({ setWeight: 20 }, { pause: {} }, { setWeight: 60 }, { pause: {} });
const aborted = (more: RolloutStatus = {}) =>
  updating(0, {
    phase: 'Degraded',
    abort: true,
    abortedAt: ago(10),
    conditions: [condition('Progressing', 'RolloutAborted', 'Rollout aborted update to revision 2')],
    ...more,
  });
const healthy = updating(4, { phase: 'Healthy', stableRS: 'new', updatedReplicas: 5 });

/** What one can do, and of some of it what it does. */
const advice: readonly (readonly [
  name: string,
  given: RolloutParts,
  actions: string,
  effects?: Readonly<Record<string, string>>,
])[] = [
  [
    'in a pause',
    parts(rollout(paused(1, 60), { strategy: CANARY }), both),
    'promote promote-full abort',
    {
      promote: 'ends the pause now, goes on with step 3/4 (setWeight: 60)',
      'promote-full':
        'skips steps and analyses: revision 2 becomes stable as soon as all of its pods are available',
      abort: 'takes everything back to revision 1; then the pods of revision 2 go',
    },
  ],
  [
    'in the last pause',
    parts(rollout(paused(3, 60), { strategy: CANARY }), both),
    'promote promote-full abort',
    { promote: 'ends the pause now, goes on to the end' },
  ],
  [
    'while pods come up',
    parts(rollout(updating(0), { strategy: CANARY }), both),
    'promote promote-full abort pause',
    { promote: 'leaves step 1/4 (setWeight: 20) as it is, goes on with step 2/4 (pause)' },
  ],
  ['past the steps', parts(rollout(updating(4), { strategy: CANARY }), both), 'abort pause'],
  [
    'without steps',
    parts(rollout(updating(0, { phase: 'Progressing' }), { strategy: basic() }), both),
    'promote-full abort pause',
  ],
  [
    'paused by hand',
    parts(rollout(updating(0), { strategy: CANARY, paused: true }), both),
    'promote promote-full abort',
    {
      promote:
        'resumes (spec.paused: false), leaves step 1/4 (setWeight: 20) as it is, goes on with step 2/4 (pause)',
    },
  ],
  [
    'after an abort',
    parts(rollout(aborted(), { strategy: CANARY }), both),
    'retry undo',
    { undo: 'puts the pod template of revision 1 (demo/app:old) back' },
  ],
  [
    'after an abort, with a commit',
    parts(rollout(aborted(), { strategy: CANARY }), [
      committed(replicaSet('new', 2, { want: 1 }), 'a1b2c3d4e5f6a7b8', 'Faster'),
      replicaSet('old', 1, { want: 4 }),
    ]),
    'retry git-revert undo',
  ],
  ['healthy, with a version before', parts(rollout(healthy, { strategy: CANARY }), both), 'undo'],
  ['healthy, and the only version', parts(rollout(healthy), [replicaSet('new', 1, { want: 5 })]), ''],
  ['of the status alone', parts(rollout(healthy)), ''],
  [
    'stuck',
    parts(
      rollout(updating(0, { conditions: [condition('Progressing', 'ProgressDeadlineExceeded', '')] })),
      both,
    ),
    'abort pause promote promote-full',
  ],
  [
    'with a spec that is wrong',
    parts(rollout(updating(0, { conditions: [condition('InvalidSpec', 'InvalidSpec', 'x')] })), both),
    'lint',
  ],
  ['while the controller does what was asked', parts(rollout(aborted({ abort: false })), both), ''],
  [
    'before a blue-green switch',
    parts(
      rollout(
        { ...paused(0, 30), pauseConditions: [{ reason: 'BlueGreenPause', startTime: ago(30) }] },
        { strategy: BLUE_GREEN },
      ),
      both,
    ),
    'promote promote-full abort',
    {
      promote: 'switches the active Service to revision 2 now',
      abort: 'gives revision 2 up: users stay with revision 1, and its pods go',
    },
  ],
  [
    'behind a blue-green switch',
    parts(
      rollout(
        { ...updating(0), blueGreen: { activeSelector: 'new', previewSelector: 'new' } },
        { strategy: judged({}) },
      ),
      both,
    ),
    'promote-full abort pause',
    {
      'promote-full': 'revision 2 becomes stable now, whatever the analysis says',
      abort: 'switches the active Service back to revision 1; then the pods of revision 2 go',
    },
  ],
  [
    'while the pods of the version before blue-green are still there',
    parts(
      rollout(
        { ...healthy, blueGreen: { activeSelector: 'new', previewSelector: 'new' } },
        { strategy: BLUE_GREEN },
      ),
      [replicaSet('new', 2, { want: 5 }), replicaSet('old', 1, { want: 5, deadline: ago(-20) })],
    ),
    'undo',
    {
      undo: 'puts the pod template of revision 1 (demo/app:old) back, and it is switched to at once: its pods are there until 14:06:41 UTC (20s more)',
    },
  ],
  [
    'at a gate',
    parts(
      rollout(
        {
          ...updating(0),
          canary: {
            stepPluginStatuses: [
              {
                index: 0,
                name: 'sluice/gate',
                operation: 'Run',
                phase: 'Running',
                status: { gate: 'qa', token: 't' },
              },
            ],
          },
        },
        { strategy: basic({ plugin: { name: 'sluice/gate', config: { name: 'qa' } } }) },
      ),
      both,
    ),
    'approve reject promote promote-full abort pause',
    { approve: 'says yes to gate qa, in your name', reject: 'says no: revision 2 is given up' },
  ],
];

for (const [name, given, actions, effects = {}] of advice) {
  void test(`what one can do ${name}: ${actions || 'nothing'}`, () => {
    const found = explain(given, {}, NOW).actions;
    assert.equal(found.map(({ action }) => action).join(' '), actions);
    for (const [action, effect] of Object.entries(effects))
      assert.equal(found.find((one) => one.action === action)?.effect, effect);
  });
}

void test('who is wanted and who is stable, with their commits', () => {
  const sets = [
    committed(replicaSet('new', 2, { want: 3, have: 1 }), 'a1b2c3d4', 'Faster'),
    ...both.slice(1),
  ];
  const { wanted, stable } = explain(parts(rollout(updating(1)), sets), {}, NOW);
  assert.deepEqual(wanted, {
    revision: 2,
    replicaSet: 'app-new',
    images: ['demo/app:new'],
    configuration: [],
    commit: { hash: 'a1b2c3d4', author: 'Ada Lovelace', message: 'Faster' },
    pods: { want: 3, have: 1 },
  });
  assert.deepEqual([stable?.revision, stable?.commit, stable?.pods], [1, null, { want: 4, have: 4 }]);
});

void test('whatever the world, it can be explained, and the commands are about this rollout', () => {
  fc.assert(
    fc.property(anyScene, fc.boolean(), ({ world, now }, isKnown) => {
      const { status } = decide(world, now);
      const given = { ...world.rollout, status };
      const sets = isKnown ? world.replicaSets : [];
      const explanation = explain(parts(given, sets, { runs: world.runs }), world.templates, now);
      check(explanation);
    }),
    { numRuns: runs(300) },
  );
});

function check({ summary, facts, next, actions, healthyAt, namespace }: Explanation): void {
  const texts = [summary, ...facts, ...next.map(({ what }) => what), ...actions.map(({ effect }) => effect)];
  for (const text of texts) assert.doesNotMatch(text, /undefined|null|NaN|\[object|^\s*$/);
  assert.ok(next.length > 0);
  assert.ok(healthyAt === null || Number.isFinite(healthyAt));
  for (const { command } of actions)
    assert.match(command, new RegExp(`^(kubectl sluice .* app.* -n ${namespace}|kubectl sluice lint)`));
}
