import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnalysisPhase } from '../../../src/api/analysis.ts';
import type { Experiment } from '../../../src/api/experiment.ts';
import type { CanaryStep, ExperimentStep } from '../../../src/api/rollout.ts';
import { changes } from '../../../src/core/changes.ts';
import { check } from '../../../src/core/laws.ts';
import {
  additionalWeights,
  nextShareAt,
  shareIssues,
  withShares,
} from '../../../src/core/rollout/additional.ts';
import { decide } from '../../../src/core/rollout/decide.ts';
import { storedLife } from '../../../src/core/rollout/life.ts';
import { release } from '../../../src/core/rollout/release.ts';
import { ALL_STABLE } from '../../../src/core/routes.ts';
import { formatInstant } from '../../../src/core/time.ts';
import type { World } from '../../../src/core/world.ts';
import { type Role, roleHash } from '../../support/draft.ts';
import { type Scene, w } from '../../support/world.ts';

/** The experiment of a step: which is made, what comes of its end, what ends with the release. */

const trial: ExperimentStep = { duration: '1m', templates: [{ name: 'trial', specRef: 'canary' }] };
const steps = (experiment = trial): readonly CanaryStep[] => [
  { setWeight: 20 },
  { experiment },
  { setWeight: 50 },
];
const NAME = `app-${roleHash('canary')}-2-1`;

/** A release whose second step is an experiment, and has come. */
const atStep = (experiment = trial) =>
  w('stable 8/8 canary 2/2 [20 >check 50]').with({ steps: steps(experiment) });
const told = (scene: Scene, name = NAME) => scene.status({ canary: { currentExperiment: name } });

function made(name: string, phase?: AnalysisPhase, more: Partial<Experiment['spec']> = {}): Experiment {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Experiment',
    metadata: {
      name,
      namespace: 'demo',
      uid: name,
      resourceVersion: '3',
      labels: { 'rollouts-pod-template-hash': roleHash('canary') },
    },
    spec: { templates: [], ...more },
    ...(phase === undefined ? {} : { status: { phase, message: `it was ${phase}` } }),
  };
}

interface Expected {
  readonly step?: number;
  readonly phase?: string;
  readonly message?: string;
  /** What is made, ended and thrown away, by name without the release's. */
  readonly experiments?: string;
  /** The name in the status without the release's; null: none. */
  readonly current?: string | null;
  readonly because?: string;
}

function row(name: string, scene: Scene, experiments: readonly Experiment[], expected: Expected): void {
  void test(name, () => {
    const world: World = { ...scene.world, experiments };
    const decision = decide(world, scene.now);
    const todo = changes(world, decision);
    check(world, decision, todo);
    const { status, target, because } = decision;
    const acts = Object.entries(target?.experiments ?? {}).flatMap(
      ([act, list]: [string, readonly Experiment[]]) =>
        list.map(({ metadata }) => `${act} ${short(metadata.name)}`),
    );
    const current = status.canary?.currentExperiment;
    const all: Expected = {
      step: status.currentStepIndex ?? 0,
      phase: status.phase ?? '',
      message: status.message ?? '',
      experiments: acts.join(' '),
      current: current === undefined ? null : short(current),
      because: because.kind,
    };
    const asked = Object.fromEntries(Object.keys(expected).map((key) => [key, all[key as keyof Expected]]));
    assert.deepEqual(asked, expected);
    for (const change of todo)
      if (change.verb === 'patch' && change.kind === 'Experiment')
        assert.notEqual(change.resourceVersion, null);
  });
}

function short(name: string): string {
  return name.replace(`app-${roleHash('canary')}-`, '');
}

row('it is made when its step comes', atStep(), [], { step: 1, experiments: 'create 2-1', current: '2-1' });
row('and only once', told(atStep()), [made(NAME, 'Running')], {
  step: 1,
  experiments: '',
  because: 'experiment',
});
row('one that the status names and that is not there is made', told(atStep()), [], {
  experiments: 'create 2-1',
});
row('one whose status was lost is found again', atStep(), [made(NAME, 'Running')], {
  experiments: '',
  current: '2-1',
});
row('good: the step is done', told(atStep()), [made(NAME, 'Successful')], { step: 2, current: null });
for (const phase of ['Failed', 'Error'] as const)
  row(`${phase}: the release is given up`, told(atStep()), [made(NAME, phase)], {
    step: 0,
    phase: 'Degraded',
    message: `RolloutAborted: Rollout aborted update to revision 2: Experiment analysis phase is error/failed: it was ${phase}`,
    current: null,
  });
row('inconclusive: a person decides', told(atStep()), [made(NAME, 'Inconclusive')], {
  step: 1,
  phase: 'Paused',
  message: 'InconclusiveExperiment',
  experiments: '',
  current: '2-1',
  because: 'inconclusive',
});

const unsure = (scene: Scene) =>
  told(scene).status({
    controllerPause: true,
    pauseConditions: [{ reason: 'InconclusiveExperiment', startTime: '2026-03-01T12:00:00Z' }],
  });
row('until then no other one is made', unsure(atStep()), [made(NAME, 'Inconclusive')], {
  experiments: '',
  step: 1,
});
row('who goes on gets another one', unsure(atStep()).promote(), [made(NAME, 'Inconclusive')], {
  step: 1,
  experiments: 'create 2-1-1',
  current: '2-1-1',
});
row('an abort ends it', told(atStep()).abort(), [made(NAME, 'Running')], {
  experiments: 'terminate 2-1',
  current: null,
});
row('so does a full promotion', told(atStep()).full(), [made(NAME, 'Running')], {
  experiments: 'terminate 2-1',
  current: null,
});
row(
  'and who moves on to another step',
  told(atStep()).status({ currentStepIndex: 2 }),
  [made(NAME, 'Running')],
  { step: 2, experiments: 'terminate 2-1', current: null },
);
row(
  'what has been ended is not ended again',
  told(atStep()).abort(),
  [made(NAME, 'Running', { terminate: true })],
  {
    experiments: '',
  },
);
row('after a retry there is another one', atStep(), [made(NAME, 'Failed')], { experiments: 'create 2-1-1' });
row('those of versions that are gone go', atStep(), [gone(made('app-x-1-1', 'Successful'))], {
  experiments: 'create 2-1 discard app-x-1-1',
});
row('unless they still go on: they are ended first', atStep(), [gone(made('app-x-1-1', 'Running'))], {
  experiments: 'create 2-1 terminate app-x-1-1',
});

function gone(experiment: Experiment): Experiment {
  return {
    ...experiment,
    metadata: { ...experiment.metadata, labels: { 'rollouts-pod-template-hash': 'x' } },
  };
}

function firstOf(experiment: ExperimentStep): Experiment {
  const { world, now } = atStep(experiment);
  const [one] = decide(world, now).target?.experiments.create ?? [];
  assert.ok(one !== undefined);
  return one;
}

void test('it copies both versions, with what the step adds', () => {
  const { metadata, spec } = firstOf({
    duration: '30s',
    scaleDownDelaySeconds: 5,
    templates: [
      { name: 'baseline', specRef: 'stable', replicas: 2 },
      {
        name: 'trial',
        specRef: 'canary',
        metadata: { labels: { part: 'trial' }, annotations: { note: 'x' } },
      },
    ],
  });
  const hash = (role: Role) => ({ 'rollouts-pod-template-hash': roleHash(role) });
  assert.equal(metadata.name, NAME);
  assert.deepEqual(metadata.annotations, { 'rollout.argoproj.io/revision': '2' });
  assert.equal(metadata.ownerReferences?.[0]?.kind, 'Rollout');
  assert.deepEqual([spec.duration, spec.scaleDownDelaySeconds], ['30s', 5]);
  const [baseline, candidate] = spec.templates;
  assert.deepEqual(baseline?.selector, { matchLabels: { app: 'app', ...hash('stable') } });
  assert.equal(baseline?.replicas, 2);
  assert.deepEqual(candidate?.selector, { matchLabels: { app: 'app', part: 'trial', ...hash('canary') } });
  assert.deepEqual(candidate?.template.metadata?.labels, { app: 'app', part: 'trial', ...hash('canary') });
  assert.deepEqual(candidate?.template.metadata?.annotations, { note: 'x' });
  assert.equal(candidate?.replicas, undefined);
});

void test('arguments that speak of the rollout are filled in, those of the experiment stay', () => {
  const { spec } = firstOf({
    ...trial,
    analyses: [
      {
        name: 'check',
        templateName: 'check',
        requiredForCompletion: true,
        args: [
          { name: 'old', valueFrom: { podTemplateHashValue: 'Stable' } },
          { name: 'rollout', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
          { name: 'trial', value: '{{templates.trial.podTemplateHash}}' },
        ],
      },
    ],
  });
  assert.deepEqual(spec.analyses, [
    {
      name: 'check',
      templateName: 'check',
      requiredForCompletion: true,
      args: [
        { name: 'old', value: roleHash('stable') },
        { name: 'rollout', value: 'app' },
        { name: 'trial', value: '{{templates.trial.podTemplateHash}}' },
      ],
    },
  ]);
});

void test('an analysis template that is not there is told before the release begins', () => {
  const scene = atStep({ ...trial, analyses: [{ name: 'check', templateName: 'missing' }] });
  const { because, target } = decide(scene.world, scene.now);
  assert.equal(target, null);
  assert.deepEqual(because, {
    kind: 'invalid',
    issues: [
      {
        path: 'spec.strategy.canary.steps[1].experiment.analyses[0].templates',
        message: `Invalid value: "missing": AnalysisTemplate 'missing' not found`,
      },
    ],
  });
});

shares();

/** What an experiment gets of the traffic. */
function shares(): void {
  const step: ExperimentStep = { templates: [{ name: 'trial', specRef: 'canary', weight: 10 }] };
  const scene = w('stable 8/8 canary 2/2 @20% [20 >check 50]').with({ steps: steps(step) });
  const containers = [{ name: 'app', image: 'demo/app:2', ports: [{ containerPort: 8080 }] }];
  const running = (
    since: string,
    status: 'Running' | 'Progressing' = 'Running',
    phase: AnalysisPhase = 'Running',
  ) => {
    const template = { metadata: { labels: { app: 'app' } }, spec: { containers } };
    const [counts, told] = [
      { replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 },
      { serviceName: 'trial', podTemplateHash: 'abc', lastTransitionTime: since },
    ];
    return {
      ...made(NAME, phase, { templates: [{ name: 'trial', selector: {}, template }] }),
      status: { phase, templateStatuses: [{ name: 'trial', ...counts, status, ...told }] },
    };
  };
  const share = { service: 'trial', port: 8080, weight: 10 };
  const shareRow = (
    name: string,
    experiment: Experiment,
    expected: {
      readonly given: readonly object[];
      readonly wake?: number | null;
      readonly canaryWeight?: number;
    },
  ) =>
    void test(name, () => {
      const { given, wake = null, canaryWeight = 20 } = expected;
      const world: World = { ...scene.world, experiments: [experiment] };
      const seen = release(world);
      const life = { ...storedLife(seen.status), experiment: { name: NAME, phase: 'Running' as const } };
      const now = scene.now;
      const routes = withShares({ ...ALL_STABLE, canaryWeight }, world, seen, life, now);
      assert.deepEqual(routes?.additional ?? [], given);
      const next = nextShareAt(world, seen, life, now);
      assert.equal(next === null ? null : next - now, wake);
    });
  const ago = (seconds: number) => formatInstant(scene.now - seconds * 1000);
  shareRow('its pods have been there for a while: a share', running(ago(3)), { given: [share] });
  shareRow('its Service is new: proxies are still to hear of it', running(ago(1)), { given: [], wake: 2000 });
  shareRow('a pod is missing: none', running(ago(9), 'Progressing'), { given: [] });
  shareRow('it is over: none', running(ago(9), 'Running', 'Successful'), { given: [] });
  shareRow('somebody ends it: none', ended(running(ago(9))), { given: [] });
  shareRow('beside the canary there is no room: none', running(ago(9)), { given: [], canaryWeight: 95 });

  void test('a router that cannot carry it, and too much of it', () => {
    const issuesOf = (weight: number, additional: boolean) => {
      const templates = [{ name: 'trial', specRef: 'canary', weight }] as const;
      const { world } = scene.with({ steps: steps({ templates }) });
      const routers = world.routers.map((router) => ({ ...router, can: { ...router.can, additional } }));
      return shareIssues({ ...world, routers }).map(({ path, message }) => `${path}: ${message}`);
    };
    const path = 'spec.strategy.canary.steps[1].experiment.templates';
    assert.deepEqual(issuesOf(80, true), []);
    assert.deepEqual(issuesOf(0, false), []);
    assert.deepEqual(issuesOf(81, true), [
      `${path}: weights of 81 in all do not fit beside 20 of the canary`,
    ]);
    assert.deepEqual(issuesOf(5, false), [
      `${path}: a traffic router cannot carry weights of experiments: nginx`,
    ]);
  });

  void test('what is routed is told', () => {
    const { world } = scene;
    const routers = world.routers.map((router) => ({
      ...router,
      routes: { ...ALL_STABLE, canaryWeight: 20, additional: [share] },
    }));
    assert.deepEqual(additionalWeights({ ...world, routers, experiments: [running(ago(9))] }), [
      { weight: 10, serviceName: 'trial', podTemplateHash: 'abc' },
    ]);
  });
}

function ended(experiment: Experiment): Experiment {
  return { ...experiment, spec: { ...experiment.spec, terminate: true } };
}
