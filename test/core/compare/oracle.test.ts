import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { logBeta, logBetaInc, logGamma, logGammaQ } from '../../../src/core/compare/gamma.ts';
import { effectOf, judgeRanks, scoreOf } from '../../../src/core/compare/kayenta.ts';
import { rankTest, shiftRange } from '../../../src/core/compare/mann-whitney.ts';
import {
  betaEvidence,
  chanceOf,
  movingShareEvidence,
  normalEvidence,
  normalHalfWidth,
  poissonEvidence,
  proportions,
} from '../../../src/core/compare/mixtures.ts';
import { normalBelow, normalQuantile } from '../../../src/core/compare/normal.ts';
import {
  bandConstant,
  countBounds,
  distributionBand,
  quantileOf,
  quantileRange,
} from '../../../src/core/compare/quantiles.ts';
import {
  add,
  type Grid,
  healthyBelow,
  type Interval,
  logEvidence,
  logEvidenceAbove,
  noSums,
  ratioRange,
  spaced,
  together,
  worseThan,
} from '../../../src/core/compare/split.ts';

/** Values that were computed with SciPy and R, by formulas that share no code with ours. */
const oracle = JSON.parse(readFileSync(join(import.meta.dirname, 'vectors/oracle.json'), 'utf8')) as Oracle;

interface Ranks {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly W: number;
  readonly p: number;
  readonly tieSum: number;
  readonly z0: number;
  readonly ci95: readonly number[];
  readonly ci98: readonly number[];
  readonly meanRatio: number;
  readonly cles: number;
}
type Numbers = Readonly<Record<string, number>>;
interface Oracle {
  readonly special: Numbers;
  readonly mw: Readonly<Record<string, Ranks>>;
  readonly msprt: Numbers;
  readonly gammaPoisson: Numbers;
  readonly beta: Numbers;
  readonly grid1: Numbers;
  readonly sequence: Readonly<Record<string, readonly number[]>> & {
    readonly cs95: readonly (readonly number[])[];
    readonly loge_phi2: number;
  };
  readonly healthy: Readonly<Record<string, readonly number[]>> & {
    readonly cs95: readonly (readonly number[])[];
  };
  readonly betaTV: Numbers & { readonly check_const: readonly number[] };
  readonly srm: Numbers;
  readonly lil: Numbers & { readonly C: Numbers };
  readonly betaBinomBound: Numbers;
}

function near(actual: number | null | undefined, expected: number | undefined, within = 1e-6): void {
  assert.ok(
    Math.abs((actual ?? Number.NaN) - (expected ?? Number.NaN)) <= within,
    `${actual} is not ${expected}`,
  );
}

/** `[canary requests, stable requests, canary errors, stable errors]` as intervals. */
function intervals(rows: readonly (readonly number[])[]): readonly Interval[] {
  return rows.map(([nc = 0, ns = 0, ec = 0, es = 0]) => ({
    canaryBad: ec,
    bad: ec + es,
    share: nc / (nc + ns),
  }));
}

/** The evidence after each interval. */
function evidence(grid: Grid, rows: readonly Interval[], phi = 1): readonly number[] {
  let sums = noSums(grid);
  return rows.map((row) => {
    sums = add(sums, grid, row, phi);
    return logEvidence(sums);
  });
}

const GROWING = intervals([
  [1000, 19000, 3, 20],
  [2000, 18000, 5, 18],
  [5000, 15000, 12, 14],
]);
const HEALTHY = intervals([
  [50_000, 950_000, 52, 940],
  [100_000, 900_000, 98, 910],
]);

/** The grid of the published values: that of the other direction, mirrored. */
function mirrored(ratio: number): Grid {
  return spaced(ratio, ratio / 1.1, ratio / 16);
}

void test('special functions', () => {
  const { special } = oracle;
  near(logGamma(0.5), special['lgamma(0.5)'], 1e-12);
  near(logGamma(123.25), special['lgamma(123.25)'], 1e-11);
  near(logBeta(6, 39), special['lbeta(6,39)'], 1e-11);
  near(Math.exp(logBetaInc(6, 39, 0.05)), special['betainc(6,39,0.05)'], 1e-12);
  near(Math.exp(logBetaInc(11, 129, 0.05)), special['betainc(11,129,0.05)'], 1e-12);
  near(Math.exp(logGammaQ(13, 7)), special['gammaincc(13,7)'], 1e-12);
  near(normalBelow(1.5), special['Phi(1.5)'], 1e-12);
  near(normalQuantile(0.99), special['Phiinv(0.99)'], 1e-12);
  near(normalQuantile(0.975), special['Phiinv(0.975)'], 1e-12);
});

void describe('the split test', () => {
  void test('of one interval', () => {
    const grid = worseThan(1);
    near(evidence(grid, [{ canaryBad: 6, bad: 40, share: 0.05 }])[0], oracle.grid1['loge']);
    near(grid.ratios[1], oracle.grid1['rho1']);
    near(grid.ratios[23], oracle.grid1['rho23']);
  });

  const rows: readonly (readonly [string, Grid, readonly Interval[], readonly number[], number?])[] = [
    ['a canary that fails more', worseThan(1), GROWING, oracle.sequence['loge_fail_rho0_1'] ?? []],
    ['with a margin', worseThan(1.25), GROWING, oracle.sequence['loge_fail_rho0_1_25'] ?? []],
    ['proof of health of it', mirrored(2), GROWING, oracle.sequence['loge_pass_rho1_2'] ?? []],
    ['a healthy canary', worseThan(1), HEALTHY, oracle.healthy['loge_fail'] ?? []],
    ['proof of its health', mirrored(2), HEALTHY, oracle.healthy['loge_pass_rho1_2'] ?? []],
  ];
  for (const [name, grid, given, expected] of rows)
    void test(name, () => {
      assert.equal(expected.length, given.length);
      for (const [i, value] of evidence(grid, given).entries()) near(value, expected[i]);
    });

  // Computed apart, by a program of a few lines in another language.
  const proofs = [
    [2, GROWING, [-1.1565671320029, -2.2595716867836, -3.7694704457966]],
    [2, HEALTHY, [11.2986279755729, 38.8771555487771]],
    [1.5, HEALTHY, [2.4062118279547, 11.3786508609998]],
  ] as const;
  for (const [ratio, given, expected] of proofs)
    void test(`proof of less than ${ratio} times as many, of ${given.length} intervals`, () => {
      const grid = healthyBelow(ratio);
      assert.ok(grid.ratios.every((one) => one < ratio));
      for (const [i, value] of evidence(grid, given).entries()) near(value, expected[i]);
    });

  void test('of errors in clumps of two', () =>
    near(evidence(worseThan(1), GROWING, 2)[2], oracle.sequence.loge_phi2));

  void test('ranges of the ratio', () => {
    for (const [given, ranges] of [
      [GROWING, oracle.sequence.cs95],
      [HEALTHY, oracle.healthy.cs95],
    ] as const)
      ranges.forEach(([low, best, high], i) => {
        const range = ratioRange(given.slice(0, i + 1), 0.05);
        near(range?.low, low);
        near(range?.best, best);
        near(range?.high, high);
      });
  });

  void test('a range without an end', () => {
    const none = ratioRange([{ canaryBad: 5, bad: 5, share: 0.1 }], 0.05);
    assert.equal(none?.high, Number.POSITIVE_INFINITY);
    assert.ok((none?.low ?? 0) > 1);
    assert.equal(ratioRange([{ canaryBad: 0, bad: 50, share: 0.1 }], 0.05)?.best, 0);
    assert.equal(ratioRange([], 0.05), null);
  });

  void test('nothing bad, or requests to one side only, says nothing', () => {
    for (const interval of [
      { canaryBad: 0, bad: 0, share: 0.1 },
      { canaryBad: 0, bad: 9, share: 0 },
      { canaryBad: 9, bad: 9, share: 1 },
    ])
      near(evidence(worseThan(1), [interval])[0], 0, 1e-12);
  });

  void test('a limit of one side', () => {
    near(logEvidenceAbove(0.001, { bad: 60, total: 10_000 }), 55.4736882712109);
    near(logEvidenceAbove(0.001, { bad: 18, total: 10_000 }), 1.01430539231892);
  });

  void test('several metrics', () => {
    const parts = [
      { logE: 3.79380951090763, weight: 0.5 },
      { logE: 1.2, weight: 0.3 },
      { logE: -0.5, weight: 0.2 },
    ];
    near(together(parts), 3.14974007475968);
  });

  void test('slow requests of a histogram', () => {
    const stable = [98_000 - 91_800, 98_000 - 97_100];
    const canary = [5000 - 4560, 5000 - 4900];
    [17.298280959, 19.874008732].forEach((expected, i) => {
      const bad = (stable[i] ?? 0) + (canary[i] ?? 0);
      near(evidence(worseThan(1), [{ canaryBad: canary[i] ?? 0, bad, share: 5000 / 103_000 }])[0], expected);
    });
  });
});

void describe('mixtures with a closed form', () => {
  void test('Beta', () => {
    const five = betaEvidence({ x: 6, n: 40 }, 0.05, { a: 5, b: 95 });
    near(five.two, oracle.beta['two']);
    near(five.one, oracle.beta['one']);
    const even = betaEvidence({ x: 6, n: 40 }, 0.05, { a: 1, b: 1 });
    near(even.two, oracle.beta['two_a1b1']);
    near(even.one, oracle.beta['one_a1b1']);
  });

  void test('Beta with a share that moves', () => {
    const moving = [
      { canaryBad: 3, bad: 23, share: 0.05 },
      { canaryBad: 5, bad: 23, share: 0.1 },
      { canaryBad: 12, bad: 26, share: 0.25 },
    ];
    const { two, one } = movingShareEvidence(moving, 0.05, { a: 5, b: 95 });
    near(two, oracle.betaTV['two']);
    near(one, oracle.betaTV['one']);
    const still = [{ canaryBad: 6, bad: 40, share: 0.05 }];
    near(movingShareEvidence(still, 0.05, { a: 5, b: 95 }).two, oracle.betaTV.check_const[0]);
  });

  void test('whether traffic is split as asked', () => {
    near(betaEvidence({ x: 480, n: 10_000 }, 0.05, { a: 5, b: 95 }).two, oracle.srm['ok']);
    near(betaEvidence({ x: 620, n: 10_000 }, 0.05, { a: 5, b: 95 }).two, oracle.srm['bad']);
  });

  void test('Poisson rates', () => {
    const { two, one } = poissonEvidence({ x: 12, exposure: 600 }, 0.01, { a: 1, b: 100 });
    near(two, oracle.gammaPoisson['two']);
    near(one, oracle.gammaPoisson['one']);
  });

  void test('differences of proportions', () => {
    const { msprt } = oracle;
    const { own, pooled } = proportions({
      canary: { bad: 40, total: 5000 },
      stable: { bad: 475, total: 95_000 },
    });
    near(own.delta, msprt['delta']);
    near(own.variance, msprt['V_unpooled'], 1e-18);
    near(pooled.variance, msprt['V_pooled'], 1e-18);
    const { two, one } = normalEvidence(own, 0.005);
    near(two, msprt['logL2']);
    near(one, msprt['logL1']);
    near(Math.exp(two), msprt['L2']);
    near(chanceOf(two), msprt['p2']);
    near(chanceOf(one), msprt['p1']);
    near(normalHalfWidth(own.variance, 0.005, 0.05), msprt['half95']);
    near(normalEvidence(pooled, 0.005).two, msprt['logL2_pooled']);
    near(normalEvidence(own, 0.005, 0.001).one, msprt['logL1_margin_0_001']);
  });
});

void describe('quantiles', () => {
  void test('bands of distributions', () => {
    for (const [alpha, c] of Object.entries(oracle.lil.C)) near(bandConstant(Number(alpha)), c);
    near(distributionBand(1000, 0.05), oracle.lil['eps_t1000_a05']);
    near(distributionBand(10_000, 0.05), oracle.lil['eps_t10000_a05']);
    near(distributionBand(1e6, 0.05, 100), oracle.lil['eps_t1e6_a05_m100']);
    near(distributionBand(1000, 0.05, 100), 0.08204769, 1e-5);
  });

  void test('bounds of counts', () => {
    for (const [key, high] of Object.entries(oracle.betaBinomBound)) {
      const [p = 0, t = 0, alpha = 0, best = 0] = [...key.matchAll(/=([\d.]+)/g)].map((m) => Number(m[1]));
      near(countBounds({ p, t, alpha, best }).high, high);
    }
  });

  const rows = [
    [0.5, 1000, 1000, -51.8434891, 51.8434891],
    [0.95, 1000, 1000, -24.4754143, 20.6840671],
    [0.99, 1000, 1000, -12.3647605, 8.150932],
    [0.99, 10_000, 10_000, -34.698211, 30.5826],
    [0.99, 100_000, 10_000, -111.057581, 106.229044],
  ] as const;
  for (const [p, t, best, low, high] of rows)
    void test(`bounds of the quantile ${p} of ${t}`, () => {
      const bounds = countBounds({ p, t, alpha: 0.025, best });
      near(bounds.low, low);
      near(bounds.high, high);
    });

  void test('of a histogram', () => {
    const edges = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, Number.POSITIVE_INFINITY];
    const stable = {
      edges,
      counts: [1200, 5200, 21000, 58000, 80500, 91800, 95300, 97100, 97800, 97950, 97990, 98000],
    };
    const canary = {
      edges,
      counts: [55, 250, 1050, 2900, 4000, 4560, 4750, 4900, 4985, 4997, 4999, 5000],
    };
    near(quantileOf(stable, 0.99), 0.97778, 1e-5);
    near(quantileOf(canary, 0.99), 1.88235, 1e-5);
    assert.deepEqual(quantileRange(stable, 0.99, 0.025), { low: 0.5, high: 2.5 });
    assert.deepEqual(quantileRange(canary, 0.99, 0.025), { low: 1, high: 2.5 });
  });
});

void describe('Mann-Whitney', () => {
  for (const [name, set] of Object.entries(oracle.mw))
    void test(`set ${name}`, () => {
      const found = rankTest(set);
      near(found.w, set.W);
      near(found.p, set.p);
      near(found.ties, set.tieSum);
      near(found.z, set.z0);
      for (const [confidence, [low, high, best]] of [
        [0.95, set.ci95],
        [0.98, set.ci98],
      ] as const) {
        const range = shiftRange(set, confidence);
        near(range?.low, low);
        near(range?.high, high);
        near(range?.best, best, 1e-2);
      }
      near(effectOf(set, 'meanRatio'), set.meanRatio);
      near(effectOf(set, 'cles'), set.cles);
    });

  const [low, high] = [
    [1, 2, 3, 4, 5, 6],
    [101, 102, 103, 104, 105, 106],
  ];
  const rows = [
    ['higher', high, low, {}, 'High'],
    ['lower', low, high, {}, 'Low'],
    ['lower, where higher is bad', low, high, { direction: 'increase' }, 'Pass'],
    ['higher, and that much is allowed', high, low, { allowedIncrease: 40 }, 'Pass'],
    ['critical only from a larger effect on', high, low, { isCritical: true, criticalIncrease: 40 }, 'Pass'],
    ['by the chance of a higher value', high, low, { effect: 'cles', allowedIncrease: 0.9 }, 'High'],
    ['the same values', low, [6, 5, 4, 3, 2, 1], {}, 'Pass'],
    ['one value each, higher', [2, 2, 2], [1, 1, 1], {}, 'High'],
    ['one value everywhere', [1, 1], [1, 1, 1], {}, 'Pass'],
    ['nothing', [], low, {}, 'NoData'],
    ['nothing but gaps', [Number.NaN], low, {}, 'NoData'],
    ['nothing, and it must not be', [], low, { mustHaveData: true }, 'NoDataFail'],
    ['nothing, which counts as 0', [], low, { missing: 'zero' }, 'Pass'],
    ['three values', [7, 8, 9], [1, 2, 3], {}, 'TooFew'],
  ] as const;
  for (const [name, x, y, rules, verdict] of rows)
    void test(`judged: ${name}`, () => assert.equal(judgeRanks({ x: x ?? [], y: y ?? [] }, rules), verdict));

  void test('an outlier is left out where that is wished', () => {
    const samples = { x: [...Array(200).keys(), 1e9], y: [...Array(200).keys(), 0.5] };
    assert.equal(judgeRanks(samples, { outliers: 'remove' }), 'Pass');
  });

  const of = (group: string, ...verdicts: readonly ('Pass' | 'High' | 'Low' | 'NoData' | 'NoDataFail')[]) =>
    verdicts.map((verdict) => ({ verdict, groups: [group] }));
  const scores = [
    ['one of three', of('a', 'Pass', 'High', 'Low'), {}, 33.33],
    ['groups by weight', [...of('a', 'Pass', 'Pass'), ...of('b', 'High')], { a: 75, b: 25 }, 75],
    [
      'groups without data, and without weight',
      [...of('a', 'Pass', 'High'), ...of('b', 'NoData'), ...of('c', 'Pass', 'Pass', 'NoDataFail')],
      { a: 50 },
      66.67,
    ],
    ['half without data', of('a', 'Pass', 'NoData'), {}, 0],
    ['a critical one', [{ verdict: 'High', groups: ['a'], isCritical: true }, ...of('a', 'Pass')], {}, 0],
  ] as const;
  for (const [name, metrics, weights, score] of scores)
    void test(`score: ${name}`, () => assert.equal(scoreOf(metrics, weights), score));
});
