import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ASKERS } from '../../src/providers/compare/delta-sources.ts';
import type { Span } from '../../src/providers/compare/delta-window.ts';
import { ask } from '../providers/support/ask.ts';
import { type RealInfluxdb, startInfluxdb } from './influxdb/real.ts';

// Counts by windows of a real InfluxDB: what is at the edge of two windows is in one of them.

/** 2026-11-21T08:00:00Z, at which there is a request as well. */
const T = 1_795_248_000;
const points = Array.from({ length: 25 }, (_, i) => [
  `requests,version=a,host=${i % 2} ms=${i} ${T + 10 * i}`,
  `sums,version=a,host=${i % 2} n=${i}i ${T + 10 * i}`,
]).flat();

const query = (measurement: string, version: string, how: string): string =>
  'from(bucket: "shop/autogen") |> range(start: {{from}}, stop: {{to}}) ' +
  `|> filter(fn: (r) => r._measurement == "${measurement}" and r.version == "${version}") |> ${how}`;

/** Seconds after T. */
const windowsOf = (...edges: readonly number[]): readonly Span[] =>
  edges.slice(1).map((to, i) => ({ from: (T + (edges[i] ?? 0)) * 1000, to: (T + to) * 1000 }));

void describe('windows of a real InfluxDB', () => {
  let real: RealInfluxdb;
  before(async () => {
    real = await startInfluxdb('shop', points);
  });
  after(() => real?.stop());

  const counts = async (asked: string, windows: readonly Span[]): Promise<readonly number[]> => {
    const secrets = { 'sluice/influxdb': { address: real.url, org: 'shop', authToken: real.token } };
    const asking = ask({}, AbortSignal.timeout(20_000), { secrets });
    const question = { source: { influxdb: {} }, query: asked, windows, resolutionMs: 1000 };
    const answer = await ASKERS.influxdb(question, asking);
    assert.ok(answer.kind === 'windows', JSON.stringify(answer));
    return answer.windows.map((values) => values.reduce((sum, value) => sum + value, 0));
  };

  void test('each request is in one window, and its first moment is', async () => {
    const windows = windowsOf(-60, 0, 60, 75, 90, 240, 300);
    assert.deepEqual(await counts(query('requests', 'a', 'count()'), windows), [0, 6, 2, 1, 15, 1]);
  });

  void test('sums of several hosts', async () => {
    assert.deepEqual(await counts(query('sums', 'a', 'sum()'), windowsOf(0, 30, 60)), [3, 12]);
  });

  void test('a version that nobody asked has none', async () => {
    assert.deepEqual(await counts(query('requests', 'b', 'count()'), windowsOf(0, 60)), [0]);
  });
});
