import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resources } from '../../src/api/resources.ts';
import { Follower } from '../../src/shell/follower.ts';
import { Failure } from '../../src/shell/kube/failure.ts';
import type { KubeObject } from '../../src/shell/kube/object.ts';
import { FakeClock } from './kube/fake-clock.ts';

/** `made('a', '5')`: object `n/a`, uid 1, at version 5. */
function made(name: string, version: string, uid = '1'): KubeObject {
  return {
    metadata: { namespace: 'n', name, uid, resourceVersion: version },
    spec: { image: version },
  } as never;
}

/** A follower of which `app` wants `n/a`, that tells who is to look. */
function bench(
  answer: (follower: Follower<KubeObject>) => KubeObject | Error | null = () => new Error('not asked'),
) {
  const looks: string[] = [];
  const follower: Follower<KubeObject> = new Follower({
    client: {
      watch: () => {
        throw new Error('not asked');
      },
      list: (_resource, _selection, project) => {
        const found = answer(follower);
        if (found instanceof Error) return Promise.reject(found);
        return Promise.resolve({ items: found === null ? [] : [project(found)], resourceVersion: '9' });
      },
    },
    resource: resources.deployments,
    namespace: null,
    clock: new FakeClock(),
    rng: () => 0,
    project: (raw) => raw,
    look: (who) => looks.push(who),
    onHealth: () => {},
  });
  follower.want('app', ['n/a']);
  const hear = (...objects: readonly KubeObject[]): void =>
    objects.forEach((object) => {
      follower.upsert(follower.project(object));
    });
  const list = (version: string, ...objects: readonly KubeObject[]): void =>
    follower.replace(
      objects.map((object) => follower.project(object)),
      version,
    );
  const seen = (key = 'n/a'): string => {
    const known = follower.find(key);
    return known.kind === 'there' ? (known.object.metadata.resourceVersion ?? '') : known.kind;
  };
  return { follower, looks, hear, list, seen };
}

type Bench = ReturnType<typeof bench>;

const rows: readonly (readonly [name: string, act: (b: Bench) => unknown, seen: string])[] = [
  ['before the first list nothing is known', () => {}, 'waiting'],
  ['what is listed is there', (b) => b.list('5', made('a', '3')), '3'],
  ['what is not listed is missing', (b) => b.list('5', made('b', '3')), 'missing'],
  ['an event is taken', (b) => [b.list('5', made('a', '3')), b.hear(made('a', '7'))], '7'],
  ['an old event changes nothing', (b) => [b.list('5', made('a', '3')), b.hear(made('a', '2'))], '3'],
  ['it comes', (b) => [b.list('5'), b.hear(made('a', '7'))], '7'],
  ['it goes', (b) => [b.list('5', made('a', '3')), b.follower.remove(made('a', '7'))], 'missing'],
  [
    'the end of one that was there before says nothing of this one',
    (b) => [b.list('5', made('a', '3', '2')), b.follower.remove(made('a', '2', '1'))],
    '3',
  ],
  [
    'an own write shows at once',
    (b) => [b.list('5', made('a', '3')), b.follower.observeWrite(made('a', '9'))],
    '9',
  ],
  [
    'and a list from before it does not take it back',
    (b) => [
      b.list('5', made('a', '3')),
      b.follower.observeWrite(made('a', '9')),
      b.list('7', made('a', '3')),
    ],
    '9',
  ],
  [
    'wanted again, it is unread: no event was taken in meanwhile',
    (b) => [b.list('5', made('a', '3')), b.follower.want('app', []), b.follower.want('app', ['n/a'])],
    'unread',
  ],
  [
    'one that two want is kept for the other',
    (b) => [b.follower.want('other', ['n/a']), b.list('5', made('a', '3')), b.follower.want('app', [])],
    '3',
  ],
  [
    'wanted since its page of the list came, it is unread',
    (b) => {
      const page = b.follower.project(made('c', '3'));
      b.follower.want('app', ['n/c']);
      b.follower.replace([page], '5');
      return 'n/c';
    },
    'unread',
  ],
];
for (const [name, act, seen] of rows)
  void test(`follower: ${name}`, () => {
    const b = bench();
    const key = act(b);
    assert.equal(b.seen(key === 'n/c' ? key : 'n/a'), seen);
  });

void test('follower: nothing is kept of what nobody wants', () => {
  const { follower } = bench();
  const outline = follower.project(made('b', '3'));
  assert.deepEqual(Object.keys(outline), ['metadata']);
});

void test('follower: who wants what has changed is told, and nobody else', () => {
  const { follower, looks, list, hear } = bench();
  follower.want('other', ['n/b']);
  list('5', made('a', '3'), made('b', '3'));
  looks.splice(0);
  hear(made('b', '7'), made('c', '8'));
  assert.deepEqual(looks, ['other']);
});

void test('follower: the same spec is the same object, whatever the status does', () => {
  const { follower, list, hear } = bench();
  list('5', made('a', '3'));
  const spec = () => (follower.find('n/a') as { object?: { spec?: object } }).object?.spec;
  const before = spec();
  hear({ ...made('a', '7'), spec: { image: '3' } } as never);
  assert.equal(spec(), before);
});

const reads: readonly (readonly [string, (b: Follower<KubeObject>) => KubeObject | Error | null, string])[] =
  [
    ['what is there', () => made('a', '4'), '4'],
    ['what is not', () => null, 'missing'],
    [
      'what the watch tells meanwhile is newer',
      (f) => {
        f.upsert(f.project(made('a', '8')));
        return made('a', '4');
      },
      '8',
    ],
  ];
for (const [name, answer, seen] of reads)
  void test(`follower: an unread object is read by itself: ${name}`, async () => {
    const b = bench(answer);
    b.follower.want('app', []);
    b.list('5');
    b.follower.want('app', ['n/a']);
    assert.equal(b.seen(), 'unread');
    await b.follower.read('n/a', new AbortController().signal);
    assert.equal(b.seen(), seen);
  });

void test('follower: a read that fails is told, and nothing is known', async () => {
  const b = bench(() => new Failure('forbidden', 'kube: get: no'));
  b.follower.want('app', []);
  b.list('5');
  b.follower.want('app', ['n/a']);
  await assert.rejects(b.follower.read('n/a', new AbortController().signal), /no/);
  assert.equal(b.seen(), 'unread');
});
