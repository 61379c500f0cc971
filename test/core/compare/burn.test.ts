import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { BurnConfig, CompareConfig } from '../../../src/api/compare.ts';
import { compareConfig } from '../../../src/api/schema/compare.ts';
import { type Budget, type Burnt, burntIn, withBurnt } from '../../../src/core/compare/burn.ts';
import type { Counters } from '../../../src/core/compare/counters.ts';
import { ending, endReason, type JudgeState, look, newJudge } from '../../../src/core/compare/judge.ts';
import { conditionsOf } from '../../../src/core/compare/notes.ts';
import { type Plan, planOf } from '../../../src/core/compare/plan.ts';
import type { Reading } from '../../../src/core/compare/reading.ts';
import { restored, stored } from '../../../src/core/compare/stored.ts';
import { describe as inWords } from '../../../src/core/compare/words.ts';

const BUDGET = { objective: 0.999 };
const GATE: CompareConfig = { test: 'burnRate', burn: BUDGET };

function planFor(metrics: Readonly<Record<string, CompareConfig>>): Plan {
  const read = planOf(
    Object.entries(metrics).map(([name, config]) => ({ name, config, warmUpMs: 0, path: name })),
  );
  return read.kind === 'plan' ? read.plan : assert.fail();
}

/** Of a second: the part of the stable version's hundred requests a second that fails, and of the canary's ten. */
type Failing = (second: number) => { readonly stable: number; readonly canary: number };

/** Looks each minute, from an hour before the release to 20 minutes into it. */
function* lived(failing: Failing): Generator<Reading> {
  const sums = { canary: { total: 0, bad: 0 }, stable: { total: 0, bad: 0 } };
  for (let t = -3600; t <= 1200; t += 60) {
    const parts = failing(t);
    for (const side of ['canary', 'stable'] as const) {
      const total = side === 'stable' ? 6000 : t > 0 ? 600 : 0;
      sums[side].total += total;
      sums[side].bad += total * parts[side];
    }
    const one = ({ total, bad }: { readonly total: number; readonly bad: number }): Counters => ({
      total: { '': total },
      bad: { '': bad },
    });
    yield { at: t * 1000, weight: t > 0 ? 10 : 0, canary: one(sums.canary), stable: one(sums.stable) };
  }
}

function play(plan: Plan, failing: Failing): JudgeState {
  let state = newJudge(plan, { startedAt: 0, zeroAtStart: false });
  for (const reading of lived(failing)) state = look(plan, state, reading);
  return state;
}

const QUIET: Failing = () => ({ stable: 0.0005, canary: 0.0005 });
const BURNING: Failing = () => ({ stable: 0.05, canary: 0.05 });
const OVER: Failing = (t) => (t < -600 ? BURNING(t) : QUIET(t));
const BEGINS: Failing = (t) => (t > 60 ? BURNING(t) : QUIET(t));
const CANARY_ONLY: Failing = (t) => ({ stable: 0.0005, canary: t > 0 ? 0.05 : 0 });

void describe('a gate', () => {
  const rows: readonly (readonly [string, Partial<BurnConfig>, Failing, string, number | null])[] = [
    ['is open while all is well', {}, QUIET, 'undecided', null],
    ['pauses a release where the service burns already', {}, BURNING, 'burning', 60],
    ['lets it go where that is over', {}, OVER, 'undecided', null],
    ['pauses once the long window burns too', {}, BEGINS, 'burning', 1020],
    ['pauses sooner with shorter windows', { long: '10m', short: '1m' }, BEGINS, 'burning', 240],
    ['does not mind what little a canary burns of a service', {}, CANARY_ONLY, 'undecided', null],
    ['minds it where it is the canary that is asked for', { of: 'canary' }, CANARY_ONLY, 'burning', 60],
    ['minds less with another factor', { factor: 60 }, BURNING, 'undecided', null],
    ['minds less with another objective', { objective: 0.99 }, BURNING, 'undecided', null],
  ];
  for (const [name, burn, failing, because, second] of rows)
    void test(name, () => {
      const plan = planFor({ budget: { ...GATE, burn: { ...BUDGET, ...burn } } });
      const state = play(plan, failing);
      assert.equal(endReason(plan, state), because);
      assert.equal(state.verdict === null ? null : state.verdict.at / 1000, second);
    });

  void test('makes the end inconclusive, whatever else is said of ends', () => {
    const plan = planFor({ budget: { ...GATE, onUndecided: 'Failed' } });
    const end = (failing: Failing) => ending(plan, play(plan, failing), { now: 1, endedAt: 0 });
    assert.deepEqual(end(BURNING), { kind: 'ended', phase: 'Inconclusive', because: 'burning' });
    assert.deepEqual(end(QUIET), { kind: 'ended', phase: 'Failed', because: 'undecided' });
  });

  void test('has no vote without requests, and is not asked for those of the canary', () => {
    const plan = planFor({ budget: GATE });
    const still = [0, 60_000, 120_000].map(
      (at): Reading => ({
        at,
        weight: 5,
        canary: { total: { '': 0 }, bad: { '': 0 } },
        stable: { total: { '': 9 }, bad: { '': 9 } },
      }),
    );
    const state = still.reduce(
      (soFar, next) => look(plan, soFar, next),
      newJudge(plan, { startedAt: 0, zeroAtStart: false }),
    );
    assert.equal(endReason(plan, state), 'undecided');
    assert.deepEqual(conditionsOf(plan, state, 600_000), []);
    assert.equal(
      inWords(plan, state, 'running'),
      'budget: no requests, so nothing of the error budget of 99.9% is used up.',
    );
  });

  void test('says nothing without answers', () => {
    const plan = planFor({ budget: GATE });
    const silent = { at: 60_000, weight: 5, canary: null, stable: null };
    const state = look(plan, newJudge(plan, { startedAt: 0, zeroAtStart: false }), silent);
    assert.equal(endReason(plan, state), 'badData');
  });

  void test('is told with its rates', () => {
    const plan = planFor({ budget: GATE });
    const said = (failing: Failing) => {
      const state = play(plan, failing);
      return inWords(plan, state, endReason(plan, state));
    };
    assert.equal(
      said(BURNING),
      'budget: paused — the service uses up the error budget of 99.9% too fast: 50x over 1h and 50x over 5m, limit 14.4x; 18 030 of 360 600 requests failed. That blames nobody, so nothing is rolled back.',
    );
    assert.match(
      said(QUIET),
      /^budget: 186 of 372 000 requests failed; the service uses up the error budget of 99\.9% 0\.5x over 1h and 0\.5x over 5m; 14\.4x in both would pause\.$/,
    );
  });
});

void describe('a gate beside comparisons', () => {
  const metrics = { errors: { provenWhen: {} }, budget: GATE };
  void test('pauses where they find nothing', () => {
    const plan = planFor(metrics);
    const state = play(plan, BURNING);
    assert.equal(state.verdict?.phase, 'Inconclusive');
    assert.match(inWords(plan, state, endReason(plan, state)), /^budget: paused/);
  });
  void test('does not pause what they fail', () => {
    const plan = planFor(metrics);
    const state = play(plan, (t) => ({ stable: 0.05, canary: t > 0 ? 0.5 : 0 }));
    assert.equal(state.verdict?.phase, 'Failed');
    assert.match(inWords(plan, state, endReason(plan, state)), /^errors: rolled back/);
  });
  void test('holds up no proof, and counts for nothing in it', () => {
    const plan = planFor(metrics);
    assert.deepEqual(
      plan.metrics.map(({ weight }) => weight),
      [1, 0],
    );
    const lax = planFor({ ...metrics, budget: { ...GATE, burn: { objective: 0.9 } } });
    assert.equal(play(lax, BURNING).verdict?.phase, 'Successful');
  });
});

void describe('what is remembered of a budget', () => {
  const budget: Budget = {
    of: 'service',
    objective: 0.999,
    pair: { longSeconds: 3600, shortSeconds: 300, factor: 14.4 },
  };
  const fill = (everySeconds: number): readonly Burnt[] => {
    let burnt: readonly Burnt[] = [];
    for (let t = everySeconds; t <= 9000; t += everySeconds)
      burnt = withBurnt(burnt, budget, { until: t * 1000, bad: 1, total: everySeconds });
    return burnt;
  };
  for (const seconds of [5, 15, 60, 300])
    void test(`looks each ${seconds} seconds: little, and right to a part of the short window`, () => {
      const burnt = fill(seconds);
      const { long, short } = burntIn(burnt, budget);
      assert.ok(burnt.length <= 100, `${burnt.length}`);
      assert.ok(
        Math.abs(long.total - 3600) <= 75 && Math.abs(short.total - 300) <= 75,
        JSON.stringify([long, short]),
      );
    });

  void test('survives a restart', () => {
    const plan = planFor({ budget: GATE });
    let state = newJudge(plan, { startedAt: 0, zeroAtStart: false });
    for (const reading of lived(BEGINS))
      state =
        restored(plan, JSON.parse(JSON.stringify(stored(plan, look(plan, state, reading))))) ?? assert.fail();
    assert.deepEqual(state, play(plan, BEGINS));
  });
});

void describe('what cannot be asked for', () => {
  const rows: readonly (readonly [unknown, string])[] = [
    [{ test: 'burnRate' }, 'is needed by test: burnRate, and by it alone'],
    [{ burn: BUDGET }, 'is needed by test: burnRate, and by it alone'],
    [{ ...GATE, burn: { objective: 1 } }, 'must be a number over 0 and under 1'],
    [
      { ...GATE, burn: { ...BUDGET, short: '2h' } },
      'must be less than long, and a sixtieth of it at least (default: 5m, of a canary 1m)',
    ],
    [
      { ...GATE, burn: { ...BUDGET, long: '72h' } },
      'must be less than long, and a sixtieth of it at least (default: 5m, of a canary 1m)',
    ],
    [{ ...GATE, direction: 'decrease' }, 'only bad requests and throughput can be too few'],
  ];
  for (const [config, message] of rows)
    void test(JSON.stringify(config), () => {
      assert.deepEqual(
        compareConfig.safeParse(config).error?.issues.map((issue) => issue.message),
        [message],
      );
    });
});
