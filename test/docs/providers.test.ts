import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import type * as z from 'zod';
import type { Metric } from '../../src/api/analysis.ts';
import { API_VERSION } from '../../src/api/keys.ts';
import type { Manifest } from '../../src/api/meta.ts';
import { metricPlugins } from '../../src/api/schema/metric-plugins.ts';
import { validateAnalysis } from '../../src/api/validate/index.ts';
import { judge } from '../../src/core/analysis/judge.ts';
import { providerOf, providers } from '../../src/providers/index.ts';
import { now } from '../providers/support/ask.ts';
import { folderOf, play } from '../providers/support/golden.ts';

// The page about providers: every one has an example, which is right, and whose condition understands what
// the provider measures.

const page = readFileSync(join(import.meta.dirname, '../../docs/providers.md'), 'utf8');

/** The page's metrics, each with the text of its section. */
const examples = page.split(/^##+ /m).flatMap((section) =>
  [...section.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].flatMap((block) => {
    const metrics: readonly Metric[] = parse(block[1] ?? '');
    return metrics.map((metric) => ({ metric, name: nameOf(metric), section }));
  }),
);

function nameOf({ provider }: Metric): string {
  return Object.keys(provider.plugin ?? provider)[0] ?? '';
}

// sluice/compare has a page of its own.
const names = [...Object.keys(providers), ...Object.keys(metricPlugins)].filter(
  (name) => name !== 'sluice/compare',
);

void test('every provider has an example', () => {
  assert.deepEqual([...new Set(examples.map(({ name }) => name))].sort(), names.toSorted());
});

for (const { metric, name } of examples) {
  void test(`the example of ${name} is right`, () => {
    const args = ['hash', 'stable-hash', 'start', 'end', 'token'].map((arg) => ({ name: arg, value: 'x' }));
    const spec = { args, metrics: [metric] };
    const template: Manifest = {
      apiVersion: API_VERSION,
      kind: 'AnalysisTemplate',
      metadata: { name },
      spec,
    };
    assert.deepEqual(validateAnalysis(template), []);
    const bound = providerOf(metric.provider);
    assert.equal(bound.kind === 'provider' ? bound.name : bound.message, name);
  });
}

const schemas: Readonly<Record<string, z.ZodType>> = {
  ...Object.fromEntries(Object.entries(providers).map(([name, { schema }]) => [name, schema])),
  ...metricPlugins,
};

for (const name of names) {
  void test(`every field of ${name} is named`, () => {
    const text = examples.filter((example) => example.name === name).map(({ section }) => section);
    const shape = schemas[name];
    assert.ok(shape !== undefined && 'shape' in shape);
    const missing = Object.keys(shape.shape as object).filter((field) => !text.join().includes(field));
    assert.deepEqual(missing, []);
  });
}

// An exchange of the golden files, and what the example's condition says of its value.
const verdicts: readonly (readonly [name: string, file: string, want: string])[] = [
  ['prometheus', 'empty.json', 'Successful'],
  ['prometheus', 'vector.json', 'Failed'],
  ['datadog', 'v1-empty.json', 'Successful'],
  ['newRelic', 'row.json', 'Successful'],
  ['wavefront', 'one.json', 'Successful'],
  ['cloudWatch', 'rate.json', 'Failed'],
  ['cloudWatch', 'temporary.json', 'Failed'],
  ['graphite', 'points.json', 'Failed'],
  ['influxdb', 'floats.json', 'Failed'],
  ['skywalking', 'apdex.json', 'Successful'],
  ['sluice/loki', 'vector.json', 'Successful'],
  ['sluice/loki', 'empty.json', 'Successful'],
  ['sluice/elasticsearch', 'hits.json', 'Failed'],
  ['sluice/dynatrace', 'series.json', 'Successful'],
  ['sluice/dynatrace', 'empty.json', 'Successful'],
  ['sluice/splunk', 'row.json', 'Successful'],
  ['sluice/splunk', 'empty.json', 'Failed'],
  ['sluice/google-cloud-monitoring', 'vector.json', 'Failed'],
  ['sluice/google-cloud-monitoring', 'empty.json', 'Successful'],
];

for (const [name, file, want] of verdicts) {
  void test(`the example of ${name} understands ${file}`, async () => {
    const { reading } = await play(name, join(folderOf(name), file));
    assert.ok(reading.kind === 'value');
    const metric = examples.find((example) => example.name === name)?.metric;
    const judgement = judge(metric ?? {}, reading.value, now);
    assert.equal(judgement.phase === 'Error' ? judgement.reason : judgement.phase, want);
  });
}
