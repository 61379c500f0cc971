import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { mergeArguments } from '../../src/core/analysis/arguments.ts';
import { judge } from '../../src/core/analysis/judge.ts';
import { limitsOf } from '../../src/core/analysis/limits.ts';
import { checkCondition } from '../../src/core/expr/condition.ts';
import { providerOf } from '../../src/providers/index.ts';
import { library, metricsOf, templateOf } from './library.ts';

/** What is to be thought of a vector with one good value, one bad value, NaN and nothing. */
function vector(name: string, good: number, bad: number): readonly Row[] {
  return [
    [name, [good], 'Successful'],
    [name, [bad], 'Failed'],
    [name, [Number.NaN], 'Inconclusive'],
    [name, [], 'Inconclusive'],
  ];
}

type Row = readonly [template: string, value: unknown, phase: string];

/** What a measurement gives, and what is to be thought of it with the default limits. */
const rows: readonly Row[] = [
  ...vector('success-rate', 0.95, 0.94),
  ...vector('grpc-success-rate', 0.95, 0.94),
  ...vector('latency', 0.5, 0.6),
  ...vector('nginx-success-rate', 1, 0.94),
  ...vector('nginx-latency', 0.2, 0.6),
  ...vector('istio-success-rate', 0.95, 0),
  ...vector('istio-grpc-success-rate', 0.96, 0.9),
  ...vector('istio-latency', 500, 501),
  ...vector('istio-gateway-error-ratio', 0, 0.2),
  ...vector('linkerd-success-rate', 0.99, 0.9),
  ...vector('linkerd-latency', 10, 900),
  ...vector('envoy-gateway-error-ratio', 0.01, 0.02),
  ...vector('envoy-gateway-latency', 1000, 1001),
  ...vector('traefik-success-rate', 0.95, 0.5),
  ...vector('traefik-latency', 0.5, 0.6),
  ...vector('kubernetes-cpu-saturation', 0.9, 0.91),
  ...vector('kubernetes-cpu-throttling', 0, 0.3),
  ...vector('kubernetes-memory-saturation', 0.5, 0.95),
  ...vector('kubernetes-restarts', 0, 1),
  ...vector('kafka-consumer-lag', 1000, 1001),
  ...vector('rabbitmq-queue-depth', 0, 5000),
  ['slo-burn-rate', [1, 2], 'Successful'],
  ['slo-burn-rate', [20, 2], 'Successful'],
  ['slo-burn-rate', [2, 20], 'Successful'],
  ['slo-burn-rate', [20, 15], 'Failed'],
  ['slo-burn-rate', [20, Number.NaN], 'Inconclusive'],
  ['slo-burn-rate', [20], 'Inconclusive'],
  ['slo-burn-rate', [], 'Inconclusive'],
  ['web-check', 'ok', 'Successful'],
  ['web-check', 'starting', 'Failed'],
];

void describe('templates of the library', () => {
  for (const { name, text, template } of library)
    void test(`${name} says what it measures, what it needs and what it makes of no data`, () => {
      assert.equal(template.kind, 'ClusterAnalysisTemplate');
      assert.equal(template.metadata.name, name);
      for (const heading of ['# Measures: ', '# Needs: ', '# No data: '])
        assert.ok(
          text.split('\n').some((line) => line.startsWith(heading)),
          heading,
        );
    });

  for (const { name, template } of library)
    void test(`${name} can be measured when its arguments are given`, () => {
      for (const metric of metricsOf(template)) {
        assert.equal(providerOf(metric.provider).kind, 'provider');
        for (const condition of [metric.successCondition, metric.failureCondition])
          if (condition !== undefined) assert.equal(checkCondition(condition), null);
        const { count, inconclusive } = limitsOf(metric);
        assert.ok(count === null || inconclusive < count, 'measurements without data alone would be enough');
      }
      // Jobs and comparisons judge by themselves.
      const hasOwn = template.spec.metrics?.some(({ provider: { job, plugin } }) => job ?? plugin);
      assert.ok(hasOwn === true || rows.some(([of]) => of === name), 'no verdict of it is tested');
    });

  for (const [name, value, phase] of rows)
    void test(`${name}: ${JSON.stringify(value)} is ${phase}`, () => {
      const [metric] = metricsOf(templateOf(name));
      assert.ok(metric !== undefined);
      assert.equal(judge(metric, value as Parameters<typeof judge>[1], 0).phase, phase);
    });

  void test('can be named together: an argument means the same in all of them', () => {
    const lists = library.map(({ template }) => template.spec.args ?? []);
    assert.deepEqual(mergeArguments(lists).problems, []);
    const names = library.flatMap(({ template }) => (template.spec.metrics ?? []).map(({ name }) => name));
    assert.equal(new Set(names).size, names.length);
  });

  void test('are all in the kustomization', () => {
    const file = join(import.meta.dirname, '../../analysis-templates/kustomization.yaml');
    const { resources } = parse(readFileSync(file, 'utf8')) as { readonly resources: readonly string[] };
    assert.deepEqual(
      resources,
      library.map(({ source, name }) => `${source}/${name}.yaml`),
    );
  });
});
