import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { resources } from '../../src/api/resources.ts';
import { systemClock } from '../../src/shell/clock.ts';
import { Access } from '../../src/shell/kube/access.ts';
import { Cache } from '../../src/shell/kube/cache.ts';
import { type FailureCode, isFailure, isUnknownKind } from '../../src/shell/kube/failure.ts';
import { leaseStore } from '../../src/shell/kube/lease-store.ts';
import type { KubeObject } from '../../src/shell/kube/object.ts';
import { withoutManagedFields } from '../../src/shell/kube/project.ts';
import type { Health } from '../../src/shell/kube/reflection.ts';
import { Reflector } from '../../src/shell/kube/reflector.ts';
import { RestClient } from '../../src/shell/kube/rest.ts';
import { Election } from '../../src/shell/lease.ts';
import { type Bed, startBed } from './bed/bed.ts';

const { configMaps, rollouts, pods, leases, replicaSets } = resources;

interface ConfigMap extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
}

void describe('the Kubernetes client on a real API server', () => {
  let bed: Bed;
  let access: Access;
  let client: RestClient;
  let namespace: string;
  const stop = new AbortController();
  const running: Promise<void>[] = [];

  before(async () => {
    bed = await startBed({ bare: true });
    access = await Access.open({ kubeconfig: bed.kubeconfig('admin') }, systemClock);
    client = new RestClient(access, { userAgent: 'sluice/test' });
    namespace = await bed.namespace('kube');
  });
  after(async () => {
    stop.abort();
    await Promise.all(running);
    await access?.close();
    await bed?.stop();
  });

  const at = (name: string) => ({ namespace, name });
  const create = (name: string, data: Readonly<Record<string, string>> = {}): Promise<ConfigMap> =>
    client.create(configMaps, { namespace }, { metadata: { name }, data }, { fieldManager: 'sluice' });
  const follow = (
    onHealth?: (health: Health) => void,
    resource: (typeof resources)[keyof typeof resources] = configMaps,
  ) => {
    const cache = new Cache<KubeObject>({ project: withoutManagedFields, freeze: true });
    const told = onHealth === undefined ? {} : { onHealth };
    const reflector = new Reflector({ client, resource, selection: { namespace }, sink: cache, ...told });
    running.push(reflector.run(stop.signal));
    return cache;
  };
  const fails = async (code: FailureCode, call: Promise<unknown>): Promise<void> => {
    await assert.rejects(call, (error) => {
      assert.ok(isFailure(error), String(error));
      assert.equal(error.code, code, error.message);
      return true;
    });
  };

  void test('what is created is read, changed in every way, and deleted', async () => {
    const made = await create('life', { a: '1' });
    assert.deepEqual((await client.get<ConfigMap>(configMaps, at('life'))).data, { a: '1' });
    await client.update(configMaps, at('life'), { ...made, data: { a: '2' } });
    await client.patch(configMaps, at('life'), { type: 'merge', body: { data: { b: '3' } } });
    await client.patch(configMaps, at('life'), { type: 'json', body: [{ op: 'remove', path: '/data/a' }] });
    await client.patch(configMaps, at('life'), { type: 'strategic', body: { data: { c: '4' } } });
    const applied = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'life' }, data: { d: '5' } };
    await client.patch(configMaps, at('life'), { type: 'apply', body: applied }, { fieldManager: 'another' });
    assert.deepEqual((await client.get<ConfigMap>(configMaps, at('life'))).data, { b: '3', c: '4', d: '5' });
    assert.equal(await client.delete(configMaps, at('life'), { uid: made.metadata.uid ?? '' }), null);
    await fails('missing', client.get(configMaps, at('life')));
  });

  void test('failures have their codes', async () => {
    const made = await create('codes', { a: '1' });
    await fails('exists', create('codes'));
    await client.update(configMaps, at('codes'), { ...made, data: { a: '2' } });
    await fails('conflict', client.update(configMaps, at('codes'), { ...made, data: { a: '3' } }));
    await fails('conflict', client.delete(configMaps, at('codes'), { uid: 'another' }));
    await fails('invalid', create('Not A Name'));
    const applied = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'codes' }, data: { a: '4' } };
    const patch = { type: 'apply', body: applied } as const;
    await fails('conflict', client.patch(configMaps, at('codes'), patch, { fieldManager: 'another' }));
    await client.patch(configMaps, at('codes'), { ...patch, force: true }, { fieldManager: 'another' });
    const unknown: unknown = await client
      .list(rollouts, {}, (object) => object)
      .catch((error: unknown) => error);
    assert.ok(isUnknownKind(unknown));
  });

  void test('an object that goes slowly is returned as it goes', async () => {
    const template = {
      metadata: { labels: { app: 'slow' } },
      spec: { containers: [{ name: 'c', image: 'demo/app:1' }] },
    };
    const spec = { replicas: 0, selector: { matchLabels: { app: 'slow' } }, template };
    await client.create(replicaSets, { namespace }, { metadata: { name: 'slow' }, spec });
    const going = await client.delete(replicaSets, at('slow'), { propagation: 'Foreground' });
    assert.ok(going?.metadata.deletionTimestamp);
  });

  void test('dry run stores nothing', async () => {
    await client.create(configMaps, { namespace }, { metadata: { name: 'dry' } }, { dryRun: true });
    await fails('missing', client.get(configMaps, at('dry')));
  });

  void test('a list is whole over many pages', async () => {
    await Promise.all(Array.from({ length: 25 }, (_, n) => create(`page-${n}`)));
    const names = async (limit: number): Promise<readonly string[]> => {
      const { items } = await client.list(configMaps, { namespace }, (object) => object.metadata.name, {
        limit,
      });
      return items;
    };
    const all = await names(500);
    assert.ok(all.length >= 25);
    assert.deepEqual(await names(4), all);
  });

  void test('a cache shows own writes at once, and follows what others do', async () => {
    const cache = follow();
    await cache.whenSynced();
    const made = await create('mine');
    cache.observeWrite(made);
    assert.equal(cache.get(`${namespace}/mine`)?.metadata.resourceVersion, made.metadata.resourceVersion);
    await bed.api.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'theirs', namespace } });
    await until('the object of others', () => cache.get(`${namespace}/theirs`) !== null);
    const { uid = '' } = made.metadata;
    assert.equal(await client.delete(configMaps, at('mine'), { uid }), null);
    cache.observeDelete(made);
    assert.equal(cache.get(`${namespace}/mine`), null);
  });

  void test('a kind that is not installed is reported', async () => {
    const health: string[] = [];
    follow((news) => health.push(news.kind), rollouts);
    await until('the report', () => health.length > 0);
    assert.deepEqual(health, ['absent']);
  });

  void test('an API server that is killed and started again: caches go on, and miss nothing', async () => {
    const health: string[] = [];
    const caches = [
      follow((news) => health.push(news.kind)),
      follow(undefined, pods),
      follow(undefined, leases),
    ];
    await Promise.all(caches.map((cache) => cache.whenSynced()));
    await create('before');
    const [cache = assert.fail()] = caches;
    await until('the object from before', () => cache.get(`${namespace}/before`) !== null);
    await bed.restartApiServer(() =>
      until('a failing request', async () => {
        const failure: unknown = await client
          .get(configMaps, at('before'), { timeoutMs: 2_000 })
          .catch((error: unknown) => error);
        return isFailure(failure, 'transient');
      }),
    );
    await until('a create that works', () =>
      create('after').then(
        () => true,
        (error) => isFailure(error, 'exists'),
      ),
    );
    await client.delete(configMaps, at('before'));
    await until(
      'both changes',
      () => cache.get(`${namespace}/after`) !== null && cache.get(`${namespace}/before`) === null,
    );
    assert.equal(health.at(-1), 'watching');
  });

  void test('a watch from a version before the start of the API server is expired', async () => {
    const watch = client.watch(
      configMaps,
      { namespace },
      { resourceVersion: '1', timeoutSeconds: 30, silenceMs: 30_000 },
    );
    await fails('expired', watch.next());
  });

  void test('two candidates for one Lease: the second leads when the first gives it back', async () => {
    const led: string[] = [];
    const candidate = (
      identity: string,
    ): { readonly stop: AbortController; readonly done: Promise<void> } => {
      const store = leaseStore(client, at('election'));
      const election = new Election({
        store,
        identity,
        onLeading: () => led.push(identity),
        onLost: () => led.push('lost'),
      });
      const ending = new AbortController();
      return { stop: ending, done: election.run(ending.signal) };
    };
    const first = candidate('first');
    await until('the first to lead', () => led.length === 1);
    const second = candidate('second');
    const lease = await client.get<KubeObject & { readonly spec: Readonly<Record<string, unknown>> }>(
      leases,
      at('election'),
    );
    assert.deepEqual([lease.spec['holderIdentity'], lease.spec['leaseDurationSeconds']], ['first', 15]);
    first.stop.abort();
    await first.done;
    await until('the second to lead', () => led.length === 2);
    second.stop.abort();
    await second.done;
    assert.deepEqual(led, ['first', 'second']);
  });
});

/** Waits until `condition` holds; fails after a minute, saying what was waited for. */
async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const endsAt = Date.now() + 60_000;
  while (!(await condition())) {
    if (Date.now() > endsAt) throw new Error(`still waiting for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
