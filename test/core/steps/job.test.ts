import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../src/api/meta.ts';
import type { JobStepConfig } from '../../../src/api/step-plugins.ts';
import type { Job, WorkloadCondition } from '../../../src/api/workload.ts';
import { strayJobs } from '../../../src/core/steps/job.ts';
import { configHash, jobName } from '../../../src/core/steps/job-manifest.ts';
import type { Replies } from '../../../src/core/steps/plugin.ts';
import { bound, looks, NOON, type Sight, sees } from './sight.ts';

/** Jobs as steps: what is made of them, and what becomes of the step. */

type State = 'running' | 'complete' | 'failed' | 'going';

function aJob(name: string, state: State, message = '', of?: JobStepConfig): Job {
  const ended = state === 'complete' ? 'Complete' : state === 'failed' ? 'Failed' : null;
  const condition = (type: string) =>
    ({ type, status: 'True', reason: 'BackoffLimitExceeded', message }) as WorkloadCondition;
  const gone = state === 'going' ? { deletionTimestamp: '2026-03-01T12:00:00Z' } : {};
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      namespace: 'shop',
      labels: { 'sluice.dev/step': '1', 'sluice.dev/step-config': configHash(of ?? config) },
      ...gone,
    },
    status: ended === null ? { active: 1 } : { conditions: [condition(ended)] },
  };
}

const pod: JsonObject = { spec: { containers: [{ name: 'migrate', image: 'migrate:1' }] } };
const config: JobStepConfig = { template: { spec: { template: pod, backoffLimit: 2 } } };
const [first, second] = ['web-abc-2-1', 'web-abc-2-2'];

function row(
  name: string,
  of: JobStepConfig,
  sights: readonly Sight[],
  phase: string,
  message: string,
  makes = '',
): void {
  void test(name, () => {
    const run = bound('sluice/job', of);
    const turn = looks(run, ...sights);
    const created = turn.wants.create.map(({ metadata }) => metadata.name).join(' ');
    assert.deepEqual([turn.phase, turn.message, created], [phase, message, makes]);
    if (turn.phase === 'Running') assert.deepEqual(run(turn.memo, sees(sights.at(-1) ?? {})), turn);
  });
}

row('is made', config, [{}], 'Running', `Job ${first} is to be made`, first);
row('again, where it is not there yet', config, [{}, {}], 'Running', `Job ${first} is to be made`, first);
row('runs', config, [{}, { jobs: [aJob(first, 'running')] }], 'Running', `Job ${first} is running`);
row('succeeds', config, [{}, { jobs: [aJob(first, 'complete')] }], 'Successful', `Job ${first} succeeded`);
row(
  'fails',
  config,
  [{}, { jobs: [aJob(first, 'failed', 'too often')] }],
  'Failed',
  `Job ${first} failed: too often`,
);
row(
  'fails without a word',
  config,
  [{}, { jobs: [aJob(first, 'failed')] }],
  'Failed',
  `Job ${first} failed: BackoffLimitExceeded`,
);
const seen = { jobs: [aJob(first, 'running')] };
row(
  'is deleted by somebody',
  config,
  [{}, seen, {}],
  'Failed',
  `Job ${first} was deleted before it was done`,
);
row(
  'is about to go',
  config,
  [{}, seen, { jobs: [aJob(first, 'going')] }],
  'Failed',
  `Job ${first} was deleted before it was done`,
);
row(
  'begun anew it has another name',
  config,
  [{ jobs: [aJob(first, 'failed')] }],
  'Running',
  `Job ${second} is to be made`,
  second,
);
row(
  'so after a success',
  config,
  [{ jobs: [aJob(first, 'complete')] }],
  'Running',
  `Job ${second} is to be made`,
  second,
);
row(
  'one that goes on is taken over',
  config,
  [{ jobs: [aJob(first, 'failed'), aJob(second, 'running')] }],
  'Running',
  `Job ${second} is running`,
);
row(
  'one that was made for what the step said before is not',
  { ...config, ttl: '1h' },
  [{ jobs: [aJob(first, 'running')] }],
  'Running',
  `waits for Job ${first} to go`,
);
row(
  'it waits until an earlier one is gone',
  config,
  [{ jobs: [aJob(first, 'going')] }],
  'Running',
  `waits for Job ${first} to go`,
);
const migration = { ...config, pointOfNoReturn: true };
row(
  'what cannot be taken back is not repeated',
  migration,
  [{ jobs: [aJob(first, 'complete', '', migration)] }],
  'Successful',
  `Job ${first} succeeded`,
);

void test('behind it there is no way back', () => {
  const turn = (of: JobStepConfig) => looks(bound('sluice/job', of), {}, { jobs: [aJob(first, 'complete')] });
  assert.deepEqual([turn(config).isPointOfNoReturn, turn(migration).isPointOfNoReturn], [false, true]);
});

const scheduled: JobStepConfig = { from: { cronJob: 'nightly' } };
const question = (at: number) => `${first}/cronjob/${Math.floor((NOON + at * 1000) / 30_000)}`;
const cronJob = {
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'nightly' },
  spec: { jobTemplate: { metadata: { labels: { team: 'db' } }, spec: { template: pod } } },
};
const found: Replies = { [question(0)]: { kind: 'object', object: cronJob } };
row('from a CronJob: which is looked up', scheduled, [{}], 'Running', 'looks at CronJob nightly');
row('and copied', scheduled, [{}, { replies: found }], 'Running', `Job ${first} is to be made`, first);
row(
  'there is none',
  scheduled,
  [{ replies: { [question(0)]: { kind: 'object', object: null } } }],
  'Error',
  'there is no CronJob "nightly" with a template',
);
row(
  'then it is looked up again',
  scheduled,
  [{ replies: { [question(0)]: { kind: 'object', object: null } } }, { at: 30 }],
  'Running',
  'looks at CronJob nightly',
);

void test('a Job is owned, labelled, and goes after a day', () => {
  const of = {
    template: { metadata: { labels: { team: 'db' } }, spec: { template: pod } },
    pointOfNoReturn: true,
  };
  const [made] = looks(bound('sluice/job', of), {}).wants.create;
  assert.deepEqual(made?.metadata, {
    name: first,
    namespace: 'shop',
    labels: {
      team: 'db',
      'rollouts-pod-template-hash': 'abc',
      'sluice.dev/step': '1',
      'sluice.dev/step-config': configHash(of),
      'sluice.dev/point-of-no-return': 'true',
    },
    ownerReferences: [
      {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Rollout',
        name: 'web',
        uid: '0123456789-uid',
        controller: true,
        blockOwnerDeletion: true,
      },
    ],
  });
  const containers = [{ name: 'migrate', image: 'migrate:1' }];
  assert.deepEqual(made.spec, {
    template: { spec: { containers, restartPolicy: 'Never' } },
    ttlSecondsAfterFinished: 86_400,
  });
});

void test('long names are cut, and still tell two rollouts apart', () => {
  const name = jobName(sees({ name: 'w'.repeat(80) }), 12);
  assert.equal(name.length, 63);
  assert.ok(name.endsWith('-01234567-abc-2-12'));
});

void test('stray are Jobs of steps that go on and that nobody claims', () => {
  const foreign = { ...aJob('theirs', 'running'), metadata: { name: 'theirs' } };
  const jobs = [
    aJob('a', 'running'),
    aJob('b', 'running'),
    aJob('c', 'complete'),
    aJob('d', 'going'),
    foreign,
  ];
  assert.deepEqual(
    strayJobs(jobs, new Set(['b'])).map(({ metadata }) => metadata.name),
    ['a'],
  );
});
