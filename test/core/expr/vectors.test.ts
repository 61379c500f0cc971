import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { measurementFunctions } from '../../../src/core/expr/builtins/functions.ts';
import { compile, evaluate } from '../../../src/core/expr/expr.ts';
import type { Value } from '../../../src/core/expr/value.ts';
import { show } from './show.ts';

/** One expression and what the original language makes of it; `oracle/main.go` wrote it down. */
interface Row extends Outcome {
  readonly source: string;
  readonly result?: Value;
  readonly vector?: readonly string[];
  /** What we make of it where we differ on purpose, and why we do. */
  readonly ours?: Outcome;
  readonly why?: string;
}

interface Outcome {
  readonly value?: string;
  readonly error?: string;
}

const NOW = Date.parse('2026-11-21T08:00:00Z');

for (const topic of ['literals', 'operators', 'access', 'predicates', 'builtins', 'dates']) {
  const text = readFileSync(new URL(`./vectors/${topic}.jsonl`, import.meta.url), 'utf8');
  for (const line of text.trim().split('\n')) {
    const row = JSON.parse(line) as Row;
    void test(`${topic}: ${row.source} with ${JSON.stringify(row.vector ?? row.result ?? null)}`, () => {
      const { value, error } = row.ours ?? row;
      assert.deepEqual(outcomeOf(row), value === undefined ? { error } : { value });
    });
  }
}

function outcomeOf(row: Row): Outcome {
  const result = row.vector === undefined ? (row.result ?? null) : Float64Array.from(row.vector, toNumber);
  const compiled = compile(row.source);
  if (compiled.kind === 'error') return { error: compiled.message };
  const variables = new Map([['result', result]]);
  const outcome = evaluate(compiled, { variables, functions: measurementFunctions(result), now: NOW });
  return outcome.kind === 'error' ? { error: outcome.message } : { value: show(outcome.value) };
}

function toNumber(text: string): number {
  return Number(text.replace('Inf', 'Infinity'));
}
