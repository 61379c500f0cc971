import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CompareConfig } from '../../../src/api/compare.ts';
import type { Counters } from '../../../src/core/compare/counters.ts';
import { ending, endReason, type JudgeState, look, newJudge } from '../../../src/core/compare/judge.ts';
import { conditionsOf } from '../../../src/core/compare/notes.ts';
import { type Plan, planOf } from '../../../src/core/compare/plan.ts';
import type { Reading } from '../../../src/core/compare/reading.ts';
import { evidenceOf, describe as inWords } from '../../../src/core/compare/words.ts';

/** A plan of metrics by name. */
function plan(metrics: Readonly<Record<string, CompareConfig>>, warmUpMs = 0): Plan {
  const read = planOf(
    Object.entries(metrics).map(([name, config]) => ({ name, config, warmUpMs, path: name })),
  );
  assert.equal(read.kind, 'plan');
  return read.kind === 'plan' ? read.plan : assert.fail();
}

const FRAME = { startedAt: 0, zeroAtStart: true };

/** `[second, weight, canary total, canary bad, stable total, stable bad]`, all counted from the start. */
type Row = readonly [number, number, number, number, number, number];

function reading([t, weight, ct, cb, st, sb]: Row): Reading {
  return { at: t * 1000, weight, canary: one({ total: ct, bad: cb }), stable: one({ total: st, bad: sb }) };
}

function one(values: Readonly<Record<string, number>>): Counters {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { '': value }]));
}

function play(on: Plan, readings: readonly Reading[]): JudgeState {
  return readings.reduce((state, next) => look(on, state, next), newJudge(on, FRAME));
}

const GROWING: readonly Row[] = [
  [60, 5, 1000, 3, 19_000, 20],
  [120, 10, 3000, 8, 37_000, 38],
  [180, 25, 8000, 20, 52_000, 52],
];
const BAD: readonly Row[] = [[300, 5, 1500, 8, 28_500, 28]];
const WELL: readonly Row[] = [
  [300, 5, 50_000, 52, 950_000, 940],
  [600, 10, 150_000, 150, 1_850_000, 1850],
];
const IDLE: readonly Row[] = [
  [60, 5, 0, 0, 5000, 9],
  [120, 5, 0, 0, 9000, 12],
];
const FADING: readonly Row[] = [
  ...WELL,
  ...[660, 720, 780].map((t): Row => [t, 10, 150_000, 150, 1_850_000, 1850]),
];
const SELDOM: readonly Row[] = [[60, 5, 40, 0, 900, 2]];
const CONTRADICTORY: readonly Row[] = [[60, 5, 100, 500, 9000, 0]];

const PROVEN = { provenWhen: { ratio: 2, beta: 0.05 } };

void describe('what a release comes to', () => {
  const rows: readonly (readonly [string, CompareConfig, readonly Row[], string, string, string])[] = [
    [
      'undecided',
      {},
      GROWING,
      'undecided',
      'Successful',
      'errors: 20 of 8 000 canary vs 52 of 52 000 stable requests failed; canary ≈2.6x (95% 1.0–6.3x). Evidence 44 of 100 needed to roll back; undecided. A canary 2x as bad would take ≈6m 48s to show at this rate and weight.',
    ],
    [
      'worse',
      {},
      BAD,
      'worse',
      'Failed',
      'errors: rolled back — canary fails 5.4x as often as stable (95% 1.2–18x): 8 of 1 500 vs 28 of 28 500 requests over 5m00s at 5%. Evidence 204, limit 100 (chance of this in a healthy release < 1%). Extra failed requests: 7.',
    ],
    [
      'proven, and that ends it',
      PROVEN,
      WELL,
      'proven',
      'Successful',
      'errors: canary within 2x of stable proven (ratio 1.00, 95% 0.72–1.34) after 150 000 canary requests; step finished early.',
    ],
    [
      'proven at the end',
      {},
      WELL,
      'proven',
      'Successful',
      'errors: canary within 2x of stable proven (ratio 1.00, 95% 0.72–1.34) after 150 000 canary requests.',
    ],
    [
      'no requests',
      {},
      IDLE,
      'noTraffic',
      'Inconclusive',
      'errors: the canary had no requests; not judged. Traffic is not split as asked: 0.0% go to the canary (TrafficShareMismatch).',
    ],
    ['no requests, which is well', { onNoTraffic: 'Successful' }, IDLE, 'noTraffic', 'Successful', ''],
    [
      'no requests any more',
      {},
      FADING,
      'noTraffic',
      'Inconclusive',
      'errors: the canary has no requests any more, after 150 000; not judged.',
    ],
    [
      'too few requests',
      { minRequests: 1000 },
      SELDOM,
      'fewRequests',
      'Inconclusive',
      'errors: only 40 of the 1 000 canary requests that it takes; not judged.',
    ],
    [
      'counts that contradict one another',
      { minEvents: 1000 },
      CONTRADICTORY,
      'badData',
      'Inconclusive',
      'errors: no data to judge: 1 look with counts that contradict one another (BadQuery). Traffic is',
    ],
    ['undecided, which is a failure', { onUndecided: 'Failed' }, GROWING, 'undecided', 'Failed', ''],
    ['not enough bad events', { minEvents: 9 }, BAD, 'undecided', 'Successful', ''],
    ['not enough of a difference', { minAbsoluteIncrease: 0.01 }, BAD, 'undecided', 'Successful', ''],
    ['a difference that is enough', { minAbsoluteIncrease: 0.004 }, BAD, 'worse', 'Failed', ''],
    ['below the absolute limit', { absoluteLimit: 0.05 }, BAD, 'undecided', 'Successful', ''],
    ['beyond the absolute limit', { absoluteLimit: 0.0001 }, BAD, 'worse', 'Failed', ''],
    ['within the margin', { margin: 2 }, BAD, 'undecided', 'Successful', ''],
    ['with a larger alpha', { alpha: 0.05 }, GROWING, 'worse', 'Failed', ''],
    ['errors that come in clumps', { dispersion: 4 }, BAD, 'undecided', 'Successful', ''],
  ];
  for (const [name, config, given, because, phase, words] of rows)
    void test(name, () => {
      const on = plan({ errors: config });
      const state = play(on, given.map(reading));
      const end = ending(on, state, { now: 900_000, endedAt: 900_000 });
      assert.deepEqual(end, { kind: 'ended', phase, because });
      const said = inWords(on, state, endReason(on, state));
      if (words !== '')
        assert.equal(said.slice(0, Math.max(words.length, words.endsWith('.') ? said.length : 0)), words);
    });
});

void test('the numbers of the evidence', () => {
  const on = plan({ errors: {} });
  assert.deepEqual(evidenceOf(on, play(on, GROWING.map(reading))), {
    metric: 'errors',
    e: 44.4253,
    threshold: 100,
    ratio: 2.60098,
    ci: [0.970712, 6.29445],
    canary: { bad: 20, total: 8000 },
    control: { bad: 52, total: 52_000 },
    phi: 1,
    share: 0.133333,
    excess: 12.3106,
    etaMin: 0.3,
  });
});

void test('too few requests are waited for, up to a limit', () => {
  const on = plan({ errors: { minRequests: 1000, waitAtMost: '10m' } });
  const state = play(on, SELDOM.map(reading));
  assert.deepEqual(ending(on, state, { now: 100_000, endedAt: 60_000 }), { kind: 'wait', until: 660_000 });
  assert.equal(ending(on, state, { now: 660_000, endedAt: 60_000 }).kind, 'ended');
});

void test('what happens while it warms up is left out', () => {
  const cold: readonly Row[] = [
    [15, 5, 75, 70, 1425, 1],
    [30, 5, 150, 140, 2850, 2],
    [45, 5, 225, 140, 4275, 3],
  ];
  const state = (warmUpMs: number) => play(plan({ errors: {} }, warmUpMs), cold.map(reading));
  assert.equal(state(0).verdict?.phase, 'Failed');
  assert.deepEqual(state(30_000).metrics[0]?.canary, { bad: 0, total: 75 });
});

void describe('before the release', () => {
  const before = (clump: number): readonly Row[] =>
    Array.from({ length: 121 }, (_, i) => {
      const events = clump * Math.floor((i * i * 7 + i) / 60);
      return [15 * (i - 120), 0, 0, 0, 100_000 + 1500 * i, events];
    });
  const after = (rows: readonly Row[], [t, weight, ct, cb, st, sb]: Row): Row => {
    const [, , , , total = 0, bad = 0] = rows.at(-1) ?? [];
    return [t, weight, ct, cb, total + st, bad + sb];
  };
  void test('the stable version is where counters start', () => {
    const rows = before(1);
    const on = plan({ errors: { dispersion: 1 } });
    const state = play(on, [...rows, after(rows, [300, 5, 1500, 8, 28_500, 28])].map(reading));
    assert.deepEqual(state.metrics[0]?.stable, { bad: 28, total: 28_500 });
    assert.equal(state.verdict?.phase, 'Failed');
  });
  void test('clumps are measured', () => {
    const rows = Array.from(
      { length: 121 },
      (_, i): Row => [15 * (i - 120), 0, 0, 0, 1500 * i, 5 * Math.floor(i / 7)],
    );
    const on = plan({ errors: {} });
    const state = play(on, [...rows, after(rows, [300, 5, 1500, 8, 28_500, 28])].map(reading));
    assert.equal(state.metrics[0]?.phi, 5);
    assert.equal(state.verdict, null);
    assert.deepEqual(conditionsOf(on, state, null), ['Overdispersed']);
  });
  // 100 requests a second of which one in a thousand is bad; the ratio and the time are of the specification.
  const thin: readonly (readonly [string, number | null, RegExp])[] = [
    [
      'for five minutes',
      300_000,
      /≈1h 24m .* In 5m an increase below 6\.6x will likely go unseen \(LowPower\)\.$/,
    ],
    ['for half a minute', 30_000, / In 30s an increase below 31x will likely go unseen \(LowPower\)\.$/],
    ['for an hour', 3_600_000, / at this rate and weight\.$/],
    ['for nobody knows how long', null, / at this rate and weight\.$/],
  ];
  for (const [name, lastsMs, wanted] of thin)
    void test(`what so little traffic can show: ${name}`, () => {
      const on = plan({ errors: {} });
      const state = play(on, [reading([600, 5, 3000, 3, 57_000, 57])]);
      const isTold = wanted.source.includes('LowPower');
      assert.match(inWords(on, state, 'running', lastsMs), wanted);
      assert.deepEqual(conditionsOf(on, state, lastsMs), isTold ? ['LowPower'] : []);
    });
  void test('an incident of both is told', () => {
    const rows = before(1);
    const usual = (rows.at(-1)?.[5] ?? 0) / (121 * 1500);
    const many = Math.round(usual * 20 * 28_500);
    const on = plan({ errors: { dispersion: 1 } });
    const state = play(
      on,
      [...rows, after(rows, [300, 5, 1500, Math.round(many / 19), 28_500, many])].map(reading),
    );
    assert.equal(state.verdict, null);
    assert.match(
      inWords(on, state, 'undecided'),
      /Stable fails \d+\.\dx as often as before the release; the canary has 5\.0% of the errors and 5\.0% of the traffic\./,
    );
  });
});

void describe('where nobody says that counters start at 0', () => {
  const frame = { startedAt: 0, zeroAtStart: false };
  void test('they start with the first reading', () => {
    const on = plan({ errors: {} });
    const first = look(on, newJudge(on, frame), reading([15, 5, 10, 0, 9_000_000, 90_000]));
    const then = look(on, first, reading([300, 5, 1510, 8, 9_028_500, 90_028]));
    assert.deepEqual(then.metrics[0]?.stable, { bad: 28, total: 28_500 });
  });
});

void describe('slow requests', () => {
  const edges = [0.1, 0.25, 1] as const;
  /** Of `total` requests how many were at most as slow as each edge. */
  const side = (total: number, fast: readonly number[]): Counters =>
    one({ total, ...Object.fromEntries(edges.map((edge, i) => [`le="${edge}"`, fast[i] ?? 0])) });
  const slow = (t: number, canary: Counters, stable: Counters): Reading => ({
    at: t * 1000,
    weight: t <= 0 ? 0 : 5,
    canary,
    stable,
  });
  const none = side(0, [0, 0, 0]);
  const before = [-60, -45, -30, -15, 0].map((t) => {
    const n = (t + 75) * 100;
    return slow(t, none, side(n, [n * 0.8, n * 0.96, n * 0.999]));
  });
  const during = slow(
    300,
    side(5000, [4000, 4560, 4900]),
    side(7500 + 98_000, [6000 + 80_500, 7200 + 91_800, 7492.5 + 97_100]),
  );

  void test('by an edge', () => {
    const on = plan({ slow: { test: 'exceedance', le: 1 } });
    const state = play(on, [...before, during]);
    assert.deepEqual(state.metrics[0]?.canary, { bad: 100, total: 5000 });
    assert.equal(state.verdict?.phase, 'Failed');
    assert.match(inWords(on, state, 'worse'), /Failed means slower than 1\.$/);
  });
  void test('by the edge that the stable version keeps', () => {
    const on = plan({ slow: { test: 'exceedance', dispersion: 1 } });
    const state = play(on, [...before, during]);
    assert.equal(state.metrics[0]?.chosen, '0.25');
    assert.deepEqual(state.metrics[0]?.canary, { bad: 440, total: 5000 });
  });
  void test('without the edge on one side', () => {
    const on = plan({ slow: { test: 'exceedance', le: 1 } });
    const state = play(on, [...before, { ...during, canary: one({ total: 5000, 'le=0.5': 3 }) }]);
    assert.deepEqual(state.metrics[0]?.flaws, { BucketMismatch: 1 });
    assert.equal(endReason(on, state), 'badData');
  });
  void test('without anything from before to choose an edge by', () => {
    const on = plan({ slow: { test: 'exceedance' } });
    assert.equal(endReason(on, play(on, [during])), 'badData');
  });
});

void describe('several metrics', () => {
  const both = (
    t: number,
    [ct, cb, cs]: readonly [number, number, number],
    [st, sb, ss]: readonly [number, number, number],
  ) => ({
    at: t * 1000,
    weight: 5,
    canary: one({ total: ct, bad: cb, 'le=1': ct - cs }),
    stable: one({ total: st, bad: sb, 'le=1': st - ss }),
  });
  const metrics = { errors: {}, slow: { test: 'exceedance', le: 1 } } as const;
  void test('neither is enough alone, both together are', () => {
    const given = both(300, [1500, 7, 7], [28_500, 28, 28]);
    assert.equal(play(plan({ errors: {} }), [given]).verdict, null);
    const even = play(plan(metrics), [given]);
    assert.equal(even.verdict, null);
    const worse = both(300, [1500, 9, 7], [28_500, 28, 28]);
    assert.equal(play(plan(metrics), [worse]).verdict?.phase, 'Failed');
  });
  void test('weights sum to 1, and critical ones have half', () => {
    const on = plan({ a: { critical: true }, b: { weight: 3 }, c: { weight: 1 } });
    assert.deepEqual(
      on.metrics.map(({ weight }) => weight),
      [0.5, 0.375, 0.125],
    );
  });
  void test('proven only when all are', () => {
    const config = { ...metrics, errors: PROVEN, slow: { ...metrics.slow, ...PROVEN } };
    const twice = (...[t, canary, stable]: Parameters<typeof both>) => [
      both(t / 2, half(canary), half(stable)),
      both(t, canary, stable),
    ];
    const half = ([a, b, c]: readonly [number, number, number]) => [a / 2, b / 2, c / 2] as const;
    const well = twice(300, [50_000, 50, 2], [950_000, 950, 58]);
    assert.equal(play(plan(config), well).verdict, null);
    const better = twice(300, [50_000, 50, 50], [950_000, 950, 950]);
    assert.equal(play(plan(config), better).verdict?.phase, 'Successful');
  });
  void test('one may have counters of its own', () => {
    const on = plan({ web: {}, pay: {} });
    const side = (web: number, pay: number) =>
      one({ total: 1500, bad: web, 'pay.total': 100, 'pay.bad': pay });
    const state = play(on, [{ at: 1000, weight: 5, canary: side(1, 9), stable: side(2, 8) }]);
    assert.deepEqual(
      state.metrics.map(({ canary }) => canary),
      [
        { bad: 1, total: 1500 },
        { bad: 9, total: 100 },
      ],
    );
  });
  void test('they share one alpha', () => {
    const read = planOf([
      { name: 'a', config: {}, warmUpMs: 0, path: 'a' },
      { name: 'a', config: { alpha: 0.05 }, warmUpMs: 0, path: 'b' },
    ]);
    assert.deepEqual(read.kind === 'issues' && read.issues.map(({ path }) => path), ['b.alpha', 'b']);
  });
});

void describe('ranks', () => {
  const looks = (rate: number, count = 20): readonly Row[] =>
    Array.from({ length: count }, (_, i): Row => {
      const [n, wave] = [i + 1, i % 4];
      return [15 * n, 50, 1000 * n, rate * 10 * n + wave, 1000 * n, 10 * n + wave];
    });
  const rows = [
    ['a canary that fails more', {}, looks(3), 'worse'],
    ['one that is alike', {}, looks(1), 'undecided'],
    ['one that fails less', {}, looks(0), 'undecided'],
    ['within the margin', { margin: 4 }, looks(3), 'undecided'],
    ['too few looks', {}, looks(3, 4), 'undecided'],
    ['too few bad requests', { minEvents: 10_000 }, looks(3), 'undecided'],
  ] as const;
  for (const [name, config, given, because] of rows)
    void test(name, () => {
      const on = plan({ errors: { ...config, test: 'mannWhitney', provenWhen: {} } });
      assert.equal(endReason(on, play(on, given.map(reading))), because);
    });

  void test('are asked at the end only, and told as such', () => {
    const on = plan({ slow: { test: 'exceedance', le: 1 }, errors: { test: 'mannWhitney' } });
    assert.deepEqual(
      on.metrics.map(({ weight }) => weight),
      [1, 0],
    );
    const alone = plan({ errors: { test: 'mannWhitney' } });
    const state = play(alone, looks(3).map(reading));
    assert.equal(state.verdict, null);
    assert.equal(
      inWords(alone, state, 'worse'),
      'errors: rolled back — 603 of 20 000 canary vs 203 of 20 000 stable requests failed; over 20 looks the canary fails more often (Mann-Whitney, 98%).',
    );
    assert.match(inWords(alone, state, 'running'), /ranked once at the end \(20 looks, Mann-Whitney, 98%\)/);
  });
});

void test('a fault that begins at a step is found sooner by those who look for it', () => {
  const rows: Row[] = [];
  let sums: readonly [number, number, number, number] = [0, 0, 0, 0];
  for (let i = 1; i <= 40; i += 1) {
    const [weight, canary, bad] = i <= 20 ? [5, 2500, 2] : [25, 12_500, 24];
    const stable = 50_000 - canary;
    sums = [sums[0] + canary, sums[1] + bad, sums[2] + stable, sums[3] + Math.round(stable / 1000)];
    rows.push([15 * i, weight, ...sums]);
  }
  const found = (lateOnset: boolean) => play(plan({ errors: { lateOnset } }), rows.map(reading)).verdict;
  assert.equal(found(true)?.phase, 'Failed');
  assert.equal(found(false)?.phase, 'Failed');
  assert.ok((found(true)?.at ?? 0) <= (found(false)?.at ?? 0));
});
