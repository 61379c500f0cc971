import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { valueAt } from './bed/api.ts';
import { type Bed, startBed } from './bed/bed.ts';
import { freePorts, type ServerProcess, startServer, tail } from './bed/processes.ts';

const BUILD = join(import.meta.dirname, '../../tools/build.ts');

// Sources are run by all other tests. Here it is what `npm run build` makes of them, alone in a folder.
void describe('the bundles at work', () => {
  let bed: Bed;
  let controller: ServerProcess;
  let dist: string;
  const asked: string[] = [];
  const prometheus = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const result = [{ metric: {}, value: [Date.now() / 1000, '0.99'] }];
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
  });

  before(async () => {
    bed = await startBed();
    await new Promise<void>((resolve) => {
      prometheus.listen(0, '127.0.0.1', resolve);
    });
    dist = join(bed.folder, 'dist');
    execFileSync(process.execPath, [BUILD, dist]);
    const [metrics = 0, health = 0] = await freePorts(2);
    const ports = ['--metricsPort', `${metrics}`, '--healthzPort', `${health}`];
    const args = [join(dist, 'sluice.mjs'), '--kubeconfig', bed.kubeconfig('controller'), ...ports];
    controller = startServer({
      name: 'bundle',
      program: process.execPath,
      args: [...args, '--namespace', 'sluice', '--logformat', 'json'],
      logFile: join(bed.folder, 'bundle.log'),
    });
  });
  after(async () => {
    prometheus.close();
    await controller?.kill();
    await bed?.stop();
  });

  const plugin = (...args: readonly string[]): string =>
    execFileSync(process.execPath, [join(dist, 'kubectl-sluice.cjs'), ...args], {
      encoding: 'utf8',
      env: { ...process.env, KUBECONFIG: bed.kubeconfig('admin'), XDG_CACHE_HOME: bed.folder },
    });

  void test('a release with an analysis goes through, and the plugin sees and steers it', async () => {
    const namespace = await bed.namespace('bundle');
    const kind = (name: string) => ({ apiVersion: 'argoproj.io/v1alpha1', kind: name });
    const web = { ...kind('Rollout'), namespace, name: 'web' };
    const address = `http://127.0.0.1:${(prometheus.address() as AddressInfo).port}`;
    const metric = {
      name: 'success-rate',
      successCondition: 'result[0] >= 0.95',
      provider: { prometheus: { address, query: 'up' } },
    };
    const metadata = (name: string) => ({ name, namespace });
    await bed.api.apply({
      ...kind('AnalysisTemplate'),
      metadata: metadata('success'),
      spec: { metrics: [metric] },
    });
    const template = {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'demo/app:1' }] },
    };
    const steps = [
      { setWeight: 50 },
      { analysis: { templates: [{ templateName: 'success' }] } },
      { pause: {} },
    ];
    await bed.api.apply({
      ...kind('Rollout'),
      metadata: metadata('web'),
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'web' } },
        template,
        strategy: { canary: { steps } },
      },
    });
    const becomes = (phase: string) =>
      bed.api
        .until(web, (rollout) => valueAt(rollout, 'status.phase') === phase, 60)
        .catch((error: unknown) => {
          throw new Error(`${String(error)}\n${tail(join(bed.folder, 'bundle.log'))}`);
        });
    await becomes('Healthy');
    plugin('set', 'image', 'web', 'web=demo/app:2', '-n', namespace);
    await becomes('Paused');
    assert.deepEqual(asked, ['POST /api/v1/query']);
    assert.match(plugin('get', 'rollout', 'web', '-n', namespace), /demo\/app:2 \(canary\)/);
    plugin('promote', 'web', '-n', namespace);
    await becomes('Healthy');
    await controller.kill('SIGTERM');
    assert.equal(controller.outcome(), 0);
  });

  void test('the plugin brings all that its demo needs', () => {
    const out = plugin('demo', '--scenario', 'good', '--speed', '4');
    assert.match(out, /measured success-rate: 1\n/);
    assert.match(out, /2 +Faster search +promoted/);
  });
});
