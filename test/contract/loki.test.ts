import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { loki } from '../../src/providers/loki.ts';
import { ask, line, now } from '../providers/support/ask.ts';
import { type RealLoki, startLoki } from './loki/real.ts';

// The same provider against the real thing, with lines: what the golden files claim must be true.

const NOW = Math.floor(now / 1000);
const streams = [
  {
    labels: { app: 'web', version: 'a' },
    lines: [
      [NOW - 240, 'GET / 200 12ms'],
      [NOW - 180, 'GET /cart 500 9ms'],
      [NOW - 60, 'GET / 200 30ms'],
      [NOW - 30, 'GET / 200 3ms'],
    ],
  },
  { labels: { app: 'web', version: 'b' }, lines: [[NOW - 45, 'GET / 503 2ms']] },
  { labels: { app: 'old', version: 'a' }, lines: [[NOW - 3600, 'GET / 200 1ms']] },
] as const;
const fives = 'sum(count_over_time({app="web",version="a"} |~ " 5.. " [5m]))';
const all = 'sum(count_over_time({app="web",version="a"}[5m]))';

// query, the reading in a line
const rows: readonly (readonly [what: string, query: string, want: string])[] = [
  ['a count', all, '[4]'],
  ['a share', `${fives} / ${all}`, '[0.25]'],
  // In no particular order, so both have the same value.
  ['a vector', 'sum by (version) (count_over_time({app="web"} |~ " 5.. " [5m]))', '[1,1]'],
  ['a rate', 'sum(rate({app="web",version="b"}[1m]))', '[0.016666666666666666]'],
  ['nothing logged at this moment', 'sum(count_over_time({app="old"}[5m]))', '[]'],
  ['nothing of that name', 'sum(count_over_time({app="none"}[5m]))', '[]'],
  ['NaN', '0 * sum(count_over_time({app="web",version="b"}[5m])) / 0', '[NaN]'],
  [
    'lines',
    '{app="web"}',
    'error! sluice/loki: the query returns lines; count them, for example with count_over_time()',
  ],
  [
    'a query that cannot be read',
    'sum(',
    'error! sluice/loki: Get "<url>/loki/api/v1/query": received non 2xx response code: 400: ' +
      'parse error at line 1, col 5: syntax error: unexpected $end',
  ],
];

void describe('a real Loki', () => {
  let real: RealLoki;
  before(async () => {
    real = await startLoki('shop', streams);
  });
  after(() => real?.stop());

  const answer = async (query: string, tenant?: string): Promise<string> => {
    const config = { address: real.url, query, ...(tenant === undefined ? {} : { tenant }) };
    const asked = ask({}, AbortSignal.timeout(20_000));
    return line(await loki.start(config, asked)).replaceAll(real.url, '<url>');
  };

  for (const [what, query, want] of rows) {
    void test(`answers with ${what}`, async () => {
      assert.equal(await answer(query, 'shop'), want);
    });
  }

  void test('shows a tenant nothing of another, and nobody anything', async () => {
    assert.equal(await answer(all, 'other'), '[]');
    assert.match(await answer(all), /^error! .*401/);
  });
});
