import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, removeAtExit, startServer, untilReady } from '../../cluster/bed/processes.ts';
import { type WrittenSeries, writeRequest } from './remote-write.ts';

/** A real Prometheus on the loopback address that scrapes nothing. */
export interface RealPrometheus {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts Debian's Prometheus with the series given, in a folder of its own that goes with it. */
export async function startWith(series: readonly WrittenSeries[]): Promise<RealPrometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-promql-'));
  const leftover = removeAtExit(folder);
  const config = join(folder, 'prometheus.json');
  const logFile = join(folder, 'prometheus.log');
  // YAML accepts JSON.
  writeFileSync(config, JSON.stringify({ global: { evaluation_interval: '1m' } }));
  const [port = 0] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const server = startServer({
    name: 'prometheus',
    program: 'prometheus',
    args: [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      '--storage.tsdb.retention.time=10y',
      `--web.listen-address=127.0.0.1:${port}`,
      '--web.enable-remote-write-receiver',
    ],
    logFile,
  });
  const stop = async () => {
    await server.kill();
    rmSync(folder, { recursive: true, force: true });
    leftover.release();
  };
  try {
    const isReady = async () => (await fetch(`${url}/-/ready`, { signal: soon() })).ok;
    await untilReady(server, logFile, { seconds: 60, isReady });
    await write(url, series);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

/** The answer of a server, as far as it is JSON. */
export interface RealAnswer {
  readonly status: number;
  readonly body: string;
}

/** Asks with POST and a form. */
export async function ask(
  url: string,
  path: string,
  form: Readonly<Record<string, string>>,
): Promise<RealAnswer> {
  const answer = await fetch(`${url}${path}`, {
    method: 'POST',
    body: new URLSearchParams(form),
    signal: soon(),
  });
  return { status: answer.status, body: await answer.text() };
}

/** Asks with GET. */
export async function get(url: string, address: string): Promise<RealAnswer> {
  const answer = await fetch(`${url}${address}`, { signal: soon() });
  return { status: answer.status, body: await answer.text() };
}

async function write(url: string, series: readonly WrittenSeries[]): Promise<void> {
  const answer = await fetch(`${url}/api/v1/write`, {
    method: 'POST',
    body: new Uint8Array(writeRequest(series)),
    headers: {
      'content-type': 'application/x-protobuf',
      'content-encoding': 'snappy',
      'x-prometheus-remote-write-version': '0.1.0',
    },
    signal: soon(),
  });
  if (!answer.ok) throw new Error(`prometheus refuses the series: ${answer.status} ${await answer.text()}`);
}

function soon(): AbortSignal {
  return AbortSignal.timeout(30_000);
}
