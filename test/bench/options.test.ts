import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseOptions, SCENARIOS, UsageError } from '../../bench/options.ts';
import { plansOf } from '../../bench/plans.ts';

function optionsOf(...args: readonly string[]) {
  const options = parseOptions(args);
  assert.ok(options !== null);
  return options;
}

const plans = (...args: readonly string[]) =>
  plansOf(optionsOf(...args)).map(({ label, scenarios }) => `${label}: ${scenarios.join(' ')}`);

void test('without flags everything is measured, once, of bundles', () => {
  const { rollouts, scenarios, runs, from } = optionsOf();
  assert.deepEqual({ rollouts, runs, from }, { rollouts: [100, 500, 1000], runs: 1, from: 'bundle' });
  assert.deepEqual([...scenarios], [...SCENARIOS]);
});

void test('help is no run', () => {
  assert.equal(parseOptions(['--help']), null);
});

for (const [args, message] of [
  [['--rollouts', '100,x'], /--rollouts: "x" is not a whole number from 1/],
  [['--rollouts', '0'], /--rollouts: "0"/],
  [['--runs', '1.5'], /--runs: "1.5"/],
  [['--scenario', 'create,fly,swim'], /--scenario: there is no fly, swim/],
  [['--from', 'dist'], /--from: "dist" is neither bundle nor sources/],
  [['--speed'], /--speed/],
  [['create'], /create/],
] as const)
  void test(`refused: ${args.join(' ')}`, () => {
    assert.throws(
      () => parseOptions(args),
      (error) => error instanceof UsageError && message.test(error.message),
    );
  });

for (const [args, expected] of [
  [
    ['--rollouts', '5'],
    [
      '5 plain: create update idle start',
      '5 nginx: nginx',
      '5 analysis: analysis',
      'reaction: reaction',
      'moments: moments',
      'get: get',
    ],
  ],
  [
    ['--rollouts', '5,9', '--scenario', 'idle'],
    ['5 plain: idle', '9 plain: idle'],
  ],
  [['--rollouts', '5', '--scenario', 'start,update'], ['5 plain: update start']],
  [['--rollouts', '5,9', '--scenario', 'get'], ['get: get']],
] as const)
  void test(`clusters for ${args.join(' ')}`, () => {
    assert.deepEqual(plans(...args), expected);
  });
