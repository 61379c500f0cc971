import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type Findings, findOut } from '../../bench/analysis/findings.ts';
import { type Cell, measure } from '../../bench/analysis/measure.ts';
import { OURS, RULES } from '../../bench/analysis/rules.ts';
import { aimsOf, outcomeIn } from '../../bench/analysis/summary.ts';

/** What docs/evidence.md is made of. */
const published = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../bench/analysis/published.json'), 'utf8'),
) as Findings;

const LIVES = 100;
const SEED = 2;

/** Of so many lives a part in percent may be so far off: four standard errors, and one life. */
function slack(percent: number, lives = LIVES): number {
  const part = Math.min(0.99, Math.max(0.01, percent / 100));
  return 100 * (4 * Math.sqrt((part * (1 - part)) / lives) + 1 / lives);
}

function titleOf({ service }: Cell): string {
  const { perSecond, badRate, ratio, trouble } = service;
  return `${perSecond} a second, ${badRate} bad, canary ${ratio} times, ${trouble}`;
}

function assertAlike(fresh: Cell, rule: string, lives: number): void {
  const old = [...published.healthy, ...published.faulty, ...published.unwarned].find(
    (cell) => titleOf(cell) === titleOf(fresh) && cell.outcomes[rule] !== undefined,
  );
  const [was, is] = [outcomeIn(old, rule), outcomeIn(fresh, rule)];
  assert.ok(
    Math.abs(was.rolledBack - is.rolledBack) <= slack(was.rolledBack, lives),
    `${rule}, ${titleOf(fresh)}: ${was.rolledBack} % are published, ${is.rolledBack} % found. If a rule has changed, publish anew: see npm run bench -- analysis --help`,
  );
}

void describe('the judge, on lives that were not published', () => {
  const findings = findOut({
    runs: LIVES,
    seed: SEED,
    rules: RULES.filter(({ name }) => name === OURS),
  });

  void test('does as it is published', () => {
    for (const cell of [...findings.healthy, ...findings.faulty]) assertAlike(cell, OURS, LIVES);
  });
  void test('leaves healthy releases alone', () => {
    for (const cell of findings.healthy)
      assert.ok(outcomeIn(cell, OURS).rolledBack <= 1 + slack(1), titleOf(cell));
    const all = findings.healthy.reduce((sum, cell) => sum + outcomeIn(cell, OURS).rolledBack, 0);
    assert.ok(all / findings.healthy.length <= 1, `${all / findings.healthy.length} %`);
  });
  // The first is about chances, and the test before this one.
  for (const { what, most, reached, unit } of aimsOf(findings).slice(1))
    void test(`comes near its aim: ${what}`, () => {
      assert.ok(reached <= most * 1.2, `${reached} ${unit}`);
    });
});

void describe('the rules of others', () => {
  const lives = 40;
  const some = (cells: readonly Cell[]) => cells.filter((_, i) => i % 5 === 1);
  for (const { service } of [...some(published.healthy), ...some(published.faulty)])
    void test(`do as it is published: ${titleOf({ service, outcomes: {} })}`, () => {
      const cell = measure(service, { rules: RULES, runs: lives, seed: SEED });
      for (const { name } of RULES) assertAlike(cell, name, lives);
    });
});

void describe('what is published', () => {
  for (const { what, most, reached, unit } of aimsOf(published))
    void test(`reaches its aim: ${what}`, () => {
      assert.ok(reached <= most, `${reached} ${unit}`);
    });
  void test('comes of many lives, by all rules', () => {
    assert.ok(published.runs >= 1000);
    assert.deepEqual(
      Object.keys(published.healthy[0]?.outcomes ?? {}),
      RULES.map(({ name }) => name),
    );
  });
});

void test('the same seed gives the same, another one something else', () => {
  const service = { perSecond: 100, badRate: 0.01, ratio: 2, trouble: 'churn' } as const;
  const found = (seed: number) => JSON.stringify(measure(service, { rules: RULES, runs: 3, seed }));
  assert.equal(found(1), found(1));
  assert.notEqual(found(1), found(2));
});
