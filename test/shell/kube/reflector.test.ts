import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { resources } from '../../../src/api/resources.ts';
import { Cache } from '../../../src/shell/kube/cache.ts';
import type { KubeObject } from '../../../src/shell/kube/object.ts';
import { Reflector } from '../../../src/shell/kube/reflector.ts';
import { type Bench, bench } from './bench.ts';
import { FakeClock } from './fake-clock.ts';
import { type Reply, until } from './server.ts';
import { expiredEvent, Store } from './store.ts';

const running: { readonly stop: AbortController; readonly done: Promise<void> }[] = [];
after(async () => {
  for (const { stop } of running) stop.abort();
  await Promise.all(running.map(({ done }) => done));
});

interface Mirror extends Bench {
  readonly store: Store;
  readonly cache: Cache<KubeObject>;
  readonly health: string[];
  /** What the cache has, by name: the version. */
  readonly seen: () => Readonly<Record<string, string>>;
  /** Waits until cache and store agree. */
  readonly agree: (why: string) => Promise<void>;
}

/** A store behind a server, and a running reflector of it. */
async function mirror(
  options: {
    readonly silenceMs?: number;
    readonly timeoutMs?: number;
    readonly names?: readonly string[];
  } = {},
): Promise<Mirror> {
  const store = new Store();
  for (const name of options.names ?? ['a', 'b']) store.put(name);
  const made = await bench(store.answer, { timeoutMs: options.timeoutMs ?? 30_000 });
  const cache = new Cache<KubeObject>({ project: (raw) => raw, freeze: true });
  const health: string[] = [];
  const reflector = new Reflector({
    client: made.client,
    resource: resources.configMaps,
    selection: { namespace: 'n', labelSelector: 'app=x' },
    sink: cache,
    rng: () => 0.01,
    silenceMs: options.silenceMs ?? 60_000,
    onHealth: (news) => health.push(news.kind),
  });
  const seen = (): Readonly<Record<string, string>> =>
    Object.fromEntries(
      [...cache.all()].map(({ metadata }) => [metadata.name, metadata.resourceVersion ?? '']),
    );
  const stop = new AbortController();
  running.push({ stop, done: reflector.run(stop.signal) });
  const agree = (why: string): Promise<void> =>
    until(`the cache to agree: ${why}`, () => {
      return isDeepStrictEqual(seen(), store.objects) && store.watches > 0;
    });
  await agree('at the start');
  return { ...made, store, cache, health, seen, agree };
}

void test('it lists, watches, and follows what happens', async () => {
  const { store, cache, agree, health } = await mirror();
  const first = { ...cache.get('n/a') };
  assert.deepEqual([first.kind, first.apiVersion], ['ConfigMap', 'v1']);
  store.put('a');
  store.put('c');
  store.delete('b');
  await agree('after three changes');
  const query = store.watchQueries[0] ?? assert.fail();
  assert.deepEqual(
    [query.get('allowWatchBookmarks'), query.get('labelSelector'), query.get('timeoutSeconds')],
    ['true', 'app=x', '293'],
  );
  assert.deepEqual(health, ['watching']);
});

void test('when the server ends the watch it goes on from the last event', async () => {
  const { store, agree } = await mirror();
  const { metadata } = store.put('a');
  await agree('after a change');
  store.endWatches();
  await until('another watch', () => store.watchedFrom.length === 2);
  store.put('b');
  await agree('after the second watch began');
  assert.deepEqual([store.watchedFrom[1], store.lists], [metadata.resourceVersion, 1]);
});

void test('a bookmark moves the place from which it goes on', async () => {
  const { store, cache, agree } = await mirror();
  store.delete('nothing');
  store.put('elsewhere');
  await agree('after a change');
  store.compact();
  const before = store.version;
  store.bookmark();
  store.endWatches();
  await until('another watch', () => store.watchedFrom.length === 2);
  assert.deepEqual([store.watchedFrom[1], store.lists, cache.size], [before, 1, 3]);
});

for (const [name, forget] of [
  ['410 on the watch request', ({ store }: Mirror) => store.endWatches()],
  ['410 as an ERROR event', ({ store }: Mirror) => store.write(expiredEvent)],
  ['410 after a dropped connection', ({ server }: Mirror) => server.cut()],
] as const) {
  void test(`${name}: it lists again, and misses nothing that happened in between`, async () => {
    const made = await mirror({ names: ['a', 'b', 'c'] });
    const { store, agree, health } = made;
    let isCut = true;
    store.trouble = () => (isCut ? { status: 503, text: 'away' } : null);
    forget(made);
    await until('the end of the watch', () => store.watches === 0);
    store.delete('a');
    store.put('b');
    store.put('d');
    store.compact();
    isCut = false;
    await agree('after a second list');
    assert.equal(store.lists, 2);
    assert.equal(health.at(-1), 'watching');
  });
}

for (const [name, cut] of [
  ['dropped connections', ({ server }: Mirror) => server.cut()],
  ['GOAWAY and the end of the stream', ({ server, store }: Mirror) => [server.goAway(), store.endWatches()]],
  [
    'half a line and then nothing',
    ({ server, store }: Mirror) => [store.write('{"type":"ADDED","obj'), server.cut()],
  ],
  ['a line that is no JSON', ({ store }: Mirror) => store.write('<html>\n')],
] as const) {
  void test(`${name}: it goes on without a list, and misses nothing`, async () => {
    const made = await mirror();
    const { store, agree } = made;
    cut(made);
    store.put('a');
    store.delete('b');
    await until('another watch', () => store.watchedFrom.length >= 2);
    store.put('c');
    await agree('afterwards');
    assert.equal(store.lists, 1);
  });
}

void test('a watch that falls silent is given up, and goes on over another connection', async () => {
  const { store, relay, server, agree } = await mirror({ silenceMs: 300, timeoutMs: 300 });
  const connections = server.connections;
  relay.freeze();
  store.put('c');
  await agree('though the first connection is dead');
  assert.ok(server.connections > connections);
  assert.equal(store.lists, 1);
});

void test('a watch that hangs unnoticed by the transport is given up by the clock', async () => {
  const clock = new FakeClock();
  let watches = 0;
  const reflector = new Reflector({
    client: {
      list: async () => ({ items: [], resourceVersion: '1' }),
      async *watch(_resource, _selection, { signal }) {
        watches += 1;
        if (watches === 1)
          yield { type: 'BOOKMARK', object: { metadata: { name: '', resourceVersion: '2' } } };
        await new Promise((_, reject) => {
          signal?.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
        });
      },
    },
    resource: resources.configMaps,
    sink: new Cache({ project: (raw) => raw }),
    clock,
  });
  const stop = new AbortController();
  running.push({ stop, done: reflector.run(stop.signal) });
  await clock.pass(149_000);
  assert.equal(watches, 1);
  await clock.pass(2_000);
  assert.equal(watches, 2);
});

void test('a slow server: lists and watches that take their time are waited for', async () => {
  const store = new Store();
  store.put('a');
  const made = await bench((request) => {
    const reply = store.answer(request);
    if (typeof reply === 'object') return { ...reply, delayMs: 150 };
    if (typeof reply === 'function') return (response) => void setTimeout(() => reply(response), 150);
    return reply;
  });
  const cache = new Cache<KubeObject>({ project: (raw) => raw });
  const reflector = new Reflector({ client: made.client, resource: resources.configMaps, sink: cache });
  const stop = new AbortController();
  running.push({ stop, done: reflector.run(stop.signal) });
  await cache.whenSynced();
  store.put('b');
  await until('the event', () => cache.size === 2);
});

for (const [name, reply, kind] of [
  ['the kind is not installed', { status: 404, text: '404 page not found' }, 'absent'],
  ['RBAC says no', { status: 403, body: { reason: 'Forbidden', message: 'no' } }, 'forbidden'],
  ['the server is broken', { status: 500, body: { reason: 'InternalError', message: 'oh' } }, 'broken'],
] as const satisfies readonly (readonly [string, Reply, string])[]) {
  void test(`when ${name} it says so once, and keeps what it has`, async () => {
    const { store, seen, health, server } = await mirror();
    store.trouble = () => reply;
    store.endWatches();
    server.cut();
    await until('the news', () => health.length >= 2);
    assert.deepEqual([health, seen()], [['watching', kind], store.objects]);
  });
}

void test('a list of many pages, and 410 in the middle of one, is whole', async () => {
  const names = Array.from({ length: 1200 }, (_, n) => `o${n}`);
  const { store, cache, server, agree } = await mirror({ names });
  assert.deepEqual([store.lists, cache.size], [3, 1200]);
  let pages = 0;
  store.trouble = (request) => {
    if (!request.query.has('watch') && ++pages === 2) store.compact();
    return null;
  };
  store.compact();
  store.put('late');
  server.cut();
  store.compact();
  await agree('after a list that had to start over');
});

void test('it stops at once, in the middle of a watch', async () => {
  const { store } = await mirror();
  const last = running.at(-1) ?? assert.fail();
  last.stop.abort();
  await last.done;
  await until('the watch to end', () => store.watches === 0);
});

const mischief = fc.constantFrom(
  'put a',
  'put b',
  'put c',
  'delete a',
  'delete b',
  'cut',
  'end',
  'goaway',
  'compact',
  'error',
  'bookmark',
  'garbage',
  'wait',
);

void test('law: whatever server and network do, in the end the cache is what the server has', async () => {
  const made = await mirror();
  const { store, server, agree } = made;
  const acts: Readonly<Record<string, () => unknown>> = {
    cut: () => server.cut(),
    end: () => store.endWatches(),
    goaway: () => server.goAway(),
    compact: () => store.compact(),
    error: () => store.write(expiredEvent),
    bookmark: () => store.bookmark(),
    garbage: () => store.write('{"type":\n'),
    wait: () => new Promise((resolve) => setTimeout(resolve, 20)),
  };
  await fc.assert(
    fc.asyncProperty(fc.array(mischief, { maxLength: 20, size: 'max' }), async (steps) => {
      // A word from the server, so that waits do not add up from round to round.
      store.put('word');
      await agree('before');
      for (const step of steps) {
        const [verb = '', name] = step.split(' ');
        if (verb === 'put') store.put(name ?? '');
        else if (verb === 'delete') store.delete(name ?? '');
        else await acts[verb]?.();
      }
      await agree(steps.join(', '));
    }),
    { numRuns: 15, endOnFailure: true },
  );
});
