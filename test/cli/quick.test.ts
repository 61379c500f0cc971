import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { stringify } from 'yaml';
import { resources } from '../../src/api/resources.ts';
import { openQuickCluster } from '../../src/cli/quick/cluster.ts';
import { readPlainConfig } from '../../src/cli/quick/kubeconfig.ts';
import { type ConfigSource, loadConfig } from '../../src/shell/kube/config.ts';
import { type Failure, isFailure } from '../../src/shell/kube/failure.ts';
import { Authority } from '../shell/kube/certificates.ts';
import { type Arrived, type Reply, TestServer } from '../shell/kube/server.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-quick-'));
after(() => rmSync(folder, { recursive: true }));

interface Parts {
  readonly cluster?: object;
  readonly user?: object;
  readonly context?: object;
  readonly more?: object;
}

const base64 = (words: string): string => Buffer.from(words).toString('base64');

function kubeconfig({ cluster = {}, user = {}, context = {}, more = {} }: Parts): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server: 'https://api.example:6443/', ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u', ...context } }],
    'current-context': 'x',
    ...more,
  };
}

function fileOf(config: object, name = 'config'): string {
  const file = join(folder, name);
  writeFileSync(file, 'json' in config ? JSON.stringify(config) : stringify(config));
  return file;
}

writeFileSync(join(folder, 'ca.crt'), 'ca bytes');
writeFileSync(join(folder, 'token'), 'from a file\n');

/** What is read here must be read as the whole client reads it. */
const plain: Readonly<Record<string, Parts>> = {
  'a token': { user: { token: ' secret\n' } },
  'JSON instead of YAML': { more: { 'current-context': 'x', json: true } },
  'a token in a file': { user: { tokenFile: 'token', token: 'other' } },
  'no credentials at all': {},
  'an authority in a file beside it': { cluster: { 'certificate-authority': 'ca.crt' } },
  'an authority in it': { cluster: { 'certificate-authority-data': base64('ca') } },
  'a client certificate': {
    user: { 'client-certificate-data': base64('cert'), 'client-key-data': base64('key') },
  },
  'a certificate that is not verified': { cluster: { 'insecure-skip-tls-verify': true } },
  'another server name': { cluster: { 'tls-server-name': 'kubernetes' } },
  'a path below the server': { cluster: { server: 'https://proxy.example/k8s/clusters/c-1' } },
  'a namespace': { context: { namespace: 'shop' } },
};

for (const [name, parts] of Object.entries(plain)) {
  void test(`the quick client reads ${name} like the whole one`, async () => {
    const source: ConfigSource = { kubeconfig: fileOf(kubeconfig(parts)) };
    const quick = (await readPlainConfig(source)) ?? assert.fail('not plain');
    const whole = loadConfig(source);
    const options: Record<string, unknown> = {};
    await whole.kube.applyToHTTPSOptions(options);
    const { ca, cert, key, servername, rejectUnauthorized } = options;
    const bytes = (value: unknown) => (value === undefined ? undefined : String(value as Buffer));
    assert.equal(quick.server, whole.cluster.server);
    assert.equal(quick.namespace, whole.namespace);
    const authorization = (options['headers'] as Record<string, string> | undefined)?.['Authorization'];
    assert.equal(quick.headers['Authorization'], authorization?.trim());
    const { tls } = quick;
    assert.deepEqual(
      [bytes(tls.ca), bytes(tls.cert), bytes(tls.key), tls.servername, tls.rejectUnauthorized ?? true],
      [bytes(ca), bytes(cert), bytes(key), servername, rejectUnauthorized ?? true],
    );
  });
}

/** What is left to the whole client. */
const others: Readonly<Record<string, { readonly parts?: Parts; readonly source?: ConfigSource }>> = {
  'a credential plugin': { parts: { user: { exec: { command: 'aws' } } } },
  'an identity provider': { parts: { user: { 'auth-provider': { name: 'oidc' } } } },
  'a user name and password': { parts: { user: { username: 'a', password: 'b' } } },
  'somebody else': { parts: { user: { token: 'a', as: 'b' } } },
  'a proxy': { parts: { cluster: { 'proxy-url': 'http://proxy' } } },
  'a field that came later': { parts: { cluster: { 'something-new': 1 } } },
  'a context that is missing': { parts: { more: { 'current-context': 'y' } } },
  'an authority in it and in a file': {
    parts: { cluster: { 'certificate-authority-data': base64('ca'), 'certificate-authority': 'ca.crt' } },
  },
  'two users of one name': {
    parts: {
      more: {
        users: [
          { name: 'u', user: {} },
          { name: 'u', user: {} },
        ],
      },
    },
  },
  'a key that is missing': { parts: { user: { 'client-certificate': 'none.crt' } } },
  'a server flag': { parts: {}, source: { server: 'https://other' } },
  'an impersonation flag': {
    parts: {},
    source: { impersonate: { user: 'a', groups: [], uid: null, extra: {} } },
  },
  'a file that is missing': { source: { kubeconfig: join(folder, 'none') } },
  'several files': { source: { env: { KUBECONFIG: '/a:/b' } } },
  'no file': { source: { env: { HOME: join(folder, 'nobody') } } },
};

for (const [name, { parts, source = {} }] of Object.entries(others)) {
  void test(`the quick client leaves ${name} to the whole one`, async () => {
    const file = parts === undefined ? {} : { kubeconfig: fileOf(kubeconfig(parts)) };
    assert.equal(await readPlainConfig({ ...file, ...source }), null);
  });
}

void test('the environment and the home folder are looked at in this order', async () => {
  const file = fileOf(kubeconfig({ context: { namespace: 'listed' } }), 'listed');
  const env = { KUBECONFIG: file, HOME: folder };
  assert.equal((await readPlainConfig({ env }))?.namespace, 'listed');
  assert.equal((await readPlainConfig({ env, namespace: 'flag' }))?.namespace, 'flag');
});

void describe('the quick client', () => {
  const status = { kind: 'Status', code: 404, message: 'it is not there', details: { name: 'missing' } };
  const answer = ({ path }: Arrived): Reply => {
    if (path.endsWith('/silent')) return 'never';
    return path.endsWith('/missing')
      ? { status: 404, body: status }
      : { body: { metadata: { name: 'app' } } };
  };
  const authority = new Authority('test');
  let plainServer: TestServer;
  let secureServer: TestServer;
  before(async () => {
    plainServer = await TestServer.start(answer);
    const tls = { certificate: authority.server(), clientCa: authority.ca };
    secureServer = await TestServer.start(answer, tls);
  });
  after(() => Promise.all([plainServer.stop(), secureServer.stop()]));

  const open = async (parts: Parts, timeoutMs: number | null = null) =>
    (await openQuickCluster({ config: { kubeconfig: fileOf(kubeconfig(parts)) }, timeoutMs })) ??
    assert.fail('not plain');
  const failure = async (work: Promise<unknown>): Promise<Failure> => {
    const error = await work.then(
      () => null,
      (reason: unknown) => reason,
    );
    return isFailure(error) ? error : assert.fail(String(error));
  };
  const app = { namespace: 'shop', name: 'app' };

  void test('sends what the whole client sends, over one connection', async () => {
    const cluster = await open({ cluster: { server: `${plainServer.url}/base/` }, user: { token: 't' } });
    const { api } = cluster;
    await api.get(resources.rollouts, app);
    const body = { status: { abort: true, note: 'ä' } };
    await api.patch(resources.rollouts, { ...app, subresource: 'status' }, { type: 'merge', body });
    const [got, patched] = plainServer.arrived.splice(0);
    assert.equal(got?.path, '/base/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts/app');
    assert.equal(got?.headers.authorization, 'Bearer t');
    assert.match(String(got?.headers['user-agent']), /^kubectl-sluice\//);
    assert.equal(patched?.method, 'PATCH');
    assert.equal(patched?.headers['content-type'], 'application/merge-patch+json');
    assert.deepEqual(JSON.parse(patched?.body ?? ''), body);
    assert.equal(plainServer.connections, 1);
    await cluster.close();
  });

  void test('shows its certificate, and trusts the authority that it was given and no other', async () => {
    const { cert, key } = authority.client('me');
    const user = { 'client-certificate-data': base64(cert), 'client-key-data': base64(key) };
    const trusting = (ca: string) => ({ server: secureServer.url, 'certificate-authority-data': base64(ca) });
    const good = await open({ cluster: trusting(authority.ca), user });
    await good.api.get(resources.rollouts, app);
    assert.equal(secureServer.arrived.at(-1)?.clientName, 'me');
    await good.close();
    const bad = await open({ cluster: trusting(new Authority('other').ca), user });
    const refused = await failure(bad.api.get(resources.rollouts, app));
    assert.equal(refused.code, 'transient');
    assert.match(refused.facts.reason, /^(CERT|UNABLE|SELF_SIGNED)/);
    await bad.close();
  });

  void test('tells failures in the same words', async () => {
    const cluster = await open({ cluster: { server: plainServer.url } }, 200);
    const { api } = cluster;
    const missing = await failure(api.get(resources.rollouts, { ...app, name: 'missing' }));
    assert.deepEqual([missing.code, missing.facts.object], ['missing', 'missing']);
    const silent = await failure(api.get(resources.rollouts, { ...app, name: 'silent' }));
    assert.deepEqual([silent.code, silent.facts.reason], ['transient', 'Timeout']);
    await cluster.close();
    const away = await open({ cluster: { server: 'http://127.0.0.1:1' } });
    const refused = await failure(away.api.getPath('/version'));
    assert.deepEqual([refused.code, refused.facts.reason], ['transient', 'ECONNREFUSED']);
  });
});
