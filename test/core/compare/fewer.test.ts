import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CompareConfig } from '../../../src/api/compare.ts';
import { compareConfig } from '../../../src/api/schema/compare.ts';
import type { Counters } from '../../../src/core/compare/counters.ts';
import { endReason, type JudgeState, look, newJudge } from '../../../src/core/compare/judge.ts';
import { conditionsOf } from '../../../src/core/compare/notes.ts';
import { type Plan, planOf } from '../../../src/core/compare/plan.ts';
import type { Reading } from '../../../src/core/compare/reading.ts';
import { evidenceOf, describe as inWords } from '../../../src/core/compare/words.ts';
import { chanceOf, poisson } from './traffic.ts';

function planFor(config: CompareConfig): Plan {
  const read = planOf([{ name: 'orders', config, warmUpMs: 0, path: '' }]);
  return read.kind === 'plan' ? read.plan : assert.fail();
}

/** `[second, weight, canary total, canary orders, stable total, stable orders]`, all from the start. */
type Row = readonly [number, number | null, number, number, number, number];

function reading([t, weight, ct, cb, st, sb]: Row): Reading {
  const side = (total: number, bad: number): Counters => ({ total: { '': total }, bad: { '': bad } });
  return { at: t * 1000, weight, canary: side(ct, cb), stable: side(st, sb) };
}

function play(plan: Plan, rows: readonly Row[]): JudgeState {
  return rows
    .map(reading)
    .reduce((state, next) => look(plan, state, next), newJudge(plan, { startedAt: 0, zeroAtStart: true }));
}

const FEWER = { direction: 'decrease' } as const;
const THROUGHPUT = { test: 'throughput' } as const;

/** Looks each minute at one weight, of which each has so much. */
function looks(
  weight: number | null,
  each: readonly [number, number, number, number],
  count = 6,
): readonly Row[] {
  return Array.from({ length: count }, (_, i): Row => {
    const [ct, cb, st, sb] = each.map((value) => value * (i + 1));
    return [60 * (i + 1), weight, ct ?? 0, cb ?? 0, st ?? 0, sb ?? 0];
  });
}

const ALIKE = looks(20, [2000, 100, 8000, 400]);
const LESS = looks(20, [2000, 40, 8000, 400]);
const STARVED = looks(20, [1000, 0, 9000, 0]);

void describe('less of something', () => {
  const rows: readonly (readonly [string, CompareConfig, readonly Row[], string, string])[] = [
    [
      'a canary with as many orders as the stable version',
      FEWER,
      ALIKE,
      'proven',
      'orders: canary no lower than 0.5x of stable proven (ratio 1.00, 95% 0.84–1.19) after 12 000 canary requests.',
    ],
    [
      'one with less than half of them',
      FEWER,
      LESS,
      'worse',
      'orders: rolled back — canary has 0.40x (95% 0.21–0.68x) of the requests that should be counted: 40 of 2 000 canary vs 400 of 8 000 stable requests over 1m00s at 20%. Evidence over a million, limit 100 (chance of this in a healthy release < 1%). Missing: 60.',
    ],
    ['one with more is as good', FEWER, looks(20, [2000, 300, 8000, 400]), 'proven', ''],
    ['within the margin', { ...FEWER, margin: 3 }, LESS, 'proven', ''],
    ['too few orders to fail', { ...FEWER, minEvents: 1000 }, LESS, 'undecided', ''],
    ['what is bad is no worse for being less', {}, LESS, 'proven', ''],
    [
      'ranks',
      { ...FEWER, test: 'mannWhitney' },
      LESS.map(([t, w, ct, cb, st, sb], i): Row => [t, w, ct, cb + (i % 3), st, sb + (i % 5)]),
      'worse',
      'orders: rolled back — 242 of 12 000 canary vs 2 400 of 48 000 stable requests counted; over 6 looks the canary has less of them (Mann-Whitney, 98%).',
    ],
  ];
  for (const [name, config, given, because, words] of rows)
    void test(name, () => {
      const plan = planFor(config);
      const state = play(plan, given);
      assert.equal(endReason(plan, state), because);
      if (words !== '') assert.equal(inWords(plan, state, endReason(plan, state)), words);
    });

  void test('is told in numbers as well', () => {
    const plan = planFor(FEWER);
    const { ratio, excess, etaMin } = evidenceOf(plan, play(plan, LESS)) ?? assert.fail();
    assert.deepEqual({ ratio, excess, etaMin }, { ratio: 0.4, excess: 60, etaMin: null });
  });
});

void describe('throughput', () => {
  const rows: readonly (readonly [string, CompareConfig, readonly Row[], string, string])[] = [
    [
      'a canary that gets what its weight says',
      THROUGHPUT,
      ALIKE,
      'proven',
      'orders: canary no lower than 0.4x of stable proven (ratio 1.00, 95% 0.96–1.04) after 12 000 canary requests.',
    ],
    [
      'one that gets half of it',
      THROUGHPUT,
      STARVED,
      'worse',
      'orders: rolled back — canary has 0.44x (95% 0.39–0.51x) of the requests that its weight says: 1 000 canary requests and 9 000 stable ones; 2 250 would be its part, over 2m00s at 20%. Evidence over a million, limit 100 (chance of this in a healthy release < 1%). Missing: 1 250.',
    ],
    ['a little less is tolerated', THROUGHPUT, looks(20, [1800, 0, 8200, 0]), 'proven', ''],
    ['unless it is not', { ...THROUGHPUT, margin: 1 }, looks(20, [1800, 0, 8200, 0]), 'worse', ''],
    ['more is as good', THROUGHPUT, looks(20, [4000, 0, 6000, 0]), 'proven', ''],
    [
      'unless it is not',
      { ...THROUGHPUT, direction: 'increase' },
      looks(20, [4000, 0, 6000, 0]),
      'worse',
      '',
    ],
    ['a weight that nobody knows', THROUGHPUT, looks(null, [1000, 0, 9000, 0]), 'badData', ''],
    ['a canary of which nothing is counted', THROUGHPUT, looks(20, [0, 0, 9000, 0]), 'noTraffic', ''],
  ];
  for (const [name, config, given, because, words] of rows)
    void test(name, () => {
      const plan = planFor(config);
      const state = play(plan, given);
      assert.equal(endReason(plan, state), because);
      if (words !== '') assert.equal(inWords(plan, state, endReason(plan, state)), words);
    });

  void test('the interval in which the weight changes is left out, and told', () => {
    const plan = planFor(THROUGHPUT);
    const state = play(plan, [
      [60, 20, 2000, 0, 8000, 0],
      [120, 20, 4000, 0, 16_000, 0],
      // Most of it was still at 20.
      [180, 50, 6500, 0, 23_500, 0],
      [240, 50, 11_500, 0, 28_500, 0],
    ]);
    const of = state.metrics[0] ?? assert.fail();
    assert.deepEqual(of.flaws, { NoWeight: 2 });
    assert.equal(state.verdict, null);
    assert.deepEqual(conditionsOf(plan, state, null), ['NoWeight']);
    assert.match(
      inWords(plan, state, 'running'),
      /^orders: 7 000 canary requests and 13 000 stable ones; 7 000 would be its part; canary ≈1\.00x \(95% /,
    );
  });

  void test('what a restart loses is not taken for requests that did not come', () => {
    const plan = planFor(THROUGHPUT);
    const state = play(plan, [...looks(20, [2000, 0, 8000, 0], 2), [180, 20, 10, 0, 24_000, 0]]);
    assert.equal(state.verdict, null);
    assert.equal(state.metrics[0]?.flaws.CounterReset, 1);
  });
});

void describe('less of something, in many lives of chance', () => {
  const LIVES = 400;
  /** The part of lives that fails, of a canary that has `ratio` times what it should. */
  function failed(config: CompareConfig, ratio: number): number {
    const plan = planFor(config);
    const isShare = config.test === 'throughput';
    let count = 0;
    for (let seed = 0; seed < LIVES; seed += 1) {
      const chance = chanceOf(seed * 7919 + 5);
      let state = newJudge(plan, { startedAt: 0, zeroAtStart: true });
      let [ct, cb, st, sb] = [0, 0, 0, 0];
      for (let i = 1; i <= 40 && state.verdict === null; i += 1) {
        ct += poisson(60 * (isShare ? ratio : 1), chance);
        st += poisson(240, chance);
        cb += poisson(60 * 0.05 * ratio, chance);
        sb += poisson(240 * 0.05, chance);
        state = look(plan, state, reading([15 * i, 20, ct, cb, st, sb]));
      }
      if (state.verdict !== null) count += 1;
    }
    return count / LIVES;
  }

  const rows = [
    ['orders as before', FEWER, 1, 0, 0.0225],
    ['half of the orders', FEWER, 0.5, 0.8, 1],
    ['requests as the weight says, without a margin', { ...THROUGHPUT, margin: 1 }, 1, 0, 0.0225],
    ['requests at the edge of the margin', THROUGHPUT, 0.8, 0, 0.0225],
    ['half of the requests', THROUGHPUT, 0.5, 1, 1],
  ] as const;
  for (const [name, config, ratio, least, most] of rows)
    void test(name, () => {
      const part = failed(config, ratio);
      assert.ok(part >= least && part <= most, `${part}`);
    });
});

void describe('what cannot be asked for', () => {
  const rows: readonly (readonly [CompareConfig, string])[] = [
    [{ test: 'exceedance', direction: 'decrease' }, 'only bad requests and throughput can be too few'],
    [{ ...FEWER, minAbsoluteIncrease: 0.1 }, 'needs direction: increase'],
    [{ ...THROUGHPUT, absoluteLimit: 0.1 }, 'needs direction: increase, and counts of bad requests'],
    [{ ...THROUGHPUT, provenWhen: { ratio: 1.2 } }, 'must be more than margin (default: ratio 2)'],
  ];
  for (const [config, message] of rows)
    void test(message, () => {
      const read = compareConfig.safeParse(config);
      assert.deepEqual(
        read.error?.issues.map((issue) => issue.message),
        [message],
      );
    });
});
