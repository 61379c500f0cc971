import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { freePorts, removeAtExit, startServer, untilReady } from '../../cluster/bed/processes.ts';
import { findInfluxd } from './program.ts';

/** A running InfluxDB with one user. */
export interface RealInfluxdb {
  readonly url: string;
  /** Of the user, as version 1.8 takes it. */
  readonly token: string;
  stop(): Promise<void>;
}

const [USER, PASSWORD] = ['tester', 'a-password-of-this-test'];

/** Starts it on free ports, with Flux and authentication, and stores points, as lines of its protocol. */
export async function startInfluxdb(database: string, points: readonly string[]): Promise<RealInfluxdb> {
  const program = await findInfluxd();
  const folder = mkdtempSync(join(tmpdir(), 'sluice-influxdb-'));
  const removal = removeAtExit(folder);
  const [port = 0, other = 0] = await freePorts(2);
  const config = join(folder, 'influxdb.conf');
  const logFile = join(folder, 'influxdb.log');
  writeFileSync(config, configuration(folder, port, other));
  const server = startServer({ name: 'influxd', program, args: ['-config', config], logFile });
  const stop = async () => {
    await server.kill();
    rmSync(folder, { recursive: true, force: true });
    removal.release();
  };
  const url = `http://127.0.0.1:${port}`;
  const post = async (path: string, body = ''): Promise<string> => {
    const headers = { authorization: `Token ${USER}:${PASSWORD}` };
    const answer = await request(`${url}${path}`, { method: 'POST', headers, body });
    const text = await answer.body.text();
    assert.ok(answer.statusCode < 300 && !text.includes('"error"'), `${path}: ${text}`);
    return text;
  };
  try {
    const isReady = async () => {
      const answer = await request(`${url}/ping`);
      await answer.body.dump();
      return answer.statusCode === 204;
    };
    await untilReady(server, logFile, { seconds: 60, isReady });
    const ask = (query: string) => post(`/query?${new URLSearchParams({ q: query }).toString()}`);
    await ask(`CREATE USER ${USER} WITH PASSWORD '${PASSWORD}' WITH ALL PRIVILEGES`);
    await ask(`CREATE DATABASE ${database}`);
    await post(`/write?db=${database}&precision=s`, points.join('\n'));
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, token: `${USER}:${PASSWORD}`, stop };
}

function configuration(folder: string, port: number, other: number): string {
  return `
reporting-disabled = true
bind-address = "127.0.0.1:${other}"
[meta]
dir = "${folder}/meta"
[data]
dir = "${folder}/data"
wal-dir = "${folder}/wal"
[http]
bind-address = "127.0.0.1:${port}"
flux-enabled = true
auth-enabled = true
[monitor]
store-enabled = false
`;
}
