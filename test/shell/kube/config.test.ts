import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { resources } from '../../../src/api/resources.ts';
import { systemClock } from '../../../src/shell/clock.ts';
import { type ConfigSource, loadConfig } from '../../../src/shell/kube/config.ts';
import { isFailure } from '../../../src/shell/kube/failure.ts';
import { RestClient } from '../../../src/shell/kube/rest.ts';
import { authority, base64, fileOf, folder, kubeconfigOf, openAccess, stopLater } from './bench.ts';
import { type Arrived, type Reply, TestServer } from './server.ts';

const good: Reply = { body: { metadata: { name: 'a' } } };
const server = stopLater(
  await TestServer.start(() => good, { certificate: authority.server('cluster.test') }),
);
const plain = stopLater(await TestServer.start(() => good));
const ca = { 'certificate-authority-data': base64(authority.ca) };

/** The one request that a get makes with this configuration. */
async function arrivedWith(source: ConfigSource, at: TestServer = server): Promise<Arrived> {
  const client = new RestClient(await openAccess(source), { userAgent: 'sluice/test', clock: systemClock });
  const before = at.arrived.length;
  await client.get(resources.pods, { namespace: 'n', name: 'a' });
  assert.equal(at.arrived.length, before + 1);
  return at.arrived.at(-1) ?? assert.fail();
}

const token = { token: 't' };
const cluster = { server: server.url, ...ca };
for (const [name, source, check] of [
  [
    'user and password',
    { kubeconfig: fileOf(kubeconfigOf(cluster, { username: 'me', password: 'p:w' })) },
    (request) => assert.equal(request.headers.authorization, `Basic ${base64('me:p:w')}`),
  ],
  [
    "a token of the command line instead of the file's",
    { kubeconfig: fileOf(kubeconfigOf(cluster, token)), token: 'other' },
    (request) => assert.equal(request.headers.authorization, 'Bearer other'),
  ],
  [
    'a server whose certificate is not checked',
    { kubeconfig: fileOf(kubeconfigOf({ server: server.url, 'insecure-skip-tls-verify': true }, token)) },
    (request) => assert.equal(request.headers.authorization, 'Bearer t'),
  ],
  [
    'a certificate for another name',
    { kubeconfig: fileOf(kubeconfigOf({ ...cluster, 'tls-server-name': 'cluster.test' }, token)) },
    (request) => assert.equal(request.serverName, 'cluster.test'),
  ],
  [
    'a certificate authority of the command line',
    {
      kubeconfig: fileOf(kubeconfigOf({ server: server.url }, token)),
      certificateAuthority: fileOf(authority.ca),
    },
    (request) => assert.equal(request.httpVersion, '2.0'),
  ],
  [
    'a path before the API, and a slash at the end',
    { kubeconfig: fileOf(kubeconfigOf({ ...cluster, server: `${server.url}/k8s/c-1/` }, token)) },
    (request) => assert.equal(request.path, '/k8s/c-1/api/v1/namespaces/n/pods/a'),
  ],
  [
    'impersonation of the file',
    {
      kubeconfig: fileOf(kubeconfigOf(cluster, { ...token, as: 'jane', 'as-uid': '7', 'as-groups': ['g'] })),
    },
    (request) =>
      assert.deepEqual(
        [
          request.headers['impersonate-user'],
          request.headers['impersonate-uid'],
          request.headers['impersonate-group'],
        ],
        ['jane', '7', 'g'],
      ),
  ],
  [
    'several groups and extras, each in a header of its own',
    {
      kubeconfig: fileOf(kubeconfigOf(cluster, token)),
      impersonate: { user: 'jane', groups: ['a,b', 'c'], uid: null, extra: { 'x/y': ['1'] } },
    },
    (request) => assert.deepEqual(valuesOf(request, 'impersonate-'), ['jane', 'a,b', 'c', '1']),
  ],
] as const satisfies readonly (readonly [string, ConfigSource, (request: Arrived) => void])[]) {
  void test(`it can do with ${name}`, async () => check(await arrivedWith(source)));
}

function valuesOf(request: Arrived, prefix: string): readonly string[] {
  return request.rawHeaders.filter(
    (_, n, all) => n % 2 === 1 && all[n - 1]?.toLowerCase().startsWith(prefix),
  );
}

void test('plain http, as from kubectl proxy, also without a kubeconfig', async () => {
  const request = await arrivedWith({ server: plain.url }, plain);
  assert.deepEqual([request.httpVersion, request.headers.authorization], ['1.1', undefined]);
  await arrivedWith({ kubeconfig: fileOf(kubeconfigOf({ server: plain.url }, {})) }, plain);
});

void test('a certificate that is not trusted is refused', async () => {
  const source = { kubeconfig: fileOf(kubeconfigOf({ server: server.url }, token)) };
  const client = new RestClient(await openAccess(source), { userAgent: 'sluice/test' });
  await assert.rejects(client.getPath('/version'), (error) => isFailure(error, 'transient'));
});

void test('a proxy of the kubeconfig is used', async () => {
  const asked: string[] = [];
  const proxy = http.createServer().on('connect', (request, near) => {
    asked.push(request.url ?? '');
    const far = net.connect(Number(new URL(server.url).port), '127.0.0.1', () => {
      near.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      near.pipe(far).pipe(near);
    });
    for (const socket of [near, far]) socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  await arrivedWith({ kubeconfig: fileOf(kubeconfigOf({ ...cluster, 'proxy-url': url }, token)) });
  assert.deepEqual(asked, [new URL(server.url).host]);
  proxy.close();
});

const two = {
  clusters: [
    { name: 'one', cluster: { server: 'https://one:1' } },
    { name: 'two', cluster: { server: 'https://two:2' } },
  ],
  users: [{ name: 'u', user: token }],
  contexts: [
    { name: 'first', context: { cluster: 'one', user: 'u', namespace: 'ns1' } },
    { name: 'second', context: { cluster: 'two', user: 'u' } },
  ],
  'current-context': 'first',
};
for (const [name, source, wanted] of [
  ['the current context', {}, ['https://one:1', 'ns1']],
  ['another context', { context: 'second' }, ['https://two:2', 'default']],
  ['another namespace', { namespace: 'mine' }, ['https://one:1', 'mine']],
  ['another cluster', { cluster: 'two' }, ['https://two:2', 'ns1']],
  ['another server', { server: 'https://three:3/' }, ['https://three:3', 'ns1']],
] as const) {
  void test(`a kubeconfig with several contexts: ${name}`, () => {
    const config = loadConfig({ kubeconfig: fileOf(two), ...source });
    assert.deepEqual([config.cluster.server, config.namespace], wanted);
  });
}

void test('several files in KUBECONFIG are one, the first wins, one may be absent', () => {
  const other = {
    ...two,
    clusters: [{ name: 'one', cluster: { server: 'https://late:9' } }],
    'current-context': 'second',
  };
  const list = [join(folder, 'absent'), fileOf(two), fileOf(other)].join(delimiter);
  assert.equal(loadConfig({ env: { KUBECONFIG: list } }).cluster.server, 'https://one:1');
});

void test('paths in a kubeconfig are relative to it', () => {
  const home = join(folder, 'home');
  mkdirSync(join(home, '.kube'), { recursive: true });
  const user = { tokenFile: 'token', exec: { command: './login' } };
  const config = kubeconfigOf({ server: 'https://x', 'certificate-authority': 'ca.crt' }, user);
  writeFileSync(join(home, '.kube', 'config'), JSON.stringify(config));
  const loaded = loadConfig({ env: { HOME: home } });
  const loadedUser = loaded.kube.getCurrentUser() as unknown as {
    authProvider: { config: { tokenFile: string } };
    exec: { command: string };
  };
  assert.deepEqual(
    [loaded.cluster.caFile, loadedUser.authProvider.config.tokenFile, loadedUser.exec.command],
    ['ca.crt', 'token', 'login'].map((file) => join(home, '.kube', file)),
  );
});

for (const [name, source, message] of [
  [
    'no kubeconfig anywhere',
    { env: { HOME: '/nowhere' } },
    /^kube: no cluster to talk to: found neither \/nowhere\/\.kube\/config nor a pod's service account$/,
  ],
  [
    'a KUBECONFIG that names nothing',
    { env: { KUBECONFIG: '/nowhere/a' } },
    /^kube: no cluster to talk to: found neither KUBECONFIG \/nowhere\/a nor/,
  ],
  ['a file that is not there', { kubeconfig: '/nowhere/b' }, /^kube: kubeconfig \/nowhere\/b: ENOENT/],
  ['a file that is no YAML', { kubeconfig: fileOf('a: [') }, /^kube: kubeconfig .*: /],
  ['an empty file', { kubeconfig: fileOf('') }, /^kube: kubeconfig .*: /],
  [
    'a context that is not there',
    { kubeconfig: fileOf(two), context: 'third' },
    /^kube: kubeconfig .*: no context "third"$/,
  ],
  [
    'a cluster that is not there',
    { kubeconfig: fileOf(two), cluster: 'third' },
    /^kube: kubeconfig .*: no cluster "third"$/,
  ],
] as const satisfies readonly (readonly [string, ConfigSource, RegExp])[]) {
  void test(`${name} is said in words`, () => {
    assert.throws(
      () => loadConfig(source),
      (error) => {
        assert.ok(isFailure(error, 'invalid'));
        assert.match(error.message, message);
        return true;
      },
    );
  });
}

void test('a credential plugin that does not work is named with its own words', async () => {
  const user = {
    exec: {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: process.execPath,
      args: ['-e', 'console.error("log in first"); process.exit(3)'],
    },
  };
  await assert.rejects(openAccess({ kubeconfig: fileOf(kubeconfigOf(cluster, user)) }), (error) => {
    assert.ok(isFailure(error, 'unauthorized'));
    assert.match(error.message, /^kube: credentials of kubeconfig .*: log in first$/);
    return true;
  });
});
