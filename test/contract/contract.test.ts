import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Bed, startBed } from '../cluster/bed/bed.ts';
import { matches } from '../compat/differences.ts';
import { type Played, playAll } from './case.ts';
import { kubectlTopics, topics } from './cases/index.ts';
import { type RealSubject, realSubject } from './real.ts';
import { servedSubject } from './simulated.ts';
import { compareTopic, listed, readVector, unlisted, unused, writeVector } from './vectors.ts';

// The real control plane is asked everything. What it answers is what is recorded (UPDATE=1 records it anew),
// and against the record the simulator is held: here with kubectl, and in test/sim/contract.test.ts without any
// control plane.

const isUpdate = (process.env['UPDATE'] ?? '') !== '';
const AT_A_TIME = 12;

void describe('the contract with the real API server', () => {
  let bed: Bed;
  let real: RealSubject;
  let answers: ReadonlyMap<string, readonly Played[]>;
  const all = [...topics, ...kubectlTopics];

  before(async () => {
    bed = await startBed();
    real = realSubject(bed);
    answers = await playAll(real, all, { atATime: AT_A_TIME, run: 'r' });
  });
  after(async () => {
    await real?.close();
    await bed?.stop();
  });

  for (const { name } of all) {
    void test(`it answers as recorded: ${name}`, () => {
      const played = answers.get(name) ?? [];
      if (isUpdate) writeVector(name, played);
      // A difference is one between the record and now.
      const differences = compareTopic(name, readVector(name), played);
      const told = differences.map(({ case: one, asked, field, real: recorded, simulated: now }) => {
        return { one, asked, field, recorded, now };
      });
      assert.deepEqual(told, []);
    });
  }

  void test('kubectl finds no difference in the simulator', async () => {
    const served = await servedSubject();
    let simulated: ReadonlyMap<string, readonly Played[]>;
    try {
      simulated = await playAll(served, kubectlTopics, { atATime: 2, run: 'r' });
    } finally {
      await served.stop();
    }
    const differences = kubectlTopics.flatMap(({ name }) =>
      compareTopic(name, answers.get(name) ?? [], simulated.get(name) ?? []),
    );
    assert.deepEqual(unlisted(differences), []);
    assert.deepEqual(unused('kubectl', differences), [], 'listed, but no difference any more');
  });

  void test('each listed difference is about something that is asked', () => {
    const names = all.flatMap(({ name, cases }) => cases.map((one) => `${name}: ${one.name}`));
    const strays = listed.filter((one) => !names.some((name) => matches(one.case, name)));
    assert.deepEqual(strays, []);
  });
});
