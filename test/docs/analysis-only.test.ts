import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { AnalysisRun } from '../../src/api/analysis.ts';
import type { CompareConfig } from '../../src/api/compare.ts';
import type { Manifest } from '../../src/api/meta.ts';
import { unnamedSides } from '../../src/core/analysis/compare/sides.ts';
import { resolveMetrics } from '../../src/core/analysis/resolve.ts';
import { queriesOf } from '../../src/providers/compare/queries.ts';
import { library } from '../analysis-templates/library.ts';
import { harness, until } from '../cli/support/harness.ts';

/** The commands of docs/analysis-only.md that compare without a Rollout: each finds something to ask for. */

const page = readFileSync(join(import.meta.dirname, '../../docs/analysis-only.md'), 'utf8');
const commands = [...page.matchAll(/^kubectl sluice (create analysisrun .*--from canary-.*)$/gm)].map(
  (match) => match[1] ?? '',
);

/** What the metrics of a run ask for, as `side counter query`. */
function asked({ spec, metadata }: AnalysisRun): readonly string[] {
  const resolved = resolveMetrics(spec, null);
  assert.ok(resolved.kind === 'metrics', JSON.stringify(resolved));
  return resolved.metrics.flatMap(({ provider }) => {
    const config = provider.plugin?.['sluice/compare'] as CompareConfig;
    const read = queriesOf(config, unnamedSides(metadata.namespace ?? ''), {});
    assert.ok(read.kind === 'queries', JSON.stringify(read));
    return read.queries.map(({ side, counter, query }) => `${side} ${counter} ${query}`);
  });
}

void describe('docs/analysis-only.md: comparisons without a Rollout', () => {
  const wanted = [
    /^canary total nginx_ingress_controller_requests\{canary=~"shop-web-canary-.*\nstable bad .*service="web",status=~"5.."\}$/s,
    /^canary buckets istio_request_duration_milliseconds_bucket\{.*namespace="shop",pod=~"web-canary-.*\nstable buckets .*pod=~"web-/s,
  ];
  void test('there are as many as are looked at', () => assert.equal(commands.length, wanted.length));

  for (const [i, want] of wanted.entries())
    void test(commands[i] ?? '', async () => {
      const objects = library.map(({ template }) => template as unknown as Manifest);
      const line = harness({ objects });
      const running = line.run(...(commands[i] ?? '').split(' '));
      await until(() => line.store.watches > 0);
      const made = line.store.requests.at(-1)?.body as AnalysisRun;
      const status = { phase: 'Successful', startedAt: '2026-11-21T08:00:00Z' };
      line.store.put({ ...made, status } as unknown as Manifest);
      // It has measured nothing.
      assert.equal((await running).code, 3);
      assert.match(asked(made).join('\n'), want);
    });
});
