import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Due, Schedule } from '../../src/shell/schedule.ts';
import { FakeClock } from './kube/fake-clock.ts';

type Step =
  | {
      readonly kind: 'set' | 'bringForward';
      readonly id: string;
      readonly inMs: number;
      readonly isWall: boolean;
    }
  | { readonly kind: 'cancel'; readonly id: string }
  | { readonly kind: 'pass'; readonly ms: number };

const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
const inMs = fc.integer({ min: -10, max: 50_000 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constantFrom('set', 'bringForward'), id, inMs, isWall: fc.boolean() }),
  },
  fc.record({ kind: fc.constant('cancel'), id }),
  fc.record({ kind: fc.constant('pass'), ms: fc.integer({ min: 0, max: 20_000 }) }),
);

void test('law: each id fires once, at its moment, in order, as a map of moments says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 200 }), async (steps) => {
      const clock = new FakeClock();
      const fired: { readonly id: string; readonly atMs: number }[] = [];
      const schedule = new Schedule(clock, (due) => fired.push({ id: due, atMs: clock.elapsed() }));
      const model = new Map<string, number>();
      for (const act of [...steps, { kind: 'pass', ms: 100_000 } as const]) {
        if (act.kind === 'cancel') {
          schedule.cancel(act.id);
          model.delete(act.id);
        } else if (act.kind === 'pass') {
          const untilMs = clock.elapsed() + act.ms;
          const expected = dueBy(model, clock.elapsed(), untilMs);
          await clock.pass(act.ms);
          assert.deepEqual(fired.splice(0).sort(byTime), expected);
        } else {
          const due: Due = act.isWall ? { at: clock.now() + act.inMs } : { afterMs: act.inMs };
          const dueMs = clock.elapsed() + act.inMs;
          schedule[act.kind](act.id, due);
          const isLater =
            act.kind === 'bringForward' && (model.get(act.id) ?? Number.POSITIVE_INFINITY) <= dueMs;
          if (!isLater) model.set(act.id, dueMs);
        }
        assert.equal(schedule.size, model.size);
        assert.ok(clock.timers <= 1);
      }
    }),
    { numRuns: 200 },
  );
});

/** Takes out of the model what fires up to `untilMs`; what was due in the past fires now. */
function dueBy(
  model: Map<string, number>,
  nowMs: number,
  untilMs: number,
): readonly { id: string; atMs: number }[] {
  const due = [...model].filter(([, dueMs]) => dueMs <= untilMs);
  for (const [name] of due) model.delete(name);
  return due.map(([name, dueMs]) => ({ id: name, atMs: Math.max(dueMs, nowMs) })).sort(byTime);
}

function byTime(a: { id: string; atMs: number }, b: { id: string; atMs: number }): number {
  return a.atMs - b.atMs || a.id.localeCompare(b.id);
}
