import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnalysisRun, AnalysisRunSpec, Measurement } from '../../../src/api/analysis.ts';
import type { Experiment } from '../../../src/api/experiment.ts';
import type { Json } from '../../../src/api/meta.ts';
import { metricsOfEnded, reasonsOf, spareExperiments } from '../../../src/core/analysis/experiments.ts';
import { resolveMetrics } from '../../../src/core/analysis/resolve.ts';

/** What is known of Experiments that metrics have. */

const trial = { name: 'trial', specRef: 'canary' };

/** What becomes of a configuration whose run has these arguments; or why the run cannot go on. */
function filled(
  config: object,
  args: AnalysisRunSpec['args'] = [],
  secrets: readonly string[] = [],
): unknown {
  const provider = { plugin: { 'sluice/experiment': config as Json } };
  const known = new Map(secrets.map((name) => [name, 's3cret']));
  const resolved = resolveMetrics({ metrics: [{ name: 'm', provider }], args }, known);
  return resolved.kind === 'problem'
    ? resolved.reasons
    : resolved.metrics[0]?.provider.plugin?.['sluice/experiment'];
}

void test('arguments are filled in, and numbers are numbers', () => {
  const config = {
    duration: '{{args.for}}',
    scaleDownDelaySeconds: '{{args.n}}',
    templates: [{ ...trial, replicas: '{{ args.n }}', metadata: { labels: { part: '{{args.n}}' } } }],
  };
  const args = [
    { name: 'for', value: '2m' },
    { name: 'n', value: '3' },
  ];
  assert.deepEqual(filled(config, args), {
    duration: '2m',
    scaleDownDelaySeconds: 3,
    templates: [{ ...trial, replicas: 3, metadata: { labels: { part: '3' } } }],
  });
});

void test('what the Experiment fills in itself is left to it', () => {
  const judge = (...values: readonly string[]) => [
    { name: 'a', templateName: 'a', args: values.map((value, i) => ({ name: `v${i}`, value })) },
  ];
  const own = [
    '{{templates.trial.podTemplateHash}}',
    'http://{{ templates.trial.replicaset.name }}',
    '{{experiment.availableAt}}',
    '{{experiment.finishedAt}}',
  ];
  const config = (...values: readonly string[]) => ({
    duration: '1m',
    templates: [trial],
    analyses: judge(...values),
  });
  const args = [{ name: 'x', value: '{{no placeholder}}' }];
  assert.deepEqual(filled(config(...own, '{{args.x}}'), args), config(...own, '{{no placeholder}}'));
});

// Placeholders that stand for nothing, and where; what is told.
const unknown: readonly (readonly [string, object, readonly string[]])[] = [
  [
    'of a template that there is not',
    {
      analyses: [
        { name: 'a', templateName: 'a', args: [{ name: 'h', value: '{{templates.x.podTemplateHash}}' }] },
      ],
    },
    ['failed to resolve {{templates.x.podTemplateHash}}'],
  ],
  [
    'of the Experiment where it fills nothing in',
    { duration: '{{experiment.finishedAt}}' },
    ['failed to resolve {{experiment.finishedAt}}'],
  ],
  ['that nobody knows', { duration: '{{now}}' }, ['failed to resolve {{now}}']],
];
for (const [name, fields, reasons] of unknown)
  void test(`a placeholder ${name}`, () =>
    assert.deepEqual(filled({ duration: '1m', templates: [trial], ...fields }), reasons));

const LEAK =
  '{{args.token}} comes from a Secret, and everybody who may read Experiments could read it there: ' +
  'let the pods or the argument of the analysis refer to the Secret itself, by secretKeyRef';
const moments: readonly (readonly [string, readonly string[]])[] = [
  ['before', []],
  ['when', ['token']],
];
for (const [when, secrets] of moments)
  void test(`an argument that comes from a Secret, ${when} it is read`, () => {
    const args = [{ name: 'token', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }];
    const analyses = [
      { name: 'a', templateName: 'a', args: [{ name: 't', value: 'Bearer {{args.token}}' }] },
    ];
    const config = { duration: '1m', templates: [trial], analyses };
    assert.deepEqual(filled(config, args, secrets), [LEAK]);
  });

/** An Experiment of a metric, as old as its number is small. */
function made(number: number, phase: string, more: object = {}): Experiment {
  const metadata = {
    name: `run-m-h-${number}`,
    creationTimestamp: `2026-11-21T08:00:${String(number).padStart(2, '0')}Z`,
    annotations: { 'analysisrun.argoproj.io/metric-name': 'm' },
    ...more,
  };
  const found = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Experiment', metadata, spec: { templates: [] } };
  return { ...found, ...(phase === '' ? {} : { status: { phase } }) } as Experiment;
}

/** A run that keeps two measurements, with those of these Experiments. */
function runWith(...measured: readonly (readonly [number, Measurement['phase']])[]): AnalysisRun {
  const measurements = measured.map(
    ([number, phase]): Measurement => ({
      phase,
      ...(phase === 'Running' ? {} : { finishedAt: '2026-11-21T08:00:00Z' }),
      metadata: { experiment: `run-m-h-${number}` },
    }),
  );
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisRun',
    metadata: { name: 'run' },
    spec: { metrics: [], measurementRetention: [{ metricName: 'm', limit: 2 }] },
    status: { phase: 'Running', metricResults: [{ name: 'm', phase: 'Running', measurements }] },
  };
}

const going = { deletionTimestamp: '2026-11-21T09:00:00Z' };
// Experiments of a run that measures the third one, whether it ends, and which are ended and deleted.
const spare: readonly (readonly [string, readonly Experiment[], boolean, string])[] = [
  ['nothing to do', [made(1, 'Successful'), made(2, 'Failed'), made(3, 'Running')], false, '|'],
  [
    'as many as measurements are kept',
    [made(1, 'Successful'), made(2, 'Failed'), made(0, 'Error'), made(3, 'Running')],
    false,
    '|run-m-h-0',
  ],
  ['what goes is not deleted twice', [0, 1, 2, 3].map((n) => made(n, 'Failed', going)), false, '|'],
  ['the one that is measured stays', [3, 4, 5].map((n) => made(n, 'Successful')), false, '|'],
  ['one that goes on, when the run ends', [made(2, 'Failed'), made(3, '')], true, 'run-m-h-3|'],
  ['one of which no status tells', [made(3, 'Running'), made(4, 'Pending')], true, 'run-m-h-3 run-m-h-4|'],
  [
    'nothing is ended twice',
    [{ ...made(3, 'Running'), spec: { templates: [], terminate: true } }],
    true,
    '|',
  ],
];
for (const [name, experiments, isEnding, expected] of spare)
  void test(`spare Experiments: ${name}`, () => {
    const run = runWith([1, 'Successful'], [2, 'Failed'], [3, 'Running']);
    const status = run.status ?? { phase: '' };
    const found = spareExperiments(run, { status, isEnding }, experiments);
    const names = [found.end, found.discard].map((all) => all.map(({ metadata }) => metadata.name).join(' '));
    assert.equal(names.join('|'), expected);
  });

// The last measurement, an Experiment, and whether that ends the wait.
const waits: readonly (readonly [string, Measurement['phase'], Experiment, boolean])[] = [
  ['goes on', 'Running', made(1, 'Running'), false],
  ['has ended', 'Running', made(1, 'Failed'), true],
  ['is being deleted', 'Running', made(1, 'Running', going), true],
  ['is told of already', 'Failed', made(1, 'Failed'), false],
  ['is another one', 'Running', made(2, 'Failed'), false],
];
for (const [name, phase, experiment, expected] of waits)
  void test(`an Experiment that ${name}`, () => {
    const ended = metricsOfEnded(runWith([1, phase]).status, [experiment]);
    assert.deepEqual([...ended], expected ? ['m'] : []);
  });

void test('why an Experiment failed is what its failed analyses found', () => {
  const run = (name: string, phase: 'Failed' | 'Inconclusive', value: string): AnalysisRun => {
    const metric = { name: 'ratio', provider: {}, successCondition: 'result < 0.1' };
    const counts = phase === 'Failed' ? { failed: 1 } : { inconclusive: 1 };
    const measurements = [{ phase, value, finishedAt: '2026-11-21T08:00:00Z' }];
    const metricResults = [{ name: 'ratio', phase, count: 1, ...counts, measurements }];
    return {
      ...runWith(),
      metadata: { name },
      spec: { metrics: [metric] },
      status: { phase, metricResults },
    };
  };
  const runs = [run('a', 'Failed', '0.5'), run('b', 'Inconclusive', '0.2')];
  const analysisRuns = runs.map(({ metadata, status }) => ({
    name: metadata.name,
    analysisRun: metadata.name,
    phase: status?.phase ?? '',
  }));
  const failed = { ...made(1, ''), status: { phase: 'Failed', analysisRuns } } as const;
  assert.deepEqual(reasonsOf(failed, runs), [
    'ratio failed 1 of 1 measurement (limit 0); expected result < 0.1; measured 0.5 (bad)',
  ]);
  assert.deepEqual(reasonsOf(failed, []), []);
  assert.deepEqual(reasonsOf({ ...failed, status: { ...failed.status, phase: 'Successful' } }, runs), []);
});
