import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mistakesIn, parseWaiting, waitsFor } from '../compat/coverage.ts';
import type { Difference } from '../compat/difference.ts';
import { parseDeliberate, sortDifferences } from '../compat/differences.ts';
import { parseScenario } from '../compat/scenario.ts';
import { tale } from './tale.ts';

const difference: Difference = {
  rule: 'final',
  object: 'Rollout/app',
  field: 'status.conditions[Paused].status',
  original: 'True',
  ours: 'False',
  at: { original: null, ours: null },
};

const ours = { ...tale, scenario: 'nginx-abort' };

const reasons = 'why: the original forgets to clear it, improvement: the condition tells the truth';

const rows: readonly (readonly [entry: string, explained: boolean])[] = [
  [`scenario: '*', rule: final, object: Rollout/*, field: 'status.conditions[Paused]*', ${reasons}`, true],
  [`scenario: nginx-abort, rule: final, ours: 'False', original: 'True', ${reasons}`, true],
  [`scenario: nginx-*, rule: final, ${reasons}`, true],
  [`scenario: other, rule: final, ${reasons}`, false],
  [`scenario: '*', rule: values, ${reasons}`, false],
  [`scenario: '*', rule: final, ours: 'Unknown', ${reasons}`, false],
  [`scenario: '*', rule: final, object: Service/*, ${reasons}`, false],
];

for (const [entry, explained] of rows) {
  const verdict = explained ? 'explains' : 'does not explain';
  void test(`${entry.slice(0, entry.indexOf(', why'))} ${verdict} it`, () => {
    const sorted = sortDifferences(ours, [difference], parseDeliberate(`[{${entry}}]`));
    assert.equal(sorted.unexpected.length === 0, explained);
    assert.equal(sorted.used.length === 1, explained);
  });
}

void test('with rule * it must be said what is so in ours, and that is checked', () => {
  const list = (instead: string) =>
    parseDeliberate(`[{scenario: nginx-abort, rule: '*', ${instead} ${reasons}}]`);
  const broken = (instead: string) =>
    sortDifferences(ours, [difference], list(instead)).unexpected.map(
      ({ rule, field }) => `${rule} ${field}`,
    );
  assert.throws(() => list(''));
  assert.deepEqual(broken('instead: {Rollout/app: [status.phase=Degraded, status.abort absent]},'), []);
  assert.deepEqual(broken('instead: {Rollout/app: [status.phase=Healthy]},'), [
    'instead status.phase=Healthy',
  ]);
  assert.deepEqual(broken('instead: {Service/none: [spec present]},'), ['instead spec present']);
});

void test('a difference without a reason is refused', () => {
  assert.throws(() => parseDeliberate("[{scenario: '*', rule: final}]"));
});

const scenario = parseScenario('name: one\ngiven: [{kind: Rollout, spec: {strategy: {blueGreen: {}}}}]');

const lists: readonly (readonly [list: string, mistakes: readonly string[]])[] = [
  ['blueGreen: [one]', []],
  ['blueGreen: [two]', ['blueGreen: there is no scenario two']],
  ['istio: [one]', ['one does not use istio']],
  ['magic: [one]', ['magic is not a feature']],
  ['blueGreen: [one, one]', ['one is listed twice']],
];

for (const [list, mistakes] of lists) {
  void test(`waiting list ${list}: ${mistakes.join() || 'right'}`, () => {
    assert.deepEqual(mistakesIn(parseWaiting(list), [scenario]), mistakes);
  });
}

void test('a scenario waits for the feature under which it is listed', () => {
  const waiting = parseWaiting('blueGreen: [one]');
  assert.deepEqual([waitsFor(waiting, 'one'), waitsFor(waiting, 'two')], ['blueGreen', null]);
});
