import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { AnalysisRun, AnalysisRunSpec, Metric } from '../../src/api/analysis.ts';
import { conditionOf, valueAt } from './bed/api.ts';
import { type Bed, startBed } from './bed/bed.ts';
import type { KubeObject } from './bed/client.ts';
import { type Controller, startController } from './bed/controller.ts';

const API = 'argoproj.io/v1alpha1';

function metric(command: string, more: Partial<Metric> = {}, image = 'demo/check:1'): Metric {
  const containers = [{ name: 'main', image, command: ['sh', '-c', command] }];
  const spec = { backoffLimit: 0, template: { spec: { containers } } };
  return { name: 'check', provider: { job: { spec } }, ...more };
}

/** The phases of the run and of its measurements. */
function line(run: AnalysisRun | null): string {
  const { phase = '', metricResults = [] } = run?.status ?? {};
  const measured = metricResults.flatMap(({ measurements = [] }) => measurements.map((one) => one.phase));
  return `${phase} | ${measured.join(', ')}`;
}

const isOver = (run: AnalysisRun | null) =>
  run?.status?.phase !== undefined && run.status.phase !== 'Running';

void describe('metrics that are Jobs, on a real API server', { concurrency: true }, () => {
  let bed: Bed;
  let controller: Controller;
  let namespace: string;

  before(async () => {
    bed = await startBed();
    namespace = await bed.namespace('job-metric');
    controller = await startController(bed, { args: ['--leader-elect=false'] });
  });
  after(async () => {
    await controller?.kill('SIGTERM');
    await bed?.stop();
  });

  const ref = (name: string) => ({ apiVersion: API, kind: 'AnalysisRun', namespace, name });
  const apply = (name: string, spec: AnalysisRunSpec) =>
    bed.api.apply({ apiVersion: API, kind: 'AnalysisRun', metadata: { name, namespace }, spec });
  const ended = (name: string) => bed.api.until<AnalysisRun>(ref(name), isOver, 60);
  /** The Jobs of a run, by number: `1 Complete`, or `1` where it goes on. */
  const jobs = async (name: string) => {
    const all = await bed.api.list({ apiVersion: 'batch/v1', kind: 'Job', namespace });
    const mine = all.filter(
      ({ metadata }) => metadata.annotations?.['analysisrun.argoproj.io/name'] === name,
    );
    return mine.map((job) => [job.metadata.name.split('.').at(-1), ...endOf(job)].join(' ')).sort();
  };
  const endOf = (job: KubeObject) =>
    ['Complete', 'Failed'].filter((type) => conditionOf(job, type) === 'True');

  void test('one that succeeds belongs to its run, and its pods say so', async () => {
    await apply('succeeds', { metrics: [metric('exit 0')] });
    const run = await ended('succeeds');
    assert.equal(line(run), 'Successful | Successful');
    const { uid = '' } = run?.metadata ?? {};
    const selection = { labelSelector: `analysisrun.argoproj.io/uid=${uid}` };
    const made = await bed.api.list({ apiVersion: 'batch/v1', kind: 'Job', namespace }, selection);
    assert.deepEqual(
      made.map(({ metadata }) => [metadata.name, valueAt(metadata, 'ownerReferences.0.kind')]),
      [[`${uid}.check.1`, 'AnalysisRun']],
    );
    const pods = await bed.api.list({ apiVersion: 'v1', kind: 'Pod', namespace }, selection);
    assert.equal(pods.length, 1);
    assert.deepEqual(run?.status?.metricResults?.[0]?.measurements?.[0]?.metadata, {
      'job-name': `${uid}.check.1`,
      'job-namespace': namespace,
    });
  });

  void test('one that fails', async () => {
    await apply('fails', { metrics: [metric('exit 1')] });
    assert.equal(line(await ended('fails')), 'Failed | Failed');
    assert.deepEqual(await jobs('fails'), ['1 Failed']);
  });

  void test('an image that cannot be pulled', async () => {
    await apply('image', { metrics: [metric('exit 0', {}, 'demo/check:nonexistent')] });
    const run = await ended('image');
    assert.equal(line(run), 'Inconclusive | Inconclusive');
    assert.match(
      run?.status?.message ?? '',
      /Pod \S+\.check\.1-\w+, container main has terminal error \((ErrImagePull|ImagePullBackOff)\): /,
    );
  });

  void test('several after one another, of which the newest are kept', async () => {
    await apply('several', {
      metrics: [metric('exit 0', { interval: '1s', count: 3 })],
      measurementRetention: [{ metricName: 'check', limit: 2 }],
    });
    assert.equal(line(await ended('several')), 'Successful | Successful, Successful');
    for (let look = 0; look < 600 && (await jobs('several')).length > 2; look++) await pause(100);
    assert.deepEqual(await jobs('several'), ['2 Complete', '3 Complete']);
  });

  void test('one that is terminated while it runs goes, with its pods', async () => {
    await apply('terminated', { metrics: [metric('sleep 600')] });
    await bed.api.until<AnalysisRun>(ref('terminated'), (run) => line(run) === 'Running | Running', 60);
    await bed.api.patch(ref('terminated'), 'merge', { spec: { terminate: true } });
    const run = await ended('terminated');
    assert.equal(line(run), 'Inconclusive | Inconclusive');
    const { 'job-name': name = '' } = run?.status?.metricResults?.[0]?.measurements?.[0]?.metadata ?? {};
    const job = { apiVersion: 'batch/v1', kind: 'Job', namespace, name };
    await bed.api.until(job, (found) => found === null, 60);
    const uid = run?.metadata.uid ?? '';
    const labelSelector = `analysisrun.argoproj.io/uid=${uid}`;
    const left = await bed.api.list({ apiVersion: 'v1', kind: 'Pod', namespace }, { labelSelector });
    assert.deepEqual(left, []);
  });
});
