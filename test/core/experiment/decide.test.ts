import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExperimentSpec } from '../../../src/api/experiment.ts';
import { at, Play, template } from './world.ts';

type Deed = (play: Play) => void;

const pods: Deed = (play) => {
  play.pods('a');
  play.pods('b');
};
const wait =
  (seconds: number): Deed =>
  (play) => {
    play.now += seconds * 1000;
  };
const ends =
  (run: string, phase: 'Successful' | 'Failed' | 'Error' | 'Inconclusive'): Deed =>
  (play) =>
    play.run(run, phase, phase === 'Successful' ? undefined : `was ${phase}`);
const terminate: Deed = (play) => play.edit({ terminate: true });
const retry: Deed = (play) => play.retry();

const check = { name: 'check', templateName: 'errors' };
const required = { ...check, requiredForCompletion: true };

ways();

/** What an experiment is after each deed; it is looked at after each. */
function ways(): void {
  const row = (name: string, spec: Partial<ExperimentSpec>, ...way: readonly (Deed | string)[]) =>
    void test(name, () => {
      const play = new Play(spec);
      const states: string[] = [];
      for (const deed of way) {
        if (typeof deed !== 'string') deed(play);
        else {
          play.look();
          states.push(play.state);
        }
      }
      assert.deepEqual(
        states,
        way.filter((one) => typeof one === 'string'),
      );
    });
  row('pods come first', {}, 'Pending a=Progressing', pods, 'Running a=Running');
  row('all of them', { templates: [template('a'), template('b')] }, 'Pending a=Progressing b=Progressing');
  row(
    'it lasts as long as it says from when all pods were there',
    { duration: '10s' },
    'Pending a=Progressing',
    wait(60),
    pods,
    'Running a=Running',
    wait(9),
    'Running a=Running',
    wait(1),
    'Successful a=Successful',
  );
  row(
    'without end until somebody ends it',
    {},
    'Pending a=Progressing',
    pods,
    'Running a=Running',
    wait(9999),
    'Running a=Running',
    terminate,
    'Successful a=Successful',
  );
  row(
    'a person may end it before it begins',
    {},
    'Pending a=Progressing',
    terminate,
    'Successful a=Successful',
  );
  row(
    'pods that do not come',
    { progressDeadlineSeconds: 5 },
    'Pending a=Progressing',
    wait(4),
    'Pending a=Progressing',
    wait(1),
    'Failed a=Failed',
    pods,
    'Failed a=Failed',
  );
  row(
    'pods that are lost may come back',
    { progressDeadlineSeconds: 5 },
    'Pending a=Progressing',
    pods,
    'Running a=Running',
    (play) => play.pods('a', 0),
    'Running a=Progressing',
    wait(4),
    pods,
    'Running a=Running',
  );
  row(
    'or not',
    { progressDeadlineSeconds: 5 },
    'Pending a=Progressing',
    pods,
    'Running a=Running',
    (play) => play.pods('a', 0),
    'Running a=Progressing',
    wait(5),
    'Failed a=Failed',
  );
  row(
    'an analysis begins when all pods are there',
    { analyses: [check], duration: '10s' },
    'Pending a=Progressing check=-',
    pods,
    'Running a=Running check=Pending',
    ends('exp-check', 'Successful'),
    'Running a=Running check=Successful',
    wait(10),
    'Successful a=Successful check=Successful',
  );
  for (const phase of ['Failed', 'Error', 'Inconclusive'] as const)
    row(
      `an analysis that is ${phase} ends it`,
      { analyses: [check] },
      'Pending a=Progressing check=-',
      pods,
      'Running a=Running check=Pending',
      ends('exp-check', phase),
      `${phase} a=Successful check=${phase}`,
    );
  row(
    'at the end an analysis is ended, and waited for',
    { analyses: [check], duration: '1s' },
    'Pending a=Progressing check=-',
    pods,
    'Running a=Running check=Pending',
    wait(1),
    'Running a=Successful check=Pending',
    ends('exp-check', 'Successful'),
    'Successful a=Successful check=Successful',
  );
  row(
    'what is found out at the end counts',
    { analyses: [check], duration: '1s' },
    'Pending a=Progressing check=-',
    pods,
    'Running a=Running check=Pending',
    wait(1),
    'Running a=Successful check=Pending',
    ends('exp-check', 'Failed'),
    'Failed a=Successful check=Failed',
  );
  row(
    'a required analysis is the end where there is no duration',
    { analyses: [required] },
    'Pending a=Progressing check=-',
    pods,
    'Running a=Running check=Pending',
    ends('exp-check', 'Successful'),
    'Successful a=Successful check=Successful',
  );
  row(
    'and is waited for where there is one',
    { analyses: [required], duration: '1s' },
    'Pending a=Progressing check=-',
    pods,
    'Running a=Running check=Pending',
    wait(60),
    'Running a=Running check=Pending',
    ends('exp-check', 'Successful'),
    'Successful a=Successful check=Successful',
  );
  row(
    'an analysis template that is not there',
    { analyses: [{ name: 'check', templateName: 'missing' }] },
    'Error a=Successful check=Error',
  );
  row(
    'the worst analysis counts',
    { analyses: [check, { name: 'other', templateName: 'errors' }] },
    'Pending a=Progressing check=- other=-',
    pods,
    'Running a=Running check=Pending other=Pending',
    ends('exp-check', 'Inconclusive'),
    ends('exp-other', 'Failed'),
    'Failed a=Successful check=Inconclusive other=Failed',
  );
  row(
    'a retry begins anew',
    { progressDeadlineSeconds: 5 },
    'Pending a=Progressing',
    wait(5),
    'Failed a=Failed',
    retry,
    'Pending a=Progressing',
    pods,
    'Running a=Running',
  );
  row(
    'no pods are wanted',
    { templates: [template('a', 0)], duration: '5s' },
    'Pending a=Progressing',
    pods,
    'Running a=Running',
  );
}

void test('pods, Services and analyses, in this order, and their end', () => {
  const play = new Play({
    templates: [template('a', 2, { service: {} })],
    analyses: [check],
    duration: '10s',
    scaleDownDelaySeconds: 20,
  });
  assert.equal(play.look().wakeAt, play.now + 600_000);
  assert.deepEqual(play.done, ['create ReplicaSet/exp-a', 'create Service/exp-a']);
  play.pods('a');
  assert.equal(play.look().wakeAt, play.now + 10_000);
  assert.deepEqual(play.done, ['create AnalysisRun/exp-check']);
  play.look();
  assert.deepEqual(play.done, []);
  play.run('exp-check', 'Running');
  play.look(10);
  const deadline = '{"metadata":{"annotations":{"scale-down-deadline":"2026-05-01T12:00:30Z"}}}';
  assert.deepEqual(play.done, [
    'patch AnalysisRun/exp-check {"spec":{"terminate":true}}',
    `patch ReplicaSet/exp-a ${deadline}`,
  ]);
  play.run('exp-check', 'Successful');
  assert.equal(play.look().wakeAt, play.now + 20_000);
  assert.deepEqual(play.done, []);
  assert.equal(play.look(20).wakeAt, null);
  const empty = '{"metadata":{"annotations":{"scale-down-deadline":null}},"spec":{"replicas":0}}';
  assert.deepEqual(play.done, [`patch ReplicaSet/exp-a ${empty}`]);
  play.look();
  assert.deepEqual(play.done, []);
  play.pods('a', 0);
  play.look();
  assert.deepEqual(play.done, ['delete Service/exp-a']);
  play.look();
  assert.deepEqual(play.done, []);
  assert.deepEqual(play.experiment.status?.templateStatuses, [
    {
      name: 'a',
      replicas: 0,
      updatedReplicas: 0,
      readyReplicas: 0,
      availableReplicas: 0,
      status: 'Successful',
      lastTransitionTime: at(30),
    },
  ]);
});

void test('pods to which users are sent stay until they are not', () => {
  const play = new Play({
    templates: [template('a', 1, { service: { name: 'trial' } })],
    scaleDownDelaySeconds: 0,
  });
  play.look();
  play.pods('a');
  play.routed = new Set(['trial']);
  play.look();
  play.edit({ terminate: true });
  play.look();
  assert.deepEqual(play.done, []);
  play.routed = new Set();
  play.look();
  assert.deepEqual(play.done, ['patch ReplicaSet/exp-a {"spec":{"replicas":0}}']);
});

void test('a retry gives the pods back, and another name to the analysis', () => {
  const play = new Play({ analyses: [check] });
  play.look();
  play.pods('a');
  play.look();
  play.run('exp-check', 'Failed', 'bad');
  play.look();
  assert.equal(play.experiment.status?.message, 'bad');
  play.retry();
  play.look();
  assert.deepEqual(play.done, [
    'patch ReplicaSet/exp-a {"metadata":{"annotations":{"scale-down-deadline":null}}}',
    'create AnalysisRun/exp-check.1',
  ]);
  assert.equal(play.state, 'Running a=Running check=Pending');
});

void test('what the API server does not take ends it, with what it said', () => {
  const play = new Play({});
  play.look();
  play.replicaSets = [];
  play.refusals.set('ReplicaSet/exp-a', 'no such thing');
  play.look();
  const message = "Failed to create ReplicaSet for template 'a': no such thing";
  assert.equal(play.state, 'Error a=Error');
  assert.equal(play.experiment.status?.message, message);
  assert.deepEqual(play.told.slice(-3), [
    'Failed to create new replica set "exp-a": no such thing',
    `Template 'a' transitioned from Progressing -> Error: ${message}`,
    'Experiment transitioned from Pending -> Error',
  ]);
});

void test('a name that is somebody else’s is not taken', () => {
  const play = new Play({ analyses: [check] });
  play.taken.add('ReplicaSet/exp-a').add('AnalysisRun/exp-check');
  play.look();
  assert.deepEqual(play.done, ['create ReplicaSet/exp-a-1']);
  assert.equal(play.experiment.status?.templateStatuses?.[0]?.collisionCount, 1);
  play.pods('a');
  play.look();
  assert.deepEqual(play.done, ['create AnalysisRun/exp-check.1']);
});

void test('nor is a Service of somebody else', () => {
  const play = new Play({ templates: [template('a', 1, { service: { name: 'shop' } })] });
  play.services = [{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'shop', namespace: 'shop' } }];
  play.look();
  assert.equal(
    play.experiment.status?.message,
    'Failed to create Service for template \'a\': Service "shop" belongs to somebody else',
  );
  assert.deepEqual(play.done, []);
});

void test('no two templates have one hash, nor that of the version that they were copied from', () => {
  const labels = { app: 'web', 'rollouts-pod-template-hash': 'copied' };
  const copied = { selector: { matchLabels: labels }, template: { metadata: { labels } } };
  const play = new Play({ templates: [template('a', 1, copied), template('b', 1, copied)] });
  play.look();
  const hashes = play.replicaSets.map(({ metadata }) => metadata.labels?.['rollouts-pod-template-hash']);
  assert.equal(new Set([...hashes, 'copied']).size, 3);
  for (const { metadata, spec } of play.replicaSets) {
    assert.deepEqual(spec.selector, { matchLabels: metadata.labels });
    assert.deepEqual(spec.template?.metadata?.labels, metadata.labels);
  }
});

void test('arguments may speak of the experiment', () => {
  const args = [{ name: 'of', value: '{{templates.a.podTemplateHash}} {{ templates.a.replicaset.name }}' }];
  const play = new Play({ analyses: [{ ...check, args }], analysisRunMetadata: { labels: { team: 'x' } } });
  play.look();
  play.pods('a');
  play.look();
  const [run] = play.runs;
  const hash = play.replicaSets[0]?.metadata.labels?.['rollouts-pod-template-hash'];
  assert.deepEqual(run?.spec.args, [{ name: 'of', value: `${hash} exp-a` }]);
  assert.deepEqual(run?.metadata.labels, { team: 'x' });
});

void test('an argument that speaks of nothing is told before any pod is made', () => {
  const args = [{ name: 'of', value: '{{templates.c.podTemplateHash}}' }];
  const play = new Play({ analyses: [{ ...check, args }] });
  play.look();
  assert.deepEqual(play.done, []);
  assert.equal(
    play.experiment.status?.message,
    "AnalysisTemplate verification failed for analysis 'check': {{templates.c.podTemplateHash}} was not resolved",
  );
});

void test('a spec that cannot be followed is told by a condition, and nothing is touched', () => {
  const play = new Play({ templates: [template('a'), template('a')] });
  play.look();
  assert.deepEqual(play.done, []);
  assert.equal(play.experiment.status?.phase, undefined);
  assert.deepEqual(play.experiment.status?.conditions, [
    {
      type: 'InvalidSpec',
      status: 'True',
      reason: 'InvalidSpec',
      message: "Experiment exp has repeated template name 'a' in templates",
      lastUpdateTime: at(0),
      lastTransitionTime: at(0),
    },
  ]);
  play.edit({ templates: [template('a')] });
  play.look();
  assert.deepEqual(
    play.experiment.status?.conditions?.map(({ type }) => type),
    ['Progressing'],
  );
});
