import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { actsOf, SCENARIOS } from '../../../src/cli/demo/acts.ts';
import { manifests, tagOf } from '../../../src/cli/demo/manifests.ts';
import { paceAt } from '../../../src/cli/demo/pace.ts';
import { check } from '../../../src/cli/lint/check.ts';

void describe('manifests of the demo', () => {
  for (const [router, strategy] of [
    ['nginx', 'canary'],
    ['gateway', 'canary'],
    ['nginx', 'blueGreen'],
    ['gateway', 'blueGreen'],
  ] as const)
    for (const speed of [1, 2, 4])
      for (const readyAfterSeconds of [0, 5])
        void test(`have no mistake: ${router}, ${strategy}, speed ${speed}, ready after ${readyAfterSeconds} s`, () => {
          const setting = { router, strategy, pace: paceAt(speed), prometheus: 'http://127.0.0.1:9090' };
          const files = manifests({ tag: '2-errors-30', readyAfterSeconds }, setting);
          const { findings } = check(Object.entries(files).map(([file, text]) => ({ file, text })));
          assert.deepEqual(
            findings.filter(({ severity }) => severity === 'error'),
            [],
          );
          assert.match(files['rollout.yaml'] ?? '', /image: demo\/shop:2-errors-30$/m);
        });

  const tags = [
    ['demo/shop:2', '2'],
    ['registry:5000/shop', ''],
    ['registry:5000/shop:3-errors-30', '3-errors-30'],
    ['', ''],
  ] as const;
  for (const [image, tag] of tags) void test(`the tag of ${image}`, () => assert.equal(tagOf(image), tag));
});

void describe('acts of the demo', () => {
  for (const scenario of SCENARIOS)
    void test(`${scenario} begins with the first version, and every release has an end`, () => {
      const beats = actsOf(scenario).flatMap((act) => [...act.beats]);
      const [first] = beats;
      assert.equal(first?.kind, 'release');
      const releases = beats.filter(
        ({ kind }) => kind === 'release' || kind === 'revert' || kind === 'retry',
      );
      const outcomes = beats.filter(({ kind }) => kind === 'outcome');
      assert.equal(outcomes.length, releases.length);
      const last = outcomes.at(-1);
      assert.ok(last?.kind === 'outcome' && last.is === 'promoted');
    });
});
