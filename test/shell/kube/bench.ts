import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { type Clock, systemClock } from '../../../src/shell/clock.ts';
import { Access } from '../../../src/shell/kube/access.ts';
import type { ConfigSource } from '../../../src/shell/kube/config.ts';
import type { Asked } from '../../../src/shell/kube/exchange.ts';
import { RestClient, type RestOptions } from '../../../src/shell/kube/rest.ts';
import { Authority } from './certificates.ts';
import { Relay } from './relay.ts';
import { type Arrived, type Reply, TestServer } from './server.ts';

/** The authority of all test servers that do not ask for another. */
export const authority = new Authority('test authority');

const closing: (() => Promise<unknown>)[] = [];
after(async () => {
  await Promise.all(closing.map((close) => close()));
});

/** A folder of the test file's own, gone when it ends. */
export const folder = mkdtempSync(join(tmpdir(), 'sluice-kube-'));
closing.push(async () => rmSync(folder, { recursive: true, force: true }));

/** Stops `server` when the test file ends. */
export function stopLater(server: TestServer): TestServer {
  closing.push(() => server.stop());
  return server;
}

/** Opens access that closes when the test file ends. */
export async function openAccess(source: ConfigSource, clock: Clock = systemClock): Promise<Access> {
  const access = await Access.open({ env: { HOME: '/nowhere' }, ...source }, clock);
  closing.push(() => access.close());
  return access;
}

let files = 0;

/** Writes a file and returns its path. */
export function fileOf(content: string | object): string {
  const path = join(folder, `file-${++files}`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

/** A kubeconfig of one cluster and one user. */
export function kubeconfigOf(cluster: object, user: object, context: object = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'cluster', cluster }],
    users: [{ name: 'user', user }],
    contexts: [{ name: 'context', context: { cluster: 'cluster', user: 'user', ...context } }],
    'current-context': 'context',
  };
}

/** base64, as kubeconfigs hold certificates. */
export function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** A server, the network to it, a client, and what the client counted. */
export interface Bench {
  readonly server: TestServer;
  readonly relay: Relay;
  readonly access: Access;
  readonly client: RestClient;
  readonly asked: readonly Asked[];
}

/** A server that answers by `answer`, over HTTP/2 with TLS, and a client with a token. */
export async function bench(
  answer: (request: Arrived) => Reply,
  options: Partial<RestOptions> = {},
): Promise<Bench> {
  const server = stopLater(await TestServer.start(answer, { certificate: authority.server() }));
  const relay = await Relay.start(server.url);
  closing.push(() => relay.stop());
  const cluster = { server: relay.url, 'certificate-authority-data': base64(authority.ca) };
  const access = await openAccess({ kubeconfig: fileOf(kubeconfigOf(cluster, { token: 'secret' })) });
  const asked: Asked[] = [];
  const client = new RestClient(access, {
    userAgent: 'sluice/test',
    onAsked: (one) => asked.push(one),
    ...options,
  });
  return { server, relay, access, client, asked };
}
