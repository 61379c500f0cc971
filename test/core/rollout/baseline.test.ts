import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Experiment } from '../../../src/api/experiment.ts';
import type { CanaryStep } from '../../../src/api/rollout.ts';
import type { Service, ServicePort } from '../../../src/api/workload.ts';
import { baselineName } from '../../../src/core/analysis/compare/baseline.ts';
import { changes } from '../../../src/core/changes.ts';
import { check } from '../../../src/core/laws.ts';
import { additionalWeights, nextShareAt, withShares } from '../../../src/core/rollout/additional.ts';
import { servedBaselines } from '../../../src/core/rollout/baseline.ts';
import { decide } from '../../../src/core/rollout/decide.ts';
import { storedLife } from '../../../src/core/rollout/life.ts';
import { release } from '../../../src/core/rollout/release.ts';
import { ALL_STABLE, type Routes } from '../../../src/core/routes.ts';
import { formatInstant } from '../../../src/core/time.ts';
import type { World } from '../../../src/core/world.ts';
import { roleHash } from '../../support/draft.ts';
import { type Scene, w } from '../../support/world.ts';

/** What a fresh copy of the stable version gets of the traffic. */

const steps: readonly CanaryStep[] = [{ setWeight: 20 }, { pause: {} }, { setWeight: 50 }];
const RUN = `app-${roleHash('canary')}-2`;
const SERVICE = 'fresh';

/** A release at its first pause, with a run in the background that compares. */
const compared = (phase = 'Running') =>
  w('stable 8/8 canary 2/2 @20% [20 >pause 50]')
    .with({ steps })
    .canary({ analysis: { templates: [{ templateName: 'check' }] } })
    .run('background', phase);

/** The same in an inline analysis. */
const inStep = () =>
  w('stable 8/8 canary 2/2 @20% [20 >check 50]')
    .with({ steps: [{ setWeight: 20 }, { analysis: { templates: [{ templateName: 'check' }] } }] })
    .run('step', 'Running');

interface Copy {
  readonly pods?: number;
  readonly status?: 'Running' | 'Progressing';
  readonly phase?: 'Running' | 'Failed';
  /** In seconds. */
  readonly age?: number;
  readonly run?: string;
  readonly terminate?: boolean;
}

/** The fresh copy of a run, as its Experiment tells it. */
function copyAt(scene: Scene, copy: Copy = {}): Experiment {
  const { pods = 1, status = 'Running', phase = 'Running', age = 9, run = RUN, terminate } = copy;
  const containers = [{ name: 'app', image: 'demo/app:1', ports: [{ containerPort: 8080 }] }];
  const template = { metadata: { labels: { app: 'app' } }, spec: { containers } };
  const counts = { replicas: pods, updatedReplicas: pods, readyReplicas: pods, availableReplicas: pods };
  const since = { lastTransitionTime: formatInstant(scene.now - age * 1000) };
  const told = { serviceName: SERVICE, podTemplateHash: 'abc', ...since };
  const owner = scene.world.runs.find(({ metadata }) => metadata.name === run)?.metadata.uid ?? 'nobody';
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Experiment',
    metadata: {
      name: baselineName(run),
      namespace: 'demo',
      ownerReferences: [
        {
          apiVersion: 'argoproj.io/v1alpha1',
          kind: 'AnalysisRun',
          name: run,
          uid: owner,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: {
      templates: [{ name: 'baseline', replicas: pods, selector: {}, template }],
      ...(terminate === undefined ? {} : { terminate }),
    },
    status: { phase, templateStatuses: [{ name: 'baseline', ...counts, status, ...told }] },
  };
}

function row(
  name: string,
  scene: Scene,
  copy: Copy,
  expected: {
    readonly share: number;
    readonly canaryWeight?: number;
    readonly wake?: number;
    readonly trial?: number;
  },
): void {
  void test(name, () => {
    const { share, canaryWeight = 20, wake = null } = expected;
    const world: World = { ...scene.world, baselines: [copyAt(scene, copy)] };
    const seen = release(world);
    const life = storedLife(seen.status);
    const routes = withShares({ ...ALL_STABLE, canaryWeight }, world, seen, life, scene.now);
    const given = share === 0 ? [] : [{ service: SERVICE, port: 8080, weight: share }];
    assert.deepEqual(routes?.additional ?? [], given);
    const next = nextShareAt(world, seen, life, scene.now);
    assert.equal(next === null ? null : next - scene.now, wake);
  });
}

const FIVE = { pods: 5 };
row('as much as the canary', compared(), FIVE, { share: 20 });
row('half of it all is the most for both', compared(), FIVE, { share: 50, canaryWeight: 50 });
row('where both do not fit: what is left', compared(), FIVE, { share: 30, canaryWeight: 70 });
row('nothing where nothing is left', compared(), FIVE, { share: 0, canaryWeight: 100 });
row('nothing while the canary has nothing', compared(), FIVE, { share: 0, canaryWeight: 0 });
row('no more than its pods carry: one of eight an eighth', compared(), {}, { share: 12 });
row('one of many pods carries no whole percent', compared().spec({ replicas: 200 }), {}, { share: 0 });
row('its Service is new', compared(), { ...FIVE, age: 1 }, { share: 0, wake: 2000 });
row('a pod is missing', compared(), { ...FIVE, status: 'Progressing' }, { share: 0 });
row('it has failed', compared(), { ...FIVE, phase: 'Failed' }, { share: 0 });
row('somebody ends it', compared(), { ...FIVE, terminate: true }, { share: 0 });
row('its run is over', compared('Successful'), FIVE, { share: 0 });
row('a run of a step has one, too', inStep(), { ...FIVE, run: `${RUN}-1` }, { share: 20 });
row('it is of another run', compared(), { ...FIVE, run: `${RUN}-1` }, { share: 0 });

/** The routes of a decision that breaks no law. */
function routesOf(scene: Scene, baselines: readonly Experiment[]): Routes | null {
  const routers = scene.world.routers.map((router) => ({
    ...router,
    can: { ...router.can, additional: true },
  }));
  const world: World = { ...scene.world, routers, baselines };
  const decision = decide(world, scene.now);
  check(world, decision, changes(world, decision));
  return decision.target?.routes ?? null;
}

void test('it comes with the routes, and an abort takes it away with the canary’s weight', () => {
  const scene = compared();
  const copies = [copyAt(scene, FIVE)];
  assert.deepEqual(routesOf(scene, copies)?.additional, [{ service: SERVICE, port: 8080, weight: 20 }]);
  const aborted = routesOf(scene.abort(), copies);
  assert.deepEqual([aborted?.canaryWeight, aborted?.additional], [0, undefined]);
});

void test('no plan gives it more than its pods carry', () => {
  const { world, now } = compared();
  const baselines = [copyAt(compared(), {})];
  const decision = decide({ ...world, baselines }, now);
  const { target } = decision;
  assert.ok(target?.routes != null);
  const additional = [{ service: SERVICE, port: 8080, weight: 13 }];
  const bad = { ...decision, target: { ...target, routes: { ...target.routes, additional } } };
  assert.throws(() => check({ ...world, baselines }, bad, []), /no more than its pods carry/);
});

const portRows: readonly (readonly [string, readonly ServicePort[] | undefined, number])[] = [
  ['the first one where nothing is known', undefined, 9090],
  ['that of the stable Service, by its name', [{ port: 80, targetPort: 'http' }], 8080],
  ['or by its number', [{ port: 80, targetPort: 8080 }], 8080],
  ['which may be its own', [{ port: 8080 }], 8080],
  ['the first one where that is none of the pods’', [{ port: 80 }], 9090],
  [
    'or where there are several',
    [
      { name: 'a', port: 8080 },
      { name: 'b', port: 81 },
    ],
    9090,
  ],
];
for (const [name, ports, want] of portRows)
  void test(`of several ports: ${name}`, () => {
    const scene = compared();
    const copy = copyAt(scene, FIVE);
    const containers = [
      {
        name: 'app',
        ports: [
          { containerPort: 9090, name: 'metrics' },
          { containerPort: 8080, name: 'http' },
        ],
      },
    ];
    const templates = copy.spec.templates.map((one) => ({ ...one, template: { spec: { containers } } }));
    const stable: Service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'app-stable', namespace: 'demo' },
      ...(ports === undefined ? {} : { spec: { ports } }),
    };
    const { stableService = '' } = scene.world.rollout.spec.strategy?.canary ?? {};
    const world: World = {
      ...scene.world,
      services: { ...scene.world.services, [stableService]: stable },
      baselines: [{ ...copy, spec: { ...copy.spec, templates } }],
    };
    const seen = release(world);
    const [served] = servedBaselines(world, seen, storedLife(seen.status));
    assert.equal(served?.port, want);
  });

void test('what is routed to it is told', () => {
  const { world } = compared();
  const routes = {
    ...ALL_STABLE,
    canaryWeight: 20,
    additional: [{ service: SERVICE, port: 8080, weight: 12 }],
  };
  const routers = world.routers.map((router) => ({ ...router, routes }));
  assert.deepEqual(additionalWeights({ ...world, routers, baselines: [copyAt(compared())] }), [
    { weight: 12, serviceName: SERVICE, podTemplateHash: 'abc' },
  ]);
});
