import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { kinds } from '../../../src/sim/kinds.ts';
import { at, condition, startWorld, type TestWorld } from './world.ts';

void describe('a Job', () => {
  let world: TestWorld;
  const start = () => {
    world = startWorld();
  };
  afterEach(() => world.stop());
  const create = (script: string, spec: object = {}, policy = 'Never') =>
    world.create(kinds.jobs, 'work', {
      spec: {
        ...spec,
        template: {
          spec: {
            restartPolicy: policy,
            containers: [{ name: 'main', image: 'demo/job:1', command: ['sh', '-c', script] }],
          },
        },
      },
    });
  const job = () => world.get(kinds.jobs, 'work');
  const status = (field: string) => at(job(), `status.${field}`);
  const types = () => (status('conditions') as readonly { type: string }[]).map(({ type }) => type);
  const reason = (type: string) =>
    (status('conditions') as readonly { type: string; reason: string }[]).find((one) => one.type === type)
      ?.reason;
  const ended = (type: string) => world.until(type, () => condition(job(), type) === 'True');
  const pods = () => world.list(kinds.pods);
  const told = () => world.list(kinds.events).map((event) => event['reason']);

  void test('is complete when its pod has ended well', async () => {
    start();
    create('sleep 2 && exit 0');
    await world.until('running', () => status('ready') === 1);
    assert.equal(status('active'), 1);
    assert.equal(pods()[0]?.metadata.labels?.['job-name'], 'work');
    assert.deepEqual(pods()[0]?.metadata.finalizers, ['batch.kubernetes.io/job-tracking']);
    await ended('Complete');
    assert.deepEqual(types(), ['SuccessCriteriaMet', 'Complete']);
    assert.equal(reason('Complete'), 'CompletionsReached');
    const {
      conditions: _,
      startTime,
      completionTime,
      ...counts
    } = at(job(), 'status') as Record<string, unknown>;
    assert.deepEqual(counts, { ready: 0, terminating: 0, succeeded: 1, uncountedTerminatedPods: {} });
    assert.ok(String(startTime) < String(completionTime));
    assert.equal(pods()[0]?.metadata.finalizers, undefined);
    assert.deepEqual(
      told().filter((what) => what !== 'Scheduled'),
      ['SuccessfulCreate', 'Completed'],
    );
  });

  void test('tries again, later each time, and fails when it has failed too often', async () => {
    start();
    create('exit 3', { backoffLimit: 2 });
    await world.until('first', () => status('failed') === 1);
    const firstMs = world.clock.elapsed();
    await world.until('second', () => status('failed') === 2);
    const secondMs = world.clock.elapsed();
    await ended('Failed');
    assert.ok(secondMs - firstMs > 9_000 && secondMs - firstMs < 13_000, `${secondMs - firstMs} ms`);
    assert.ok(world.clock.elapsed() - secondMs > 19_000);
    assert.deepEqual(types(), ['FailureTarget', 'Failed']);
    assert.equal(reason('Failed'), 'BackoffLimitExceeded');
    assert.equal(status('failed'), 3);
    assert.equal(pods().length, 3);
  });

  void test('with no failure allowed fails at the first', async () => {
    start();
    create('exit 1', { backoffLimit: 0 });
    await ended('Failed');
    assert.equal(status('failed'), 1);
  });

  void test('whose pod restarts its containers counts the restarts', async () => {
    start();
    create('exit 1', { backoffLimit: 1 }, 'OnFailure');
    await ended('Failed');
    assert.equal(reason('Failed'), 'BackoffLimitExceeded');
    await world.until('gone', () => pods().length === 0);
  });

  void test('that takes too long is ended', async () => {
    start();
    create('sleep 1h', { activeDeadlineSeconds: 30 });
    await ended('FailureTarget');
    const seconds = world.clock.elapsed() / 1000;
    assert.ok(seconds >= 29 && seconds < 31, `${seconds} s`);
    await ended('Failed');
    assert.equal(reason('Failed'), 'DeadlineExceeded');
    assert.equal(status('failed'), 1);
    await world.until('gone', () => pods().length === 0);
  });

  void test('runs as many pods at once as it may, until enough have succeeded', async () => {
    start();
    create('sleep 5 && exit 0', { completions: 5, parallelism: 2 });
    let most = 0;
    await world.until('complete', () => {
      most = Math.max(most, pods().filter((pod) => at(pod, 'status.phase') === 'Running').length);
      return condition(job(), 'Complete') === 'True';
    });
    assert.equal(most, 2);
    assert.equal(status('succeeded'), 5);
  });

  void test('that is suspended has no pods, and begins anew when it goes on', async () => {
    start();
    create('sleep 5 && exit 0', { suspend: true });
    await ended('Suspended');
    assert.equal(status('startTime'), undefined);
    await world.pass(60_000);
    assert.equal(pods().length, 0);
    world.merge(kinds.jobs, 'work', { spec: { suspend: false } });
    await ended('Complete');
    assert.equal(condition(job(), 'Suspended'), 'False');
    assert.ok(told().includes('Suspended') && told().includes('Resumed'));
  });

  void test('goes with its pods some time after it has ended', async () => {
    start();
    create('exit 0', { ttlSecondsAfterFinished: 100 });
    await ended('Complete');
    const endedMs = world.clock.elapsed();
    await world.until('gone', () => job() === null);
    assert.ok(world.clock.elapsed() - endedMs > 98_000);
    assert.deepEqual(pods(), []);
  });

  void test('that is deleted while it runs takes its pods along', async () => {
    start();
    create('sleep 1h');
    await world.until('running', () => status('ready') === 1);
    world.api.delete(kinds.jobs, { namespace: 'test', name: 'work' }, { propagation: 'Background' });
    await world.until('gone', () => pods().length === 0);
  });
});
