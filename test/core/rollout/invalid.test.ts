import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BlueGreenStrategy } from '../../../src/api/rollout.ts';
import type { Service } from '../../../src/api/workload.ts';
import { decide } from '../../../src/core/rollout/decide.ts';
import { bg } from '../../support/blue-green.ts';
import { row } from '../../support/row.ts';
import { type Scene, w } from '../../support/world.ts';

/** A spec that cannot be followed, or refers to what is not there: everything stays; the way back is open. */

const invalid = (scene: Scene) => scene.canary({ steps: [{ setWeight: 200 }] });
const gone = (line: string) => w(line).canary({ analysis: { templates: [{ templateName: 'gone' }] } });

row('nothing is touched', invalid(w('stable 4/4 canary 2/2 @50% [50 >pause]')), {
  phase: 'Degraded',
  because: 'invalid',
  changes: [],
  sizes: null,
  wake: null,
  step: 1,
  stable: 'stable',
});
row('a template that is not there', gone('stable 4/4 canary 2/2 @50% [50 >pause]'), {
  because: 'invalid',
  changes: [],
  step: 1,
});
row('it does not go on, though the pause is over', gone('stable 4/4 canary 2/2 @50% [50 >60s]').at('60s'), {
  step: 1,
});
row('but an abort goes through', gone('stable 4/4 canary 2/2 @50% [50 >pause]').abort(), {
  abort: true,
  because: 'aborted',
  weight: 0,
  services: 'stable:stable canary:stable',
});
row(
  'and ends at stable',
  gone('stable 4/4 canary 2/2 @0% [~50 pause] aborted').deadline('canary', '30s').at('30s'),
  {
    sizes: 'stable 4 canary 0',
  },
);
row(
  'an invalid spec is not followed, not even to abort',
  invalid(w('stable 4/4 canary 2/2 @50% [50 >pause]')).abort(),
  {
    changes: [],
  },
);
row('other conditions stay', invalid(w('stable 4/4 canary 2/2 [50 >pause]')), {
  conditions: {
    Progressing: 'True/ReplicaSetUpdated',
    Healthy: 'False/RolloutHealthy',
    InvalidSpec: 'True/InvalidSpec',
    Ready: 'False/Degraded',
    Stalled: 'True/Degraded',
  },
});
row('a new one has only these', invalid(w('nothing of 4')), {
  conditions: { InvalidSpec: 'True/InvalidSpec', Ready: 'False/Degraded', Stalled: 'True/Degraded' },
  notes: ['RolloutAddedToInformer'],
});

void test('all mistakes are named at once', () => {
  const { world, now } = w('stable 4/4').canary({ steps: [{ setWeight: 200 }, { setWeight: -1 }] });
  const { because, status } = decide(world, now);
  assert.equal(because.kind === 'invalid' && because.issues.length, 2);
  assert.match(
    status.message ?? '',
    /^InvalidSpec: The Rollout "app" is invalid: .*steps\[0\].*; .*steps\[1\]/,
  );
});

void test('that it is the same mistake still changes nothing in its condition', () => {
  const scene = invalid(w('stable 4/4'));
  const first = decide(scene.world, scene.now).status;
  const later = invalid(w('stable 4/4')).status(first).at('1h');
  assert.deepEqual(decide(later.world, later.now).status, first);
});

// Blue-green: the recorded mistakes.
const wrong: readonly (readonly [name: string, fields: Partial<BlueGreenStrategy>, says: RegExp])[] = [
  ['one Service for both', { previewService: 'app-active' }, /activeService: .*"app-active": This rollout/],
  ['a limit over the history', { scaleDownDelayRevisionLimit: 11 }, /RevisionLimit: Invalid value: 11: /],
  ['no kind of anti-affinity', { antiAffinity: {} }, /must have exactly one strategy listed/],
  ['a Service that is gone', { activeService: 'gone' }, /blueGreen\.activeService: .*"gone" not found/],
  ['a preview that is gone', { previewService: 'gone' }, /blueGreen\.previewService: .*"gone" not found/],
  [
    'a template that is gone',
    { prePromotionAnalysis: { templates: [{ templateName: 'gone' }] } },
    /prePromotionAnalysis\.templates: Invalid value: "gone": AnalysisTemplate 'gone' not found/,
  ],
];
for (const [name, fields, says] of wrong)
  void test(`blue-green, ${name}: nobody is switched, and nobody loses pods`, () => {
    const { world, now } = withStrategy(bg('stable 4/4 canary 4/4'), fields);
    const { status, target, because } = decide(world, now);
    assert.equal(because.kind, 'invalid');
    assert.match(status.message ?? '', says);
    assert.equal(status.phase, 'Degraded');
    assert.equal(target, null);
  });

/** The Services stay as they were; only the spec says something else. */
function withStrategy(
  { world, now }: Scene,
  fields: Partial<BlueGreenStrategy>,
): Pick<Scene, 'world' | 'now'> {
  const { spec } = world.rollout;
  const blueGreen = { activeService: 'app-active', previewService: 'app-preview', ...fields };
  return {
    now,
    world: { ...world, rollout: { ...world.rollout, spec: { ...spec, strategy: { blueGreen } } } },
  };
}

const services: readonly (readonly [
  name: string,
  service: string,
  change: NonNullable<Service['spec']> | null,
  says: RegExp,
])[] = [
  ['a Service that is not there', 'app-canary', null, /canaryService: .*"app-canary" not found/],
  ['a Service for other pods', 'app-stable', { selector: { app: 'other' } }, /unmatch label "app"/],
];
for (const [name, service, spec, says] of services)
  void test(`${name} is named`, () => {
    const { world, now } = w('stable 4/4 canary 2/2 @50% [50 >pause]');
    const before = world.services[service];
    const after = spec === null || before === null || before === undefined ? null : { ...before, spec };
    const { status, target } = decide({ ...world, services: { ...world.services, [service]: after } }, now);
    assert.match(status.message ?? '', says);
    assert.equal(target, null);
  });

void test('a Service of another rollout is left to it, unless that rollout is gone', () => {
  const { world, now } = w('stable 4/4 canary 2/2 @50% [50 >pause]');
  const stable = world.services['app-stable'];
  assert.ok(stable !== null && stable !== undefined);
  const annotations = { 'argo-rollouts.argoproj.io/managed-by-rollouts': 'other' };
  const theirs = { ...stable, metadata: { ...stable.metadata, annotations } };
  const shared = { ...world, services: { ...world.services, 'app-stable': theirs } };
  const there = decide({ ...shared, rolloutNames: new Set(['app', 'other']) }, now);
  assert.match(there.status.message ?? '', /managed by another Rollout/);
  assert.notEqual(decide(shared, now).target, null);
});

// No pods at all.
row('no replicas: a new version is made without pods', w('stable 0/0 new of 0 [50 60s]'), {
  sizes: 'stable 0 canary 0',
  step: 0,
});
row('no replicas: steps are gone through', w('stable 0/0 canary 0/0 of 0 [>50 100]'), {
  stable: 'canary',
  phase: 'Healthy',
});
row('no replicas, with a router', w('stable 0/0 canary 0/0 of 0 @0% [>50 100]'), {
  stable: 'canary',
  weight: 0,
});
row('no replicas in the spec: one, and that is written', w('stable 1/1 [50]').with({ replicas: undefined }), {
  sizes: 'stable 1',
  changes: ['record Rollout ?>1'],
});

// Where the status was lost, or the stable ReplicaSet: what is not verified does not become stable.
row(
  'a lost status: the version that serves is the stable one',
  w('stable 4/4 canary 2/2 @0% [50 pause]').lost(),
  {
    stable: 'stable',
    step: 0,
  },
);
row(
  'the stable ReplicaSet is gone and an older one serves',
  w('old 1/1 stable 4/4 canary 2/2 [50 >pause]').deleted('stable'),
  {
    stable: 'stable',
  },
);
row('a new rollout: the first version is stable at once', w('nothing of 4 [50]'), {
  stable: 'canary',
  step: 1,
  notes: [
    'RolloutAddedToInformer',
    'RolloutUpdated',
    'RolloutNotCompleted',
    'RolloutCompleted',
    'NewReplicaSetCreated',
    'ScalingReplicaSet',
  ],
});
