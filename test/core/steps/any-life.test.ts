import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Json } from '../../../src/api/meta.ts';
import type { CanaryStep, RolloutStatus } from '../../../src/api/rollout.ts';
import type { Job } from '../../../src/api/workload.ts';
import { outcomeOf } from '../../../src/core/job-outcome.ts';
import { w } from '../../support/world.ts';
import { runs } from '../../support/worlds.ts';
import { aJob, Story } from './story.ts';

/** Whatever people and Jobs do, in whatever order: what holds of plugin steps after every pass. */

const JOB: CanaryStep = {
  plugin: { name: 'sluice/job', config: { template: { spec: { template: {} } } } as Json },
};
const MIGRATION: CanaryStep = {
  plugin: {
    name: 'sluice/job',
    config: { template: { spec: { template: {} } }, pointOfNoReturn: true } as Json,
  },
};
const steps: fc.Arbitrary<readonly CanaryStep[]> = fc.array(
  fc.constantFrom<CanaryStep>(
    JOB,
    MIGRATION,
    { plugin: { name: 'sluice/gate', config: { timeout: '5m' } } },
    { plugin: { name: 'sluice/window', config: { open: [{ from: '12:03', to: '13:00' }] } } },
    { pause: {} },
    { pause: { duration: '30s' } },
  ),
  { minLength: 1, maxLength: 4 },
);

/** Something that happens between two passes. */
type Deed = (story: Story) => void;

const withJobs = (change: (job: Job) => Job | null) => (story: Story) => {
  story.change(({ jobs = [] }) => ({ jobs: jobs.flatMap((job) => change(job) ?? []) }));
};
const ended = (state: 'Complete' | 'Failed') =>
  withJobs((job) =>
    outcomeOf(job).kind === 'running'
      ? { ...job, status: { ...aJob(job.metadata.name, state).status } }
      : job,
  );
const status = (change: (before: RolloutStatus) => Partial<RolloutStatus>) => (story: Story) => {
  story.status(change(story.stored));
};

const DEEDS: Readonly<Record<string, Deed>> = {
  'time goes by': () => {},
  'Jobs succeed': ended('Complete'),
  'Jobs fail': ended('Failed'),
  'Jobs are deleted': withJobs(() => null),
  'a person promotes': status(({ currentStepIndex = 0, pauseConditions = [] }) =>
    pauseConditions.length > 0 ? { pauseConditions: [] } : { currentStepIndex: currentStepIndex + 1 },
  ),
  'a person goes back a step': status(({ currentStepIndex = 0 }) => ({
    currentStepIndex: Math.max(0, currentStepIndex - 1),
  })),
  'a person promotes fully': status(() => ({ promoteFull: true })),
  'a person aborts': status(() => ({ abort: true })),
  'a person retries': status(() => ({ abort: false })),
  'somebody approves': (story) => {
    story.annotate({ 'gate.sluice.dev/step-1.anna': `approve:${story.token}` });
  },
  'the statuses are lost': status(({ canary = {} }) => {
    const { stepPluginStatuses: _, ...rest } = canary;
    return { canary: rest };
  }),
};

const deeds = fc.array(
  fc.record({
    deed: fc.constantFrom(...Object.keys(DEEDS)),
    seconds: fc.constantFrom(0, 1, 40, 200),
    isWritten: fc.boolean(),
  }),
  { maxLength: 14 },
);

void test('after every pass', () => {
  fc.assert(
    fc.property(steps, deeds, (list, happens) => {
      const story = new Story(w('stable 8/8 canary 2/2 [>20 pause]').with({ steps: list }));
      let now = 0;
      for (const { deed, seconds, isWritten } of [
        { deed: 'time goes by', seconds: 0, isWritten: true },
        ...happens,
      ]) {
        now += seconds;
        DEEDS[deed]?.(story);
        story.pass(now);
        holds(story, now);
        // A crash before the writes loses nothing: they are wanted again.
        if (isWritten) story.carryOut();
      }
    }),
    { numRuns: runs(300) },
  );
});

function holds(story: Story, now: number): void {
  const jobs = story.world?.steps.jobs ?? [];
  const { create = [], remove = [] } = story.decision?.target?.steps ?? {};
  const running = jobs
    .filter((job) => outcomeOf(job).kind === 'running')
    .map(({ metadata }) => metadata.name);
  const going = remove.map(({ metadata }) => metadata.name);
  const made = create.map(({ metadata }) => metadata.name);
  const staying = running.filter((name) => !going.includes(name));
  assert.ok(staying.length + made.length <= 1, 'at most one Job goes on');
  assert.ok(made.length === 0 || running.length === 0, 'and none begins before another has ended');
  assert.ok(
    made.every((name) => !jobs.some(({ metadata }) => metadata.name === name)),
    'a name is used once',
  );
  if (story.stored.abort === true && story.stored.stableRS !== story.stored.currentPodHash)
    assert.deepEqual([staying, made], [[], []], 'an abort ends all Jobs');
  const statuses = JSON.stringify(story.stored.canary ?? {});
  assert.ok(!statuses.includes('null'), 'a merge patch can write it');
  const before = story.stored;
  assert.deepEqual(story.pass(now).stored, before, 'a second look says the same');
}
