import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { leaseName, microTime } from '../../src/shell/lease.ts';
import { FakeClock, settle } from './kube/fake-clock.ts';
import { Candidate, FakeLease, ProcessClock, type Way } from './lease-bench.ts';

function world(): { readonly base: FakeClock; readonly lease: FakeLease } {
  return { base: new FakeClock(), lease: new FakeLease() };
}

const dead = (): Way => ({ thereMs: 0, backMs: 0, lost: 'request' });

for (const [instance, name] of [
  ['', 'argo-rollouts-controller-lock'],
  ['blue', 'argo-rollouts-controller-lock-blue'],
] as const) {
  void test(`the Lease of instance ${JSON.stringify(instance)} is ${name}`, () => {
    assert.equal(leaseName(instance), name);
  });
}

void test('times have six fraction digits', () => {
  assert.equal(microTime(Date.parse('2026-01-02T03:04:05.678Z')), '2026-01-02T03:04:05.678000Z');
});

void test('a free Lease is taken at once, then renewed every two seconds', async () => {
  const { base, lease } = world();
  const a = new Candidate({ base, lease }, 'a');
  a.run();
  await base.pass(100);
  assert.deepEqual(a.said, ['leading']);
  assert.ok(a.election.isLeading);
  await base.pass(20_000);
  assert.ok(lease.history.length >= 10 && lease.history.length <= 11, String(lease.history.length));
  assert.deepEqual(lease.history[0], {
    holder: 'a',
    durationSeconds: 15,
    acquireTime: '2026-01-01T00:00:00.002000Z',
    renewTime: '2026-01-01T00:00:00.002000Z',
    transitions: 0,
  });
  assert.equal(lease.history.at(-1)?.acquireTime, '2026-01-01T00:00:00.002000Z');
  assert.equal(lease.history.at(-1)?.transitions, 0);
});

void test('a holder that is gone is waited out, counted from our first look', async () => {
  const { base, lease } = world();
  // Long expired by its own words, which count for nothing.
  const old = { acquireTime: '2001-01-01T00:00:00.000000Z', renewTime: '2001-01-01T00:00:00.000000Z' };
  lease.write({ holder: 'gone', durationSeconds: 15, transitions: 3, ...old }, null);
  const a = new Candidate({ base, lease }, 'a');
  a.run();
  await base.pass(14_900);
  assert.deepEqual(a.said, []);
  await base.pass(3_000);
  assert.deepEqual(a.said, ['leading']);
  assert.equal(lease.history.at(-1)?.transitions, 4);
});

void test('a Lease with a longer duration than ours is waited out for as long as it says', async () => {
  const { base, lease } = world();
  lease.write({ holder: 'gone', durationSeconds: 60, transitions: 0, acquireTime: '', renewTime: '' }, null);
  const a = new Candidate({ base, lease }, 'a');
  a.run();
  await base.pass(59_900);
  assert.deepEqual(a.said, []);
  await base.pass(3_000);
  assert.deepEqual(a.said, ['leading']);
});

void test('stopping gives the Lease back, and the next one leads within its retry', async () => {
  const { base, lease } = world();
  const a = new Candidate({ base, lease }, 'a');
  const b = new Candidate({ base, lease }, 'b');
  a.run();
  await base.pass(100);
  b.run();
  await base.pass(30_000);
  assert.deepEqual([a.said, b.said], [['leading'], []]);
  a.stop.abort();
  await base.pass(100);
  assert.deepEqual([lease.stored?.record.holder, a.ended, a.election.isLeading], ['', true, false]);
  await base.pass(3_000);
  assert.deepEqual([a.said, b.said], [['leading'], ['leading']]);
});

void test('the Lease is given back also when the answer to the last renewal was lost', async () => {
  const { base, lease } = world();
  const a = new Candidate({ base, lease }, 'a');
  a.run();
  await base.pass(100);
  let isFirst = true;
  a.way = () => {
    const lost = isFirst ? 'answer' : 'nothing';
    isFirst = false;
    return { thereMs: 1, backMs: 1, lost };
  };
  await base.pass(2_000);
  a.stop.abort();
  await base.pass(10_000);
  assert.equal(lease.stored?.record.holder, '');
});

void test('a leader that cannot renew is told after ten seconds, before anybody else may lead', async () => {
  const { base, lease } = world();
  const a = new Candidate({ base, lease }, 'a');
  const b = new Candidate({ base, lease }, 'b');
  a.run();
  await base.pass(100);
  b.run();
  a.way = dead;
  await base.pass(9_800);
  assert.deepEqual([a.said, b.said], [['leading'], []]);
  await base.pass(300);
  assert.deepEqual([a.said, b.said], [['leading', 'lost: the Lease could not be renewed in time'], []]);
  assert.equal(a.ended, true);
  await base.pass(10_000);
  assert.deepEqual(b.said, ['leading']);
});

void test('one lost answer does not cost the lead', async () => {
  const { base, lease } = world();
  const a = new Candidate({ base, lease }, 'a');
  a.run();
  await base.pass(100);
  let requests = 0;
  a.way = () => ({ thereMs: 1, backMs: 1, lost: requests++ === 0 ? 'answer' : 'nothing' });
  await base.pass(60_000);
  assert.deepEqual(a.said, ['leading']);
  assert.ok(a.election.isLeading);
});

void test('a leader that finds another name in the Lease stops at once', async () => {
  const { base, lease } = world();
  const a = new Candidate({ base, lease }, 'a');
  a.run();
  await base.pass(100);
  const record = { ...(lease.history[0] ?? assert.fail()), holder: 'somebody' };
  lease.write(record, lease.stored);
  await base.pass(2_100);
  assert.deepEqual(a.said, ['leading', 'lost: somebody holds the Lease']);
});

void test('the wall clock jumps: the lead stays, writes wait for the next renewal', async () => {
  const { base, lease } = world();
  const a = new Candidate({ base, lease }, 'a');
  const b = new Candidate({ base, lease }, 'b');
  a.run();
  await base.pass(100);
  b.run();
  await base.pass(5_000);
  for (const jumpMs of [3_600_000, -7_200_000]) {
    a.clock.wallOffsetMs += jumpMs;
    b.clock.wallOffsetMs -= jumpMs;
    if (jumpMs > 0) assert.equal(a.election.isLeading, false);
    await base.pass(2_100);
    assert.equal(a.election.isLeading, true);
  }
  await base.pass(60_000);
  assert.deepEqual([a.said, b.said], [['leading'], []]);
});

/** The network of one process goes through spells: mostly good, sometimes slow, one way or dead. */
const spell = fc.record({
  lengthMs: fc.integer({ min: 0, max: 25_000 }),
  way: fc.oneof(
    { weight: 3, arbitrary: fc.constant<Way>({ thereMs: 5, backMs: 5, lost: 'nothing' }) },
    fc.record<Way>({
      thereMs: fc.integer({ min: 0, max: 6_000 }),
      backMs: fc.integer({ min: 0, max: 6_000 }),
      lost: fc.constantFrom('nothing', 'nothing', 'request', 'answer'),
    }),
    fc.constant<Way>({ thereMs: 0, backMs: 0, lost: 'request' }),
  ),
});
const stalls = fc.array(
  fc.record({ fromMs: fc.integer({ min: 0, max: 90_000 }), lengthMs: fc.integer({ min: 0, max: 30_000 }) }),
  { maxLength: 3 },
);
const process = fc.record({
  network: fc.array(spell, { minLength: 1, maxLength: 8 }),
  stalls,
  jumps: fc.array(fc.integer({ min: -100_000, max: 100_000 }), { maxLength: 5 }),
});

void test('law: whatever network, pauses and clocks do, never two lead, and at last one does', async () => {
  await fc.assert(
    fc.asyncProperty(process, process, async (one, two) => {
      const { base, lease } = world();
      const violations: string[] = [];
      const candidates = [one, two].map((script, n) => {
        const spells = script.stalls.map(({ fromMs, lengthMs }) => ({ fromMs, toMs: fromMs + lengthMs }));
        const clock = new ProcessClock(base, spells);
        const candidate = new Candidate({ base, lease, clock }, `c${n}`, {
          onLeading: () =>
            violations.push(...(candidates[1 - n]?.election.isLeading ? [`c${n} leads too`] : [])),
        });
        candidate.way = () => wayAt(script.network, base.elapsed());
        candidate.run();
        return candidate;
      });
      const [a = assert.fail(), b = assert.fail()] = candidates;
      for (let round = 0; round < 450; round++) {
        await base.pass(200);
        if (a.election.isLeading && b.election.isLeading) violations.push(`both lead at ${base.elapsed()}`);
        assert.deepEqual(violations, []);
        for (const [candidate, script] of [
          [a, one],
          [b, two],
        ] as const) {
          const jump = script.jumps[round / 80];
          if (jump !== undefined) candidate.clock.wallOffsetMs += jump;
        }
      }
      const spare = new Candidate({ base, lease }, 'spare');
      for (const candidate of candidates) candidate.way = spare.way;
      spare.run();
      await base.pass(60_000);
      const leaders = [a, b, spare].filter((candidate) => candidate.election.isLeading);
      assert.equal(leaders.length, 1);
      for (const candidate of [a, b, spare]) candidate.stop.abort();
      await base.pass(60_000);
      await settle();
      assert.deepEqual([a.ended, b.ended, spare.ended, lease.stored?.record.holder], [true, true, true, '']);
    }),
    { numRuns: 60 },
  );
});

function wayAt(network: readonly { readonly lengthMs: number; readonly way: Way }[], atMs: number): Way {
  let endMs = 0;
  for (const { lengthMs, way } of network) {
    endMs += lengthMs;
    if (atMs < endMs) return way;
  }
  return network[0]?.way ?? assert.fail();
}
