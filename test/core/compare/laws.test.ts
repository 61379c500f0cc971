import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { CompareConfig } from '../../../src/api/compare.ts';
import { endReason, type JudgeState, look, newJudge } from '../../../src/core/compare/judge.ts';
import { type Plan, planOf } from '../../../src/core/compare/plan.ts';
import type { Reading } from '../../../src/core/compare/reading.ts';
import { restored, stored } from '../../../src/core/compare/stored.ts';
import { chanceOf, release, type Service } from './traffic.ts';

function planFor(config: CompareConfig): Plan {
  const read = planOf([{ name: 'errors', config, warmUpMs: 0, path: '' }]);
  return read.kind === 'plan' ? read.plan : assert.fail();
}

const FRAME = { startedAt: 0, zeroAtStart: true };
const PROVEN = { provenWhen: { ratio: 2, beta: 0.05 } };

function play(plan: Plan, readings: Iterable<Reading>): JudgeState {
  let state = newJudge(plan, FRAME);
  for (const reading of readings) state = look(plan, state, reading);
  return state;
}

const sideOf = (total: number, bad: number) => ({ total: { '': total }, bad: { '': bad } });

/** The paths to everything in a value. */
function pathsIn(value: unknown): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    [key],
    ...pathsIn(inner).map((path) => [key, ...path]),
  ]);
}

function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined || typeof value !== 'object' || value === null) return by;
  const inner = replaced((value as Readonly<Record<string, unknown>>)[key], rest, by);
  return Array.isArray(value)
    ? value.map((one: unknown, i) => (String(i) === key ? inner : one))
    : { ...value, [key]: inner };
}

const service = fc.record({
  perSecond: fc.constantFrom(1, 10, 100),
  badRate: fc.constantFrom(0, 0.001, 0.01, 0.2),
  ratio: fc.constantFrom(0, 1, 2, 5),
  clump: fc.constantFrom(1, 3),
  before: fc.constantFrom(0, 300),
});
const config = fc.constantFrom<CompareConfig>(
  {},
  PROVEN,
  { lateOnset: true, margin: 1.25 },
  { test: 'mannWhitney' },
  { direction: 'decrease', ...PROVEN },
  { test: 'throughput', provenWhen: { ratio: 2 } },
  { test: 'burnRate', burn: { objective: 0.999 } },
  { absoluteLimit: 0.002, minAbsoluteIncrease: 0.0005 },
);
const seed = fc.integer({ min: 0, max: 1e6 });

void describe('laws', () => {
  void test('a restart at any look changes nothing', () => {
    fc.assert(
      fc.property(service, config, seed, (drawn, wanted, from) => {
        const plan = planFor(wanted);
        let state = newJudge(plan, FRAME);
        for (const reading of release(drawn, chanceOf(from)))
          state =
            restored(plan, JSON.parse(JSON.stringify(stored(plan, look(plan, state, reading))))) ??
            assert.fail();
        assert.deepEqual(state, play(plan, release(drawn, chanceOf(from))));
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  void test('what is damaged, or of another plan, is not gone on from', () => {
    const plan = planFor(PROVEN);
    const state = play(plan, release({ perSecond: 10, badRate: 0.01, ratio: 1, before: 300 }, chanceOf(1)));
    const kept = JSON.parse(JSON.stringify(stored(plan, state))) as unknown;
    const next = { at: 1e9, weight: 5, canary: sideOf(1e6, 50), stable: sideOf(1e8, 900) };
    assert.equal(restored(planFor({}), kept), null);
    for (const other of [null, undefined, 7, 'x', [], {}, { plan: 1 }, { ...Object(kept), state: null }])
      assert.equal(restored(plan, other), null);
    fc.assert(
      fc.property(fc.nat(), fc.oneof(fc.jsonValue(), fc.integer()), (at, value) => {
        const places = pathsIn(kept);
        const place = places[at % places.length] ?? [];
        const damaged = restored(plan, replaced(kept, place, value));
        // Whatever is taken for a state can be gone on with.
        if (damaged !== null) endReason(plan, look(plan, damaged, next));
      }),
      { seed: 5, numRuns: 500 },
    );
  });

  void test('readings that come again, or late, change nothing', () => {
    fc.assert(
      fc.property(service, config, seed, fc.infiniteStream(fc.nat(5)), (drawn, wanted, from, back) => {
        const plan = planFor(wanted);
        const readings = [...release(drawn, chanceOf(from))];
        const shuffled = readings.flatMap((reading, i) => {
          const older = readings[i - (back.next().value ?? 0)];
          return older === undefined ? [reading] : [reading, older];
        });
        assert.deepEqual(play(plan, shuffled), play(plan, readings));
      }),
      { seed: 2, numRuns: 60 },
    );
  });

  void test('a verdict stays', () => {
    fc.assert(
      fc.property(service, seed, seed, (drawn, from, other) => {
        const plan = planFor(PROVEN);
        const state = play(plan, release(drawn, chanceOf(from)));
        const later = [...release({ ...drawn, ratio: 9 }, chanceOf(other))].map((reading) => ({
          ...reading,
          at: reading.at + 1e7,
        }));
        if (state.verdict !== null)
          assert.deepEqual(
            later.reduce((on, next) => look(plan, on, next), state),
            state,
          );
      }),
      { seed: 3, numRuns: 40 },
    );
  });

  void test('the state is small, whatever comes', () => {
    const plan = planFor({ lateOnset: true });
    for (let from = 0; from < 10; from += 1) {
      const readings = release({ perSecond: 1000, badRate: 0.05, ratio: 1, before: 1800 }, chanceOf(from));
      const state = play(
        plan,
        [...readings].map((reading, i) => ({ ...reading, weight: (i % 50) + 1 })),
      );
      assert.ok(JSON.stringify(state).length < 8000);
    }
  });
});

/** What a source may do to a reading, which is the `i`th. Null: there is none. */
type Lie = (reading: Reading, i: number, first: Reading) => Reading | null;

const LIES: Readonly<Record<string, Lie>> = {
  'it never answers': (reading) => ({ ...reading, canary: null, stable: null }),
  'it never answers of the canary': (reading) => ({ ...reading, canary: null }),
  'it never answers of the stable version': (reading) => ({ ...reading, stable: null }),
  'it has no totals': (reading) => ({ ...reading, canary: { bad: { '': 0 } } }),
  'it has no errors': (reading) => ({ ...reading, canary: { total: reading.canary?.['total'] ?? {} } }),
  'it always says the same': (reading, _i, first) => ({ ...first, at: reading.at, weight: reading.weight }),
  'its samples are old': (reading) => ({ ...reading, sampledAt: reading.at - 600_000 }),
  'its time stands still': (reading, _i, first) => ({ ...reading, at: first.at }),
  'its time goes backwards': (reading, _i, first) => ({ ...reading, at: first.at - reading.at }),
  'its counters go backwards': (reading, i) => ({
    ...reading,
    canary: sideOf(1e6 - 1000 * i, 10),
    stable: sideOf(1e7 - 1000 * i, 10_000),
  }),
  'its counters are no numbers': (reading) => ({ ...reading, canary: sideOf(Number.NaN, 0) }),
  'its counters are without end': (reading) => ({ ...reading, canary: sideOf(Number.POSITIVE_INFINITY, 0) }),
  'it has more errors than requests': (reading, i) => ({ ...reading, stable: sideOf(1000 * i, 9000 * i) }),
  'it says nothing at all': () => null,
};

/** What it is asked about. */
const ASKED: Readonly<Record<string, CompareConfig>> = {
  errors: {},
  'errors, with early ends': PROVEN,
  'orders, with early ends': { direction: 'decrease', ...PROVEN },
  throughput: { test: 'throughput', provenWhen: { ratio: 2 } },
};

void describe('a source that lies proves nothing', () => {
  const healthy: Service = { perSecond: 1000, badRate: 0.01, ratio: 1 };
  for (const [name, lie] of Object.entries(LIES))
    for (const [what, wanted] of Object.entries(ASKED))
      void test(`${name}, ${what}`, () => {
        // Whoever counts requests does not ask for errors.
        if (what === 'throughput' && name.includes('errors')) return;
        const plan = planFor(wanted);
        const readings = [...release(healthy, chanceOf(4))].slice(1);
        const first = readings[0] ?? assert.fail();
        const state = play(
          plan,
          readings.flatMap((reading, i) => lie(reading, i, first) ?? []),
        );
        assert.notEqual(endReason(plan, state), 'proven');
        // Nor does it pass for want of a decision. One honest look, and none later, is as good as its end.
        if (state.verdict === null && name !== 'its time stands still')
          assert.notEqual(endReason(plan, state), 'undecided');
      });

  void test('one that does so only now and then still tells', () => {
    const plan = planFor({});
    const readings = [...release(healthy, chanceOf(4))].map((reading, i) =>
      i % 3 === 1 ? { ...reading, canary: null } : reading,
    );
    const state = play(plan, readings);
    assert.equal(endReason(plan, state), 'proven');
    const last = readings.at(-1);
    assert.equal(state.metrics[0]?.canary.total, last?.canary?.['total']?.['']);
  });
});
