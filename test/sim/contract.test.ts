import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Played, playAll } from '../contract/case.ts';
import { topics } from '../contract/cases/index.ts';
import type { Difference } from '../contract/difference.ts';
import { type SimulatedSubject, simulatedSubject } from '../contract/simulated.ts';
import { compareTopic, readVector, unlisted, unused } from '../contract/vectors.ts';

// The simulator is asked what the real API server was asked, and must answer the same, but for what is listed
// in test/contract/differences.yaml.

void describe('the contract of the simulator', () => {
  let subject: SimulatedSubject;
  let answers: ReadonlyMap<string, readonly Played[]>;
  const differences: Difference[] = [];

  before(async () => {
    subject = await simulatedSubject();
    answers = await playAll(subject, topics, { atATime: 1, run: 's' });
  });
  after(() => subject?.stop());

  for (const { name } of topics) {
    void test(`answers as the real one: ${name}`, () => {
      const found = compareTopic(name, readVector(name), answers.get(name) ?? []);
      differences.push(...found);
      const left = unlisted(found);
      assert.equal(left.length, 0, left.slice(0, 20).join('\n'));
    });
  }

  void test('all listed differences are there', () => {
    assert.deepEqual(unused('requests', differences), []);
  });
});
