import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ASKERS } from '../../src/providers/compare/delta-sources.ts';
import type { Span } from '../../src/providers/compare/delta-window.ts';
import { ask, now } from '../providers/support/ask.ts';
import { type RealLoki, startLoki } from './loki/real.ts';

// Counts by windows of a real Loki: a line at the edge of two windows is in one of them.

/** A whole minute before the moment of the tests, at which there is a line as well. */
const T = Math.floor(now / 60_000) * 60 - 300;
const lines = Array.from({ length: 25 }, (_, i) => [T + 10 * i, `GET / ${i % 5 === 0 ? 500 : 200}`] as const);
const streams = [{ labels: { app: 'web', version: 'a' }, lines }];

/** Seconds after T. */
const windowsOf = (...edges: readonly number[]): readonly Span[] =>
  edges.slice(1).map((to, i) => ({ from: (T + (edges[i] ?? 0)) * 1000, to: (T + to) * 1000 }));

void describe('windows of a real Loki', () => {
  let real: RealLoki;
  before(async () => {
    real = await startLoki('shop', streams);
  });
  after(() => real?.stop());

  /** Lines of a version that have a word in them. */
  const counts = async (
    { version, word }: { readonly version: string; readonly word: string },
    windows: readonly Span[],
  ): Promise<readonly (readonly number[])[]> => {
    const source = { loki: { address: real.url, tenant: 'shop' } };
    const lines = `{app="web",version="${version}"} |= "${word}"`;
    const query = `sum(count_over_time(${lines} [{{window}}]))`;
    const question = { source, query, windows, resolutionMs: 1000 };
    const answer = await ASKERS.loki(question, ask({}, AbortSignal.timeout(20_000)));
    assert.ok(answer.kind === 'windows', JSON.stringify(answer));
    return answer.windows;
  };

  void test('each line is in one window', async () => {
    const windows = windowsOf(-60, 0, 60, 75, 90, 240);
    const all = (await counts({ version: 'a', word: 'GET' }, windows)).map((values) =>
      values.reduce((sum, value) => sum + value, 0),
    );
    assert.deepEqual(all, [1, 6, 1, 2, 15]);
  });

  void test('some of them, and none', async () => {
    assert.deepEqual(await counts({ version: 'a', word: '500' }, windowsOf(0, 60, 120)), [[1], [1]]);
    assert.deepEqual(await counts({ version: 'b', word: 'GET' }, windowsOf(0, 60)), [[]]);
  });
});
