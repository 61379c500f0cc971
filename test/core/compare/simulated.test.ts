import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CompareConfig } from '../../../src/api/compare.ts';
import { endReason, look, newJudge } from '../../../src/core/compare/judge.ts';
import { planOf } from '../../../src/core/compare/plan.ts';
import { chanceOf, release, type Service } from './traffic.ts';

// One configuration for all services, as measured when the method was chosen. Few lives of each kind, so the
// limits are what 300 lives may show, four standard errors away from what thousands of them did.
const LIVES = 300;
const BEFORE = 1800;

/** What came of many lives of one service. */
interface Outcomes {
  readonly failed: number;
  readonly proven: number;
  readonly medianFailed: number;
  readonly medianProven: number;
  /** Failed requests because of the canary, on the average. */
  readonly excess: number;
}

function live(service: Service, config: CompareConfig = {}): Outcomes {
  const read = planOf([{ name: 'errors', config, warmUpMs: 0, path: '' }]);
  const plan = read.kind === 'plan' ? read.plan : assert.fail();
  const [failed, proven]: [number[], number[]] = [[], []];
  let excess = 0;
  for (let seed = 0; seed < LIVES; seed += 1) {
    let state = newJudge(plan, { startedAt: 0, zeroAtStart: true });
    let last = 0;
    for (const reading of release({ before: BEFORE, ...service }, chanceOf(seed * 7919 + 1))) {
      const bad = reading.canary?.['bad']?.[''] ?? 0;
      excess += (bad - last) * (1 - 1 / service.ratio);
      last = bad;
      state = look(plan, state, reading);
      if (state.verdict !== null) break;
    }
    const minutes = (state.verdict?.at ?? state.provenSince ?? 0) / 60_000;
    const because = endReason(plan, state);
    if (because === 'worse') failed.push(minutes);
    if (because === 'proven') proven.push(minutes);
  }
  return {
    failed: failed.length / LIVES,
    proven: proven.length / LIVES,
    medianFailed: median(failed),
    medianProven: median(proven),
    excess: excess / LIVES,
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.POSITIVE_INFINITY;
}

/** alpha is 1 %; of 300 lives seven and more are failed by chance in one of 30 such tests at alpha itself. */
const FALSE_ALARMS = 6 / LIVES;

void describe('a healthy canary is left alone', () => {
  const healthy: readonly (readonly [string, Partial<Service>])[] = [
    ['in quiet times', {}],
    ['in an incident that all share', { incident: true }],
    ['with errors in clumps of five', { clump: 5 }],
  ];
  for (const [name, more] of healthy)
    for (const [perSecond, badRate] of [
      [10, 0.001],
      [100, 0.001],
      [1000, 0.001],
    ] as const)
      void test(`${name}, ${perSecond} requests a second, ${badRate} of them bad`, () => {
        const { failed } = live({ perSecond, badRate, ratio: 1, ...more });
        assert.ok(failed <= FALSE_ALARMS, `${failed}`);
      });

  void test('also by those who look for faults that begin late', () => {
    const { failed } = live({ perSecond: 100, badRate: 0.01, ratio: 1 }, { lateOnset: true });
    assert.ok(failed <= FALSE_ALARMS, `${failed}`);
  });

  void test('and by those with a margin, whose canary uses all of it', () => {
    const { failed } = live({ perSecond: 100, badRate: 0.01, ratio: 1.25 }, { margin: 1.25 });
    assert.ok(failed <= FALSE_ALARMS, `${failed}`);
  });
});

void describe('a bad canary is found', () => {
  const rows = [
    [100, 0.001, 5, 0.95, 5.5, 9],
    [100, 0.001, 10, 0.99, 2.25, 7],
    [1000, 0.001, 2, 0.98, 7, 25],
    [1000, 0.001, 5, 0.99, 1, 11],
    [1000, 0.001, 10, 0.99, 0.25, 11],
  ] as const;
  for (const [perSecond, badRate, ratio, least, minutes, excess] of rows)
    void test(`${ratio} times as bad, ${perSecond * badRate} errors a second`, () => {
      const found = live({ perSecond, badRate, ratio });
      assert.ok(found.failed >= least, `found ${found.failed}`);
      assert.ok(found.medianFailed <= minutes, `after ${found.medianFailed} minutes`);
      assert.ok(found.excess <= excess, `${found.excess} requests`);
    });

  void test('one that turns bad at the third step', () => {
    const late = live({ perSecond: 100, badRate: 0.01, ratio: 5, ratioFrom: 600 }, { lateOnset: true });
    assert.ok(late.failed >= 0.99 && late.medianFailed <= 11.5, JSON.stringify(late));
  });
});

void describe('a healthy canary is proven to be', () => {
  void test('within minutes at one error a second', () => {
    const { proven, medianProven } = live({ perSecond: 1000, badRate: 0.001, ratio: 1 }, { provenWhen: {} });
    assert.ok(proven >= 0.95 && medianProven <= 7.5, `${proven} after ${medianProven}`);
  });
  void test('and one twice as bad hardly ever is', () => {
    const { proven } = live({ perSecond: 1000, badRate: 0.001, ratio: 2 }, { provenWhen: {} });
    assert.ok(proven <= 0.05, `${proven}`);
  });
});
