import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { mutated, pathOf } from './mutations/mutation.ts';
import { MUTATIONS } from './mutations.ts';
import { SEEDS } from './support/seeds.ts';

void test('the text of every planted defect stands where it is to be planted', () => {
  const broken = MUTATIONS.flatMap((mutation) => {
    try {
      mutated(mutation, readFileSync(pathOf(mutation), 'utf8'));
      return [];
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)];
    }
  });
  assert.deepEqual(broken, [], 'edit test/sim/mutations, and look whether the defect is still one');
});

void test('defects have names of their own, and those with a seed are known', () => {
  const names = MUTATIONS.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  assert.deepEqual(
    Object.keys(SEEDS).filter((name) => !names.includes(name)),
    [],
  );
});
