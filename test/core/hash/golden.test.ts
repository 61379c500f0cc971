import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashableSteps, stepsHash } from '../../../src/core/hash/steps.ts';
import { hashableJson, podTemplateHash } from '../../../src/core/hash/template.ts';
import { readVectors } from './vectors.ts';

/** What a program in Go made of raw JSON: see test/vectors/hash. */
interface GoVector<Stored> {
  readonly name: string;
  readonly stored: Stored;
  readonly json?: string;
  readonly hash: string;
}

for (const { name, stored, json, hash } of readVectors<readonly GoVector<unknown>[]>('templates.json')) {
  void test(`a template as in Go: ${name}`, () => {
    if (json !== undefined) assert.equal(hashableJson(stored), json);
    assert.equal(podTemplateHash(stored), hash);
  });
}

type Steps = { readonly steps?: unknown };

for (const { name, stored, json, hash } of readVectors<readonly GoVector<Steps>[]>('steps.json')) {
  void test(`steps as in Go: ${name}`, () => {
    if (json !== undefined) assert.equal(hashableSteps(stored.steps), json);
    assert.equal(stepsHash(stored.steps), hash);
  });
}
