import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import type { AnalysisRun } from '../../src/api/analysis.ts';
import type { Experiment } from '../../src/api/experiment.ts';
import { valueAt } from './bed/api.ts';
import { type Bed, startBed } from './bed/bed.ts';
import { type Controller, startController } from './bed/controller.ts';
import { application } from './support/application.ts';
import { byGateway, putHttpRoute, routed } from './support/routing.ts';

// A canary beside a fresh copy of the stable version: pods, a share of the route, and their end.

const ASKED = /label_replace\(\((\w)\{h="(\w+)"\}\), "sluice_counter", "(\d)"/g;
const API = 'argoproj.io/v1alpha1';

/** Counters as Prometheus would have them: the canary fails in four of a hundred, others do not. */
async function startMetrics(asked: Set<string>): Promise<Server> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => {
      const form = new URLSearchParams(body);
      const isRange = request.url?.includes('query_range') === true;
      const at = Number(form.get(isRange ? 'end' : 'time'));
      const questions = (form.get('query') ?? '').matchAll(ASKED);
      const result = [...questions].map(([, counter = '', hash = '', mark = '']) => {
        asked.add(hash);
        const total = Math.floor(50 * (at % 1e6));
        const isCanary = Number(mark) < 2;
        const count = counter === 't' ? total : isCanary ? Math.floor(total * 0.04) : 0;
        const sample = [at, String(count)];
        const labels = { sluice_counter: mark, pod: hash };
        return { metric: labels, ...(isRange ? { values: [sample] } : { value: sample }) };
      });
      response.end(JSON.stringify({ status: 'success', data: { result } }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

void describe('a fresh baseline on a real control plane', () => {
  const asked = new Set<string>();
  let bed: Bed;
  let controller: Controller;
  let server: Server;
  const start = () => startController(bed, { args: ['--leader-elect=false'] });

  before(async () => {
    bed = await startBed({ gatewayApi: true });
    server = await startMetrics(asked);
    controller = await start();
  });
  after(async () => {
    await controller?.kill('SIGTERM');
    server?.close();
    await bed?.stop();
  });

  void test('a bad canary goes back with it, though the controller dies meanwhile', async () => {
    const namespace = await bed.namespace('fresh');
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const config = {
      source: { prometheus: { address } },
      counters: { total: 't{h="{{hash}}"}', bad: 'b{h="{{hash}}"}' },
      evaluationDelay: '0s',
      baseline: { scaleDownDelaySeconds: 1 },
    };
    const provider = { plugin: { 'sluice/compare': config } };
    await bed.api.apply({
      apiVersion: API,
      kind: 'AnalysisTemplate',
      metadata: { name: 'fresh', namespace },
      spec: { metrics: [{ name: 'errors', interval: '5s', provider }] },
    });
    const app = application(bed, namespace, 'web', { replicas: 2 });
    await app.putServices();
    await putHttpRoute(app);
    const strategy = routed(app, byGateway({ httpRoute: 'web', namespace }), [
      { setWeight: 20 },
      { pause: {} },
    ]);
    await app.putRollout({ ...strategy, analysis: { templates: [{ templateName: 'fresh' }] } });
    await app.phase('Healthy');
    await app.release('2');
    const path = 'status.canary.currentBackgroundAnalysisRunStatus.name';
    const begun = await app.until((rollout) => valueAt(rollout, path) !== undefined);
    const run = String(valueAt(begun, path));
    const name = `${run}-baseline`;
    const ref = (kind: string, of: string) => ({ apiVersion: API, kind, namespace, name: of });
    const route = {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      namespace,
      name: 'web',
    };
    const split = (object: unknown) => {
      const refs = valueAt(object, 'spec.rules.0.backendRefs') as readonly {
        name: string;
        weight?: number;
      }[];
      return refs
        .map((one) => `${one.name.replace(`${name}-baseline`, 'fresh')} ${one.weight ?? ''}`)
        .join(', ');
    };
    await bed.api.until(route, (one) => split(one) === 'web-stable 60, web-canary 20, fresh 20', 60);
    const made = await bed.api.get(ref('Experiment', name));
    const owner = ['kind', 'name'].map((key) => valueAt(made, `metadata.ownerReferences.0.${key}`));
    assert.deepEqual(owner, ['AnalysisRun', run]);
    await controller.kill('SIGKILL');
    controller = await start();

    const failed = (one: AnalysisRun | null) => one?.status?.phase === 'Failed';
    const ended = await bed.api.until<AnalysisRun>(ref('AnalysisRun', run), failed, 60);
    assert.match(ended?.status?.message ?? '', /rolled back — canary fails .* beside a fresh baseline/);
    await app.phase('Degraded');
    await bed.api.until(route, (one) => /^web-stable 100, web-canary 0$/.test(split(one)), 30);
    const over = (one: Experiment | null) => one?.status?.phase === 'Successful';
    await bed.api.until<Experiment>(ref('Experiment', name), over, 30);
    const set = { apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace, name: `${name}-baseline` };
    const gone = await bed.api.until(set, (one) => valueAt(one, 'spec.replicas') === 0, 30);
    const hash = gone?.metadata.labels?.['rollouts-pod-template-hash'] ?? '';
    const stable = String(valueAt(begun, 'status.stableRS'));
    assert.deepEqual([asked.has(hash), asked.has(stable), hash === stable], [true, true, false]);
    await bed.api.until(
      { apiVersion: 'v1', kind: 'Service', namespace, name: `${name}-baseline` },
      (one) => one === null,
      30,
    );
  });
});
