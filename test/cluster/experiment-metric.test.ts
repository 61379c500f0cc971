import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { AnalysisRun } from '../../src/api/analysis.ts';
import type { Experiment } from '../../src/api/experiment.ts';
import { valueAt } from './bed/api.ts';
import { type Bed, startBed } from './bed/bed.ts';
import { type Controller, startController } from './bed/controller.ts';
import { application, podTemplate } from './support/application.ts';
import { putBlueGreen } from './support/blue-green.ts';

const API = 'argoproj.io/v1alpha1';

/** Metrics that are Experiments, on a real API server. */
void describe('metrics that are Experiments', () => {
  let bed: Bed;
  let controller: Controller;
  let namespace: string;
  const start = () => startController(bed, { args: ['--leader-elect=false'] });

  before(async () => {
    bed = await startBed();
    namespace = await bed.namespace('experiment-metric');
    controller = await start();
  });
  after(async () => {
    await controller?.kill();
    await bed?.stop();
  });

  const ref = (kind: string, name: string) => ({ apiVersion: API, kind, namespace, name });
  const apply = (kind: string, name: string, spec: object) =>
    bed.api.apply({ apiVersion: API, kind, metadata: { name, namespace }, spec });
  const run = (name: string, is: (found: AnalysisRun | null) => boolean) =>
    bed.api.until<AnalysisRun>(ref('AnalysisRun', name), is, 60);
  const isOver = (found: AnalysisRun | null) => /^[SFEI]/.test(found?.status?.phase ?? '');
  /** The Experiment that is being measured, or was last. */
  const nameIn = (found: AnalysisRun | null) =>
    found?.status?.metricResults?.[0]?.measurements?.at(-1)?.metadata?.['experiment'] ?? '';
  const experiment = (name: string, is: (found: Experiment | null) => boolean) =>
    bed.api.until<Experiment>(ref('Experiment', name), is, 60);

  void test('the preview beside a fresh copy of the stable version: a bad one is not switched to', async () => {
    const containers = [{ name: 'main', image: 'demo/check:1', command: ['sh', '-c', 'exit 1'] }];
    const job = { spec: { backoffLimit: 0, template: { spec: { containers } } } };
    await apply('AnalysisTemplate', 'asked', { metrics: [{ name: 'asked', provider: { job } }] });
    await apply('AnalysisTemplate', 'beside', {
      metrics: [
        measured({
          duration: '1m',
          scaleDownDelaySeconds: 0,
          templates: [
            { name: 'baseline', specRef: 'stable', service: {} },
            { name: 'trial', specRef: 'canary', metadata: { labels: { part: 'trial' } } },
          ],
          analyses: [{ name: 'asked', templateName: 'asked' }],
        }),
      ],
    });
    const app = application(bed, namespace, 'shop', { replicas: 1 });
    await putBlueGreen(app, { prePromotionAnalysis: { templates: [{ templateName: 'beside' }] } });
    await app.phase('Healthy', 60);
    await app.release('2');
    const degraded = await app.phase('Degraded', 60);
    assert.match(
      String(valueAt(degraded, 'status.message')),
      /"Error Message: asked failed 1 of 1 measurement/,
    );
    const name = String(valueAt(degraded, 'status.blueGreen.prePromotionAnalysisRunStatus.name'));
    const found = await run(name, isOver);
    assert.equal(found?.status?.phase, 'Failed');
    const made = await experiment(nameIn(found), (one) => one?.status?.phase === 'Failed');
    assert.deepEqual(
      made?.metadata.ownerReferences?.map(({ kind, uid, controller: isOwner }) => [kind, uid, isOwner]),
      [['AnalysisRun', found?.metadata.uid, true]],
    );
    const sets = (await bed.api.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace })).filter(
      (set) => valueAt(set, 'metadata.ownerReferences.0.uid') === made?.metadata.uid,
    );
    assert.deepEqual(
      sets.map((set) => String(valueAt(set, 'spec.template.spec.containers.0.image'))).sort(),
      ['demo/app:1', 'demo/app:2'],
    );
  });

  void test('a killed controller goes on with the same one; who ends the run ends it', async () => {
    const labels = { app: 'alone' };
    const own = {
      name: 'own',
      selector: { matchLabels: labels },
      template: podTemplate('alone', 'demo/app:1'),
    };
    await apply('AnalysisRun', 'alone', { metrics: [measured({ duration: '10m', templates: [own] })] });
    const name = nameIn(await run('alone', (found) => nameIn(found) !== ''));
    const before = await experiment(name, (one) => one?.status?.phase === 'Running');
    await controller.kill();
    controller = await start();
    await bed.api.patch(ref('AnalysisRun', 'alone'), 'merge', { spec: { terminate: true } });
    const ended = await run('alone', isOver);
    assert.deepEqual([ended?.status?.phase, nameIn(ended)], ['Inconclusive', name]);
    const told = await experiment(name, (one) => one?.status?.phase === 'Successful');
    assert.deepEqual([told?.spec.terminate, told?.metadata.uid], [true, before?.metadata.uid]);
    await bed.api.delete(ref('AnalysisRun', 'alone'));
    await experiment(name, (one) => one === null);
  });
});

function measured(config: object): object {
  return { name: 'side-by-side', provider: { plugin: { 'sluice/experiment': config } } };
}
