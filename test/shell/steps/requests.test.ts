import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Rollout } from '../../../src/api/rollout.ts';
import type { StepReply, StepRequest, WebhookRequest } from '../../../src/core/steps/plugin.ts';
import { createHttpClient } from '../../../src/providers/http-client.ts';
import { sleep, systemClock } from '../../../src/shell/clock.ts';
import { StepRequests } from '../../../src/shell/steps/requests.ts';
import { json, nowhere, type Reply, serve, text } from '../../providers/support/server.ts';
import { bench } from '../kube/bench.ts';

/** Requests of steps, made to real servers on this machine: what comes in, and what never goes out. */

const never = new AbortController().signal;
const rollout = (uid = 'u'): Rollout => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: { name: 'web', namespace: 'shop', uid },
  spec: {},
});

/** An API server with one Secret and one CronJob. */
const { client } = await bench(({ path }) => {
  const data = {
    token: Buffer.from('s3cret\n').toString('base64'),
    two: Buffer.from('a\nb').toString('base64'),
  };
  if (path === '/api/v1/namespaces/shop/secrets/gate')
    return { body: { kind: 'Secret', metadata: { name: 'gate' }, data } };
  if (path === '/apis/batch/v1/namespaces/shop/cronjobs/nightly')
    return { body: { kind: 'CronJob', metadata: { name: 'nightly' }, spec: {} } };
  const isForbidden = path.endsWith('/hidden');
  const [code, reason] = isForbidden ? [403, 'Forbidden'] : [404, 'NotFound'];
  return { status: code, body: { kind: 'Status', code, reason, message: `${reason}: ${path}`, details: {} } };
});

const open = () => new StepRequests({ client, clock: systemClock, fetch: createHttpClient({}) });

function webhook(url: string, more: Partial<WebhookRequest> = {}): WebhookRequest {
  const usual = {
    kind: 'webhook',
    method: 'GET',
    headers: [],
    body: null,
    timeoutSeconds: 5,
    insecure: false,
  } as const;
  return { ...usual, id: 'q/1', url, ...more };
}

/** Looks, as passes do, until the answer is there. */
async function answer(request: StepRequest, requests = open()): Promise<StepReply | undefined> {
  const deadline = systemClock.elapsed() + 10_000;
  while (systemClock.elapsed() < deadline) {
    const reply = requests.replies('shop/web', rollout())[request.id];
    if (reply !== undefined) return reply;
    requests.carryOut('shop/web', rollout(), [request], never);
    await sleep(systemClock, 10);
  }
  return undefined;
}

function row(name: string, given: Reply, expected: StepReply, more: Partial<WebhookRequest> = {}): void {
  void test(name, async () => {
    await using server = await serve([given]);
    assert.deepEqual(await answer(webhook(server.url, more)), expected);
  });
}

const failure = (message: string): StepReply => ({ kind: 'failure', message });
row('JSON', json({ ok: true }), { kind: 'json', value: { ok: true } });
row('another status', json({ ok: true }, 503), failure('answered with status 503'));
row('no JSON', text('yes'), failure('the answer is not JSON'));
row('too much', text(JSON.stringify('x'.repeat(300_000))), failure('the answer is too long'));

void test('elsewhere is not asked: a header may hold a secret', async () => {
  await using server = await serve([text('', 302, { location: 'http://elsewhere.example/' })]);
  const reply = await answer(webhook(server.url));
  assert.match(
    reply?.kind === 'failure' ? reply.message : '',
    /refused to follow the redirect to another host/,
  );
});

void test('nobody is there', async () => {
  const url = await nowhere();
  const reply = await answer(webhook(url));
  assert.equal(reply?.kind, 'failure');
});

void test('headers come from Secrets, and a body is JSON', async () => {
  await using server = await serve([json({})]);
  const secretKeyRef = { name: 'gate', key: 'token' };
  const headers = [
    { key: 'Authorization', valueFrom: { secretKeyRef } },
    { key: 'X-Team', value: 'web' },
  ];
  await answer(webhook(server.url, { method: 'POST', headers, body: '{"a":1}' }));
  const [received] = server.received;
  assert.equal(received?.method, 'POST');
  assert.equal(received.body, '{"a":1}');
  assert.equal(received.headers['authorization'], 's3cret');
  assert.equal(received.headers['x-team'], 'web');
  assert.equal(received.headers['content-type'], 'application/json');
});

const secret = (name: string, key: string) => ({
  headers: [{ key: 'Authorization', valueFrom: { secretKeyRef: { name, key } } }],
});
row(
  'a Secret that is not there',
  json({}),
  failure('header Authorization: secrets "other" not found'),
  secret('other', 'token'),
);
row(
  'a key that is not there',
  json({}),
  failure("header Authorization: key 'none' does not exist in secret 'gate'"),
  secret('gate', 'none'),
);
row(
  'a Secret of two lines',
  json({}),
  failure('header Authorization: the Secret holds more than one line'),
  secret('gate', 'two'),
);

void test('a question is asked once while its answer is wanted, and the next one after it', async () => {
  await using server = await serve([json(1), json(2)]);
  const requests = open();
  const first = webhook(server.url);
  await answer(first, requests);
  requests.carryOut('shop/web', rollout(), [first], never);
  assert.equal(server.received.length, 1);
  const second = webhook(server.url, { id: 'q/2' });
  assert.deepEqual(await answer(second, requests), { kind: 'json', value: 2 });
  assert.deepEqual(Object.keys(requests.replies('shop/web', rollout())), ['q/2']);
});

void test('what is not wanted any more is ended, and another rollout of that name gets nothing of it', async () => {
  await using server = await serve([{ kind: 'silence' }]);
  const requests = open();
  const lookAt = requests.carryOut(
    'shop/web',
    rollout(),
    [webhook(server.url, { timeoutSeconds: 60 })],
    never,
  );
  assert.ok(lookAt !== null && lookAt > systemClock.now());
  assert.equal(requests.carryOut('shop/web', rollout(), [], never), null);
  await using other = await serve([json(1)]);
  await answer(webhook(other.url), requests);
  assert.deepEqual(requests.replies('shop/web', rollout('another')), {});
});

void test('a service that says nothing is a failure in time', async () => {
  await using server = await serve([{ kind: 'drip' }]);
  const reply = await answer(webhook(server.url, { timeoutSeconds: 0.2 }));
  assert.match(reply?.kind === 'failure' ? reply.message : '', /no answer within|timed out|timeout/i);
});

const cronJob = (name: string): StepRequest => ({ kind: 'cronJob', id: `c/${name}`, name });
void test('a CronJob is looked up', async () => {
  const found = await answer(cronJob('nightly'));
  assert.equal(found?.kind === 'object' ? found.object?.metadata.name : '', 'nightly');
  assert.deepEqual(await answer(cronJob('none')), { kind: 'object', object: null });
  const hidden = await answer(cronJob('hidden'));
  assert.match(hidden?.kind === 'failure' ? hidden.message : '', /^CronJob hidden: .*Forbidden/);
});
