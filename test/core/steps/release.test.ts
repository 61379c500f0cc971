import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '../../../src/api/meta.ts';
import type { CanaryStep } from '../../../src/api/rollout.ts';
import { ZERO } from '../../support/draft.ts';
import { type Scene, w } from '../../support/world.ts';
import { Story } from './story.ts';

/** Plugin steps in the life of a release: pass after pass, with what is stored in between. */

const GATE: CanaryStep = { plugin: { name: 'sluice/gate' } };
const WINDOW: CanaryStep = {
  plugin: { name: 'sluice/window', config: { open: [{ from: '13:00', to: '14:00' }] } },
};
const job = (pointOfNoReturn = false): CanaryStep => ({
  plugin: { name: 'sluice/job', config: { template: { spec: { template: {} } }, pointOfNoReturn } as Json },
});
const CHECK: CanaryStep = { analysis: { templates: [{ templateName: 'check' }] } };

/** A release that has come to the first of these steps. */
function at(...steps: readonly CanaryStep[]): Scene {
  return w('stable 8/8 canary 2/2 [>20 pause]').with({ steps });
}

void test('a gate begins to wait, and is told of', () => {
  const story = new Story(at(GATE, { pause: {} })).pass();
  assert.equal(story.steps, '0 Run Running');
  assert.equal(story.stored.currentStepIndex, 0);
  assert.equal(story.decision?.because.kind, 'step');
  assert.ok(
    story.notes.includes(
      'StepPluginTransition: Step plugin 1 (sluice/gate) Run New -> Running: gate step-1: 0 of 1 approval',
    ),
  );
  const [status] = story.stored.canary?.stepPluginStatuses ?? [];
  assert.deepEqual(
    [status?.name, status?.startedAt, status?.updatedAt, status?.finishedAt, status?.executions],
    ['sluice/gate', '2026-03-01T12:00:00Z', '2026-03-01T12:00:00Z', undefined, 1],
  );
});

void test('a second look at the same things writes nothing', () => {
  const story = new Story(at(GATE)).pass();
  const before = story.stored;
  assert.deepEqual(story.pass(60).stored, before);
});

void test('approved, it is done in the same pass, and the step after it begins', () => {
  const story = new Story(at(GATE, { pause: {} })).pass();
  story
    .annotate({ 'gate.sluice.dev/step-1.anna': `approve:${story.token}` })
    .pass(5)
    .pass(5);
  assert.equal(story.steps, '0 Run Successful');
  assert.deepEqual([story.stored.currentStepIndex, story.stored.phase], [1, 'Paused']);
});

void test('who approved is told', () => {
  const story = new Story(at(GATE, { pause: {} })).pass();
  story.annotate({ 'gate.sluice.dev/step-1.anna': `approve:${story.token}` }).pass(5);
  assert.ok(
    story.notes.includes(
      'StepPluginTransition: Step plugin 1 (sluice/gate) Run Running -> Successful: approved by anna (12:00:05 UTC)',
    ),
  );
  assert.ok(story.notes.includes('RolloutStepCompleted: Rollout step 1/2 completed (plugin: sluice/gate)'));
});

void test('rejected, the release is given up with its reason', () => {
  const story = new Story(at(GATE)).pass();
  story.annotate({ 'gate.sluice.dev/step-1.eve': `reject:${story.token} no` }).pass(5);
  const message =
    'RolloutAborted: Rollout aborted update to revision 2: Step Plugin 1 (sluice/gate) failed: rejected by eve: no';
  assert.deepEqual([story.stored.abort, story.stored.message, story.steps], [true, message, '0 Run Failed']);
});

void test('held or paused by a person, a gate does not open', () => {
  const story = new Story(at(GATE)).pass();
  const spec = { 'gate.sluice.dev/step-1.anna': `approve:${story.token}` };
  story
    .annotate(spec)
    .change(({ rollout }) => ({ rollout: { ...rollout, spec: { ...rollout.spec, paused: true } } }));
  assert.equal(story.pass(5).steps, '0 Run Running');
});

void test('who promotes skips the step', () => {
  const story = new Story(at(GATE, { pause: {} })).pass().status({ currentStepIndex: 1 }).pass(5);
  assert.equal(story.steps, '0 Run Running, 0 Terminate Successful');
  assert.equal(story.stored.phase, 'Paused');
});

void test('a full promotion ends the step', () => {
  const story = new Story(at(GATE, { pause: {} })).pass().status({ promoteFull: true }).pass(5);
  assert.equal(story.steps, '0 Run Running, 0 Terminate Successful');
  assert.equal(story.stored.currentStepIndex, 2);
});

void test('an abort ends steps that run and that were successful, the last one first', () => {
  const open: CanaryStep = { plugin: { name: 'sluice/window', config: { open: [{}] } } };
  const story = new Story(at(open, GATE)).pass();
  assert.equal(story.steps, '0 Run Successful, 1 Run Running');
  story.status({ abort: true }).pass(5);
  assert.equal(story.steps, '0 Run Successful, 1 Run Running, 1 Abort Successful, 0 Abort Successful');
});

void test('a retry begins without them, and a gate wants new approvals', () => {
  const story = new Story(at(GATE)).pass();
  const { token } = story;
  story.status({ abort: true }).pass(5).status({ abort: false }).pass(10).pass(10);
  assert.equal(story.steps, '0 Run Running');
  assert.notEqual(story.token, token);
});

void test('a window is looked at again when it opens', () => {
  const story = new Story(at(WINDOW)).pass();
  assert.equal((story.decision?.wakeAt ?? 0) - ZERO, 3_600_000);
  assert.equal(story.pass(3600).steps, '0 Run Successful');
});

void test('the progress deadline does not pass while a step is well', () => {
  const scene = at(WINDOW).spec({ progressDeadlineSeconds: 60, progressDeadlineAbort: true });
  const story = new Story(scene).pass().pass(3000);
  assert.deepEqual([story.stored.abort, story.stored.phase], [undefined, 'Progressing']);
});

void test('it does while a step is in trouble, from then on', () => {
  const webhook = { url: 'http://gates/web', successCondition: 'result' };
  const gate: CanaryStep = { plugin: { name: 'sluice/gate', config: { webhook } } };
  const scene = at(gate).spec({ progressDeadlineSeconds: 60, progressDeadlineAbort: true });
  const story = new Story(scene).pass();
  const [request] = story.decision?.target?.steps.requests ?? [];
  story
    .change(() => ({ replies: { [request?.id ?? '']: { kind: 'failure', message: 'refused' } } }))
    .pass(3000);
  assert.equal(story.steps, '0 Run Error');
  const [status] = story.stored.canary?.stepPluginStatuses ?? [];
  assert.equal(status?.backoff, '30s');
  assert.deepEqual([story.pass(3059).stored.abort, story.pass(3060).stored.abort], [undefined, true]);
});

void test('a Job is made after the status says so, and again until it is there', () => {
  const story = new Story(at(job())).pass();
  assert.deepEqual(story.changes, [`runs create canary-1-1`]);
  assert.deepEqual(story.pass(1).changes, [`runs create canary-1-1`]);
  assert.deepEqual(story.job('Running').pass(2).changes, []);
  assert.equal(story.steps, '0 Run Running');
});

void test('with its success the release goes on', () => {
  const story = new Story(at(job(), { pause: {} })).pass().job('Running').pass(1).job('Complete').pass(2);
  assert.deepEqual([story.steps, story.stored.currentStepIndex], ['0 Run Successful', 1]);
});

void test('its failure gives the release up', () => {
  const story = new Story(at(job())).pass().job('Failed').pass(2);
  assert.match(
    story.stored.message ?? '',
    /Step Plugin 1 \(sluice\/job\) failed: Job app-\w+-1-1 failed: it broke$/,
  );
});

void test('an abort deletes a Job that runs, and says when it is gone', () => {
  const story = new Story(at(job())).pass().job('Running').pass(1).status({ abort: true }).pass(2);
  assert.deepEqual(
    [story.changes, story.steps],
    [['runs delete canary-1-1'], '0 Run Running, 0 Abort Running'],
  );
  story.job('gone').pass(3);
  assert.equal(story.steps, '0 Run Running, 0 Abort Successful');
});

void test('so does a skipped step, a full promotion, and a new template', () => {
  const begun = () => new Story(at(job(), { pause: {} })).pass().job('Running').pass(1);
  assert.deepEqual(begun().status({ currentStepIndex: 1 }).pass(2).changes, ['runs delete canary-1-1']);
  assert.deepEqual(begun().status({ promoteFull: true }).pass(2).changes, ['runs delete canary-1-1']);
  const next = w('stable 8/8 canary 2/2 [>20 pause]').with({
    steps: [job()],
    wants: 'next',
    knows: 'canary',
  });
  const story = new Story(next).job('Running').pass();
  assert.deepEqual(story.changes, ['runs delete canary-1-1']);
  assert.deepEqual(story.carryOut().pass(1).changes, ['runs create next-1-1']);
});

void test('a lost status: the Job that runs is taken over', () => {
  const story = new Story(at(job())).pass().carryOut().pass(1);
  const lost = { ...story.stored.canary };
  delete (lost as { stepPluginStatuses?: unknown }).stepPluginStatuses;
  story.status({ canary: lost }).pass(2);
  assert.deepEqual([story.changes, story.steps], [[], '0 Run Running']);
});

const failed = (story: Story) =>
  story.change(({ runs, rollout }) => {
    const name = rollout.status?.canary?.currentStepAnalysisRunStatus?.name ?? '';
    const run = {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AnalysisRun',
      metadata: { name, namespace: 'demo', uid: name, resourceVersion: '9' },
    };
    return {
      runs: [
        ...runs,
        { ...run, spec: { metrics: [] }, status: { phase: 'Failed', message: 'too many errors' } } as never,
      ],
    };
  });
const behind = () =>
  new Story(at(job(true), CHECK)).pass().job('Running').pass(1).job('Complete').pass(2).pass(2);
const CAUSE = 'Step-based analysis phase error/failed: too many errors';

void test('behind a point of no return a failure pauses, with its reason', () => {
  const story = behind();
  assert.deepEqual(story.stored.canary?.pointOfNoReturn, { step: 0, at: '2026-03-01T12:00:02Z' });
  failed(story).pass(3);
  assert.deepEqual(
    [story.stored.abort, story.stored.phase, story.stored.message],
    [undefined, 'Paused', `PointOfNoReturn: ${CAUSE}`],
  );
  assert.equal(story.decision?.because.kind, 'noReturn');
  const before = story.stored;
  assert.deepEqual(story.pass(60).stored, before);
});

void test('a person may go on, with another analysis', () => {
  const story = failed(behind())
    .pass(3)
    .change(({ rollout }) => {
      const { pauseConditions: _, ...status } = rollout.status ?? {};
      return { rollout: { ...rollout, status } };
    });
  story.pass(60);
  assert.equal(story.stored.phase, 'Progressing');
  assert.match(story.stored.canary?.currentStepAnalysisRunStatus?.name ?? '', /\.1$/);
  assert.deepEqual(story.stored.canary?.pointOfNoReturn, { step: 0, at: '2026-03-01T12:00:02Z' });
});

void test('or go back, which is told as a warning', () => {
  const story = failed(behind()).pass(3).status({ abort: true }).pass(60);
  assert.deepEqual([story.stored.abort, story.stored.canary?.pointOfNoReturn], [true, undefined]);
  assert.ok(story.notes.some((note) => note.startsWith('PointOfNoReturn: The Job of step 1 has succeeded')));
});

void test('the progress deadline pauses there, too', () => {
  const scene = at(job(true), { setWeight: 50 }).spec({
    progressDeadlineSeconds: 60,
    progressDeadlineAbort: true,
  });
  const story = new Story(scene).pass().job('Complete').pass(2).pass(500).pass(500);
  assert.match(story.stored.message ?? '', /^PointOfNoReturn: ReplicaSet ".*" has timed out progressing\.$/);
  assert.equal(story.stored.abort, undefined);
});

void test('the next template stays behind it until it is stable', () => {
  const story = behind();
  const hash = w('stable 8/8 canary 2/2').with({ wants: 'next' }).cluster.rollout.spec.template ?? {};
  story
    .change(({ rollout }) => ({ rollout: { ...rollout, spec: { ...rollout.spec, template: hash } } }))
    .pass(9);
  assert.deepEqual(story.stored.canary?.pointOfNoReturn?.step, 0);
  assert.equal(story.steps, '0 Run Running');
});

void test('back to the stable template: a warning, and nothing to fear any more', () => {
  const story = behind();
  const { template } = w('stable 8/8').cluster.rollout.spec;
  story
    .change(({ rollout }) => ({
      rollout: { ...rollout, spec: { ...rollout.spec, template: template ?? {} } },
    }))
    .pass(9);
  assert.equal(story.stored.canary?.pointOfNoReturn, undefined);
  assert.ok(story.notes.some((note) => note.startsWith('PointOfNoReturn: The Job of step 1 has succeeded')));
});

void test('an unknown plugin is a mistake in the spec', () => {
  const story = new Story(at({ plugin: { name: 'acme/step' } })).pass();
  assert.match(
    story.stored.message ?? '',
    /unknown step plugin "acme\/step"; known are sluice\/gate, sluice\/job, sluice\/prove, sluice\/window/,
  );
});
