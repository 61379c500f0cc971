import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parse } from 'yaml';
import { systemClock } from '../../src/shell/clock.ts';
import type { ApiAnswer } from '../../src/sim/api-server/http.ts';
import { kubeconfigOf, serve } from '../../src/sim/api-server/serve.ts';
import { ApiServer } from '../../src/sim/api-server/server.ts';
import { type Clock, VirtualClock } from '../../src/sim/clock.ts';
import { startControllers } from '../../src/sim/controllers/start.ts';
import { kinds } from '../../src/sim/kinds.ts';
import { startKubelet } from '../../src/sim/kubelet/kubelet.ts';
import { Random } from '../../src/sim/random.ts';
import { createNode } from '../cluster/bed/kubelet/node.ts';
import type { Answer, Opened, Subject } from './subject.ts';

/** A simulated cluster like a test bed: the repository's definitions, one node, pods that get ready. */
export interface SimulatedCluster {
  readonly api: ApiServer;
  stop(): Promise<void>;
}

/** In virtual time the same start every time. */
const BEGINNING = Date.parse('2026-11-21T08:00:00Z');

const CRDS = join(import.meta.dirname, '..', '..', 'crds');
const definitions: readonly object[] = readdirSync(CRDS)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => parse(readFileSync(join(CRDS, file), 'utf8')) as object);

/** Starts one on a clock of the caller's. */
export async function startSimulatedCluster(clock: Clock): Promise<SimulatedCluster> {
  const random = new Random('contract');
  const api = new ApiServer({ clock, random, assumed: [] });
  for (const definition of definitions) {
    api.create(kinds.customResourceDefinitions, definition, { manager: 'bed' });
  }
  const nodes = { count: 0, allocatable: {}, zones: ['none'] };
  const controllers = startControllers({ api, clock, random, options: { nodes } });
  const times = { startMs: { least: 700, most: 700 }, stopMs: { least: 200, most: 200 } };
  const kubelet = startKubelet({ api, clock, random, ...times });
  await createNode({
    apply: (manifest: object, manager = 'kubelet', subresource?: string) => {
      const { name } = (manifest as { readonly metadata: { readonly name: string } }).metadata;
      const part = subresource === undefined ? '' : `/${subresource}`;
      const path = `/api/v1/nodes/${name}${part}?force=true&fieldManager=${manager}`;
      const headers = { 'content-type': 'application/apply-patch+yaml' };
      api.handle({ method: 'PATCH', path, headers, body: JSON.stringify(manifest) });
      return Promise.resolve(null as never);
    },
  });
  return {
    api,
    stop: async () => {
      controllers.stop();
      api.stop();
      await kubelet.stop();
    },
  };
}

/** The simulated one, and its end. */
export type SimulatedSubject = Subject & { stop(): Promise<void> };

/** A simulated cluster in virtual time: it takes no time but its own. */
export async function simulatedSubject(): Promise<SimulatedSubject> {
  const clock = new VirtualClock(BEGINNING);
  const cluster = await startSimulatedCluster(clock);
  const pass = async (milliseconds: number): Promise<void> => {
    await clock.run(clock.elapsed() + milliseconds);
  };
  // Definitions take a moment until they are served.
  await pass(5_000);
  return {
    send: (request) => Promise.resolve(whole(cluster.api.handle(request))),
    open: (request) => Promise.resolve(opened(cluster.api.handle(request))),
    pass,
    now: () => clock.now(),
    kubectl: null,
    stop: () => cluster.stop(),
  };
}

/** A simulated cluster on the machine's own clock that listens on a socket: for kubectl. */
export async function servedSubject(): Promise<SimulatedSubject> {
  const cluster = await startSimulatedCluster(systemClock);
  const serving = await serve(cluster.api);
  const folder = mkdtempSync(join(tmpdir(), 'sluice-contract-'));
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, kubeconfigOf(serving), { mode: 0o600 });
  return {
    send: (request) => Promise.resolve(whole(cluster.api.handle(request))),
    open: (request) => Promise.resolve(opened(cluster.api.handle(request))),
    pass: (milliseconds) => pause(milliseconds),
    now: () => Date.now(),
    kubectl: ['--kubeconfig', kubeconfig, '--cache-dir', folder],
    stop: async () => {
      await serving.close();
      await cluster.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function whole({ status, headers, body }: ApiAnswer): Answer {
  if (typeof body === 'string') return { code: status, headers, text: body };
  body.cancel();
  return { code: status, headers, text: '(a stream)' };
}

function opened({ status, headers, body }: ApiAnswer): Opened {
  if (typeof body === 'string') {
    const lines = body.split('\n').filter((line) => line !== '');
    return { code: status, headers, lines, isOver: () => true, cancel: () => {} };
  }
  const lines: string[] = [];
  let isOver = false;
  body.onLine((line) => lines.push(line.replace(/\n$/, '')));
  body.onEnd(() => {
    isOver = true;
  });
  return { code: status, headers, lines, isOver: () => isOver, cancel: () => body.cancel() };
}
