import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Answer, createPrometheus } from '../../src/sim/metrics/http.ts';
import { DEFAULT_SETTINGS } from '../../src/sim/metrics/promql/query.ts';
import { createSeriesStore, DEFAULT_LIMITS } from '../../src/sim/metrics/series.ts';
import { isOnPath } from '../cluster/bed/programs.ts';
import { differenceOf, isOrdered } from './promql/compare.ts';
import { BASE_MS, DATASET } from './promql/dataset.ts';
import { DIFFERENCES, QUERIES, REQUESTS } from './promql/queries.ts';
import { ask, get, type RealPrometheus, startWith } from './promql/real.ts';

// The simulator's Prometheus and a real one get the same samples and the same questions.

const reason = 'the comparison with a real Prometheus is left out: Debian: apt-get install prometheus';
const isThere = (await isOnPath('prometheus')) || (process.env['CI'] ?? '') !== '';
const skip = isThere ? false : reason;

/** Seconds after the first sample: all there, on a scrape, between two, after the canary, after the end. */
const MOMENTS = [600.005, 1807.123, 2700, 4805.5, 6240] as const;
const RANGES = [
  { start: 1500, end: 3000, step: '50' },
  { start: 4200.5, end: 6600.5, step: '3m' },
] as const;

let real: RealPrometheus | null = null;
let simulated: Answer = () => ({ status: 500, headers: {}, body: '' });

before(async () => {
  if (skip !== false) return;
  const store = createSeriesStore(DEFAULT_LIMITS);
  for (const { labels, samples } of DATASET) {
    for (const [atMs, value] of samples) assert.equal(store.append(labels, atMs, value), 'kept');
  }
  simulated = createPrometheus({ source: store, settings: DEFAULT_SETTINGS });
  real = await startWith(DATASET);
});

after(async () => {
  await real?.stop();
});

/** Where the two differ for a query, one line for each form of asking. */
async function differences(query: string): Promise<readonly string[]> {
  const at = (seconds: number) => String((BASE_MS + seconds * 1000) / 1000);
  const instants = MOMENTS.map((seconds) => ['/api/v1/query', { query, time: at(seconds) }] as const);
  const ranges = RANGES.map(({ start, end, step }) => {
    return ['/api/v1/query_range', { query, start: at(start), end: at(end), step }] as const;
  });
  const found: string[] = [];
  for (const [path, form] of [...instants, ...ranges]) {
    const theirs = await ask(real?.url ?? '', path, form);
    const ours = simulated({ path, ...POST, body: new URLSearchParams(form).toString() }, BASE_MS);
    const difference = differenceOf(ours, theirs, isOrdered(query) && path === '/api/v1/query');
    if (difference !== null) found.push(`${JSON.stringify(form)}: ${difference}`);
  }
  return found;
}

const POST = {
  method: 'POST',
  query: '',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
} as const;

for (const [topic, queries] of Object.entries(QUERIES)) {
  void describe(`as a real Prometheus: ${topic}`, { skip }, () => {
    for (const query of queries) {
      if (DIFFERENCES.some(([other]) => other === query)) continue;
      void test(query === '' ? '(nothing)' : query, async () => {
        assert.deepEqual(await differences(query), []);
      });
    }
  });
}

void describe('as a real Prometheus: other requests', { skip }, () => {
  for (const address of REQUESTS) {
    void test(address, async () => {
      const [path = '', query = ''] = address.split('?');
      const ours = simulated({ method: 'GET', path, query, body: '', headers: {} }, BASE_MS);
      assert.equal(differenceOf(ours, await get(real?.url ?? '', address), false), null);
    });
  }
});

void describe('unlike a real Prometheus', { skip }, () => {
  for (const [query, why] of DIFFERENCES) {
    void test(`${query}: ${why}`, async () => {
      assert.notDeepEqual(await differences(query), []);
    });
  }
});
