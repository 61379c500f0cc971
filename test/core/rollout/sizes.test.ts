import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Limits, limits } from '../../../src/core/rollout/limits.ts';
import { nextOlderSizes, nextSizes } from '../../../src/core/rollout/sizes.ts';
import { splitByWeight } from '../../../src/core/rollout/split.ts';
import { act, GOOD, podsOf, settle } from '../../support/play.ts';
import { row } from '../../support/row.ts';
import { w } from '../../support/world.ts';
import { runs } from '../../support/worlds.ts';
import { RECORDED_SIZES, RECORDED_WEIGHTS } from './recorded-sizes.ts';

/** Pods of a canary without a router: the split by weight, and the way there. */

const amounts: readonly (readonly [name: string, spec: Parameters<typeof limits>[0], n: number, Limits])[] = [
  ['a quarter by default, up and down', {}, 10, { maxSurge: 3, maxUnavailable: 2 }],
  ['surge rounds up, unavailable down', { maxSurge: '1%', maxUnavailable: '99%' }, 3, lim(1, 2)],
  ['numbers are pods', { maxSurge: 5, maxUnavailable: 2 }, 3, lim(5, 2)],
  ['text without % is a percentage', { maxSurge: '50', maxUnavailable: '50' }, 4, lim(2, 2)],
  ['both 0: one may be missing', { maxSurge: 0, maxUnavailable: 0 }, 4, lim(0, 1)],
  ['both come to 0: one may be missing', { maxSurge: 0, maxUnavailable: '10%' }, 4, lim(0, 1)],
  ['no more missing than there are', { maxSurge: 0, maxUnavailable: 9 }, 4, lim(0, 4)],
  ['7 % of 100 is 7', { maxSurge: '7%', maxUnavailable: '7%' }, 100, lim(7, 7)],
];

function lim(maxSurge: number, maxUnavailable: number): Limits {
  return { maxSurge, maxUnavailable };
}

for (const [name, spec, replicas, expected] of amounts)
  void test(`limits: ${name}`, () => assert.deepEqual(limits(spec, replicas), expected));

const splits: readonly (readonly [replicas: number, weight: number, maxSurge: number, split: string])[] = [
  [10, 20, 3, '2+8'],
  [1, 50, 1, '1+1'],
  [3, 50, 1, '2+2'],
  [1, 50, 0, '1+0'],
  [1, 10, 0, '0+1'],
  [2, 1, 0, '1+1'],
  [2, 99, 0, '1+1'],
  [4, 0, 1, '0+4'],
  [4, 100, 1, '4+0'],
  [0, 50, 1, '0+0'],
  [10, 25, 0, '3+7'],
  [10, 25, 1, '3+8'],
];

for (const [replicas, weight, maxSurge, split] of splits)
  void test(`split: ${replicas} pods at ${weight} % with surge ${maxSurge} are ${split}`, () => {
    const { canary, stable } = splitByWeight({ replicas, weight, maxWeight: 100, maxSurge });
    assert.equal(`${canary}+${stable}`, split);
  });

void test('split: neither side is empty between the ends, and the total is at most one more', () => {
  const any = fc.record({
    replicas: fc.integer({ min: 2, max: 200 }),
    weight: fc.nat(100),
    maxSurge: fc.nat(3),
  });
  fc.assert(
    fc.property(any, (want) => {
      const { canary, stable } = splitByWeight({ ...want, maxWeight: 100 });
      assert.ok([want.replicas, want.replicas + Math.min(1, want.maxSurge)].includes(canary + stable));
      assert.equal(canary > 0, want.weight > 0);
      assert.equal(stable > 0, want.weight < 100);
      const error = Math.abs((canary * 100) / (canary + stable) - want.weight);
      const floor = want.weight > 0 && want.weight < 100 ? 100 / want.replicas : 50 / want.replicas;
      assert.ok(error <= floor + 1e-9, `${canary}+${stable} is ${error} off`);
    }),
    { numRuns: runs(300) },
  );
});

for (const { maxSurge, maxUnavailable, replicas, sizes } of RECORDED_SIZES)
  void test(`recorded: ${replicas} pods with surge ${maxSurge} and unavailable ${maxUnavailable}`, () => {
    const steps = RECORDED_WEIGHTS.flatMap((setWeight) => [{ setWeight }, { pause: {} }]);
    const start = w(`stable ${replicas}/${replicas}`).with({ steps, step: steps.length });
    let { cluster } = start.bySurge(maxSurge, maxUnavailable);
    cluster = act(cluster, { kind: 'image', role: 'canary' });
    const seen = RECORDED_WEIGHTS.map(() => {
      cluster = settle({ cluster, now: start.now }, { ...GOOD, promotes: false }).cluster;
      const asked = `${podsOf(cluster, 'canary').wanted}+${podsOf(cluster, 'stable').wanted}`;
      cluster = act(cluster, { kind: 'promote' });
      return asked;
    });
    assert.deepEqual(seen, sizes);
  });

// A bad canary while the rollout is scaled: first what surge allows, later what is there must be kept.
row('all may surge: a new version comes whole', w('stable 4/4 new [ ]').bySurge('100%', 0), {
  sizes: 'stable 4 canary 4',
});
row(
  'while none of it serves, stable gives what may be missing',
  w('stable 4/4 canary 0/4 of 4').bySurge('100%', '25%'),
  {
    sizes: 'stable 3 canary 4',
  },
);
row('then from 4 to 8: the canary grows', w('stable 3/3 canary 0/4 of 8').bySurge('100%', '25%'), {
  sizes: 'stable 3 canary 8',
});
row('and back to 4: the canary shrinks', w('stable 3/3 canary 0/8 of 4').bySurge('100%', '25%'), {
  sizes: 'stable 3 canary 4',
});
row('stable is drained by what serves', w('stable 4/4 canary 1/4 of 4').bySurge('100%', 0), {
  sizes: 'stable 3 canary 4',
});
row('bad image, 4 to 8: as much as surge allows', w('stable 4/4 canary 0/2 of 8').bySurge(2, 0), {
  sizes: 'stable 4 canary 6',
});
row(
  'bad image, 8 to 4: the canary gives what does not serve',
  w('stable 4/4 canary 0/6 of 4').bySurge(2, 0),
  {
    sizes: 'stable 4 canary 2',
  },
);
row(
  '5 to 4 with surge 1: the canary gives what does not serve, lest stable gives more than may be missing',
  w('stable 4/4 canary 0/3 of 4').bySurge(1, 1),
  { sizes: 'stable 3 canary 2' },
);
row('stable is topped up before the canary grows', w('stable 2/2 canary 1/1 of 4 [>50]').bySurge(0, 1), {
  sizes: 'stable 2 canary 2',
});
row('growth is limited by the surge', w('stable 10/10 canary 0/0 of 10 [>50]').bySurge(2, 0), {
  sizes: 'stable 10 canary 2',
});
row(
  'nothing shrinks while older pods are there',
  w('stable 4/4 canary 1/1 old 1/1 of 4 [>50]').bySurge(1, 0),
  {
    sizes: 'stable 4 canary 1 old1 0',
  },
);
row(
  'older pods that are about to go are not counted as spare',
  w('stable 4/4 canary 0/1 old 2/2/1 of 5 [>34]').bySurge(2, 0),
  { sizes: 'stable 4 canary 2 old1 1' },
);
row('older pods that do not serve go first', w('stable 4/4 canary 0/0 old 0/3 of 4 [>50]').bySurge(1, 0), {
  sizes: 'stable 4 canary 0 old1 0',
});
row('going back, the canary is drained whether it serves or not', w('stable 4/4 canary 2/2 of 4 aborted'), {
  sizes: 'stable 4 canary 0',
});
row('the first version comes at once', w('first 0/0 of 4'), { sizes: 'canary 4' });
row('scaled to zero: all pods go', w('stable 4/4 canary 1/1 of 0 [>50]'), { sizes: 'stable 0 canary 0' });
row('promoted: what is left of the old one goes', w('wants stable stable 4/4 old 2/2 of 4'), {
  sizes: 'stable 4 old1 0',
});

void test('older pods: those that do not serve, then the newest revision, as many as can be spared', () => {
  const older = [
    { spec: 3, available: 2 },
    { spec: 2, available: 2 },
  ];
  assert.deepEqual(nextOlderSizes(older, { available: 9, leastAvailable: 6 }), [0, 1]);
  assert.deepEqual(nextOlderSizes(older, { available: 6, leastAvailable: 6 }), [2, 2]);
});

void test('without a stable version the canary takes everything that surge allows', () => {
  const now = { replicas: 4, limits: lim(1, 0), canary: { spec: 0, available: 0 }, stable: null, older: 0 };
  assert.deepEqual(nextSizes({ ...now, want: { canary: 1, stable: 3 } }), { canary: 4, stable: 0 });
});

// Promotion.
row('pods that are about to go promote nothing', w('stable 1/2/2 canary 2/2/1 of 2 [80 25]'), {
  stable: 'stable',
});
