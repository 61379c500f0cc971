import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Manifest } from '../../../src/api/meta.ts';
import { kinds } from '../../../src/sim/kinds.ts';
import { type Bench, bench, USER } from './server.ts';

const { configMaps } = kinds;
const PATH = '/api/v1/namespaces/default/configmaps';

interface Event {
  readonly type: string;
  readonly object: Manifest;
}

interface Seen {
  /** `ADDED a`, `BOOKMARK`, ... */
  readonly words: () => readonly string[];
  readonly events: readonly Event[];
  readonly isOver: () => boolean;
  readonly cancel: () => void;
}

function watch({ ask }: Bench, query = '', path = PATH): Seen {
  const { body } = ask('GET', `${path}?watch=true${query}`);
  if (typeof body === 'string') throw new Error(body);
  const events: Event[] = [];
  let isOver = false;
  body.onLine((line) => events.push(JSON.parse(line) as Event));
  body.onEnd(() => {
    isOver = true;
  });
  const words = () => events.map(({ type, object }) => `${type} ${object.metadata.name ?? ''}`.trim());
  return { words, events, isOver: () => isOver, cancel: () => body.cancel() };
}

const at = (name: string) => ({ namespace: 'default', name });
const make = ({ api }: Bench, name: string, labels: object = {}) =>
  api.create(configMaps, { metadata: { ...at(name), labels } }, USER);
const label = ({ api }: Bench, name: string, labels: object) =>
  api.merge(configMaps, at(name), { metadata: { labels } }, USER);

/** `a` is there before the watch begins; `during` happens while it runs. */
interface Row {
  readonly query?: string | ((first: Manifest) => string);
  readonly during?: (bench: Bench) => void;
  readonly words: readonly string[];
}

const changes = (one: Bench): void => {
  make(one, 'b');
  label(one, 'a', { x: '1' });
  one.api.delete(configMaps, at('a'));
};

const rows: Readonly<Record<string, Row>> = {
  'from nowhere: what is there, then what changes': {
    during: changes,
    words: ['ADDED a', 'ADDED b', 'MODIFIED a', 'DELETED a'],
  },
  'from 0: the same': {
    query: '&resourceVersion=0',
    during: changes,
    words: ['ADDED a', 'ADDED b', 'MODIFIED a', 'DELETED a'],
  },
  'from a version: what came after it': {
    query: (first) => `&resourceVersion=${first.metadata.resourceVersion}`,
    during: changes,
    words: ['ADDED b', 'MODIFIED a', 'DELETED a'],
  },
  'from before: what happened since': { query: '&resourceVersion=2', words: ['ADDED a'] },
  'from a version that is yet to come: nothing before it': {
    query: '&resourceVersion=1000',
    during: changes,
    words: [],
  },
  'the end of what is there is marked for who wants bookmarks': {
    query: '&allowWatchBookmarks=true',
    during: (one) => make(one, 'b'),
    words: ['ADDED a', 'BOOKMARK', 'ADDED b'],
  },
  'and for who asks for it': {
    query:
      '&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&resourceVersion=1',
    words: ['ADDED a', 'BOOKMARK'],
  },
  'not for others': {
    query: '&sendInitialEvents=true&resourceVersionMatch=NotOlderThan',
    words: ['ADDED a'],
  },
  'who begins to match is added, who ceases to is deleted': {
    query: '&labelSelector=x%3D1',
    during: (one) => {
      label(one, 'a', { x: '1' });
      label(one, 'a', { y: '1' });
      label(one, 'a', { x: '2' });
      label(one, 'a', { x: '1' });
      one.api.delete(configMaps, at('a'));
    },
    words: ['ADDED a', 'MODIFIED a', 'DELETED a', 'ADDED a', 'DELETED a'],
  },
  'one object only': {
    query: '&fieldSelector=metadata.name%3Db',
    during: changes,
    words: ['ADDED b'],
  },
  'not what happens in other namespaces': {
    during: ({ api }) => api.create(configMaps, { metadata: { namespace: 'kube-system', name: 'x' } }, USER),
    words: ['ADDED a'],
  },
};

void describe('a watch tells', () => {
  for (const [name, { query, during, words }] of Object.entries(rows)) {
    void test(name, () => {
      const one = bench();
      const first = make(one, 'a');
      const seen = watch(one, typeof query === 'function' ? query(first) : query);
      during?.(one);
      assert.deepEqual(seen.words(), words);
    });
  }
});

void test('an event has the version of its change, also one that tells of an end', () => {
  const one = bench();
  make(one, 'a', { x: '1' });
  const seen = watch(one, '&labelSelector=x%3D1');
  label(one, 'a', { x: '2' });
  const [, gone] = seen.events;
  const now = one.api.get(configMaps, at('a'));
  assert.equal(gone?.object.metadata.resourceVersion, now?.metadata.resourceVersion);
  assert.deepEqual(gone?.object.metadata.labels, { x: '1' });
});

void test('it ends when its time is up, and tells nothing after that', async () => {
  const one = bench();
  const seen = watch(one, '&timeoutSeconds=5');
  await one.pass(4999);
  assert.equal(seen.isOver(), false);
  await one.pass(1);
  assert.equal(seen.isOver(), true);
  make(one, 'a');
  assert.deepEqual(seen.words(), []);
  assert.equal(one.api.watches, 0);
});

void test('a bookmark comes every minute, with the newest version', async () => {
  const one = bench();
  const seen = watch(one, '&allowWatchBookmarks=true&resourceVersion=5&timeoutSeconds=600');
  one.api.create(configMaps, { metadata: { namespace: 'kube-system', name: 'x' } }, USER);
  await one.pass(125_000);
  assert.deepEqual(seen.words(), ['BOOKMARK', 'BOOKMARK']);
  assert.equal(seen.events[0]?.object.metadata.resourceVersion, String(one.api.store.version));
});

void test('a restart cuts all, and one goes on from where one was', () => {
  const one = bench();
  const seen = watch(one);
  make(one, 'a');
  one.api.restart();
  assert.equal(seen.isOver(), true);
  make(one, 'b');
  const last = seen.events.at(-1)?.object.metadata.resourceVersion ?? '';
  assert.deepEqual(watch(one, `&resourceVersion=${last}`).words(), ['ADDED b']);
});

void test('the reader leaves', () => {
  const one = bench();
  const seen = watch(one);
  seen.cancel();
  make(one, 'a');
  assert.deepEqual(seen.words(), []);
  assert.equal(one.api.watches, 0);
});

void test('what is forgotten is gone: 410, then the end', () => {
  const one = bench();
  const first = make(one, 'a');
  make(one, 'b');
  one.api.compact(one.api.store.version);
  const old = watch(one, `&resourceVersion=${Number(first.metadata.resourceVersion) - 1}`);
  assert.deepEqual([old.events[0]?.type, old.isOver()], ['ERROR', true]);
  const status = old.events[0]?.object as unknown as { readonly code: number; readonly reason: string };
  assert.deepEqual([status.code, status.reason], [410, 'Expired']);
  assert.deepEqual(watch(one, `&resourceVersion=${first.metadata.resourceVersion}`).words(), ['ADDED b']);
});

void test('only so much is remembered', () => {
  const one = bench(10);
  const first = make(one, 'a');
  for (let i = 0; i < 30; i++) label(one, 'a', { x: String(i) });
  const from = (version: string | undefined) => watch(one, `&resourceVersion=${version}`).words();
  assert.deepEqual(from(first.metadata.resourceVersion), ['ERROR']);
  assert.equal(from(String(one.api.store.version - 10)).length, 10);
});

void test('a line is written once for all who see the same', () => {
  const one = bench();
  const lines: string[] = [];
  for (let i = 0; i < 2; i++) {
    const { body } = one.ask('GET', `${PATH}?watch=true`);
    if (typeof body !== 'string') body.onLine((line) => lines.push(line));
  }
  make(one, 'a');
  assert.equal(lines.length, 2);
  assert.equal(lines[0], lines[1]);
});
