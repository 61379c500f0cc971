import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { freePorts, removeAtExit, startServer, untilReady } from '../../cluster/bed/processes.ts';
import { findLoki } from './program.ts';

/** Lines with the same labels: seconds since the epoch, and what was logged. */
export interface Stream {
  readonly labels: Readonly<Record<string, string>>;
  readonly lines: readonly (readonly [at: number, text: string])[];
}

/** A running Loki. */
export interface RealLoki {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts it on free ports, for several tenants, and stores lines of one of them. */
export async function startLoki(tenant: string, streams: readonly Stream[]): Promise<RealLoki> {
  const program = await findLoki();
  const folder = mkdtempSync(join(tmpdir(), 'sluice-loki-'));
  const removal = removeAtExit(folder);
  const [http = 0, grpc = 0] = await freePorts(2);
  const config = join(folder, 'loki.yaml');
  const logFile = join(folder, 'loki.log');
  mkdirSync(join(folder, 'index'));
  writeFileSync(config, configuration(folder, http, grpc));
  const server = startServer({ name: 'loki', program, args: [`-config.file=${config}`], logFile });
  const stop = async () => {
    await server.kill();
    rmSync(folder, { recursive: true, force: true });
    removal.release();
  };
  const url = `http://127.0.0.1:${http}`;
  try {
    const isReady = async () => {
      const answer = await request(`${url}/ready`);
      await answer.body.dump();
      return answer.statusCode === 200;
    };
    await untilReady(server, logFile, { seconds: 90, isReady });
    const answer = await request(`${url}/loki/api/v1/push`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-scope-orgid': tenant },
      body: JSON.stringify({ streams: streams.map(pushed) }),
    });
    assert.equal(answer.statusCode, 204, await answer.body.text());
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

function pushed({ labels, lines }: Stream) {
  return { stream: labels, values: lines.map(([at, text]) => [`${at}000000000`, text]) };
}

function configuration(folder: string, http: number, grpc: number): string {
  return JSON.stringify({
    auth_enabled: true,
    server: {
      http_listen_address: '127.0.0.1',
      http_listen_port: http,
      grpc_listen_address: '127.0.0.1',
      grpc_listen_port: grpc,
    },
    ingester: {
      lifecycler: {
        address: '127.0.0.1',
        ring: { kvstore: { store: 'inmemory' }, replication_factor: 1 },
        min_ready_duration: '0s',
        final_sleep: '0s',
      },
    },
    schema_config: {
      configs: [
        {
          from: '2020-01-01',
          store: 'boltdb',
          object_store: 'filesystem',
          schema: 'v11',
          index: { prefix: 'index_', period: '168h' },
        },
      ],
    },
    storage_config: {
      boltdb: { directory: join(folder, 'index') },
      filesystem: { directory: join(folder, 'chunks') },
    },
    limits_config: { reject_old_samples: false },
  });
}
