import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Random } from '../../../src/sim/random.ts';
import { binomial, inTurn, multinomial } from '../../../src/sim/traffic/draw.ts';
import { BUCKETS, drawLatencies } from '../../../src/sim/traffic/latency.ts';
import { DAY_MS, expectedIn, type Rate } from '../../../src/sim/traffic/rate.ts';

/** Counts how often chance was asked. */
class Counted extends Random {
  draws = 0;

  override next(): number {
    this.draws++;
    return super.next();
  }
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
}

/** Count and probability of trials. */
const trials: readonly (readonly [count: number, probability: number])[] = [
  [10, 0.3],
  [50, 0.95],
  [1_000, 0.004],
  [1_000, 0.996],
  [1_000, 0.2],
  [50_000, 0.0001],
  [50_000, 0.5],
];

void describe('binomial', () => {
  for (const [count, probability] of trials) {
    void test(`${count} trials of ${probability}: mean and spread as they should be`, () => {
      const random = new Random(`${count} ${probability}`);
      const drawn = Array.from({ length: 4_000 }, () => binomial(random, count, probability));
      const expected = count * probability;
      const variance = expected * (1 - probability);
      assert.ok(drawn.every((one) => Number.isInteger(one) && one >= 0 && one <= count));
      // Five standard errors.
      assert.ok(Math.abs(mean(drawn) - expected) < 5 * Math.sqrt(variance / drawn.length), `${mean(drawn)}`);
      const found = mean(drawn.map((one) => (one - expected) ** 2));
      assert.ok(Math.abs(found / variance - 1) < 0.15, `${found} for ${variance}`);
    });
  }

  void test('never and always are certain', () => {
    const random = new Random('');
    assert.deepEqual([binomial(random, 500, 0), binomial(random, 500, 1)], [0, 500]);
  });

  void test('many trials cost no more than few', () => {
    const cost = (count: number, probability: number) => {
      const random = new Counted('cost');
      for (let i = 0; i < 100; i++) binomial(random, count, probability);
      return random.draws / 100;
    };
    for (const probability of [0.00001, 0.0001, 0.01, 0.5, 0.999]) {
      assert.ok(cost(1_000_000, probability) < 110, `${cost(1_000_000, probability)}`);
    }
  });
});

void describe('splitting', () => {
  const weights = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 1e-9, max: 1e6, noNaN: true })), {
    minLength: 1,
    maxLength: 6,
  });

  void test('everything goes somewhere, and nothing where the weight is 0', () => {
    fc.assert(
      fc.property(weights, fc.nat({ max: 100_000 }), fc.string(), (list, count, seed) => {
        fc.pre(list.some((weight) => weight > 0));
        const parts = multinomial(new Random(seed), count, list);
        assert.equal(
          parts.reduce((sum, part) => sum + part, 0),
          count,
        );
        assert.ok(parts.every((part, i) => part >= 0 && (list[i] !== 0 || part === 0)));
      }),
    );
  });

  void test('each place gets its share', () => {
    const random = new Random('shares');
    const drawn = Array.from({ length: 2_000 }, () => multinomial(random, 100, [1, 0, 7, 2]));
    const shares = [0, 1, 2, 3].map((i) => mean(drawn.map((parts) => parts[i] ?? 0)));
    assert.ok([10, 0, 70, 20].every((expected, i) => Math.abs((shares[i] ?? 0) - expected) < 0.6));
  });

  void test('in turn, no two differ by more than one, and nobody is always first', () => {
    const random = new Random('turns');
    const firsts = new Set<number>();
    for (let count = 0; count < 60; count++) {
      const dealt = inTurn(random, count, 4);
      assert.equal(
        dealt.reduce((sum, one) => sum + one, 0),
        count,
      );
      assert.ok(Math.max(...dealt) - Math.min(...dealt) <= 1);
      if (count === 1 || count % 4 === 1) firsts.add(dealt.indexOf(Math.max(...dealt)));
    }
    assert.ok(firsts.size > 1);
  });
});

void describe('latencies', () => {
  for (const count of [30, 10_000]) {
    void test(`of ${count} answers half take less than the median, and the sum fits`, () => {
      const random = new Random(`latency ${count}`);
      const rounds = Array.from({ length: 300 }, () => drawLatencies(random, count, 100));
      const all = rounds.map(({ counts }) => counts.reduce((sum, one) => sum + one, 0));
      assert.ok(all.every((one) => one === count));
      const upTo = BUCKETS.indexOf(0.1) + 1;
      const below = rounds.map(
        ({ counts }) => counts.slice(0, upTo).reduce((sum, one) => sum + one, 0) / count,
      );
      assert.ok(Math.abs(mean(below) - 0.5) < 0.02, `${mean(below)}`);
      const seconds = mean(rounds.map(({ sumSeconds }) => sumSeconds)) / count;
      assert.ok(Math.abs(seconds - 0.1 * Math.exp(0.35 ** 2 / 2)) < 0.002, `${seconds}`);
    });
  }

  void test('what takes longer than the last bound is beyond it', () => {
    const { counts } = drawLatencies(new Random(''), 100, 60_000);
    assert.equal(counts.at(-1), 100);
  });
});

const daily: Rate = { kind: 'wave', meanPerSecond: 10, swing: 0.5, periodMs: DAY_MS, peakMs: DAY_MS / 2 };
const bursts: Rate = { kind: 'bursts', perSecond: 100, lengthMs: 2_000, periodMs: 10_000 };
const ramp: Rate = { kind: 'ramp', fromPerSecond: 10, toPerSecond: 30, startMs: 10_000, endMs: 20_000 };
const rates: readonly (readonly [
  what: string,
  rate: Rate,
  fromMs: number,
  toMs: number,
  expected: number,
])[] = [
  ['constant', { kind: 'constant', perSecond: 5 }, 2_000, 4_000, 10],
  ['a ramp before', ramp, 0, 10_000, 100],
  ['a ramp on its way', ramp, 10_000, 20_000, 200],
  ['a ramp afterwards', ramp, 20_000, 21_000, 30],
  ['a ramp down', { ...ramp, fromPerSecond: 30, toPerSecond: 10 }, 15_000, 20_000, 75],
  ['a step is a ramp that takes no time', { ...ramp, endMs: 10_000 }, 10_001, 11_001, 30],
  ['a whole day', daily, 0, DAY_MS, 864_000],
  ['noon', daily, DAY_MS / 2, DAY_MS / 2 + 1_000, 15],
  ['midnight', daily, 0, 1_000, 5],
  ['within a burst', bursts, 500, 1_500, 100],
  ['between bursts', bursts, 3_000, 9_000, 0],
  ['bursts shorter than a step', bursts, 0, 60_000, 1_200],
  ['a sum', { kind: 'sum', of: [bursts, { kind: 'constant', perSecond: 1 }] }, 0, 10_000, 210],
];

void describe('rates', () => {
  for (const [what, rate, fromMs, toMs, expected] of rates) {
    void test(`${what}: ${expected} requests`, () =>
      assert.ok(Math.abs(expectedIn(rate, { fromMs, toMs }) - expected) < 1e-3));
  }

  void test('steps of any size add up to the same, and nothing is below 0', () => {
    const time = fc.integer({ min: 0, max: 100_000 });
    fc.assert(
      fc.property(fc.constantFrom(daily, bursts, ramp), time, time, time, (rate, a, b, c) => {
        const [first = 0, middle = 0, last = 0] = [a, b, c].sort((one, other) => one - other);
        const parts = [
          { fromMs: first, toMs: middle },
          { fromMs: middle, toMs: last },
        ].map((stretch) => expectedIn(rate, stretch));
        assert.ok(parts.every((part) => part >= -1e-6));
        const whole = expectedIn(rate, { fromMs: first, toMs: last });
        assert.ok(Math.abs((parts[0] ?? 0) + (parts[1] ?? 0) - whole) < 1e-6);
      }),
    );
  });
});
