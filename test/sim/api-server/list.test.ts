import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Manifest } from '../../../src/api/meta.ts';
import { ApiError } from '../../../src/sim/api-server/api.ts';
import { labelSelector } from '../../../src/sim/api-server/selectors.ts';
import { kinds } from '../../../src/sim/kinds.ts';
import { type Bench, bench, parsed, podSpec, USER } from './server.ts';

const { configMaps, pods } = kinds;
const PATH = '/api/v1/namespaces/default/configmaps';

interface List {
  readonly kind: string;
  readonly metadata: {
    readonly resourceVersion: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
  readonly items: readonly Manifest[];
  readonly code?: number;
  readonly reason?: string;
}

const list = ({ ask }: Bench, query: string, path = PATH): List =>
  parsed(ask('GET', `${path}?${query}`)) as List;
const names = ({ items }: List): string => items.map(({ metadata }) => metadata.name).join(' ');
const fill = ({ api }: Bench, ...all: readonly string[]): void => {
  for (const name of all) api.create(configMaps, { metadata: { namespace: 'default', name } }, USER);
};

/** Selector, labels, whether they match. */
const selections: readonly (readonly [string, Record<string, string>, boolean])[] = [
  ['', {}, true],
  ['a', { a: '' }, true],
  ['a', {}, false],
  ['!a', {}, true],
  ['!a', { a: 'x' }, false],
  ['a=b', { a: 'b' }, true],
  ['a==b', { a: 'c' }, false],
  ['a = b', { a: 'b' }, true],
  ['a!=b', {}, true],
  ['a!=b', { a: 'b' }, false],
  ['a in (b,c)', { a: 'c' }, true],
  ['a in (b, c)', { a: 'd' }, false],
  ['a in ()', { a: '' }, true],
  ['a in (,b)', { a: '' }, true],
  ['a notin (b)', {}, true],
  ['a notin (b)', { a: 'b' }, false],
  ['a>1', { a: '2' }, true],
  ['a>1', { a: '1' }, false],
  ['a>1', { a: 'x' }, false],
  ['a<1', { a: '0' }, true],
  ['a=,b', { a: '', b: 'x' }, true],
  ['a=b,c in (d),!e', { a: 'b', c: 'd' }, true],
  ['a=b,c in (d),!e', { a: 'b', c: 'd', e: '' }, false],
  ['x.y/a=b', { 'x.y/a': 'b' }, true],
  ['constructor', {}, false],
];

void describe('a label selector', () => {
  for (const [text, labels, matches] of selections) {
    void test(`${text || 'nothing'} and ${JSON.stringify(labels)}: ${matches}`, () => {
      assert.equal(labelSelector(text)?.(labels) ?? true, matches);
    });
  }
  for (const text of ['a b', 'a in b', '=', 'a=b,', 'a in (b', '-a', 'a=-b', 'a=b=c', 'a/b/c', ')']) {
    void test(`${text} is none`, () => {
      assert.throws(
        () => labelSelector(text),
        (error) => error instanceof ApiError && error.code === 400,
      );
    });
  }
});

void test('pages show one moment, whatever happens meanwhile', () => {
  const one = bench();
  fill(one, 'a', 'b', 'c', 'd', 'e');
  const first = list(one, 'limit=2');
  assert.deepEqual([names(first), first.metadata.remainingItemCount], ['a b', 3]);
  one.api.delete(configMaps, { namespace: 'default', name: 'd' });
  fill(one, 'bb', 'f');
  one.api.merge(configMaps, { namespace: 'default', name: 'c' }, { data: { x: 'y' } }, USER);
  const second = list(one, `limit=2&continue=${first.metadata.continue}`);
  const third = list(one, `limit=2&continue=${second.metadata.continue}`);
  assert.deepEqual([names(second), names(third)], ['c d', 'e']);
  assert.equal(second.items[0]?.['data'], undefined);
  assert.equal(third.metadata.continue, undefined);
  assert.equal(third.metadata.resourceVersion, first.metadata.resourceVersion);
  assert.equal(names(list(one, '')), 'a b bb c e f');
});

void test('a page that is forgotten is gone', () => {
  const one = bench();
  fill(one, 'a', 'b', 'c');
  const first = list(one, 'limit=2');
  fill(one, 'd');
  one.api.compact(one.api.store.version + 1);
  const next = list(one, `limit=2&continue=${first.metadata.continue}`);
  assert.deepEqual([next.code, next.reason], [410, 'Expired']);
});

void test('an earlier moment exactly, or anything that is not older', () => {
  const one = bench();
  fill(one, 'a');
  const { version } = one.api.store;
  fill(one, 'b');
  assert.equal(names(list(one, `resourceVersion=${version}&resourceVersionMatch=Exact`)), 'a');
  assert.equal(names(list(one, `resourceVersion=${version}&resourceVersionMatch=NotOlderThan`)), 'a b');
  assert.equal(names(list(one, `resourceVersion=${version}`)), 'a b');
  assert.equal(list(one, `resourceVersion=${version + 2}`).code, 504);
});

void test('fields select as the real server knows them', () => {
  const one = bench();
  const path = '/api/v1/pods';
  const make = (name: string, nodeName?: string) =>
    one.api.create(
      pods,
      { metadata: { namespace: 'default', name }, spec: { ...podSpec, ...(nodeName ? { nodeName } : {}) } },
      USER,
    );
  make('a', 'n');
  make('b');
  const rows: readonly (readonly [string, string | number])[] = [
    ['spec.nodeName%3Dn', 'a'],
    ['spec.nodeName%3D', 'b'],
    ['spec.nodeName!%3Dn', 'b'],
    ['status.phase%3DPending,metadata.name%3Db', 'b'],
    ['metadata.namespace%3Ddefault', 'a b'],
    ['metadata.namespace%3Dother', ''],
    ['spec.hostNetwork%3Dfalse', 'a b'],
    ['spec.nothing%3Dx', 400],
    ['spec.nodeName', 400],
  ];
  for (const [selector, expected] of rows) {
    const answer = list(one, `fieldSelector=${selector}`, path);
    assert.equal(answer.code ?? names(answer), expected, selector);
  }
});

void test('items of built-in kinds come without their kind, custom ones with it', () => {
  const one = bench();
  fill(one, 'a');
  one.api.create(kinds.rollouts, { metadata: { namespace: 'default', name: 'r' }, spec: {} }, USER);
  assert.equal(list(one, '').items[0]?.kind, undefined);
  const rollouts = list(one, '', '/apis/argoproj.io/v1alpha1/rollouts');
  assert.deepEqual([rollouts.kind, rollouts.items[0]?.kind], ['RolloutList', 'Rollout']);
});

void test('deleting a collection deletes what is selected', () => {
  const one = bench();
  for (const name of ['a', 'b']) {
    one.api.create(configMaps, { metadata: { namespace: 'default', name, labels: { name } } }, USER);
  }
  const gone = parsed(one.ask('DELETE', `${PATH}?labelSelector=name%3Da`)) as List;
  assert.equal(names(gone), 'a');
  assert.equal(names(list(one, '')), 'b');
});
