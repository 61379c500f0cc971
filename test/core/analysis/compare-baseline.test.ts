import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Experiment, ExperimentTemplateStatus } from '../../../src/api/experiment.ts';
import type { Rollout, TrafficWeights } from '../../../src/api/rollout.ts';
import {
  baselineName,
  baselineObstacle,
  isBaseline,
  isBaselineOf,
  standingOf,
} from '../../../src/core/analysis/compare/baseline.ts';
import { sidesOf } from '../../../src/core/analysis/compare/sides.ts';
import { experimentManifest } from '../../../src/core/analysis/experiments.ts';
import { parseInstant } from '../../../src/core/time.ts';

/** The fresh copy of the stable version: its name, how it stands, and where there can be none. */

void describe('its name', () => {
  const rows: readonly (readonly [run: string, name: RegExp])[] = [
    ['web-5f4d4f4d74-2', /^web-5f4d4f4d74-2-baseline$/],
    ['web-5f4d4f4d74-2-1.1', /^web-5f4d4f4d74-2-1-1-[a-z0-9]+-baseline$/],
    ['1st-5f4d4f4d74-2', /^st-5f4d4f4d74-2-[a-z0-9]+-baseline$/],
    ['9', /^fresh-[a-z0-9]+-baseline$/],
  ];
  for (const [run, name] of rows)
    void test(run, () => {
      const made = baselineName(run);
      assert.match(made, name);
      assert.ok(made.length <= 45);
    });
  void test('names of pods hold that of their ReplicaSet whole, however long the run’s name is', () => {
    const long = `${'shop-checkout-'.repeat(12)}5f4d4f4d74-2`;
    const made = baselineName(long);
    assert.match(made, /^shop-checkout-shop[-a-z0-9]*-baseline$/);
    // Source: `maxGeneratedNameLength` of Kubernetes, 58.
    assert.ok(`${made}-baseline-1-`.length <= 58);
    assert.notEqual(made, baselineName(`${long}1`));
  });
});

const run = { metadata: { name: 'web-a-2', namespace: 'shop', uid: 'u' } };
const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [] } };
const made = experimentManifest(run, {
  name: baselineName('web-a-2'),
  metric: 'm',
  spec: { templates: [{ name: 'baseline', replicas: 2, selector: {}, template }] },
});

void test('it is known by its name and its owner', () => {
  const other = { ...made, metadata: { ...made.metadata, name: 'web-a-2-m-1' } };
  assert.deepEqual([made, other].map(isBaseline), [true, false]);
  const again = { metadata: { ...run.metadata, uid: 'v' } };
  assert.deepEqual(
    [run, again].map((one) => isBaselineOf(made, one)),
    [true, false],
  );
});

void describe('how it stands', () => {
  const at = '2026-03-01T12:00:00Z';
  const one = (status: ExperimentTemplateStatus['status'], more: Partial<ExperimentTemplateStatus> = {}) => ({
    phase: 'Running' as const,
    templateStatuses: [
      {
        name: 'baseline',
        replicas: 2,
        updatedReplicas: 2,
        readyReplicas: 1,
        availableReplicas: 1,
        lastTransitionTime: at,
        ...(status === undefined ? {} : { status }),
        ...more,
      },
    ],
  });
  const rows: readonly (readonly [string, Partial<Experiment>, string])[] = [
    ['nothing is told of it', {}, '0 of 2 pods are available'],
    ['its pods start', { status: { phase: 'Pending' } }, '0 of 2 pods are available'],
    ['one is there', { status: one('Progressing') }, '1 of 2 pods are available'],
    ['it has failed', { status: { phase: 'Failed', message: 'too late' } }, 'ended: too late'],
    ['it was ended', { status: { phase: 'Successful' } }, 'ended'],
    ['somebody ends it', { spec: { ...made.spec, terminate: true }, status: one('Running') }, 'ended'],
    [
      'somebody deletes it',
      { metadata: { ...made.metadata, deletionTimestamp: at }, status: one('Running') },
      'ended',
    ],
    [
      'it cannot be followed',
      {
        status: {
          conditions: [
            {
              type: 'InvalidSpec',
              status: 'True',
              reason: 'InvalidSpec',
              message: 'no labels',
              lastUpdateTime: at,
              lastTransitionTime: at,
            },
          ],
        },
      },
      'ended: no labels',
    ],
  ];
  for (const [name, change, words] of rows)
    void test(name, () => {
      const standing = standingOf({ ...made, ...change });
      assert.ok(standing.kind !== 'there');
      assert.equal(standing.words.replace(/^Experiment web-a-2-baseline has /, ''), words);
    });

  void test('its pods are there', () => {
    const service = { serviceName: 'fresh', podTemplateHash: 'abc' };
    const standing = standingOf({ ...made, status: one('Running', service) });
    assert.deepEqual(standing, {
      kind: 'there',
      side: { hash: 'abc', service: 'fresh', replicaSet: 'web-a-2-baseline-baseline' },
      since: (parseInstant(at) ?? 0) + 3000,
    });
  });
  void test('without a Service its hash is that of its pods, and its name may have been taken', () => {
    const standing = standingOf({ ...made, status: one('Running', { collisionCount: 1 }) });
    assert.ok(standing.kind === 'there');
    const { hash, ...side } = standing.side;
    assert.deepEqual(side, { service: '', replicaSet: 'web-a-2-baseline-baseline-1' });
    assert.match(hash, /^[a-z0-9]{8,10}$/);
  });
});

/** A Rollout with as many pods, behind a router or not. */
function rolloutOf(replicas: number, strategy: object, weights?: TrafficWeights): Rollout {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { replicas, strategy } as Rollout['spec'],
    ...(weights === undefined ? {} : { status: { canary: { weights } } }),
  };
}
const routed = (maxTrafficWeight?: number) => ({
  canary: { trafficRouting: maxTrafficWeight === undefined ? {} : { maxTrafficWeight } },
});

void describe('where there can be none', () => {
  const rows: readonly (readonly [string, Rollout, readonly string[], string | null])[] = [
    ['behind a router that can', rolloutOf(5, routed()), [], null],
    ['without a router', rolloutOf(500, { canary: {} }), [], null],
    [
      'behind one that cannot',
      rolloutOf(5, routed()),
      ['nginx'],
      'the traffic router cannot send a share to a fresh copy: nginx',
    ],
    [
      'blue-green',
      rolloutOf(5, { blueGreen: {} }),
      [],
      'in blue-green only one version has users, so nothing can be compared',
    ],
    ['one of a hundred pods carries one of a hundred', rolloutOf(100, routed()), [], null],
    [
      'one of more does not',
      rolloutOf(101, routed()),
      [],
      '1 of 101 pods carry less than 1 of 100, the smallest share of the traffic: set replicas to 2 or more',
    ],
    ['unless shares are finer', rolloutOf(101, routed(1000)), [], null],
  ];
  for (const [name, rollout, unable, want] of rows)
    void test(name, () => assert.equal(baselineObstacle({}, rollout, unable), want));
});

void describe('the canary’s part, as it is routed', () => {
  const rows: readonly (readonly [string, TrafficWeights | undefined, number | null])[] = [
    ['nothing is told', undefined, null],
    ['between the two', { canary: { weight: 20 }, stable: { weight: 80 } }, 20],
    [
      'what experiments have is stable’s no more',
      { canary: { weight: 20 }, stable: { weight: 60 }, additional: [{ weight: 20, serviceName: 'fresh' }] },
      25,
    ],
  ];
  for (const [name, weights, want] of rows)
    void test(name, () => {
      const sides = sidesOf(rolloutOf(5, routed(), weights), { metadata: { name: 'run' } });
      assert.equal(sides.weightPercent, want);
      assert.equal(sides.routed?.experiments.length ?? 0, weights?.additional?.length ?? 0);
    });
});
