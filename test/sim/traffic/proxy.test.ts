import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server, request as send } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { after, describe, test } from 'node:test';
import type { Manifest } from '../../../src/api/meta.ts';
import { DATA_PLANES } from '../../../src/sim/mesh/mesh.ts';
import { Random } from '../../../src/sim/random.ts';
import { type MeshProxy, REASON_HEADER, startProxy } from '../../../src/sim/traffic/proxy.ts';
import { objectsOf, pod, service } from '../mesh/objects.ts';

const HOST = 'shop.example.com';

/** A pod's server for each name, on a port of its own; null: nobody listens there. */
type Pods = Readonly<Record<string, RequestListener | null>>;

const cleanups: (() => Promise<unknown>)[] = [];
after(() => Promise.all(cleanups.map((clean) => clean())));

/** A proxy before Services `stable` and `canary`, whose pods are named for them: `stable-0`. */
async function proxyFor(routes: readonly Manifest[], pods: Pods, deadlineMs = 2_000): Promise<MeshProxy> {
  const ports = new Map<string, number>();
  for (const [name, handle] of Object.entries(pods)) {
    const server = createServer(handle ?? undefined);
    ports.set(name, await listen(server));
    if (handle === null) await close(server);
    else cleanups.push(() => close(server));
  }
  const manifests = [
    ...routes,
    ...['stable', 'canary'].map((name) => service(name)),
    ...Object.keys(pods).map((name) =>
      pod(name, name.split('-')[0] ?? '', { labels: { 'pod-template-hash': name.split('-')[0] ?? '' } }),
    ),
  ];
  const proxy = await startProxy({
    objects: objectsOf(manifests),
    planes: DATA_PLANES,
    random: new Random('proxy'),
    port: 0,
    addressOf: ({ pod: { metadata } }) => ({ host: '127.0.0.1', port: ports.get(metadata.name) ?? 0 }),
    deadlineMs,
  });
  cleanups.push(() => proxy.close());
  return proxy;
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  if (server.listening) await new Promise((done) => server.close(done));
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

function ask(
  proxy: MeshProxy,
  { method = 'GET', path = '/', headers = {}, body = '' } = {},
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const options = { method, path, headers: { host: HOST, ...headers }, agent: false } as const;
  const asked = send(proxy.url, options, (response) => {
    let text = '';
    response.setEncoding('utf8');
    response.on('data', (part: string) => {
      text += part;
    });
    response.on('end', () => {
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
    });
    response.on('error', reject);
  });
  asked.on('error', reject);
  asked.end(body);
  return promise;
}

const says =
  (version: string): RequestListener =>
  (request, response) => {
    request.resume();
    response.setHeader('x-version', version);
    response.end(version);
  };
const echoes: RequestListener = (request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    response.setHeader('x-old', 'yes');
    response.end(
      JSON.stringify({ ...request.headers, method: request.method, body: Buffer.concat(parts).toString() }),
    );
  });
};
const silent: RequestListener = () => undefined;
const breaks: RequestListener = (request) => request.socket.destroy();
const stops: RequestListener = (_, response) => {
  response.writeHead(200, { 'content-length': '100' });
  response.write('begun', () => response.destroy());
};

function ingress(weight: number): readonly Manifest[] {
  const one = (name: string, to: string, annotations: object): Manifest => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace: 'shop', annotations: { ...annotations } },
    spec: {
      ingressClassName: 'nginx',
      rules: [
        {
          host: HOST,
          http: {
            paths: [
              { path: '/', pathType: 'Prefix', backend: { service: { name: to, port: { number: 80 } } } },
            ],
          },
        },
      ],
    },
  });
  const prefix = 'nginx.ingress.kubernetes.io';
  const canary = { [`${prefix}/canary`]: 'true', [`${prefix}/canary-weight`]: `${weight}` };
  return [one('web', 'stable', {}), one('web-canary', 'canary', canary)];
}

function route(rule: object): readonly Manifest[] {
  return [
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { hostnames: [HOST], rules: [{ backendRefs: [{ name: 'stable', port: 80 }], ...rule }] },
    },
  ];
}

const two: Pods = { 'stable-0': says('1'), 'stable-1': says('1'), 'canary-0': says('2') };

void describe('the proxy', () => {
  void test('splits real requests by weight, and counts them', async () => {
    const proxy = await proxyFor(ingress(25), two);
    const answers = await Promise.all(Array.from({ length: 400 }, () => ask(proxy)));
    const canary = answers.filter(({ headers }) => headers['x-version'] === '2').length;
    // Four standard deviations.
    assert.ok(Math.abs(canary - 100) < 35, `${canary}`);
    assert.ok(answers.every(({ status }) => status === 200));
    const counts = proxy.counts().map((one) => `${one.service} ${one.hash} ${one.status}: ${one.requests}`);
    const expected = [`shop/canary canary 200: ${canary}`, `shop/stable stable 200: ${400 - canary}`];
    assert.deepEqual(new Set(counts), new Set(expected));
  });

  void test('passes a body on and an answer back, with the headers that belong to both', async () => {
    const edits = {
      filters: [
        {
          type: 'RequestHeaderModifier',
          requestHeaderModifier: { set: [{ name: 'X-Set', value: 'new' }], remove: ['X-Secret'] },
        },
        {
          type: 'ResponseHeaderModifier',
          responseHeaderModifier: { add: [{ name: 'X-Old', value: 'too' }] },
        },
      ],
    };
    const proxy = await proxyFor(route(edits), { 'stable-0': echoes });
    const body = 'x'.repeat(300_000);
    const headers = { 'x-secret': 'a', 'x-set': 'old', 'keep-alive': 'b', connection: 'x-hop', 'x-hop': 'c' };
    const answer = await ask(proxy, { method: 'POST', headers, body });
    const echo = JSON.parse(answer.body) as Readonly<Record<string, string>>;
    assert.equal(echo['body'], body);
    assert.deepEqual(
      ['method', 'host', 'x-set', 'x-secret', 'x-hop', 'keep-alive', 'x-forwarded-for'].map(
        (name) => echo[name],
      ),
      ['POST', HOST, 'new', undefined, undefined, undefined, '127.0.0.1'],
    );
    assert.equal(answer.headers['x-old'], 'yes, too');
  });

  void test('a cookie that a backend adds stands beside those of the application, and others get none', async () => {
    const cookie = (name: string) => ({
      type: 'ResponseHeaderModifier',
      responseHeaderModifier: { add: [{ name: 'Set-Cookie', value: name }] },
    });
    const backendRefs = [
      { name: 'stable', port: 80, weight: 1 },
      { name: 'canary', port: 80, weight: 1, filters: [cookie('of-backend=1')] },
    ];
    const serves =
      (version: string): RequestListener =>
      (_, response) =>
        response.setHeader('set-cookie', [`app=${version}`, 'b=2']).end(version);
    const pods = { 'stable-0': serves('1'), 'canary-0': serves('2') };
    const proxy = await proxyFor(route({ filters: [cookie('of-rule=1')], backendRefs }), pods);
    const answers = await Promise.all(Array.from({ length: 40 }, () => ask(proxy)));
    for (const { body, headers } of answers) {
      const added = body === '2' ? ['of-rule=1', 'of-backend=1'] : ['of-rule=1'];
      assert.deepEqual(headers['set-cookie'], [`app=${body}`, 'b=2', ...added]);
    }
    assert.equal(new Set(answers.map(({ body }) => body)).size, 2);
  });

  void test('turns to another pod when one refuses the connection, and loses no request', async () => {
    const proxy = await proxyFor(ingress(0), { 'stable-0': null, 'stable-1': echoes, 'stable-2': null });
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => ask(proxy, { method: 'POST', body: 'whole' })),
    );
    assert.ok(answers.every(({ status, body }) => status === 200 && body.includes('"body":"whole"')));
  });

  void test('copies requests where a route says so, and does not wait for the copies', async () => {
    const copied = Promise.withResolvers<string>();
    const copies: RequestListener = (request) => copied.resolve(request.url ?? '');
    const mirror = {
      filters: [{ type: 'RequestMirror', requestMirror: { backendRef: { name: 'canary', port: 80 } } }],
    };
    const proxy = await proxyFor(route(mirror), { 'stable-0': says('1'), 'canary-0': copies });
    assert.equal((await ask(proxy, { path: '/a?b=c' })).body, '1');
    assert.equal(await copied.promise, '/a?b=c');
  });

  void test('reaches nothing but pods, whatever is asked', async () => {
    const proxy = await proxyFor(ingress(0), { 'stable-0': says('1') });
    const { port } = new URL(proxy.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.end(`GET http://127.0.0.1:1/secret HTTP/1.1\r\nHost: 127.0.0.1:1\r\nConnection: close\r\n\r\n`);
    let text = '';
    for await (const part of socket) text += String(part);
    assert.match(text, /^HTTP\/1\.1 404 /);
  });
});

type Row = readonly [
  what: string,
  routes: readonly Manifest[],
  pods: Pods,
  status: number,
  reason: RegExp | null,
];

const redirect = { filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https' } }] };
const troubles: readonly Row[] = [
  ['no route', [], two, 404, /^nothing answers for shop\.example\.com$/],
  ['no pod', ingress(0), {}, 503, /^shop-stable-80 has no ready pods$/],
  ['no pod behind a Gateway', route({}), {}, 503, /^Service shop\/stable has no ready pod$/],
  ['no Service', route({ backendRefs: [{ name: 'gone', port: 80 }] }), two, 500, /no Service shop\/gone/],
  ['what is not simulated', route(redirect), two, 501, /filter RequestRedirect$/],
  [
    'pods that are gone',
    ingress(0),
    { 'stable-0': null },
    502,
    /^no pod of Service shop\/stable takes a connection$/,
  ],
  [
    'a pod that breaks off before it answers',
    ingress(0),
    { 'stable-0': breaks },
    502,
    /^the pod (gave|closed)/,
  ],
  ['a pod that never answers', ingress(0), { 'stable-0': silent }, 504, /^no answer within 300 ms$/],
];

void describe('the proxy says why it cannot answer', () => {
  for (const [what, routes, pods, status, reason] of troubles) {
    void test(`${what}: ${status}`, async () => {
      const proxy = await proxyFor(routes, pods, 300);
      const answer = await ask(proxy);
      assert.equal(answer.status, status);
      assert.match(String(answer.headers[REASON_HEADER]), reason ?? /^$/);
      assert.deepEqual(
        proxy.counts().map((one) => [one.status, one.requests]),
        [[status, 1]],
      );
    });
  }

  void test('an answer that stops midway is cut off, not made whole', async () => {
    const proxy = await proxyFor(ingress(0), { 'stable-0': stops });
    await assert.rejects(ask(proxy), { code: 'ECONNRESET' });
  });

  void test('who does not wait is not held against the pod', async () => {
    const [arrived, left] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const waits: RequestListener = (request, response) => {
      if (request.url !== '/slow') return void response.end();
      request.socket.once('close', left.resolve);
      arrived.resolve();
    };
    const proxy = await proxyFor(ingress(0), { 'stable-0': waits });
    const asked = send(proxy.url, { path: '/slow', headers: { host: HOST }, agent: false });
    asked.on('error', () => undefined);
    asked.end();
    await arrived.promise;
    asked.destroy();
    await left.promise;
    await ask(proxy);
    const statuses = new Set(proxy.counts().map(({ status }) => status));
    assert.deepEqual(statuses, new Set([499, 200]));
  });
});
