import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Resource, resources } from '../../../src/api/resources.ts';
import { type Failure, type FailureCode, isFailure, isUnknownKind } from '../../../src/shell/kube/failure.ts';
import type { RestClient } from '../../../src/shell/kube/rest.ts';
import { bench } from './bench.ts';
import type { Reply } from './server.ts';

const { rollouts, replicaSets, pods, leases, clusterAnalysisTemplates } = resources;
const a = { namespace: 'n', name: 'a' };

/** What a call throws; fails if it does not. */
async function failureOf(call: Promise<unknown>): Promise<Failure> {
  const thrown: unknown = await call.then(
    () => assert.fail('it worked'),
    (error: unknown) => error,
  );
  assert.ok(isFailure(thrown), String(thrown));
  return thrown;
}

const json = 'application/json';
for (const [name, call, method, path, type, body] of [
  [
    'get',
    (c) => c.get(rollouts, a),
    'GET',
    '/apis/argoproj.io/v1alpha1/namespaces/n/rollouts/a',
    undefined,
    '',
  ],
  ['get in the core group', (c) => c.get(pods, a), 'GET', '/api/v1/namespaces/n/pods/a', undefined, ''],
  [
    'get without a namespace',
    (c) => c.get(clusterAnalysisTemplates, { name: 't' }),
    'GET',
    '/apis/argoproj.io/v1alpha1/clusteranalysistemplates/t',
    undefined,
    '',
  ],
  [
    'names are escaped',
    (c) => c.get(pods, { namespace: 'n', name: 'a/b?' }),
    'GET',
    '/api/v1/namespaces/n/pods/a%2Fb%3F',
    undefined,
    '',
  ],
  [
    'create',
    (c) => c.create(leases, { namespace: 'n' }, { x: 1 }),
    'POST',
    '/apis/coordination.k8s.io/v1/namespaces/n/leases',
    json,
    '{"x":1}',
  ],
  [
    'evict',
    (c) => c.create(pods, { ...a, subresource: 'eviction' }, {}),
    'POST',
    '/api/v1/namespaces/n/pods/a/eviction',
    json,
    '{}',
  ],
  [
    'dry run',
    (c) => c.create(pods, { namespace: 'n' }, {}, { dryRun: true }),
    'POST',
    '/api/v1/namespaces/n/pods?dryRun=All',
    json,
    '{}',
  ],
  [
    'create without looking',
    (c) => c.createUnseen(leases, { namespace: 'n' }, { x: 1 }),
    'POST',
    '/apis/coordination.k8s.io/v1/namespaces/n/leases',
    json,
    '{"x":1}',
  ],
  [
    'patch without looking',
    (c) => c.patchUnseen(pods, a, { type: 'merge', body: {} }, { fieldManager: 'sluice' }),
    'PATCH',
    '/api/v1/namespaces/n/pods/a?fieldManager=sluice',
    'application/merge-patch+json',
    '{}',
  ],
  [
    'update status',
    (c) => c.update(rollouts, { ...a, subresource: 'status' }, {}),
    'PUT',
    '/apis/argoproj.io/v1alpha1/namespaces/n/rollouts/a/status',
    json,
    '{}',
  ],
  [
    'merge patch',
    (c) => c.patch(pods, a, { type: 'merge', body: { y: null } }),
    'PATCH',
    '/api/v1/namespaces/n/pods/a',
    'application/merge-patch+json',
    '{"y":null}',
  ],
  [
    'JSON patch',
    (c) => c.patch(pods, a, { type: 'json', body: [] }),
    'PATCH',
    '/api/v1/namespaces/n/pods/a',
    'application/json-patch+json',
    '[]',
  ],
  [
    'strategic patch',
    (c) => c.patch(pods, a, { type: 'strategic', body: {} }),
    'PATCH',
    '/api/v1/namespaces/n/pods/a',
    'application/strategic-merge-patch+json',
    '{}',
  ],
  [
    'server-side apply',
    (c) => c.patch(pods, a, { type: 'apply', body: {}, force: true }, { fieldManager: 'sluice' }),
    'PATCH',
    '/api/v1/namespaces/n/pods/a?fieldManager=sluice&force=true',
    'application/apply-patch+yaml',
    '{}',
  ],
  [
    'delete with preconditions',
    (c) => c.delete(replicaSets, a, { uid: 'u', propagation: 'Background' }),
    'DELETE',
    '/apis/apps/v1/namespaces/n/replicasets/a',
    json,
    '{"apiVersion":"v1","kind":"DeleteOptions","preconditions":{"uid":"u"},"propagationPolicy":"Background"}',
  ],
] as const satisfies readonly (readonly [
  string,
  (c: RestClient) => Promise<unknown>,
  string,
  string,
  string | undefined,
  string,
])[]) {
  void test(`on the wire: ${name}`, async () => {
    const { server, client, asked } = await bench(() => ({ body: { kind: 'Status' } }));
    await call(client);
    const arrived = server.arrived[0] ?? assert.fail();
    const query = arrived.query.size === 0 ? '' : `?${arrived.query.toString()}`;
    assert.deepEqual(
      [arrived.method, arrived.path + query, arrived.headers['content-type'], arrived.body],
      [method, path, type, body],
    );
    const { authorization, accept } = arrived.headers;
    assert.deepEqual(
      [authorization, accept, arrived.headers['user-agent'], arrived.httpVersion],
      ['Bearer secret', json, 'sluice/test', '2.0'],
    );
    assert.deepEqual(
      asked.map((one) => one.code),
      ['200'],
    );
  });
}

const status = (code: number, reason: string, more: object = {}): Reply => ({
  status: code,
  body: { kind: 'Status', code, reason, message: 'said so', ...more },
});
for (const [name, reply, code] of [
  ['409 Conflict', status(409, 'Conflict'), 'conflict'],
  ['409 AlreadyExists', status(409, 'AlreadyExists'), 'exists'],
  ['404', status(404, 'NotFound', { details: { name: 'a' } }), 'missing'],
  ['422', status(422, 'Invalid'), 'invalid'],
  ['400', status(400, 'BadRequest'), 'invalid'],
  ['403', status(403, 'Forbidden'), 'forbidden'],
  ['401', status(401, 'Unauthorized'), 'unauthorized'],
  ['410', status(410, 'Expired'), 'expired'],
  ['500', status(500, 'InternalError'), 'transient'],
  ['503 without a Status', { status: 503, text: 'upstream is down' }, 'transient'],
  ['200 that is a web page', { text: '<html>login</html>' }, 'transient'],
  ['200 that is too large', { text: JSON.stringify('x'.repeat(2000)) }, 'invalid'],
] as const satisfies readonly (readonly [string, Reply, FailureCode])[]) {
  void test(`${name} is ${code}`, async () => {
    const { client } = await bench(() => reply, { mostBytes: 1000 });
    const failure = await failureOf(client.update(rollouts, a, {}));
    assert.equal(failure.code, code);
    assert.match(failure.message, /^kube: update rollouts n\/a: /);
  });
}

void test('a failure carries what the server said', async () => {
  const details = {
    name: 'a',
    causes: [{ field: 'spec.replicas', message: 'must be positive', reason: 'FieldValueInvalid' }],
  };
  const { client } = await bench(() => status(422, 'Invalid', { details }));
  const failure = await failureOf(client.update(rollouts, a, {}));
  assert.equal(failure.message, 'kube: update rollouts n/a: said so (HTTP 422)');
  assert.deepEqual(failure.facts, {
    status: 422,
    reason: 'Invalid',
    retryAfterSeconds: null,
    causes: details.causes,
    object: 'a',
  });
});

void test('an unknown kind is told from a missing object', async () => {
  const { client } = await bench((request) =>
    request.path.includes('/pods/')
      ? status(404, 'NotFound', { details: { name: 'a' } })
      : { status: 404, text: '404 page not found' },
  );
  assert.equal(isUnknownKind(await failureOf(client.get(pods, a))), false);
  assert.equal(isUnknownKind(await failureOf(client.list(rollouts, {}, (object) => object))), true);
});

void test('fields that nobody knows come and go unharmed', async () => {
  const object = {
    metadata: { name: 'a', newField: [1] },
    spec: { template: { spec: { containers: [{ fromTheFuture: { a: null } }] } } },
  };
  const { server, client } = await bench(() => ({ body: object }));
  const read = await client.get(replicaSets, a);
  assert.deepEqual(read, object);
  await client.update(replicaSets, a, read);
  assert.deepEqual(JSON.parse(server.arrived[1]?.body ?? ''), object);
});

void test('an answer that nobody wants to see is not looked at, unless it is a refusal', async () => {
  const { client } = await bench((request) =>
    request.path.endsWith('/b') ? status(404, 'NotFound') : { text: '<html>whatever it is</html>' },
  );
  const merge = { type: 'merge', body: {} } as const;
  assert.equal(await client.createUnseen(pods, { namespace: 'n' }, {}), undefined);
  assert.equal(await client.patchUnseen(pods, a, merge), undefined);
  const failure = await failureOf(client.patchUnseen(pods, { namespace: 'n', name: 'b' }, merge));
  assert.equal(failure.code, 'missing');
});

void test('delete tells gone from going', async () => {
  const going = { kind: 'Pod', metadata: { name: 'a', deletionTimestamp: '2026-01-01T00:00:00Z' } };
  const { client } = await bench((request) => ({
    body: request.path.endsWith('gone') ? { kind: 'Status', status: 'Success' } : going,
  }));
  assert.equal(await client.delete(pods, { namespace: 'n', name: 'gone' }), null);
  assert.deepEqual(await client.delete(pods, a), going);
});

const page = (names: readonly string[], more: object = {}): Reply => ({
  body: { metadata: { resourceVersion: '7', ...more }, items: names.map((name) => ({ metadata: { name } })) },
});
const listed = (client: RestClient, resource: Resource = pods): Promise<readonly string[]> =>
  client
    .list(resource, { namespace: 'n', labelSelector: 'app=x' }, (object) => object.metadata.name)
    .then((list) => list.items);

void test('a list is read in pages, and its items know their kind', async () => {
  const { server, client } = await bench((request) =>
    request.query.get('continue') === 'next' ? page(['c']) : page(['a', 'b'], { continue: 'next' }),
  );
  const list = await client.list(pods, { labelSelector: 'app=x' }, (object) => object, { limit: 2 });
  const kinds = { apiVersion: 'v1', kind: 'Pod' };
  assert.deepEqual(list, {
    resourceVersion: '7',
    items: ['a', 'b', 'c'].map((name) => ({ ...kinds, metadata: { name } })),
  });
  assert.deepEqual(
    server.arrived.map((request) => request.query.toString()),
    ['labelSelector=app%3Dx&limit=2', 'labelSelector=app%3Dx&limit=2&continue=next'],
  );
});

void test('410 in the middle of a list starts it over, at last without pages', async () => {
  const { server, client } = await bench((request) => {
    if (request.query.has('continue')) return status(410, 'Expired');
    return request.query.has('limit') ? page(['old'], { continue: 'next' }) : page(['a', 'b']);
  });
  assert.deepEqual(await listed(client), ['a', 'b']);
  assert.equal(server.arrived.length, 5);
});

void test('an empty list may have no items at all', async () => {
  const { client } = await bench(() => ({ body: { metadata: { resourceVersion: '7' }, items: null } }));
  assert.deepEqual(await listed(client), []);
});
