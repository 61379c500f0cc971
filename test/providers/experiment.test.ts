import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Experiment, ExperimentStatus } from '../../src/api/experiment.ts';
import type { ExperimentMetric } from '../../src/api/experiment-metric.ts';
import type { VersionPods } from '../../src/core/experiment/copies.ts';
import { experiment } from '../../src/providers/experiment.ts';
import { draftOf, experimentName } from '../../src/providers/experiment-manifest.ts';
import type { Experiments, Found, Versions } from '../../src/providers/provider.ts';
import { ask, line } from './support/ask.ts';

// What an Experiment is called and made of, and what is read out of one. How it is measured is in
// test/sim/experiment-metric.test.ts.

const uid = '0b8dd6a3-7b1c-4f4f-8f3e-3a1b2c3d4e5f';
const named = (name: string) => ({ run: { name, namespace: 'shop', uid }, metric: 'm', number: 1 });
const trial = { name: 'trial', specRef: 'canary' } as const;

// Names of a run and of a metric, the longest name of a template, and what stands before the hash.
const names: readonly (readonly [string, string, string, string])[] = [
  ['web-5f4d-2-pre', 'side-by-side', 'baseline', 'web-5f4d-2-pre-side-by-side'],
  ['web-5f4d-2-pre.1', 'Side by side', 'baseline', 'web-5f4d-2-pre-1-side-by-side'],
  ['2048-5f4d', 'größe', 'a', 'f4d-gr-e'],
  ['1', '2', 'a', 'e'],
  [
    'a-release-with-quite-a-long-name-5f4d-12-pre',
    'side',
    'trial',
    'a-release-with-quite-a-long-name-5f4d-12-p',
  ],
  ['a-release-with-quite-a-long-name', 'm', 'x'.repeat(40), 'a-relea'],
];
for (const [run, metric, template, expected] of names)
  void test(`the Experiment of the metric ${metric} of ${run}`, () => {
    const name = experimentName({ ...named(run), metric }, [{ name: template }]);
    assert.ok(`${name}-${template}-1`.length <= 63, name);
    assert.match(name, /^[a-z]([-a-z0-9]*[a-z0-9])?$/);
    assert.match(name.slice(expected.length), /^-[a-z0-9]{1,10}-1$/, name);
    assert.equal(name.slice(0, expected.length), expected);
  });

void test('other runs, metrics and numbers have other names', () => {
  const subject = named('run');
  const all = [
    subject,
    { ...subject, number: 2 },
    { ...subject, metric: 'M' },
    { ...subject, run: { ...subject.run, uid: 'another' } },
  ];
  assert.equal(new Set(all.map((one) => experimentName(one, [trial]))).size, all.length);
});

const pods = (hash: string, more: Partial<VersionPods> = {}): VersionPods => ({
  hash,
  selector: { matchLabels: { app: 'web', 'rollouts-pod-template-hash': hash } },
  template: {
    metadata: { labels: { app: 'web', 'rollouts-pod-template-hash': hash } },
    spec: { containers: [{ name: 'web', image: `demo/web:${hash}` }] },
  },
  ...more,
});
const versions: Versions = (version) =>
  version === 'stable' ? pods('old') : pods('new', { minReadySeconds: 5, progressDeadlineSeconds: 90 });

function drafted(metric: ExperimentMetric, known: Versions | null = versions): unknown {
  const found = draftOf(metric, named('run'), known);
  return found.kind === 'draft' ? found.draft.spec : found.problems;
}

void test('copies are as their version is, with what is wanted besides', () => {
  const metadata = { labels: { part: 'trial' }, annotations: { note: 'n' } };
  const metric: ExperimentMetric = {
    templates: [
      { ...trial, replicas: 2, metadata, service: {} },
      { name: 'baseline', specRef: 'stable', minReadySeconds: 1 },
    ],
    duration: '1m',
    scaleDownDelaySeconds: 0,
  };
  const labels = { app: 'web', 'rollouts-pod-template-hash': 'new', part: 'trial' };
  assert.deepEqual(drafted(metric), {
    progressDeadlineSeconds: 90,
    duration: '1m',
    scaleDownDelaySeconds: 0,
    templates: [
      {
        name: 'trial',
        replicas: 2,
        minReadySeconds: 5,
        selector: { matchLabels: labels },
        template: { ...pods('new').template, metadata: { labels, annotations: metadata.annotations } },
        service: {},
      },
      {
        name: 'baseline',
        minReadySeconds: 1,
        selector: pods('old').selector,
        template: pods('old').template,
      },
    ],
  });
});

void test('pods of its own need no release', () => {
  const own = {
    name: 'own',
    selector: { matchLabels: { app: 'own' } },
    template: { metadata: { labels: { app: 'own' } }, spec: { containers: [] } },
  };
  const metric = { templates: [own], duration: '1m', progressDeadlineSeconds: 7 };
  assert.deepEqual(drafted(metric, null), metric);
});

void test('which hash a version has is known before', () => {
  const args = [
    { name: 'old', valueFrom: { podTemplateHashValue: 'Stable' } },
    { name: 'new', valueFrom: { podTemplateHashValue: 'Latest' } },
    { name: 'token', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
  ] as const;
  const analyses = [{ name: 'a', templateName: 'a', args }];
  const found = drafted({ templates: [trial], duration: '1m', analyses }) as ExperimentMetric;
  assert.deepEqual(found.analyses?.[0]?.args, [
    { name: 'old', value: 'old' },
    { name: 'new', value: 'new' },
    args[2],
  ]);
});

void test('what cannot be copied is told, each once', () => {
  const both = {
    templates: [trial, { name: 'b', specRef: 'stable' }, { ...trial, name: 'c' }],
    duration: '1m',
  } as const;
  assert.deepEqual(
    drafted(both, (version) => (version === 'stable' ? null : pods('new'))),
    ['the stable version has no ReplicaSet to copy'],
  );
  assert.equal((drafted(both, null) as readonly string[]).length, 2);
});

const WHY = ['errors: 0.5 (bad)'];

/** One Experiment, and what was asked of it. */
class Cluster implements Experiments {
  readonly asked: string[] = [];
  readonly #one: Experiment | null;

  constructor(one: Experiment | null) {
    this.#one = one;
  }

  create(): Promise<Found<Experiment>> {
    return Promise.resolve({ kind: 'failure', message: 'not here', retryable: false });
  }

  get(): Promise<Found<Experiment | null>> {
    return Promise.resolve({ kind: 'found', value: this.#one });
  }

  reasons({ status }: Experiment): readonly string[] {
    return status?.phase === 'Failed' ? WHY : [];
  }

  end(name: string): Promise<Found<null>> {
    this.asked.push(`end ${name}`);
    return Promise.resolve({ kind: 'found', value: null });
  }
}

function one(status: ExperimentStatus, more: object = {}, terminate?: true): Experiment {
  const metadata = { name: 'e', ...more };
  const spec = { templates: [], ...(terminate === undefined ? {} : { terminate }) };
  return { apiVersion: 'argoproj.io/v1alpha1', kind: 'Experiment', metadata, spec, status };
}

const at = '2026-11-21T08:00:00Z';
const invalid: ExperimentStatus = {
  conditions: [
    {
      type: 'InvalidSpec',
      status: 'True',
      reason: 'InvalidSpec',
      message: 'no templates',
      lastUpdateTime: at,
      lastTransitionTime: at,
    },
  ],
};
const going = { deletionTimestamp: at };
const LATER = 'running until 1795248030250';

// An Experiment as it is found, what it says of a measurement that goes on, and of one that is called off.
const rows: readonly (readonly [string, Experiment | null, string, string])[] = [
  ['that goes on', one({ phase: 'Running' }), LATER, 'end e'],
  ['of which nothing is known yet', one({}), LATER, 'end e'],
  ['that is told to end', one({ phase: 'Running' }, {}, true), LATER, 'end e'],
  [
    'that is good',
    one({ phase: 'Successful', message: 'done' }),
    'Successful e done {experiment: e}',
    'Successful e done {experiment: e}',
  ],
  [
    'that failed',
    one({ phase: 'Failed', message: 'm' }),
    'Failed e errors: 0.5 (bad) {experiment: e}',
    'Failed e errors: 0.5 (bad) {experiment: e}',
  ],
  [
    'that ended as it was told',
    one({ phase: 'Successful' }, {}, true),
    'Successful e {experiment: e}',
    'end e',
  ],
  [
    'that nobody can judge',
    one({ phase: 'Inconclusive' }),
    'Inconclusive e {experiment: e}',
    'Inconclusive e {experiment: e}',
  ],
  [
    'with an error',
    one({ phase: 'Error', message: 'no' }),
    'error Experiment e: no {experiment: e}',
    'end e',
  ],
  [
    'that cannot be followed',
    one(invalid),
    'error! Experiment e cannot be followed: no templates {experiment: e}',
    'end e',
  ],
  [
    'that is being deleted',
    one({ phase: 'Running' }, going),
    'error Experiment e was deleted before it was done {experiment: e}',
    'end e',
  ],
  ['that is gone', null, 'error Experiment e was deleted before it was done {experiment: e}', ''],
];
const metric: ExperimentMetric = { templates: [], duration: '1m' };
const memo = { experiment: 'e' };
for (const [name, found, resumed, terminated] of rows)
  void test(`an Experiment ${name}`, async () => {
    const experiments = new Cluster(found);
    const asking = { ...ask(), experiments };
    const reading = await experiment.resume?.(metric, memo, asking);
    assert.equal(reading === undefined ? '' : line(reading), resumed);
    const last = await experiment.terminate?.(metric, memo, asking);
    assert.equal(last == null ? experiments.asked.join() : line(last), terminated);
  });

void test('nobody works on Experiments', async () => {
  const refusal =
    'error! sluice/experiment: nobody works on Experiments here; ' +
    'they need a cluster with a controller that works on more than analysis runs';
  assert.equal(line(await experiment.start(metric, ask())), refusal);
});
