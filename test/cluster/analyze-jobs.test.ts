import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import type { AnalysisRun } from '../../src/api/analysis.ts';
import type { Job } from '../../src/api/workload.ts';
import { conditionOf } from './bed/api.ts';
import { type Bed, startBed } from './bed/bed.ts';
import type { KubeObject } from './bed/client.ts';
import { type Controller, startController } from './bed/controller.ts';

/**
 * Metrics that are Jobs, from the command line: those of `analyze`, which belong to nobody and are not left
 * behind, and those of a run that the controller carries out while somebody waits for it.
 */

const PLUGIN = join(import.meta.dirname, '..', '..', 'src', 'cli', 'kubectl-sluice.ts');

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A template, as JSON, whose one metric is a Job that runs this. */
function template(name: string, command: string): string {
  const containers = [{ name: 'main', image: 'demo/check:1', command: ['sh', '-c', command] }];
  const spec = { backoffLimit: 0, template: { spec: { containers, restartPolicy: 'Never' } } };
  return JSON.stringify({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisTemplate',
    metadata: { name },
    spec: { metrics: [{ name: 'check', provider: { job: { spec } } }] },
  });
}

void describe('Jobs of analyses from the command line, on a real API server', { concurrency: true }, () => {
  let bed: Bed;
  let controller: Controller;

  before(async () => {
    bed = await startBed();
    controller = await startController(bed, { args: ['--leader-elect=false'] });
  });
  after(async () => {
    await controller?.kill('SIGTERM');
    await bed?.stop();
  });

  const begin = (namespace: string, stdin: string, ...args: readonly string[]): ChildProcess => {
    const flags = ['--kubeconfig', bed.kubeconfig('user'), '-n', namespace];
    const env = { ...process.env, NO_COLOR: '', FORCE_COLOR: '' };
    const child = spawn(process.execPath, [PLUGIN, ...args, ...flags], { stdio: 'pipe', env });
    child.stdin.end(stdin);
    return child;
  };
  const ended = async (child: ChildProcess): Promise<Ended> => {
    const exit = once(child, 'exit') as Promise<[number | null]>;
    const { stdout, stderr } = child;
    assert.ok(stdout !== null && stderr !== null);
    const [out, err, [code]] = await Promise.all([text(stdout), text(stderr), exit]);
    return { code, out, err };
  };
  const jobsIn = async (namespace: string): Promise<readonly (Job & KubeObject)[]> =>
    (await bed.api.list({ apiVersion: 'batch/v1', kind: 'Job', namespace })) as (Job & KubeObject)[];
  /** Waits until the Jobs of a namespace are so; throws after a minute. */
  const untilJobs = async (
    namespace: string,
    holds: (jobs: readonly (Job & KubeObject)[]) => boolean,
  ): Promise<readonly (Job & KubeObject)[]> => {
    const deadline = performance.now() + 60_000;
    for (;;) {
      const jobs = await jobsIn(namespace);
      if (holds(jobs)) return jobs;
      assert.ok(
        performance.now() < deadline,
        `the Jobs are ${jobs.map(({ metadata }) => metadata.name).join()}`,
      );
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const nothingLeft = async (namespace: string): Promise<void> => {
    await untilJobs(namespace, (jobs) => jobs.length === 0);
    const pods = { apiVersion: 'v1', kind: 'Pod', namespace };
    const deadline = performance.now() + 60_000;
    while ((await bed.api.list(pods)).length > 0) assert.ok(performance.now() < deadline, 'a pod is left');
  };

  const analyzed = [
    ['exit 0', 0, /^check: job, once\n.*\n✔ Successful {2}check {2}after \d+s\n/],
    ['exit 1', 1, /✖ Failed {2}check {2}after \d+s\n/],
  ] as const;
  for (const [command, code, out] of analyzed)
    void test(`analyze: ${command} is ${code}, and nothing is left`, async () => {
      const namespace = await bed.namespace('analyze');
      const ran = await ended(begin(namespace, template('check', command), 'analyze', '-f', '-'));
      assert.deepEqual([ran.code, ran.err], [code, '']);
      assert.match(ran.out, out);
      await nothingLeft(namespace);
    });

  void test('analyze --keep-jobs leaves the Job, which no garbage collector takes', async () => {
    const namespace = await bed.namespace('keep');
    const stdin = template('check', 'exit 0');
    const ran = await ended(begin(namespace, stdin, 'analyze', '-f', '-', '--keep-jobs'));
    assert.equal(ran.code, 0);
    const [job, ...others] = await jobsIn(namespace);
    assert.ok(job !== undefined && others.length === 0);
    assert.equal(ran.err, `Left in the cluster: Job ${namespace}/${job.metadata.name}\n`);
    assert.deepEqual([conditionOf(job, 'Complete'), job.metadata.ownerReferences], ['True', undefined]);
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    void test(`analyze: ${signal} in the middle leaves neither a Job nor a pod`, async () => {
      const namespace = await bed.namespace('interrupted');
      const child = begin(namespace, template('check', 'sleep 600'), 'analyze', '-f', '-');
      const running = ended(child);
      await untilJobs(namespace, ([job]) => job?.status?.active === 1);
      child.kill(signal);
      const { code, err } = await running;
      assert.deepEqual([code, err], [130, '']);
      await nothingLeft(namespace);
    });

  const waited = [
    ['exit 0', 0, /✔ Successful {2}now {2}after \d+s\n {2}check {2}✔ Successful {2}1\/1/],
    ['exit 1', 1, /✖ Failed {2}now {2}after \d+s\n {2}check {2}✖ Failed {2}1\/1, 1 bad/],
  ] as const;
  const create = ['create', 'analysisrun', '--from-file', '-', '--name', 'now', '--wait'];
  const runIn = (namespace: string) => ({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisRun',
    namespace,
    name: 'now',
  });
  for (const [command, code, out] of waited)
    void test(`create analysisrun --wait: ${command} is ${code}`, async () => {
      const namespace = await bed.namespace('waited');
      const ran = await ended(begin(namespace, template('check', command), ...create));
      assert.deepEqual([ran.code, ran.err], [code, '']);
      assert.match(ran.out, out);
    });

  void test('create analysisrun --wait: after Ctrl-C the run goes on', async () => {
    const namespace = await bed.namespace('left');
    const child = begin(namespace, template('check', 'sleep 600'), ...create);
    const running = ended(child);
    await untilJobs(namespace, ([job]) => job?.status?.active === 1);
    child.kill('SIGINT');
    const { code, err } = await running;
    assert.equal(code, 130);
    assert.match(err, /^analysisrun 'now' goes on in the cluster; this ends it: kubectl sluice terminate /);
    const run = (await bed.api.get(runIn(namespace))) as (AnalysisRun & KubeObject) | null;
    assert.deepEqual([run?.status?.phase, run?.spec.terminate], ['Running', undefined]);
    assert.equal((await jobsIn(namespace)).length, 1);
  });

  void test('create analysisrun --wait: what somebody else ends is over', async () => {
    const namespace = await bed.namespace('ended');
    const running = ended(begin(namespace, template('check', 'sleep 600'), ...create));
    await untilJobs(namespace, ([job]) => job?.status?.active === 1);
    await bed.api.patch(runIn(namespace), 'merge', { spec: { terminate: true } });
    const { code, out } = await running;
    assert.equal(code, 3);
    assert.match(out, /\? Inconclusive {2}now {2}after \d+s\n/);
  });
});
