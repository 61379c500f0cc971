import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { budgetUsed, burnRate, burns, CANARY_PAIR, WORKBOOK_PAIRS } from '../../../src/core/compare/burn.ts';
import { gainSince, type Series } from '../../../src/core/compare/counters.ts';
import { addClumping, clumpSize, NO_CLUMPING } from '../../../src/core/compare/dispersion.ts';
import { information, leastFound, type Situation, secondsToFind } from '../../../src/core/compare/power.ts';

void describe('counters', () => {
  const rows: readonly (readonly [string, readonly Series[], number])[] = [
    ['one that begins anew', [{ a: 100 }, { a: 160 }, { a: 20 }, { a: 50 }], 110],
    ['not a number in between', [{ a: 100 }, { a: Number.NaN }, { a: 160 }], 60],
    ['a new series began at 0', [{ a: 100 }, { a: 110, b: 7 }], 17],
    ['a series that is gone', [{ a: 100, b: 5 }, { a: 110 }], 10],
    ['and comes back', [{ a: 100, b: 5 }, { a: 110 }, { a: 110, b: 9 }], 14],
    ['all of them others, which is no gain', [{ a: 100 }, { b: 9000 }, { b: 9001 }], 1],
    ['none at first', [{}, { a: 5 }], 5],
    ['a name that every object has', [{ constructor: 1 }, { constructor: 3 }], 2],
  ];
  for (const [name, readings, expected] of rows)
    void test(name, () => {
      let values: Series = readings[0] ?? {};
      let sum = 0;
      for (const reading of readings.slice(1)) {
        const gain = gainSince(values, reading);
        values = gain.values;
        sum += gain.gained;
      }
      assert.equal(sum, expected);
    });
});

void describe('clumps', () => {
  const rows: readonly (readonly [string, readonly number[], number])[] = [
    ['nothing seen', [], 1],
    ['single events', [1, 0, 1, 0, 0, 1], 1],
    ['fives', [5, 0, 0, 5, 0, 0, 5, 0], 5],
    ['a slow trend is none', [100, 101, 102, 103, 104, 105], 1],
    ['what chance makes', [9, 14, 9, 14], 1],
    ['more than that', [7, 13, 7], 1.8],
    ['clumps that last for four looks', Array.from({ length: 120 }, (_, i) => (i % 12 < 4 ? 2.5 : 0)), 10],
    ['too few of them to tell', Array.from({ length: 40 }, (_, i) => (i % 12 < 4 ? 2.5 : 0)), 1],
    ['a trend over an hour is none', Array.from({ length: 240 }, (_, i) => 500 + 10 * i), 1],
    ['at most fifty', [0, 9000, 0, 9000, 0], 50],
  ];
  for (const [name, counts, expected] of rows)
    void test(name, () => assert.equal(clumpSize(counts.reduce(addClumping, NO_CLUMPING), 1), expected));
});

void describe('power', () => {
  const at = (share: number): Situation => ({
    perSecond: 100,
    badRate: 0.001,
    share,
    margin: 1,
    alpha: 0.01,
    phi: 1,
  });
  const about = (actual: number, expected: number, digits: number) =>
    assert.equal(Number(actual.toPrecision(digits)), expected);

  void test('information', () => about(information(2, at(0.05)), 0.0018085045678, 11));
  void test('twice as bad at 5%', () => about(secondsToFind(2, at(0.05)) / 60, 84.9, 3));
  void test('twice as bad at 50%', () => about(secondsToFind(2, at(0.5)) / 60, 18, 2));
  void test('what five minutes show, mostly', () => about(leastFound(300, 80, at(0.05)), 6.6, 2));
  void test('what they show half of the time', () => about(leastFound(300, 50, at(0.05)), 4.9, 2));
  void test('no errors show nothing', () =>
    assert.equal(secondsToFind(2, { ...at(0.05), badRate: 0 }), Number.POSITIVE_INFINITY));

  /** Minutes after which a canary so much worse is found, by share of traffic. */
  const minutes = [
    [0.05, 200, 56, 17, 5.5, 1.7],
    [0.1, 106, 30, 9.2, 3.1, 0.9],
    [0.25, 52, 15, 4.7, 1.6, 0.5],
    [0.5, 40, 12, 3.9, 1.4, 0.5],
  ] as const;
  for (const [share, ...expected] of minutes)
    void test(`minutes at ${100 * share}%`, () => {
      const found = [1.5, 2, 3, 5, 10].map((ratio) => {
        return (Math.log(100) + 1.5) / information(ratio, at(share)) / 60;
      });
      for (const [i, time] of found.entries())
        assert.ok(Math.abs(time - (expected[i] ?? 0)) <= (time >= 10 ? 0.5 : 0.055), `${time}`);
    });
});

void describe('burn rates', () => {
  void test('by hand', () => {
    assert.equal(Math.round((burnRate({ bad: 72, total: 5000 }, 0.999) ?? 0) * 1e9) / 1e9, 14.4);
    assert.equal(burnRate({ bad: 0, total: 0 }, 0.999), null);
  });
  void test('the budget of 30 days', () => {
    const period = 30 * 86_400;
    const used = WORKBOOK_PAIRS.map(({ factor, longSeconds }) =>
      Number(budgetUsed(factor, longSeconds, period).toFixed(6)),
    );
    assert.deepEqual(used, [0.02, 0.05, 0.1]);
    assert.equal((100 * budgetUsed(14.4, 300, period)).toFixed(4), '0.1667');
  });
  const rows = [
    ['both windows burn', { bad: 100, total: 1000 }, { bad: 20, total: 100 }, true],
    ['it is over', { bad: 100, total: 1000 }, { bad: 0, total: 100 }, false],
    ['it has only begun', { bad: 1, total: 1000 }, { bad: 20, total: 100 }, false],
    ['no requests are no vote', { bad: 100, total: 1000 }, { bad: 0, total: 0 }, false],
    ['too few events', { bad: 2, total: 10 }, { bad: 2, total: 10 }, false],
  ] as const;
  for (const [name, long, short, fires] of rows)
    void test(name, () =>
      assert.equal(burns(CANARY_PAIR, { long, short }, { objective: 0.999, minEvents: 3 }), fires),
    );
});
