import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import type { AnalysisRun, AnalysisRunSpec } from '../../src/api/analysis.ts';
import { KEPT } from '../../src/core/analysis/compare/kept.ts';
import { type Bed, startBed } from './bed/bed.ts';
import { type Controller, startController } from './bed/controller.ts';

// Metrics that compare canary and stable, stored by a real API server and gone on with by a new controller.

const ASKED = /label_replace\(\((\w)\{h="(\w)"\}\), "sluice_counter", "(\d)"/g;
const API = 'argoproj.io/v1alpha1';

/** Counters as Prometheus would have them, of a canary that fails twenty times as often, from its start on. */
async function startMetrics(): Promise<Server> {
  const startedMs = Date.now();
  const countAt = (ms: number, counter: string, side: string): number => {
    const seconds = Math.max(0, (ms - startedMs) / 1000 + 3600);
    const total = Math.floor((side === 'c' ? 10 : 90) * seconds);
    if (counter === 't') return total;
    return Math.floor(total * (side === 'c' ? 0.04 : 0.002));
  };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => {
      const form = new URLSearchParams(body);
      const isRange = request.url?.includes('query_range') === true;
      const at = Number(form.get(isRange ? 'end' : 'time'));
      const asked = (form.get('query') ?? '').matchAll(ASKED);
      const result = [...asked].map(([, counter = '', side = '', mark = '']) => {
        const sample = [at, String(countAt(at * 1000, counter, side))];
        const labels = { sluice_counter: mark, pod: `web-${side}-1` };
        return { metric: labels, ...(isRange ? { values: [sample] } : { value: sample }) };
      });
      const resultType = isRange ? 'matrix' : 'vector';
      response.end(JSON.stringify({ status: 'success', data: { resultType, result } }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

void describe('comparisons on a real API server', () => {
  let bed: Bed;
  let controller: Controller;
  let server: Server;

  before(async () => {
    bed = await startBed();
    server = await startMetrics();
    controller = await startController(bed, { args: ['--leader-elect=false'] });
  });
  after(async () => {
    await controller?.kill('SIGTERM');
    server?.close();
    await bed?.stop();
  });

  void test('the evidence outlives the controller, and is enough in the end', async () => {
    const namespace = await bed.namespace('compare');
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const spec: AnalysisRunSpec = {
      args: [{ name: 'canary', value: 'c' }],
      metrics: [
        {
          name: 'errors',
          interval: '5s',
          provider: {
            plugin: {
              'sluice/compare': {
                source: { prometheus: { address } },
                counters: { total: 't{h="{{hash}}"}', bad: 'b{h="{{hash}}"}' },
                canary: { hash: '{{args.canary}}' },
                control: { hash: 's' },
                evaluationDelay: '0s',
                minEvents: 5,
              },
            },
          },
        },
      ],
    };
    const ref = { apiVersion: API, kind: 'AnalysisRun', namespace, name: 'errors' };
    await bed.api.apply({
      apiVersion: API,
      kind: 'AnalysisRun',
      metadata: { name: 'errors', namespace },
      spec,
    });
    const taken = (run: AnalysisRun | null) => run?.status?.metricResults?.[0]?.measurements ?? [];
    const first = await bed.api.until<AnalysisRun>(ref, (run) => taken(run).length > 0, 30);
    assert.equal(taken(first)[0]?.message, 'compared from now on');
    await controller.kill('SIGKILL');
    controller = await startController(bed, { args: ['--leader-elect=false'] });
    const ended = await bed.api.until<AnalysisRun>(ref, (run) => run?.status?.phase === 'Failed', 60);
    const [result] = ended?.status?.metricResults ?? [];
    assert.match(
      ended?.status?.message ?? '',
      /^Metric "errors" assessed Failed: rolled back — canary fails \d/,
    );
    assert.equal(result?.failed, 1);
    const keeping = taken(ended).map(({ metadata }) => metadata?.[KEPT] !== undefined);
    assert.deepEqual(
      keeping,
      taken(ended).map((_, i) => i === keeping.length - 1),
    );
    const value = JSON.parse(taken(ended).at(-1)?.value ?? '{}') as {
      canary: { total: number };
      control: { total: number };
    };
    // What was counted by both controllers is one interval after the other: nine times as much on stable.
    assert.ok(Math.abs(value.control.total / value.canary.total - 9) < 0.1, JSON.stringify(value));
  });
});
