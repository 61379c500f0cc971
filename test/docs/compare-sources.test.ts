import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import type { Metric } from '../../src/api/analysis.ts';
import type { CompareConfig } from '../../src/api/compare.ts';
import { SOURCES, sourceName } from '../../src/api/compare-source.ts';
import { API_VERSION } from '../../src/api/keys.ts';
import { validateAnalysis } from '../../src/api/validate/index.ts';
import { comparisonIssues } from '../../src/core/analysis/compare/party.ts';
import type { ReleaseSides } from '../../src/core/analysis/compare/sides.ts';
import { resolveMetrics } from '../../src/core/analysis/resolve.ts';
import { filledFor } from '../../src/providers/compare/delta-window.ts';
import { queriesOf } from '../../src/providers/compare/queries.ts';
import { providerOf } from '../../src/providers/index.ts';

// The page about counters of other sources: each has an example, which is right, and its table says what is so.

const page = readFileSync(join(import.meta.dirname, '../../docs/analysis-sources.md'), 'utf8');

const examples = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].flatMap((block): readonly Metric[] =>
  parse(block[1] ?? ''),
);

const release: ReleaseSides = {
  namespace: 'shop',
  rollout: 'web',
  canary: { hash: 'c', service: 'web-canary' },
  stable: { hash: 's', service: 'web' },
  routers: [],
  weightPercent: null,
};

function configOf({ provider }: Metric): CompareConfig {
  return provider.plugin?.['sluice/compare'] as CompareConfig;
}

void test('every source has an example', () => {
  const named = examples.map((metric) => sourceName(configOf(metric).source));
  assert.deepEqual(named.toSorted(), Object.keys(SOURCES).toSorted());
});

for (const metric of examples) {
  const config = configOf(metric);
  void test(`the example of ${sourceName(config.source)} is right`, () => {
    const metadata = { name: 'shop' };
    const template = {
      apiVersion: API_VERSION,
      kind: 'AnalysisTemplate',
      metadata,
      spec: { metrics: [metric] },
    };
    assert.deepEqual(validateAnalysis(template), []);
    assert.deepEqual(
      comparisonIssues([metric], () => 'metrics[0]'),
      [],
    );
    assert.equal(resolveMetrics({ metrics: [metric] }, null).kind, 'metrics');
    assert.equal(providerOf(metric.provider).kind, 'provider');
    const read = queriesOf(config, release, {});
    assert.ok(read.kind === 'queries');
    assert.equal(read.queries.length, 4);
    for (const { query } of read.queries)
      assert.ok(!filledFor(query, { from: 0, to: 60_000 }, 'seconds').includes('{{'), query);
  });
}

void test('the table says what each source must have, and its defaults', () => {
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  const said = rows.map((row) => {
    const [, source = '', , needs = '', resolution = '', delay = ''] = row
      .split('|')
      .map((cell) => cell.trim());
    const placeholders = [...needs.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]);
    return [source.slice(1, -1), placeholders, resolution, delay];
  });
  const known = Object.entries(SOURCES).map(([name, { needs, resolution, delay }]) => [
    name,
    needs,
    `${resolution}s`,
    `${delay}s`,
  ]);
  assert.deepEqual(said, known);
});
