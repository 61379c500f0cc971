import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AnalysisTemplateRef, AnalysisTemplateSpec, Metric } from '../../../src/api/analysis.ts';
import type { CompareConfig } from '../../../src/api/compare.ts';
import { partsOfAlpha } from '../../../src/core/analysis/compare/alpha.ts';
import { proofOf } from '../../../src/core/analysis/compare/proof.ts';
import { decide } from '../../../src/core/rollout/decide.ts';
import { type Scene, w } from '../../support/world.ts';
import { compare, compared, inALine, steady } from './comparing.ts';

// One alpha for several steps: how it is split, that a run keeps its part, and what it is judged by.

const web: Metric = { name: 'web', interval: '15s', provider: { web: { url: 'http://web' } } };
const comparing: AnalysisTemplateSpec = { metrics: [compared('errors', { preset: 'istio' })] };
const templates: Readonly<Record<string, AnalysisTemplateSpec | null>> = {
  'AnalysisTemplate/errors': comparing,
  'AnalysisTemplate/slow': { metrics: [compared('slow')] },
  'AnalysisTemplate/web': { metrics: [web] },
  'AnalysisTemplate/both': { metrics: [web, compared('both')] },
  'AnalysisTemplate/outer': { metrics: [], templates: [{ templateName: 'errors' }] },
  'ClusterAnalysisTemplate/errors': comparing,
};

/** `errors+slow`; `cluster:errors` is one of the cluster. */
function refs(names: string): readonly AnalysisTemplateRef[] {
  if (names === '') return [];
  return names.split('+').map((name) => {
    const templateName = name.replace('cluster:', '');
    return name === templateName ? { templateName } : { templateName, clusterScope: true };
  });
}

void describe('the parts of a step, of steps', () => {
  const rows: readonly (readonly [own: string, steps: string, parts: number])[] = [
    ['errors', 'errors', 1],
    ['errors', 'errors errors', 2],
    ['errors', 'errors slow errors errors', 3],
    ['slow', 'errors slow errors', 1],
    ['web', 'web web web', 1],
    ['both', 'both web both', 2],
    ['outer', 'outer errors', 2],
    ['errors', 'errors cluster:errors', 1],
    ['errors+slow', 'errors+slow errors slow slow', 3],
    ['errors', 'errors+errors missing', 1],
    ['missing', 'missing missing', 1],
  ];
  for (const [own, steps, parts] of rows)
    void test(`${own} of ${steps}: ${parts}`, () => {
      assert.equal(partsOfAlpha(refs(own), steps.split(' ').map(refs), templates), parts);
    });
});

void describe('a run is made with its part', () => {
  const made = (scene: Scene, found: AnalysisTemplateSpec) => {
    const { world, now } = scene;
    const create = decide({ ...world, templates: { 'AnalysisTemplate/check': found } }, now).target?.runs
      .create;
    return (create ?? []).map(({ metadata }) => metadata.annotations?.['sluice.dev/alpha-parts'] ?? 'whole');
  };
  const check = { analysis: { templates: [{ templateName: 'check' }] } };
  const rows: readonly (readonly [string, Scene, AnalysisTemplateSpec, readonly string[]])[] = [
    ['the first of two', w('stable 8/8 canary 2/2 [20 >check 50 check]'), comparing, ['2']],
    ['the second of two', w('stable 8/8 canary 2/2 [20 check 50 >check]'), comparing, ['2']],
    ['the only one', w('stable 8/8 canary 2/2 [20 >check 50]'), comparing, ['whole']],
    [
      'one that compares nothing',
      w('stable 8/8 canary 2/2 [20 >check 50 check]'),
      { metrics: [web] },
      ['whole'],
    ],
    [
      'that in the background is whole',
      w('stable 8/8 canary 2/2 [20 >check 50 check]').canary(check),
      comparing,
      ['2', 'whole'],
    ],
  ];
  for (const [name, scene, found, want] of rows)
    void test(name, () => assert.deepEqual(made(scene, found), want));
});

void describe('a run is judged by its part', () => {
  const bad = steady({ canary: [10, 0.027], stable: [90, 0.01] });
  const rows: readonly (readonly [
    name: string,
    parts: string | null,
    config: CompareConfig,
    want: RegExp,
  ])[] = [
    ['nothing said', null, {}, /^Failed at 75s \| .* limit 100 \(chance of this in a healthy release < 1%\)/],
    ['halves', '2', {}, /^Failed at 90s \| .* limit 200 \(chance of this in a healthy release < 0\.5%\)/],
    [
      'ten parts',
      '10',
      {},
      /^Failed at 105s \| .* limit 1 000 \(chance of this in a healthy release < 0\.1%\)/,
    ],
    ['an alpha of the user is taken as written', '2', { alpha: 0.01 }, /limit 100 /],
    ['what is no number of parts says nothing', '-3', {}, /limit 100 /],
    ['nor does what is beyond all reason', '99999', {}, /limit 100 /],
  ];
  for (const [name, parts, config, want] of rows)
    void test(name, () => {
      const annotations: Record<string, string> = parts === null ? {} : { 'sluice.dev/alpha-parts': parts };
      const { status, seconds } = compare({ metrics: [compared('errors', config)] }, bad, { annotations });
      assert.match(inALine({ status, seconds }), want);
    });

  void test('the measurements say which evidence is enough', () => {
    const annotations = { 'sluice.dev/alpha-parts': '4' };
    const { status } = compare({ metrics: [compared('errors')] }, bad, { annotations });
    const values = status.metricResults?.[0]?.measurements?.map(({ value = '{}' }) => JSON.parse(value));
    assert.deepEqual([...new Set(values?.map(({ threshold }) => threshold))], [400]);
  });

  void test('an alpha of the user among metrics of a dry run says nothing of the others', () => {
    const annotations = { 'sluice.dev/alpha-parts': '2' };
    const metrics = [compared('errors'), compared('tried', { alpha: 0.05 })];
    const run = compare({ metrics, dryRun: [{ metricName: 'tried' }] }, bad, { annotations });
    assert.match(inALine(run), /errors Failed: .* limit 200 /);
  });

  void test('a step that waits for a proof reads the same evidence', () => {
    const annotations = { 'sluice.dev/alpha-parts': '3' };
    const metadata = { name: 'run', annotations };
    const spec = { metrics: [compared('errors', {}, { count: 1000 })] };
    const healthy = steady({ canary: [10, 0.01], stable: [90, 0.01] });
    const { status } = compare(spec, healthy, { annotations, seconds: 1800 });
    const kind = 'AnalysisRun';
    const proof = proofOf({ apiVersion: 'argoproj.io/v1alpha1', kind, metadata, spec, status });
    assert.equal(proof.kind, 'proven');
  });
});
