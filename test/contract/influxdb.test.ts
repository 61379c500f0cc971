import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { influxdb } from '../../src/providers/influxdb.ts';
import { ask, line } from '../providers/support/ask.ts';
import { type RealInfluxdb, startInfluxdb } from './influxdb/real.ts';

// The same provider against the real thing, with data: what the golden files claim must be true. Organisations
// are new in version 2; version 1.8 takes any.

const BASE = 1_795_248_000;
const span = 'range(start: 2026-11-21T07:00:00Z, stop: 2026-11-21T09:00:00Z)';
const points = [
  `requests,app=web,version=a rate=0.5 ${BASE}`,
  `requests,app=web,version=a rate=1.5 ${BASE + 60}`,
  `requests,app=web,version=a rate=2.5 ${BASE + 180}`,
  `requests,app=web,version=b rate=8 ${BASE}`,
  `counts,app=web n=9007199254740993i ${BASE}`,
  `flags,app=web up=true ${BASE}`,
  `flags,app=web up=false ${BASE + 60}`,
  `words,app=web said="a, \\"b\\" c" ${BASE}`,
];
const from = (measurement: string, more = '') =>
  `from(bucket: "shop/autogen") |> ${span} |> filter(fn: (r) => r._measurement == "${measurement}"${more})`;
const ofA = from('requests', ' and r.version == "a"');

const refused = 'error <at>: received non 2xx response code: 500';

// query, the reading in a line
const rows: readonly (readonly [what: string, query: string, want: string])[] = [
  ['floats', ofA, '[0.5 1.5 2.5]'],
  ['two tables', from('requests'), '[0.5 1.5 2.5 8]'],
  ['a mean', `${ofA} |> mean()`, '[1.5]'],
  ['a query on several lines', `${ofA}\n  |> max()\n`, '[2.5]'],
  ['a minute without a point', windows('mean'), '[0.5 1.5 <nil> 2.5]'],
  ['a count', windows('count'), '[1 1 0 1]'],
  ['large integers', from('counts'), '[9007199254740993]'],
  ['booleans', from('flags'), '[true false]'],
  ['texts', from('words'), '[a, "b" c]'],
  ['times', `${ofA} |> first() |> map(fn: (r) => ({_value: r._time}))`, '[2026-11-21T08:00:00Z]'],
  ['infinity', `${ofA} |> first() |> map(fn: (r) => ({_value: float(v: "+Inf")}))`, '[+Inf]'],
  ['NaN', `${ofA} |> first() |> map(fn: (r) => ({_value: float(v: "NaN")}))`, '[NaN]'],
  ['no points', from('nothing'), 'error <at>: no results returned from flux query'],
  ['no column _value', `${ofA} |> drop(columns: ["_value"])`, 'error <at>: the answer has no column _value'],
  // Version 2 says more: it answers a mistake in JSON.
  ['an unknown bucket', `from(bucket: "nowhere") |> ${span}`, refused],
  ['a query that cannot be read', 'from(', refused],
  ['no query', '', 'error! <at>: received non 2xx response code: 400'],
];

function windows(fn: string): string {
  const range = 'range(start: 2026-11-21T08:00:00Z, stop: 2026-11-21T08:04:00Z)';
  return `${ofA.replace(span, range)} |> aggregateWindow(every: 1m, fn: ${fn})`;
}

void describe('a real InfluxDB', () => {
  let real: RealInfluxdb;
  before(async () => {
    real = await startInfluxdb('shop', points);
  });
  after(() => real?.stop());

  const answer = async (query: string, authToken: string): Promise<string> => {
    const secrets = { 'sluice/influxdb': { address: real.url, org: 'shop', authToken } };
    const asked = ask({}, AbortSignal.timeout(20_000), { secrets });
    return line(await influxdb.start({ query }, asked)).replace(`Post "${real.url}/api/v2/query"`, '<at>');
  };

  for (const [what, query, want] of rows) {
    void test(`answers with ${what}`, async () => {
      assert.equal(await answer(query, real.token), want.replace('<at>', 'influxdb: <at>'));
    });
  }

  void test('refuses a wrong token, which is not told', async () => {
    const got = await answer(ofA, 'tester:wrong-password');
    assert.match(got, /^error! influxdb: <at>: .*401/);
    assert.doesNotMatch(got, /wrong-password/);
  });
});
