import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { resources } from '../../../src/api/resources.ts';
import type { ConfigSource } from '../../../src/shell/kube/config.ts';
import { isFailure } from '../../../src/shell/kube/failure.ts';
import { RestClient } from '../../../src/shell/kube/rest.ts';
import { authority, base64, fileOf, folder, kubeconfigOf, openAccess, stopLater } from './bench.ts';
import { Authority } from './certificates.ts';
import { FakeClock } from './fake-clock.ts';
import { type Arrived, type Reply, type ServerTls, TestServer, until } from './server.ts';

const { pods } = resources;
const a = { namespace: 'n', name: 'a' };
const good: Reply = { body: { metadata: { name: 'a' } } };
const refused: Reply = { status: 401, body: { reason: 'Unauthorized', message: 'who are you' } };

/** A server that only lets in who brings this token; the test may change it. */
async function guarded(token: { value: string }, tls?: ServerTls): Promise<TestServer> {
  const answer = (request: Arrived): Reply =>
    request.headers.authorization === `Bearer ${token.value}` ? good : refused;
  return stopLater(await TestServer.start(answer, tls ?? { certificate: authority.server() }));
}

function tokensOf(server: TestServer): readonly string[] {
  return server.arrived.map((request) => (request.headers.authorization ?? '').replace('Bearer ', ''));
}

const trusted = (server: TestServer): object => ({
  server: server.url,
  'certificate-authority-data': base64(authority.ca),
});

async function clientOf(source: ConfigSource, clock: FakeClock): Promise<RestClient> {
  return new RestClient(await openAccess(source, clock), { userAgent: 'sluice/test', clock });
}

void test('a refused token is read again at once, and the call made once more, writes too', async () => {
  const token = { value: 'old' };
  const tokenFile = fileOf('old\n');
  const server = await guarded(token);
  const client = await clientOf(
    { kubeconfig: fileOf(kubeconfigOf(trusted(server), { tokenFile })) },
    new FakeClock(),
  );
  await client.get(pods, a);
  token.value = 'new';
  writeFileSync(tokenFile, 'new\n');
  await Promise.all([client.get(pods, a), client.create(pods, { namespace: 'n' }, {})]);
  assert.deepEqual(new Set(tokensOf(server).slice(-2)), new Set(['new']));
  assert.equal(server.arrived.length, 5);
});

void test('a token that stays wrong: one more try, and it is not read for every call', async () => {
  const server = await guarded({ value: 'other' });
  const clock = new FakeClock();
  const client = await clientOf(
    { kubeconfig: fileOf(kubeconfigOf(trusted(server), { token: 'bad' })) },
    clock,
  );
  const refusedCall = async (): Promise<void> => {
    await assert.rejects(client.get(pods, a), (error) => isFailure(error, 'unauthorized'));
  };
  await refusedCall();
  assert.equal(server.arrived.length, 2);
  await refusedCall();
  assert.equal(server.arrived.length, 3);
  await clock.pass(3_000);
  await refusedCall();
  assert.equal(server.arrived.length, 5);
});

void test('the token of a pod is read again after sixty seconds, before anybody refuses it', async () => {
  const podRoot = join(folder, 'pod');
  const account = join(podRoot, 'var/run/secrets/kubernetes.io/serviceaccount');
  mkdirSync(account, { recursive: true });
  writeFileSync(join(account, 'token'), 'one');
  writeFileSync(join(account, 'ca.crt'), authority.ca);
  writeFileSync(join(account, 'namespace'), 'home');
  const server = stopLater(await TestServer.start(() => good, { certificate: authority.server() }));
  const { hostname, port } = new URL(server.url);
  const env = { HOME: '/nowhere', KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port };
  const clock = new FakeClock();
  const access = await openAccess({ podRoot, env }, clock);
  assert.equal(access.namespace, 'home');
  const client = new RestClient(access, { userAgent: 'sluice/test', clock });
  await client.get(pods, a);
  writeFileSync(join(account, 'token'), 'two');
  await clock.pass(59_000);
  await client.get(pods, a);
  await clock.pass(2_000);
  await client.get(pods, a);
  assert.deepEqual(tokensOf(server), ['one', 'one', 'two']);
  assert.equal(server.connections, 1);
});

/** A credential plugin that counts its runs and hands out what is in a file. */
function plugin(tokenFile: string): {
  readonly user: object;
  readonly runs: () => number;
  readonly info: () => string;
} {
  const log = fileOf('');
  const script = fileOf(`#!${process.execPath}
    const { appendFileSync, readFileSync } = require('node:fs');
    appendFileSync(${JSON.stringify(log)}, process.env.KUBERNETES_EXEC_INFO + '\\n');
    const token = readFileSync(${JSON.stringify(tokenFile)}, 'utf8');
    console.log(JSON.stringify({ kind: 'ExecCredential', status: { token } }));`);
  chmodSync(script, 0o755);
  const lines = (): readonly string[] => readFileSync(log, 'utf8').trim().split('\n');
  return {
    user: {
      exec: { apiVersion: 'client.authentication.k8s.io/v1', command: script, interactiveMode: 'Never' },
    },
    runs: () => lines().length,
    info: () => lines()[0] ?? '',
  };
}

void test('a credential plugin runs once for many calls, and again when its token is refused', async () => {
  const token = { value: 'old' };
  const tokenFile = fileOf('old');
  const { user, runs, info } = plugin(tokenFile);
  const server = await guarded(token);
  const clock = new FakeClock();
  const client = await clientOf({ kubeconfig: fileOf(kubeconfigOf(trusted(server), user)) }, clock);
  await Promise.all(Array.from({ length: 20 }, () => client.get(pods, a)));
  assert.equal(runs(), 1);
  assert.deepEqual(JSON.parse(info()), {
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    spec: { interactive: false },
  });
  await clock.pass(600_000);
  await client.get(pods, a);
  assert.equal(runs(), 1);
  token.value = 'new';
  writeFileSync(tokenFile, 'new');
  await Promise.all(Array.from({ length: 20 }, () => client.get(pods, a)));
  assert.equal(runs(), 2);
});

void test('a server that is down does not make the plugin run', async () => {
  const { user, runs } = plugin(fileOf('x'));
  const server = await guarded({ value: 'x' });
  const clock = new FakeClock();
  const client = await clientOf({ kubeconfig: fileOf(kubeconfigOf(trusted(server), user)) }, clock);
  await server.stop();
  await assert.rejects(client.get(pods, a), (error) => isFailure(error, 'transient'));
  assert.equal(runs(), 1);
});

void test('a server of a new authority is trusted as soon as the CA file says so', async () => {
  const next = new Authority('next authority');
  const server = await guarded({ value: 't' });
  const caFile = fileOf(authority.ca);
  const cluster = { server: server.url, 'certificate-authority': caFile };
  const clock = new FakeClock();
  const client = await clientOf({ kubeconfig: fileOf(kubeconfigOf(cluster, { token: 't' })) }, clock);
  await client.get(pods, a);
  server.changeTls({ certificate: next.server() });
  server.cut();
  await assert.rejects(client.get(pods, a), (error) => {
    assert.ok(isFailure(error, 'transient'));
    assert.match(error.message, /unable to verify|self.signed/);
    return true;
  });
  writeFileSync(caFile, next.ca);
  await clock.pass(3_000);
  await client.create(pods, { namespace: 'n' }, {});
  assert.equal(server.arrived.length, 2);
});

void test('a renewed client certificate is shown after sixty seconds, on new connections', async () => {
  const [cert, key] = [fileOf(''), fileOf('')];
  const put = (user: string): void => {
    const issued = authority.client(user);
    writeFileSync(cert, issued.cert);
    writeFileSync(key, issued.key);
  };
  put('before');
  const tls = { certificate: authority.server(), clientCa: authority.ca };
  const server = stopLater(await TestServer.start(() => good, tls));
  const user = { 'client-certificate': cert, 'client-key': key };
  const clock = new FakeClock();
  const client = await clientOf({ kubeconfig: fileOf(kubeconfigOf(trusted(server), user)) }, clock);
  await client.get(pods, a);
  put('after');
  await client.get(pods, a);
  await clock.pass(61_000);
  await client.get(pods, a);
  assert.deepEqual(
    server.arrived.map((request) => request.clientName),
    ['before', 'before', 'after'],
  );
  await until('the old connection to close', () => server.open === 1);
});

void test('files that cannot be read for a moment do no harm', async () => {
  const kubeconfig = fileOf('');
  const server = await guarded({ value: 't' });
  const whole = JSON.stringify(kubeconfigOf(trusted(server), { token: 't' }));
  writeFileSync(kubeconfig, whole);
  const clock = new FakeClock();
  const client = await clientOf({ kubeconfig }, clock);
  writeFileSync(kubeconfig, whole.slice(0, 40));
  await clock.pass(61_000);
  await client.get(pods, a);
  assert.deepEqual(tokensOf(server), ['t']);
});
