import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { request } from 'undici';
import type { Pod } from '../../../src/sim/kubelet/pod.ts';
import { portsOf } from '../../../src/sim/kubelet/serve/server.ts';
import { conditionOf, valueAt } from './api.ts';
import type { Bed } from './bed.ts';
import type { KubeObject } from './client.ts';
import { freePorts, startServer, untilReady } from './processes.ts';
import { isOnPath } from './programs.ts';

/** A running Prometheus that scrapes the ready pods of a bed. */
export interface Prometheus {
  /** Base URL, for an AnalysisTemplate's `address`. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Why there is no Prometheus, in one sentence; null when there is. With `CI` set, `test/run.ts` insists on
 * it.
 */
export async function missingPrometheus(): Promise<string | null> {
  return (await isOnPath('prometheus'))
    ? null
    : 'prometheus is not on the PATH (Debian: apt-get install prometheus)';
}

/**
 * Starts Debian's Prometheus on the bed's pods: it reads `/metrics` of each container port of those that are
 * ready, every `scrapeMs`. Series keep the pod's own labels (`namespace`, `pod`, `version`, ...). Needs a bed
 * with traffic.
 */
export async function startPrometheus(
  bed: Bed,
  { scrapeMs = 500 }: { readonly scrapeMs?: number } = {},
): Promise<Prometheus> {
  const [port = 0] = await freePorts(1);
  const config = join(bed.folder, 'prometheus.json');
  const logFile = join(bed.folder, 'prometheus.log');
  const targets = join(bed.folder, 'targets.json');
  writeFileSync(config, JSON.stringify(configuration(targets, `${scrapeMs}ms`)));
  const following = await followPods(bed, targets);
  const url = `http://127.0.0.1:${port}`;
  const server = startServer({
    name: 'prometheus',
    program: 'prometheus',
    args: [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(bed.folder, 'prometheus')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--storage.tsdb.min-block-duration=2h',
      '--query.lookback-delta=1m',
    ],
    logFile,
  });
  const isReady = async () => {
    const answer = await request(`${url}/-/ready`);
    await answer.body.dump();
    return answer.statusCode === 200;
  };
  await untilReady(server, logFile, { seconds: 30, isReady });
  return {
    url,
    stop: async () => {
      following.stop();
      await server.kill();
    },
  };
}

// YAML accepts JSON. Debian's Prometheus cannot ask an API server for its targets, so they come from a file.
function configuration(targets: string, interval: string) {
  const job = { job_name: 'pods', honor_labels: true, file_sd_configs: [{ files: [targets] }] };
  return { global: { scrape_interval: interval, scrape_timeout: interval }, scrape_configs: [job] };
}

// Keeps the file of targets: one for each container port of each ready pod.
async function followPods(bed: Bed, file: string): Promise<{ stop(): void }> {
  const targets = new Map<string, readonly string[]>();
  const write = () => {
    writeFileSync(`${file}.new`, JSON.stringify([{ targets: [...targets.values()].flat() }]));
    renameSync(`${file}.new`, file);
  };
  const see = (pod: KubeObject, gone: boolean) => {
    const now = gone || conditionOf(pod, 'Ready') !== 'True' ? [] : targetsOf(pod);
    const before = targets.get(pod.metadata.uid ?? '') ?? [];
    if (now.join() === before.join()) return;
    targets.set(pod.metadata.uid ?? '', now);
    write();
  };
  write();
  const pods = { apiVersion: 'v1', kind: 'Pod' };
  let stopped = false;
  const follow = () => bed.api.watch(pods, ({ type, object }) => see(object, type === 'DELETED'));
  let watching = await follow();
  const repeat = async () => {
    for (;;) {
      await watching.done;
      if (stopped) return;
      await pause(200);
      watching = await follow().catch(() => watching);
    }
  };
  void repeat();
  return {
    stop: () => {
      stopped = true;
      watching.stop();
    },
  };
}

function targetsOf(pod: KubeObject): readonly string[] {
  const address = String(valueAt(pod, 'status.podIP'));
  return portsOf(pod as unknown as Pod).map((port) => `${address}:${port}`);
}
