import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, describe, test } from 'node:test';
import { VirtualClock } from '../../../src/sim/clock.ts';
import { type Client, startClient, type Tally } from '../../../src/sim/traffic/client.ts';

const cleanups: (() => void)[] = [];
after(() => {
  for (const clean of cleanups) clean();
});

/** A real server, and users whose schedule runs in virtual time. */
async function served(handle: RequestListener, perSecond: number, deadlineMs = 5_000) {
  const server = createServer(handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const clock = new VirtualClock(0);
  const { port } = server.address() as AddressInfo;
  const client = startClient({
    url: `http://127.0.0.1:${port}`,
    host: 'shop.example.com',
    path: '/cart',
    headers: { 'x-user': 'me' },
    perSecond,
    deadlineMs,
    clock,
  });
  const pass = async (seconds: number) => {
    await clock.run(clock.elapsed() + 1000 * seconds);
  };
  return { client, pass };
}

function told({ answered, lost }: Tally): Readonly<Record<string, number>> {
  return Object.fromEntries([
    ...answered.map(({ version, status, count }) => [`${version} ${status}`, count]),
    ...lost.map(({ reason, count }) => [reason, count]),
  ]);
}

function countOf(client: Client): number {
  return client.tally().sent;
}

void describe('users on real sockets', () => {
  void test('count every answer by version and status', async () => {
    let turn = 0;
    const { client, pass } = await served((request, response) => {
      assert.deepEqual([request.url, request.headers.host], ['/cart', 'shop.example.com']);
      assert.equal(request.headers['x-user'], 'me');
      turn++;
      response.statusCode = turn % 10 === 0 ? 500 : 200;
      if (turn % 2 === 0) response.setHeader('x-version', '2');
      response.end('x'.repeat(10_000));
    }, 50);
    await pass(2);
    const tally = await client.stop();
    assert.deepEqual(told(tally), { ' 200': 50, '2 200': 40, '2 500': 10 });
    assert.deepEqual([tally.sent, tally.waiting], [100, 0]);
  });

  void test('keep to their schedule, also when the rate changes', async () => {
    const { client, pass } = await served((_, response) => response.end(), 20);
    await pass(10);
    assert.equal(countOf(client), 200);
    client.pace(0);
    await pass(10);
    assert.equal(countOf(client), 200);
    client.pace(5);
    await pass(10);
    assert.equal(countOf(client), 250);
    await client.stop();
    await pass(10);
    assert.equal(countOf(client), 250);
  });

  void test('do not wait for slow answers, and count their time from when they were due', async () => {
    const open: ServerResponse[] = [];
    const all = Promise.withResolvers<void>();
    const { client, pass } = await served((_, response) => {
      if (open.push(response) === 100) all.resolve();
    }, 10);
    await pass(10);
    assert.deepEqual([countOf(client), client.tally().waiting], [100, 100]);
    await all.promise;
    for (const response of open) response.end();
    const { halfMs, mostMs } = await client.stop();
    assert.ok(halfMs >= 4_900 && halfMs < 5_700, `${halfMs}`);
    assert.ok(mostMs >= 9_700 && mostMs < 11_000, `${mostMs}`);
  });

  void test('say what they lost: no server, no whole answer, no answer in time, too many at once', async () => {
    const cut = await served((_, response) => {
      response.writeHead(200, { 'content-length': '10' });
      response.write('begun', () => response.destroy());
    }, 10);
    await cut.pass(1);
    assert.deepEqual(told(await cut.client.stop()), { ECONNRESET: 10 });

    const late = await served(() => undefined, 10, 100);
    await late.pass(1);
    assert.deepEqual(told(await late.client.stop()), { ABORT_ERR: 10 });

    const open: ServerResponse[] = [];
    const all = Promise.withResolvers<void>();
    const many = await served((_, response) => {
      if (open.push(response) === 1_000) all.resolve();
    }, 1_200);
    await many.pass(1);
    await all.promise;
    for (const response of open) response.end();
    const tally = await many.client.stop();
    assert.deepEqual(told(tally), { ' 200': 1_000, 'more than 1000 are under way': 200 });

    const clock = new VirtualClock(0);
    const nobody = startClient({
      url: 'http://127.0.0.1:1',
      host: 'x',
      path: '/',
      headers: {},
      perSecond: 10,
      deadlineMs: 1_000,
      clock,
    });
    await clock.run(1_000);
    assert.deepEqual(told(await nobody.stop()), { ECONNREFUSED: 10 });
  });
});
