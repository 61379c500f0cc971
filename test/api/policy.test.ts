import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAllDocuments, stringify } from 'yaml';
import type { Manifest } from '../../src/api/meta.ts';
import { check } from '../../src/cli/lint/check.ts';
import { POLICIES, policyFiles } from '../../tools/gen/policy.ts';
import { issuesOf, POLICY_ROWS } from './policy-rows.ts';

// What the policies say of these rows on a real API server is held against the validation in
// test/cluster/policy.test.ts. Here: the rows are what they should be, and no rule goes without one.

for (const { name, manifest, refusedBy, warnedBy } of POLICY_ROWS)
  void test(`the validation agrees: ${name}`, () => {
    const issues = issuesOf(manifest);
    assert.equal(issues.length > 0, refusedBy.length + warnedBy.length > 0, JSON.stringify(issues));
  });

void test('lint tells the same', () => {
  for (const { name, manifest } of POLICY_ROWS) {
    const { findings } = check([{ file: 'a.yaml', text: stringify(manifest) }]);
    const told = new Set(findings.map(({ path, message }) => `${path}: ${message}`));
    const missing = issuesOf(manifest).filter(({ path, message }) => !told.has(`${path}: ${message}`));
    assert.deepEqual(missing, [], name);
  }
});

for (const action of ['Deny', 'Warn'] as const)
  void test(`every rule that can ${action} has a row, and every row has a rule`, () => {
    const rules = POLICIES.filter((policy) => policy.action === action).flatMap(({ checks }) =>
      Object.values(checks).flatMap(({ names }) => names),
    );
    const rows = POLICY_ROWS.flatMap((row) => (action === 'Deny' ? row.refusedBy : row.warnedBy));
    assert.deepEqual([...new Set(rows)].sort(), [...rules].sort());
  });

void test('policies concern the objects themselves, and are bound', () => {
  const found = policyFiles().flatMap(({ text }) =>
    parseAllDocuments(text).map((document) => document.toJS() as Manifest),
  );
  const policies = found.filter(({ kind }) => kind === 'ValidatingAdmissionPolicy');
  const bindings = found.filter(({ kind }) => kind === 'ValidatingAdmissionPolicyBinding');
  assert.deepEqual(
    bindings.map((binding) => (binding['spec'] as { readonly policyName: string }).policyName),
    policies.map(({ metadata }) => metadata.name),
  );
  for (const { spec } of policies as unknown as readonly { readonly spec: object }[])
    assert.doesNotMatch(JSON.stringify(spec), /"resources":\[[^\]]*\/|analysisruns|experiments"/);
});
