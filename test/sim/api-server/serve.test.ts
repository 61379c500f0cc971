import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { resources } from '../../../src/api/resources.ts';
import { systemClock } from '../../../src/shell/clock.ts';
import { Access } from '../../../src/shell/kube/access.ts';
import { Cache } from '../../../src/shell/kube/cache.ts';
import { isFailure } from '../../../src/shell/kube/failure.ts';
import type { KubeObject } from '../../../src/shell/kube/object.ts';
import { Reflector } from '../../../src/shell/kube/reflector.ts';
import { RestClient } from '../../../src/shell/kube/rest.ts';
import { kubeconfigOf, type Serving, serve } from '../../../src/sim/api-server/serve.ts';
import { ApiServer } from '../../../src/sim/api-server/server.ts';
import { kinds } from '../../../src/sim/kinds.ts';
import { Random } from '../../../src/sim/random.ts';
import { USER } from './server.ts';

const at = (name: string) => ({ namespace: 'default', name });
const DEADLINE_MS = 10_000;

void describe('the client of the controller on the simulated server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-sim-'));
  const api = new ApiServer({ clock: systemClock, random: new Random('serve') });
  const stop = new AbortController();
  const running: Promise<void>[] = [];
  let serving: Serving;
  let access: Access;
  let client: RestClient;

  before(async () => {
    serving = await serve(api);
    const kubeconfig = join(folder, 'kubeconfig');
    writeFileSync(kubeconfig, kubeconfigOf(serving), { mode: 0o600 });
    access = await Access.open({ kubeconfig }, systemClock);
    client = new RestClient(access, { userAgent: 'sluice/test' });
  });
  after(async () => {
    stop.abort();
    await Promise.all(running);
    await access?.close();
    await serving?.close();
    api.stop();
    rmSync(folder, { recursive: true });
  });

  void test('creates, reads, changes, lists by pages and deletes', async () => {
    const place = { namespace: 'default' };
    for (const name of ['a', 'b', 'c']) {
      await client.create(resources.configMaps, place, { metadata: { name }, data: { of: name } });
    }
    const object = await client.get<KubeObject>(resources.configMaps, at('a'));
    const { managedFields } = object.metadata as { managedFields?: readonly { readonly manager: string }[] };
    assert.equal(managedFields?.[0]?.manager, 'sluice');
    await client.patch(resources.configMaps, at('a'), { type: 'merge', body: { data: { of: 'x' } } });
    await assert.rejects(
      client.update(resources.configMaps, at('a'), object),
      (error) => isFailure(error) && error.code === 'conflict',
    );
    const names = ({ metadata }: KubeObject) => metadata.name;
    const { items } = await client.list(resources.configMaps, place, names, { limit: 2 });
    assert.deepEqual(items, ['a', 'b', 'c']);
    assert.equal(await client.delete(resources.configMaps, at('a')), null);
    await assert.rejects(
      client.get(resources.configMaps, at('a')),
      (error) => isFailure(error) && error.code === 'missing',
    );
  });

  void test('a reflector follows, across a restart and after what it knew is forgotten', async () => {
    const cache = new Cache<KubeObject>({ project: (object) => object, freeze: true });
    const selection = { namespace: 'kube-system' };
    const health: string[] = [];
    const reflector = new Reflector({
      client,
      resource: resources.configMaps,
      selection,
      sink: cache,
      onHealth: ({ kind }) => health.push(kind),
    });
    running.push(reflector.run(stop.signal));
    const make = (name: string) =>
      api.create(kinds.configMaps, { metadata: { namespace: 'kube-system', name } }, USER);
    const seen = () =>
      [...cache.all()]
        .map(({ metadata }) => metadata.name)
        .sort()
        .join(' ');
    make('a');
    await until(() => seen() === 'a');
    make('b');
    await until(() => seen() === 'a b');
    api.restart();
    make('c');
    await until(() => seen() === 'a b c');
    api.restart();
    api.delete(kinds.configMaps, { namespace: 'kube-system', name: 'a' });
    make('d');
    api.compact(api.store.version + 1);
    await until(() => seen() === 'b c d');
    assert.ok(health.includes('watching'));
  });

  void test('strangers get nothing', async () => {
    for (const authorization of ['', 'Bearer x', `Bearer ${serving.token}x`, serving.token]) {
      assert.equal(await statusOf(serving, { authorization }), 401);
    }
    assert.equal(await statusOf(serving, { authorization: `Bearer ${serving.token}` }), 200);
  });

  void test('a body that is too large is refused before it is read to its end', async () => {
    const headers = { authorization: `Bearer ${serving.token}`, 'content-type': 'application/json' };
    const body = Buffer.alloc(4 * 1024 * 1024, 0x20);
    assert.equal(await statusOf(serving, headers, 'POST', body), 413);
  });

  void test('closing ends watches', async () => {
    const other = new ApiServer({ clock: systemClock, random: new Random('close') });
    const closing = await serve(other);
    const ended = new Promise<void>((resolve, reject) => {
      const path = '/api/v1/namespaces?watch=true';
      const headers = { authorization: `Bearer ${closing.token}` };
      const asked = request(closing.address + path, { ca: closing.ca, headers }, (answer) => {
        answer.once('data', () => void closing.close());
        answer.resume().on('end', resolve);
      });
      asked.on('error', reject).end();
    });
    await ended;
    assert.equal(other.watches, 0);
    other.stop();
  });
});

/** Waits until that holds; the deadline is generous, as the machine may be busy. */
async function until(holds: () => boolean): Promise<void> {
  const deadline = systemClock.elapsed() + DEADLINE_MS;
  while (!holds()) {
    if (systemClock.elapsed() > deadline) throw new Error(`never: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function statusOf(
  { address, ca }: Serving,
  headers: Readonly<Record<string, string>>,
  method = 'GET',
  body?: Buffer,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const path = method === 'GET' ? '/version' : '/api/v1/namespaces';
    const asked = request(address + path, { method, ca, headers, agent: false }, (answer) => {
      resolve(answer.statusCode ?? 0);
      answer.resume();
    });
    // The rest of a body that was refused meets a closed connection.
    asked.on('error', reject);
    asked.end(body);
  });
}
