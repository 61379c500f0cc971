import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import {
  type Behavior,
  type Memory,
  normalized,
  proposal,
} from '../../../src/sim/controllers/autoscaler/decide.ts';
import { kinds } from '../../../src/sim/kinds.ts';
import { at, condition, startWorld, type TestWorld, workload } from './world.ts';

void describe('the size that a metric asks for', () => {
  const rows: readonly (readonly [
    utilization: number,
    target: number,
    current: number,
    unready: number,
    size: number,
  ])[] = [
    [50, 50, 4, 0, 4],
    [54, 50, 4, 0, 4],
    [56, 50, 4, 0, 5],
    [100, 50, 4, 0, 8],
    [46, 50, 4, 0, 4],
    [25, 50, 4, 0, 2],
    [0, 50, 4, 0, 0],
    [100, 50, 4, 2, 4],
    [200, 50, 4, 2, 8],
    [25, 50, 4, 2, 1],
  ];
  for (const [utilization, target, current, unready, size] of rows) {
    void test(`${utilization} % of ${target} % with ${current} pods, ${unready} unready: ${size}`, () => {
      const ready = current - unready;
      assert.equal(proposal({ utilization, target, current, ready, unready, behavior: null }), size);
    });
  }
});

void describe('what the rules make of it', () => {
  const now = 1_000_000;
  const before = (...sizes: readonly number[]): Memory => ({
    proposals: sizes.map((size, i) => ({ size, at: now - 60_000 * (i + 1) })),
    changes: [],
  });
  const changed = (by: number): Memory => ({ proposals: [], changes: [{ by, at: now - 10_000 }] });
  const slow: Behavior = { scaleUp: { policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] } };
  const halting: Behavior = { scaleDown: { selectPolicy: 'Disabled' } };
  const eager: Behavior = { scaleDown: { stabilizationWindowSeconds: 0 } };
  const calm: Behavior = { scaleUp: { stabilizationWindowSeconds: 120 } };
  const rows: readonly (readonly [
    what: string,
    wish: readonly [current: number, proposed: number],
    behavior: Behavior | null,
    memory: Memory,
    told: string,
  ])[] = [
    ['up', [4, 6], null, before(), '6 ReadyForNewScale DesiredWithinRange'],
    ['up at most to twice as many', [4, 9], null, before(), '8 ReadyForNewScale ScaleUpLimit'],
    ['up from one to four at once', [1, 9], null, before(), '4 ReadyForNewScale ScaleUpLimit'],
    ['no more than the maximum', [8, 12], null, before(), '10 ReadyForNewScale TooManyReplicas'],
    ['no fewer than the minimum', [4, 1], eager, before(), '2 ReadyForNewScale TooFewReplicas'],
    ['down only as far as of late', [6, 3], null, before(5, 4), '5 ScaleDownStabilized DesiredWithinRange'],
    ['down after a while', [6, 3], null, before(3, 3, 3, 3, 5), '3 ReadyForNewScale DesiredWithinRange'],
    ['down at once where told to', [6, 3], eager, before(5, 4), '3 ReadyForNewScale DesiredWithinRange'],
    ['up only as far as of late', [4, 8], calm, before(5), '5 ScaleUpStabilized DesiredWithinRange'],
    ['up by one in a minute', [4, 8], slow, before(), '5 ReadyForNewScale ScaleUpLimit'],
    ['up by one, which it was', [5, 8], slow, changed(1), '5 ReadyForNewScale ScaleUpLimit'],
    ['never down', [6, 3], halting, before(3), '6 ReadyForNewScale ScaleDownLimit'],
  ];
  for (const [what, [current, proposed], behavior, memory, told] of rows) {
    void test(`${what}: ${told}`, () => {
      const bounds = { proposed, current, least: 2, most: 10 };
      const { size, conditions } = normalized(bounds, { behavior, memory, now });
      assert.equal([size, ...conditions.map(({ reason }) => reason)].join(' '), told);
    });
  }
});

void describe('a HorizontalPodAutoscaler', () => {
  let world: TestWorld;
  let utilization: number | null = null;
  afterEach(() => world.stop());
  const start = () => {
    utilization = null;
    world = startWorld({ controllers: { utilization: () => utilization } });
  };
  const create = (kind: 'Deployment' | 'Rollout', spec: object = {}) =>
    world.create(kinds.horizontalPodAutoscalers, 'web', {
      spec: {
        scaleTargetRef: {
          apiVersion: kind === 'Rollout' ? 'argoproj.io/v1alpha1' : 'apps/v1',
          kind,
          name: 'web',
        },
        minReplicas: 1,
        maxReplicas: 6,
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } },
          },
        ],
        ...spec,
      },
    });
  const autoscaler = () => world.get(kinds.horizontalPodAutoscalers, 'web');
  const size = () => at(world.get(kinds.deployments, 'web'), 'spec.replicas');

  void test('scales a Deployment up at once and down after five minutes', async () => {
    start();
    world.create(kinds.deployments, 'web', workload('web', 2));
    create('Deployment');
    await world.until('no metric', () => condition(autoscaler(), 'ScalingActive') === 'False');
    utilization = 100;
    await world.until('more', () => size() === 4);
    assert.equal(at(autoscaler(), 'status.desiredReplicas'), 4);
    assert.equal(condition(autoscaler(), 'AbleToScale'), 'True');
    utilization = 50;
    await world.pass(60_000);
    assert.equal(size(), 4);
    utilization = 10;
    const startMs = world.clock.elapsed();
    await world.until('fewer', () => size() === 1);
    assert.ok(world.clock.elapsed() - startMs > 270_000);
  });

  void test('keeps within its bounds, whatever it measures', async () => {
    start();
    world.create(kinds.deployments, 'web', workload('web', 9));
    create('Deployment');
    await world.until('fewer', () => size() === 6);
    utilization = 1000;
    await world.pass(60_000);
    assert.equal(size(), 6);
    assert.equal(condition(autoscaler(), 'ScalingLimited'), 'True');
  });

  void test('scales a Rollout by its scale', async () => {
    start();
    world.create(kinds.rollouts, 'web', workload('web', 2));
    const place = { namespace: 'test', name: 'web' };
    const writing = { manager: 'rollouts', subresource: 'status' } as const;
    world.api.merge(kinds.rollouts, place, { status: { selector: 'app=web' } }, writing);
    world.create(kinds.replicaSets, 'web', workload('web', 2));
    create('Rollout');
    utilization = 75;
    await world.until('more', () => at(world.get(kinds.rollouts, 'web'), 'spec.replicas') === 3);
  });

  void test('leaves alone what has no pods, and says when there is no target', async () => {
    start();
    create('Deployment');
    await world.until('no target', () => condition(autoscaler(), 'AbleToScale') === 'False');
    utilization = 100;
    world.create(kinds.deployments, 'web', workload('web', 0));
    await world.until('disabled', () => condition(autoscaler(), 'AbleToScale') === 'True');
    assert.equal(size(), 0);
  });
});
