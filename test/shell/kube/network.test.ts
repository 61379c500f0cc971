import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resources } from '../../../src/api/resources.ts';
import { systemClock } from '../../../src/shell/clock.ts';
import { type Failure, isFailure } from '../../../src/shell/kube/failure.ts';
import type { RestClient } from '../../../src/shell/kube/rest.ts';
import { Life } from '../../../src/sim/life.ts';
import { bench } from './bench.ts';
import { FakeClock } from './fake-clock.ts';
import { type Reply, until } from './server.ts';

const { pods } = resources;
const a = { namespace: 'n', name: 'a' };
const good: Reply = { body: { metadata: { name: 'a' } } };

async function failureOf(call: Promise<unknown>): Promise<Failure> {
  const thrown: unknown = await call.then(
    () => assert.fail('it worked'),
    (error: unknown) => error,
  );
  assert.ok(isFailure(thrown), String(thrown));
  return thrown;
}

/** Answers with these replies in turn, then with the last one for ever. */
function inTurn(...replies: readonly Reply[]): () => Reply {
  let asked = 0;
  return () => replies[Math.min(asked++, replies.length - 1)] ?? assert.fail();
}

const throttled = (retryAfter: string): Reply => ({
  status: 429,
  headers: { 'retry-after': retryAfter },
  body: { reason: 'TooManyRequests', message: 'slow down' },
});

void test('after 429 it comes back when told to, for a write as well', async () => {
  const clock = new FakeClock();
  const { server, client } = await bench(inTurn(throttled('3'), good), { clock });
  const call = client.update(pods, a, {});
  await until(
    'the first answer, and the wait for the second beside the deadline',
    () => server.arrived.length === 1 && clock.timers === 2,
  );
  await clock.pass(2_999);
  assert.equal(server.arrived.length, 1);
  await clock.pass(1);
  await call;
  assert.equal(server.arrived.length, 2);
});

for (const [what, expected] of [
  ['write', ['cancelled', 1]],
  ['read', ['answered', 2]],
] as const)
  void test(`a process that was asleep while it waited: its ${what} is ${expected[0]}`, async () => {
    const clock = new FakeClock();
    const life = new Life(clock);
    const { server, client } = await bench(inTurn(throttled('3'), good), { clock: life });
    const call = what === 'write' ? client.update(pods, a, {}) : client.get(pods, a);
    const told = call.then(
      () => 'answered',
      (failure: { code: string }) => failure.code,
    );
    await until('the wait', () => server.arrived.length === 1 && clock.timers === 2);
    life.sleep(20_000);
    await clock.pass(20_000);
    assert.deepEqual([await told, server.arrived.length], expected);
  });

void test('a wait beyond the deadline is left to the caller, who is told how long', async () => {
  const { server, client } = await bench(() => throttled('60'));
  const failure = await failureOf(client.update(pods, a, {}));
  assert.deepEqual(
    [failure.code, failure.facts.retryAfterSeconds, server.arrived.length],
    ['throttled', 60, 1],
  );
});

void test('a server that throttles for ever is given up', async () => {
  const { server, client } = await bench(() => throttled('0'));
  assert.equal((await failureOf(client.get(pods, a))).code, 'throttled');
  assert.equal(server.arrived.length, 6);
});

void test('our own rate limit spreads requests out', async () => {
  const clock = new FakeClock();
  const { server, client } = await bench(() => good, { clock, rate: { perSecond: 10, burst: 2 } });
  const calls = Promise.all([1, 2, 3, 4].map(() => client.get(pods, a)));
  await until('the burst', () => server.arrived.length === 2);
  await until('two waits, each beside its deadline', () => clock.timers === 4);
  await clock.pass(100);
  await until('the third', () => server.arrived.length === 3);
  await clock.pass(100);
  await calls;
});

for (const [name, reply] of [
  ['never answers', 'never'],
  ['begins to answer and then hangs', (response) => void response.write('{')],
] as const satisfies readonly (readonly [string, Reply])[]) {
  void test(`a server that ${name} is a transient failure at the deadline`, async () => {
    const { client, asked } = await bench(() => reply);
    const failure = await failureOf(client.update(pods, a, {}, { timeoutMs: 150 }));
    assert.deepEqual([failure.code, failure.facts.reason], ['transient', 'Timeout']);
    assert.match(failure.message, /^kube: update pods n\/a: nothing heard for 0\.15 s$/);
    assert.deepEqual(
      asked.map((one) => one.code),
      [name === 'never answers' ? 'Timeout' : '200'],
    );
  });
}

void test('a slow answer within the deadline is an answer', async () => {
  const { client } = await bench(() => ({ body: { metadata: { name: 'slow' } }, delayMs: 200 }));
  assert.equal((await client.get(pods, a, { timeoutMs: 5_000 })).metadata.name, 'slow');
});

void test('giving up is cancelled, at once, before and in the middle', async () => {
  const { server, client } = await bench(() => 'never');
  const stop = new AbortController();
  const call = failureOf(client.update(pods, a, {}, { signal: stop.signal }));
  await until('the request', () => server.arrived.length === 1);
  stop.abort();
  assert.equal((await call).code, 'cancelled');
  assert.equal((await failureOf(client.get(pods, a, { signal: stop.signal }))).code, 'cancelled');
  assert.equal(server.arrived.length, 1);
});

void test('cut under a read: asked again once; under a write: left to the caller', async () => {
  const cut: Reply = (response) => response.socket?.destroy();
  const read = await bench(inTurn(cut, good));
  await read.client.get(pods, a);
  assert.equal(read.server.arrived.length, 2);
  const write = await bench(inTurn(cut, good));
  assert.equal((await failureOf(write.client.update(pods, a, {}))).code, 'transient');
  await write.client.update(pods, a, {});
  assert.equal(write.server.arrived.length, 2);
});

void test('nobody listens: a transient failure that says so', async () => {
  const { server, relay, client } = await bench(() => good);
  await client.get(pods, a);
  await Promise.all([relay.stop(), server.stop()]);
  const failure = await failureOf(client.update(pods, a, {}));
  assert.equal(failure.code, 'transient');
  assert.match(failure.message, /ECONNREFUSED|closed|other side/);
});

void test('300 requests at once need a handful of connections, and each has its answer', async () => {
  const { server, client } = await bench((request) => ({
    body: { metadata: { name: request.path.split('/').at(-1) } },
  }));
  const names = Array.from({ length: 300 }, (_, n) => `p${n}`);
  const got = await Promise.all(names.map((name) => client.get(pods, { namespace: 'n', name })));
  assert.deepEqual(
    got.map((pod) => pod.metadata.name),
    names,
  );
  assert.ok(server.connections <= 10, String(server.connections));
});

void test('GOAWAY: what is under way ends well, the rest goes to a new connection', async () => {
  const { server, client } = await bench((request) => ({
    ...(good as object),
    delayMs: request.path.endsWith('slow') ? 200 : 0,
  }));
  const slow = client.get(pods, { namespace: 'n', name: 'slow' });
  await until('the slow request', () => server.arrived.length === 1);
  server.goAway();
  await Promise.all([slow, ...Array.from({ length: 20 }, () => client.update(pods, a, {}))]);
  assert.equal(server.arrived.length, 21);
});

void test('watches and requests do not share connections: a frozen watch holds up no request', async () => {
  const { server, relay, client } = await bench((request) =>
    request.query.has('watch') ? (response) => void response.write('\n') : good,
  );
  const stop = new AbortController();
  const watch = drain(client, stop.signal, 60_000);
  await until('the watch', () => server.arrived.length === 1);
  relay.freeze();
  await client.get(pods, a);
  stop.abort();
  assert.equal((await failureOf(watch)).code, 'cancelled');
});

void test('a connection that died without a word is replaced after the first timeout', async () => {
  const { relay, client } = await bench(() => good);
  await client.get(pods, a);
  relay.freeze();
  assert.equal((await failureOf(client.update(pods, a, {}, { timeoutMs: 300 }))).facts.reason, 'Timeout');
  const startedAt = systemClock.elapsed();
  let works = false;
  while (!works && systemClock.elapsed() - startedAt < 20_000) {
    works = await client.update(pods, a, {}, { timeoutMs: 300 }).then(
      () => true,
      () => false,
    );
  }
  assert.ok(works, 'it never recovered');
});

async function drain(client: RestClient, signal: AbortSignal, silenceMs: number): Promise<number> {
  let events = 0;
  const options = { resourceVersion: '1', timeoutSeconds: 300, silenceMs, signal };
  for await (const _ of client.watch(pods, {}, options)) events += 1;
  return events;
}
