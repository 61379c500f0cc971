import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stepsHash } from '../../../src/core/hash/steps.ts';
import { podTemplateHash } from '../../../src/core/hash/template.ts';
import { readVectors, type TemplateVector } from './vectors.ts';

const templates = [
  ...readVectors<readonly TemplateVector[]>('template-oracle.json'),
  ...readVectors<readonly TemplateVector[]>('recorded-templates.json'),
];
const steps = readVectors<readonly { readonly hash: string; readonly steps: unknown }[]>('step-oracle.json');

for (const { name, hash, collisionCount, stored, rewritten } of templates) {
  void test(`the hash of a template is that of the original: ${name}`, () => {
    assert.equal(podTemplateHash(stored, collisionCount), hash);
    if (rewritten !== undefined) assert.equal(podTemplateHash(rewritten, collisionCount), hash);
  });
}

for (const vector of steps) {
  const text = JSON.stringify(vector.steps);
  void test(`the hash of steps is that of the original: ${vector.hash} ${text.slice(0, 80)}`, () => {
    assert.equal(stepsHash(vector.steps), vector.hash);
  });
}
