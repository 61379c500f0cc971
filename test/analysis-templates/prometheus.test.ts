import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { stringify } from 'yaml';
import type { Rollout } from '../../src/api/rollout.ts';
import { systemClock } from '../../src/shell/clock.ts';
import type { KubeObject } from '../../src/shell/kube/object.ts';
import {
  findPrometheus,
  type RealPrometheus,
  startPrometheus,
} from '../providers/support/real-prometheus.ts';
import { openLab } from '../shell/analysis/lab.ts';
import { cases, ENDS } from './cases.ts';
import { exporters, HASH } from './exporters.ts';
import type { Condition } from './exposition.ts';
import { library, quickRun } from './library.ts';

// Every template that asks Prometheus, measured by the controller's own pass with the real provider, from a real
// Prometheus that scrapes what the products expose: of a version that is well, of a bad one, and of none.

const program = findPrometheus();
const reason = 'no Prometheus here: install the package "prometheus", or name the program in PROMETHEUS';
// With CI set nothing may be left out, so the missing program makes the tests fail.
const skip = program === null && (process.env['CI'] ?? '') === '' ? reason : false;

const CONDITIONS: readonly Condition[] = ['healthy', 'bad', 'broken', 'idle'];
/** Also a busy machine scrapes several times in a window. */
const WINDOW = '6s';
const SCRAPE = '1s';
const FULL = `min(count_over_time(up[${WINDOW}])) >= 5 and min(min_over_time(up[${WINDOW}])) == 1`;

void describe('templates of the library with a real Prometheus', { skip }, () => {
  let prometheus: RealPrometheus;
  let server: Server;

  before(async () => {
    server = await expose();
    const { port } = server.address() as AddressInfo;
    const address = `127.0.0.1:${port}`;
    prometheus = await startPrometheus(program ?? 'prometheus', configuration(address), history(address));
    await untilFull(prometheus.url);
  });
  after(async () => {
    await prometheus?.[Symbol.asyncDispose]();
    server?.closeAllConnections();
    server?.close();
  });

  void test('are all there', () => {
    const asking = library.filter(({ template }) =>
      template.spec.metrics?.some(({ provider: { prometheus, plugin } }) => prometheus ?? plugin),
    );
    const played = new Set(cases.map(({ template }) => template));
    assert.deepEqual([...played].sort(), asking.map(({ name }) => name).sort());
  });

  void describe('come to the right end', { concurrency: 20 }, () => {
    for (const { template, args, of, alone } of cases)
      for (const [namespace, phase] of Object.entries(ENDS[of]))
        void test(
          [template, ...(alone === undefined ? [] : [alone]), `${namespace} is ${phase}`].join(': '),
          async () => {
            const often = { interval: '500ms', measurements: '6', window: WINDOW };
            const quick = { ...often, prometheus: prometheus.url };
            const spec = quickRun(template, { ...quick, ...args(namespace) });
            const release = of === 'comparison' && alone === undefined ? rolloutIn(namespace) : null;
            const lab = await openLab(spec, {}, systemClock, release);
            const run = await lab.play(30);
            assert.equal(run.status?.phase, phase, JSON.stringify(run.status, null, 1));
          },
        );
  });
});

/** Waits until there is a window full of scrapes of all exporters, at most a minute. */
async function untilFull(url: string): Promise<void> {
  const deadline = AbortSignal.timeout(60_000);
  for (;;) {
    const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(FULL)}`);
    const { data } = (await answer.json()) as { readonly data: { readonly result: readonly unknown[] } };
    if (data.result.length > 0) return;
    if (deadline.aborted) throw new Error('Prometheus does not scrape the exporters');
    await pause(200);
  }
}

/** Every exporter at /EXPORTER/CONDITION. */
async function expose(): Promise<Server> {
  const begun = systemClock.elapsed();
  const server = createServer((request, response) => {
    const [, name = '', condition = ''] = (request.url ?? '').split('/');
    const seconds = (systemClock.elapsed() - begun) / 1000;
    const { text, stable } = exporters[name] ?? assert.fail(name);
    const lines = [
      ...text({ condition: condition as Condition, seconds }),
      ...(stable?.(condition, BEFORE_SECONDS + seconds) ?? []),
    ];
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(`${lines.join('\n')}\n`);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return server;
}

/** How long the stable version is there when the other one comes. */
const BEFORE_SECONDS = 300;

/** What has been scraped of the stable version before the release, as OpenMetrics. */
function history(address: string): string {
  const now = Math.floor(systemClock.now() / 1000);
  const lines = Object.entries(exporters).flatMap(([name, { stable }]) =>
    CONDITIONS.flatMap((condition) => {
      const target = `instance="${address}",job="${name}-${condition}",`;
      const at = (seconds: number) =>
        (stable?.(condition, seconds) ?? []).map(
          (line) => `${line.replace('{', `{${target}`)} ${now - BEFORE_SECONDS + seconds}`,
        );
      return Array.from({ length: BEFORE_SECONDS / 15 }, (_, i) => at(15 * i)).flat();
    }),
  );
  return `${lines.sort().join('\n')}\n# EOF\n`;
}

/** The Rollout that is released: a canary with ingress-nginx. */
function rolloutIn(namespace: string): Rollout & KubeObject {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'web', namespace, uid: 'r', resourceVersion: '1' },
    spec: {
      strategy: {
        canary: {
          stableService: 'web-stable',
          canaryService: 'web-canary',
          trafficRouting: { nginx: { stableIngress: 'web' } },
        },
      },
    },
    status: { currentPodHash: HASH, stableRS: '5d4c7b8f66' },
  };
}

/** A job for each exporter and condition, with the labels that its scrape configuration gives. */
function configuration(address: string): string {
  const jobs = Object.entries(exporters).flatMap(([name, { target }]) =>
    CONDITIONS.map((condition) => ({
      job_name: `${name}-${condition}`,
      metrics_path: `/${name}/${condition}`,
      honor_labels: true,
      static_configs: [{ targets: [address], labels: target?.(condition) ?? {} }],
    })),
  );
  return stringify({ global: { scrape_interval: SCRAPE, scrape_timeout: SCRAPE }, scrape_configs: jobs });
}
