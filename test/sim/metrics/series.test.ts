import assert from 'node:assert/strict';
import { test } from 'node:test';
import { showLabels } from '../../../src/sim/metrics/labels.ts';
import { type MatchOperator, matcherOf } from '../../../src/sim/metrics/matchers.ts';
import { type Appended, createSeriesStore, DEFAULT_LIMITS } from '../../../src/sim/metrics/series.ts';
import { loaded, START_MS } from './load.ts';

const LIMITS = { retentionMs: 100, maxSeries: 3, maxSamplesPerSeries: 4 };
const UP = { __name__: 'up' };

// What has been appended before, as moment and value; then one more, and what becomes of it.
const appended: readonly (readonly [
  string,
  readonly (readonly [number, number | null])[],
  readonly [number, number | null],
  Appended,
])[] = [
  ['the first', [], [1000, 1], 'kept'],
  ['a later one', [[1000, 1]], [1001, 1], 'kept'],
  ['an earlier one', [[1000, 1]], [999, 1], 'out of order'],
  ['the same again', [[1000, 1]], [1000, 1], 'same'],
  ['NaN again', [[1000, Number.NaN]], [1000, Number.NaN], 'same'],
  ['another value at the same moment', [[1000, 1]], [1000, 2], 'duplicate'],
  ['an end', [[1000, 1]], [1001, null], 'kept'],
  ['an end at the moment of a value', [[1000, 1]], [1000, null], 'duplicate'],
  ['NaN at the moment of an end', [[1000, null]], [1000, Number.NaN], 'duplicate'],
  ['one that is older than all that is kept', [[1000, 1]], [899, 1], 'too old'],
  ['half a millisecond', [], [1000.5, 1], 'invalid'],
];

for (const [name, before, [atMs, value], became] of appended) {
  void test(`append ${name}`, () => {
    const store = createSeriesStore(LIMITS);
    for (const [at, one] of before) store.append(UP, at, one);
    assert.equal(store.append(UP, atMs, value), became);
  });
}

const labels: readonly (readonly [Readonly<Record<string, string>>, Appended])[] = [
  [{ __name__: 'up', a: '' }, 'kept'],
  [{ __name__: 'job:rate:5m' }, 'kept'],
  [{ a: 'no name' }, 'invalid'],
  [{ __name__: 'bad-name' }, 'invalid'],
  [{ __name__: 'up', 'bad-name': 'x' }, 'invalid'],
  [{ __name__: 'up', 'a:b': 'x' }, 'invalid'],
  [{ __name__: 'up', a: 'x'.repeat(5000) }, 'invalid'],
  [{ __name__: 'up', pairs: 'a label as any other', key: 'x' }, 'kept'],
];

for (const [given, became] of labels) {
  void test(`append ${JSON.stringify(given).slice(0, 60)}`, () => {
    assert.equal(createSeriesStore(LIMITS).append(given, 1000, 1), became);
  });
}

const store = loaded(`
  up{job="app",pod="a"} 1 1 1
  up{job="app",pod="b"} 1 1 x
  up{job="db"} _ _ 1
  down{job="app"} 1
`);
const A = '{__name__="up", job="app", pod="a"}';
const B = '{__name__="up", job="app", pod="b"}';
const DB = '{__name__="up", job="db"}';
const DOWN = '{__name__="down", job="app"}';

// Matchers, from and to in seconds; the series in order.
const selected: readonly (readonly [
  readonly (readonly [string, MatchOperator, string])[],
  readonly [number, number],
  readonly string[],
])[] = [
  [[['__name__', '=', 'up']], [0, 30], [A, B, DB]],
  [[], [0, 30], [DOWN, A, B, DB]],
  [[['job', '=', 'app']], [0, 30], [DOWN, A, B]],
  [[['job', '!=', 'app']], [0, 30], [DB]],
  [[['pod', '=', '']], [0, 30], [DOWN, DB]],
  [[['pod', '!=', '']], [0, 30], [A, B]],
  [[['pod', '=~', 'a|c']], [0, 30], [A]],
  [[['pod', '=~', '[b-z]']], [0, 30], [B]],
  [[['pod', '!~', 'a|b']], [0, 30], [DOWN, DB]],
  [[['job', '=~', 'ap']], [0, 30], []],
  [[['job', '=', 'nobody']], [0, 30], []],
  [[['__name__', '=', 'up']], [0, 15], [A, B]],
  [[['__name__', '=', 'up']], [31, 60], []],
  [[['__name__', '=', 'down']], [0, 0], [DOWN]],
];

for (const [given, [from, to], found] of selected) {
  void test(`select ${given.flat().join(' ') || 'all'} from ${from} to ${to}`, () => {
    const matchers = given.map(([name, operator, value]) => matcherOf(name, operator, value));
    const tracks = store.select(matchers, START_MS + from * 1000, START_MS + to * 1000);
    assert.deepEqual(
      tracks.map((track) => showLabels(track.labels)),
      found,
    );
  });
}

void test('a track has its samples, and says which one only ended the series', () => {
  const [track] = store.select([matcherOf('pod', '=', 'b')], START_MS, START_MS + 60_000);
  assert.deepEqual([...(track?.times ?? [])], [START_MS, START_MS + 15_000, START_MS + 30_000]);
  assert.deepEqual([...(track?.stale ?? [])], [0, 0, 1]);
});

void test('of too many samples the oldest go', () => {
  const small = createSeriesStore(LIMITS);
  for (let i = 0; i < 50; i += 1) small.append(UP, 1000 + i, i);
  const [track] = small.select([], 0, 2000);
  assert.deepEqual([...(track?.values ?? [])], [46, 47, 48, 49]);
});

void test('samples go when they are too old, and series with the last of them', () => {
  const small = createSeriesStore(LIMITS);
  small.append({ __name__: 'old' }, 1000, 1);
  small.append(UP, 1050, 1);
  small.append(UP, 1150, 2);
  assert.deepEqual(small.select([], 0, 2000).length, 1);
  assert.deepEqual(small.size(), { series: 1, samples: 2 });
});

void test('there are at most so many series, and room again when old ones have gone', () => {
  const small = createSeriesStore(LIMITS);
  for (const name of ['a', 'b', 'c']) assert.equal(small.append({ __name__: name }, 1000, 1), 'kept');
  assert.equal(small.append({ __name__: 'd' }, 1000, 1), 'too many series');
  assert.equal(small.append({ __name__: 'a' }, 1101, 1), 'kept');
  assert.equal(small.append({ __name__: 'd' }, 1101, 1), 'kept');
  assert.deepEqual(small.size(), { series: 2, samples: 2 });
});

void test('memory does not grow with time', () => {
  const small = createSeriesStore({ ...DEFAULT_LIMITS, retentionMs: 1000 });
  for (let i = 0; i < 100_000; i += 1) small.append(UP, i, i);
  assert.ok(small.size().samples <= 1101);
});
