import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import type { AnalysisTemplate } from '../../src/api/analysis.ts';
import type { Manifest } from '../../src/api/meta.ts';
import type { Rollout } from '../../src/api/rollout.ts';
import { notSupportedYet, validateAnalysis, validateRollout } from '../../src/api/validate/index.ts';
import { check } from '../../src/cli/lint/check.ts';
import { checkCondition } from '../../src/core/expr/condition.ts';
import { harness } from './support/harness.ts';

/**
 * What `migrate` makes of objects: `in.yaml` goes in, `out.yaml` is printed for Git and `out.txt` beside it.
 * `UPDATE=1` rewrites both; the diff is the review.
 */
const GOLDEN = join(import.meta.dirname, '../golden/migrate');

interface Case {
  readonly args: readonly string[];
  /** The objects are in a cluster; else in a file. */
  readonly isLive?: boolean;
}

const CASES: Readonly<Record<string, Case>> = {
  deployment: { args: [] },
  'deployment-blue-green': { args: ['--by', 'copy', '--strategy', 'blueGreen'] },
  'deployment-gateway': { args: ['--by', 'copy'] },
  'deployment-nginx': { args: ['deployment/shop'], isLive: true },
  'deployment-scaled': { args: ['deploy/shop', '--scale-down', 'onsuccess'], isLive: true },
  'back-copy': { args: ['rollout/shop', '--to', 'deployment'], isLive: true },
  'back-reference': { args: ['ro/shop', '--to', 'deployment'], isLive: true },
  'flagger-gateway': { args: ['canary/shop'], isLive: true },
  'flagger-headers': { args: ['--metrics-server', 'http://prometheus.istio-system:9090'] },
  'flagger-headers-nginx': { args: [] },
  'flagger-istio': { args: ['--metrics-server', 'http://prometheus.istio-system:9090'] },
  'flagger-kubernetes': { args: ['--metrics-server', 'http://prometheus.flagger:9090'] },
  'flagger-nginx': { args: ['--metrics-server', 'http://flagger-prometheus.ingress-nginx:9090'] },
  'flagger-other': { args: ['--mesh-provider', 'linkerd'] },
  'flagger-providers': { args: [] },
  'flagger-skip': { args: [] },
};

function manifestsIn(text: string): readonly Manifest[] {
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest);
}

async function run(name: string, { args, isLive = false }: Case, ...more: readonly string[]) {
  const file = join(GOLDEN, name, 'in.yaml');
  const objects = manifestsIn(readFileSync(file, 'utf8'));
  return isLive
    ? harness({ objects }).run('migrate', ...args, ...more)
    : harness().run('migrate', '-f', file, ...args, ...more);
}

function matchFile(path: string, text: string): void {
  if (process.env['UPDATE'] === '1') writeFileSync(path, text);
  assert.equal(text, existsSync(path) ? readFileSync(path, 'utf8') : '(no such file)');
}

for (const [name, given] of Object.entries(CASES))
  void describe(`migrate: ${name}`, () => {
    void test('is as reviewed', async () => {
      const { code, out, err } = await run(name, given);
      assert.equal(code, 0, err);
      matchFile(join(GOLDEN, name, 'out.yaml'), out);
      matchFile(join(GOLDEN, name, 'out.txt'), err);
    });

    void test('is the same in JSON', async () => {
      const [yaml, json] = [await run(name, given), await run(name, given, '-o', 'json')];
      const list = JSON.parse(json.out) as { readonly kind: string; readonly items: readonly Manifest[] };
      assert.equal(list.kind, 'List');
      assert.deepEqual(manifestsIn(yaml.out), list.items);
    });

    void test('has no mistake that lint or the controller finds', async () => {
      const { out } = await run(name, given);
      const objects = manifestsIn(out);
      const waits = new Set(objects.flatMap(notSupportedYet).map(({ path }) => path));
      const { findings } = check([{ file: name, text: out }]);
      assert.deepEqual(
        findings.filter(({ severity, path }) => severity === 'error' && !waits.has(path)),
        [],
      );
      for (const object of objects) {
        if (object.kind === 'Rollout') assert.deepEqual(validateRollout(object as Rollout), []);
        if (object.kind === 'AnalysisTemplate') assertTemplate(object as AnalysisTemplate);
      }
    });
  });

/** Its conditions can be evaluated, and nothing of Flagger's own words is left in it. */
function assertTemplate(template: AnalysisTemplate): void {
  assert.deepEqual(validateAnalysis(template), []);
  for (const { successCondition, failureCondition } of template.spec.metrics ?? [])
    for (const condition of [successCondition, failureCondition])
      if (condition !== undefined) assert.equal(checkCondition(condition), null, condition);
  const left = JSON.stringify(template).match(/\{\{(?!args\.)[^}]*\}\}/);
  assert.equal(left, null);
}

void test('there is no folder without a case', () => {
  assert.deepEqual(readdirSync(GOLDEN).sort(), Object.keys(CASES).sort());
});
