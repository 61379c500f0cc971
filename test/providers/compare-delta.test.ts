import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AnalysisRunSpec, Measurement } from '../../src/api/analysis.ts';
import type { CompareConfig } from '../../src/api/compare.ts';
import type { Json } from '../../src/api/meta.ts';
import { comparisonOf } from '../../src/core/analysis/compare/comparison.ts';
import { KEPT } from '../../src/core/analysis/compare/kept.ts';
import type { Reading } from '../../src/core/analysis/reading.ts';
import { compare } from '../../src/providers/compare/compare.ts';
import { bounded } from '../../src/providers/compare/delta-client.ts';
import type { HttpOutcome, HttpRequest } from '../../src/providers/http.ts';
import { chanceOf } from '../core/compare/traffic.ts';
import { ask, line } from './support/ask.ts';

// Looks with a source that counts by windows: what is asked, what is counted, what is kept.

/** A whole minute, 2026-11-21T08:00:00Z, at which comparisons begin; looks come a minute later. */
const T = 1_795_248_000_000;
const config: CompareConfig = {
  mode: 'delta',
  source: { newRelic: {} },
  counters: {
    total: 'total {{hash}} {{from}} {{to}}',
    bad: 'bad {{hash}} {{from}} {{to}}',
  },
  canary: { hash: 'c' },
  control: { hash: 's' },
  dispersion: 1,
};
const secrets = { 'sluice/newrelic': { 'personal-api-key': 'k', 'account-id': '1' } };

/** A question of the source: seconds since the beginning. */
interface Window {
  readonly what: string;
  readonly from: number;
  readonly to: number;
}

/** What the source says: a count, several, none, or no answer. */
type Says = (window: Window) => number | null | readonly unknown[] | HttpOutcome;

/** A run of one metric, whose looks come when they are asked for. */
class Run {
  readonly asked: Window[] = [];
  readonly config: CompareConfig;
  /** The newest measurement that keeps something. */
  kept: Measurement | null = null;
  constructor(more: CompareConfig = {}) {
    this.config = { ...config, ...more };
  }

  /** A look by a controller that knows only what is kept, so many seconds after the beginning. */
  async look(seconds: number, says: Says): Promise<Reading> {
    const plugin = { 'sluice/compare': this.config as unknown as Json };
    const metric = { name: 'm', interval: '15s', provider: { plugin } };
    const spec: AnalysisRunSpec = { metrics: [metric] };
    const measurements = this.kept === null ? [] : [this.kept];
    const comparison = comparisonOf(spec, metric, { name: 'm', phase: 'Running', measurements });
    assert.ok(comparison !== null);
    const fetch = async (request: HttpRequest): Promise<HttpOutcome> => {
      assert.ok(request.timeoutSeconds <= 30);
      return this.#answer(request, says);
    };
    const now = T + 60_000 + seconds * 1000;
    const asking = { ...ask({}, undefined, { fetch, secrets }), now, comparison };
    const reading = await compare.start(this.config, asking);
    const metadata = reading.metadata ?? {};
    if (metadata[KEPT] !== undefined) this.kept = { phase: 'Successful', metadata };
    return reading;
  }

  #answer({ body }: HttpRequest, says: Says): HttpOutcome {
    const { variables } = JSON.parse(body ?? '') as { variables: { query: string } };
    const [counter, hash, from, to] = variables.query.split(' ');
    const window = {
      what: `${counter} ${hash}`,
      from: (Number(from) - T) / 1000,
      to: (Number(to) - T) / 1000,
    };
    this.asked.push(window);
    const said = says(window);
    if (said !== null && typeof said === 'object' && 'kind' in said) return said;
    const results = typeof said === 'number' ? [{ n: said }] : (said ?? []);
    const answer = JSON.stringify({ data: { actor: { account: { nrql: { results } } } } });
    return { kind: 'answer', status: 200, headers: {}, body: answer };
  }
}

/** Requests a second, a tenth of them on the canary, of which so many in a hundred are bad. */
function traffic(perSecond: number, bad: { readonly canary: number; readonly stable: number }): Says {
  return ({ what, from, to }) => {
    const isCanary = what.endsWith(' c');
    const total = (to - from) * perSecond * (isCanary ? 0.1 : 0.9);
    return what.startsWith('total') ? total : (total * (isCanary ? bad.canary : bad.stable)) / 100;
  };
}

const well = traffic(100, { canary: 1, stable: 1 });
const down: Says = () => ({ kind: 'answer', status: 503, headers: {}, body: '' });
const COUNTS = /"canary":\{"bad":([\d.]+),"total":([\d.]+)\},"control":\{"bad":([\d.]+),"total":([\d.]+)\}/;

/** Canary and stable version in a reading, as `bad/total bad/total`, with what is wrong; else its line. */
function countsOf(reading: Reading): string {
  const [, a, b, c, d] = COUNTS.exec(line(reading)) ?? [];
  const conditions = /"conditions":\["(\w+)/.exec(line(reading))?.[1];
  if (reading.kind !== 'value') return line(reading);
  return `${a}/${b} ${c}/${d}${conditions === undefined ? '' : ` ${conditions}`}`;
}

void describe('a look', () => {
  void test('the first one asks nothing where clumps are known, and begins', async () => {
    const run = new Run();
    const got = await run.look(0, well);
    assert.equal(got.kind === 'value' && got.message, 'compared from now on');
    assert.deepEqual(run.asked, []);
  });

  void test('the next one counts what came since, with one request for each counter', async () => {
    const run = new Run({ resolution: '1s' });
    await run.look(0, well);
    assert.equal(countsOf(await run.look(15, well)), '1.5/150 13.5/1350');
    assert.deepEqual(
      run.asked.map(({ what, from, to }) => `${what} ${from} ${to}`),
      ['total c 0 15', 'bad c 0 15', 'total s 0 15', 'bad s 0 15'],
    );
    assert.equal(countsOf(await run.look(31, well)), '3.1/310 27.9/2790');
    assert.equal(run.asked.length, 8);
  });

  void test('looks between two points of the source ask nothing', async () => {
    const run = new Run();
    await run.look(0, well);
    assert.equal(countsOf(await run.look(59, well)), '0/0 0/0');
    assert.equal(run.asked.length, 0);
    assert.equal(countsOf(await run.look(75, well)), '6/600 54/5400');
    assert.deepEqual([run.asked.length, run.asked[0]?.from, run.asked[0]?.to], [4, 0, 60]);
  });

  void test('before the release as many windows are asked about as bears it, of the stable version', async () => {
    const run = new Run({ dispersion: 'auto', resolution: '1s' });
    const got = await run.look(0, ({ what, from }) => (what === 'bad s' ? (from % 60 === 0 ? 20 : 0) : 1000));
    assert.equal(run.asked.length, 40);
    assert.deepEqual([Math.min(...run.asked.map(({ from }) => from)), run.asked[0]?.to], [-300, 0]);
    assert.ok(run.asked.every(({ what }) => what.endsWith(' s')));
    // They come twenty at a time.
    assert.match(line(got), /"phi":20/);
  });

  void test('a first look that is not answered begins nothing', async () => {
    const run = new Run({ dispersion: 'auto' });
    assert.match(line(await run.look(0, down)), /^error newRelic: /);
    assert.equal(run.kept, null);
    // Both counters, once.
    assert.equal(run.asked.length, 2);
  });

  void test('one that is answered in part begins with that', async () => {
    for (const [from, asks, want] of [
      [-6, 14, /"phi":/],
      [-4, 10, /^error newRelic: .* 500$/],
    ] as const) {
      const run = new Run({ dispersion: 'auto', resolution: '1m' });
      const got = await run.look(0, (window) =>
        window.from < 60 * from ? { kind: 'answer', status: 500, headers: {}, body: '' } : well(window),
      );
      assert.match(line(got), want);
      assert.equal(run.asked.length, asks);
    }
  });

  const only =
    (what: string, said: ReturnType<Says>): Says =>
    (window) =>
      window.what === what ? said : well(window);
  // What is counted, and then at the next look, when all is well.
  const rows: readonly (readonly [string, Says, string, string, RegExp?])[] = [
    [
      'no series of the canary',
      ({ what }) => (what.endsWith('c') ? null : 900),
      '0/0 900/900 NoTraffic',
      '6/600 954/6300',
    ],
    ['no bad ones', ({ what }) => (what.startsWith('bad') ? null : 900), '0/900 0/900', '6/1500 54/6300'],
    ['no series of the stable version', only('total s', null), '0/0 0/0 NoData', '12/1200 108/10800 NoData'],
    ['nothing at all', () => null, '0/0 0/0 NoData', '12/1200 108/10800 NoData'],
    [
      'several series',
      only('total c', [{ n: 200, host: 'a' }, { n: 400 }]),
      '6/600 54/5400',
      '12/1200 108/10800',
    ],
    [
      'a count below zero',
      only('bad c', -1),
      '0/0 0/0 BadQuery',
      '12/1200 108/10800 BadQuery',
      /; bad of the canary version is no number of events: -1$/,
    ],
    [
      'one below zero among others',
      only('bad c', [{ n: 10 }, { n: -1 }]),
      '0/0 0/0 BadQuery',
      '12/1200 108/10800 BadQuery',
    ],
    [
      'a count that nobody can have',
      only('total s', 1e300),
      '0/0 0/0 BadQuery',
      '12/1200 108/10800 BadQuery',
      /; total of the stable version is no number of events: 1e\+300$/,
    ],
    [
      'more bad ones than all',
      only('bad c', 700),
      '0/0 0/0 BadQuery',
      '12/1200 108/10800 BadQuery',
      /; bad of the canary version is 700 of 600$/,
    ],
  ];
  for (const [name, says, now, next, words] of rows)
    void test(name, async () => {
      const run = new Run();
      await run.look(0, well);
      const got = await run.look(60, says);
      assert.equal(countsOf(got), now);
      if (words !== undefined) assert.match(got.kind === 'value' ? (got.message ?? '') : '', words);
      assert.equal(countsOf(await run.look(120, well)), next);
    });

  void test('what could not be asked is asked with the next', async () => {
    const run = new Run();
    await run.look(0, well);
    assert.match(line(await run.look(60, down)), /^error newRelic: /);
    // One counter alone is no look.
    const some: Says = (window) => (window.what === 'bad s' ? down(window) : well(window));
    assert.match(line(await run.look(120, some)), /^error newRelic: /);
    assert.equal(countsOf(await run.look(180, well)), '18/1800 162/16200');
    assert.deepEqual([run.asked.at(-1)?.from, run.asked.at(-1)?.to], [0, 180]);
  });

  void test('after more than an hour what came before it is left out, and told', async () => {
    const run = new Run();
    await run.look(0, well);
    for (const minute of [1, 30, 61]) await run.look(60 * minute, down);
    const got = await run.look(4200, well);
    assert.deepEqual([run.asked.at(-1)?.from, run.asked.at(-1)?.to], [600, 4200]);
    assert.equal(countsOf(got), '360/36000 3240/324000 NoData');
    assert.match(
      got.kind === 'value' ? (got.message ?? '') : '',
      /; 10m could not be asked about and are left out$/,
    );
    assert.equal(countsOf(await run.look(4260, well)), '366/36600 3294/329400 NoData');
  });

  void test('a clock that goes back counts nothing twice', async () => {
    const run = new Run();
    await run.look(0, well);
    await run.look(120, well);
    assert.equal(countsOf(await run.look(60, well)), '12/1200 108/10800');
    assert.equal(countsOf(await run.look(180, well)), '18/1800 162/16200');
  });

  void test('what somebody has changed in the run is not gone on from', async () => {
    const run = new Run();
    await run.look(0, well);
    const text = run.kept?.metadata?.[KEPT] ?? '';
    run.kept = { phase: 'Successful', metadata: { [KEPT]: text.replace('"bad":0', '"bad":-1') } };
    assert.match(line(await run.look(60, well)), /^error! sluice\/compare: what is kept of the looks/);
  });

  void test('an error budget is looked at from before the release on', async () => {
    const burn = { objective: 0.99, long: '5m', short: '1m', factor: 2 };
    const run = new Run({ test: 'burnRate', burn });
    const ill = traffic(100, { canary: 3, stable: 3 });
    await run.look(0, ill);
    assert.equal(run.asked.length, 40);
    const got = await run.look(60, ill);
    assert.match(
      got.kind === 'value' ? (got.message ?? '') : '',
      /^828 of 27 600 requests failed; .* 3\.0x over 5m and 3\.0x over 1m;/,
    );
  });

  void test('requests alone are one request of each side', async () => {
    const run = new Run({ test: 'throughput', counters: { total: 'total {{hash}} {{from}} {{to}}' } });
    await run.look(0, well);
    await run.look(60, well);
    assert.deepEqual(
      run.asked.map(({ what }) => what),
      ['total c', 'total s'],
    );
  });

  void test('a bad canary shows as with counters as they are', async () => {
    const run = new Run();
    await run.look(0, well);
    const bad = traffic(100, { canary: 10, stable: 1 });
    const got = await run.look(60, bad);
    assert.match(
      got.kind === 'value' ? (got.message ?? '') : '',
      /60 of 600 canary vs 54 of 5 400 stable requests failed; canary ≈10x .* Evidence over a million/,
    );
  });
});

void test('one client stays one, so that credentials are kept for it', async () => {
  const waits: number[] = [];
  const slow = async ({ timeoutSeconds }: HttpRequest): Promise<HttpOutcome> => {
    waits.push(timeoutSeconds);
    return { kind: 'answer', status: 200, headers: {}, body: '' };
  };
  assert.equal(bounded(slow), bounded(slow));
  for (const timeoutSeconds of [5, 300])
    await bounded(slow)({
      method: 'GET',
      url: 'http://x',
      headers: {},
      body: null,
      insecure: false,
      repeatable: true,
      timeoutSeconds,
      deadline: new AbortController().signal,
    });
  assert.deepEqual(waits, [5, 30]);
});

void test('windows follow one another without a gap or an overlap, over failures and restarts', async () => {
  for (let seed = 0; seed < 60; seed += 1) {
    const chance = chanceOf(seed);
    const run = new Run({ resolution: chance() < 0.5 ? '1s' : '1m' });
    await run.look(0, well);
    const counted = new Map<string, { until: number; events: number }>();
    let now = 0;
    let got: Reading | null = null;
    for (let i = 0; i < 40; i += 1) {
      // Clocks of two controllers need not agree.
      now += Math.floor(chance() * 40) - (chance() < 0.1 ? 20 : 0);
      run.asked.length = 0;
      const failing = chance() < 0.4 ? chance() : 0;
      const said = await run.look(now, (window) => (chance() < failing ? down(window) : well(window)));
      if (said.kind !== 'value') continue;
      got = said;
      for (const { what, from, to } of run.asked) {
        const before = counted.get(what)?.until ?? 0;
        assert.equal(from, before, `seed ${seed}: ${what}`);
        assert.ok(to > from);
        counted.set(what, { until: to, events: 0 });
      }
    }
    const until = [...counted.values()].map((one) => one.until);
    assert.ok(got !== null && until.every((one) => one === until[0]));
    // All that there was up to then, to the last request.
    const numbers = (COUNTS.exec(line(got)) ?? []).slice(1).map(Number);
    const all = until[0] ?? 0;
    for (const [i, perSecond] of [0.1, 10, 0.9, 90].entries())
      assert.ok(Math.abs((numbers[i] ?? 0) - perSecond * all) < 1e-6 * all + 1e-9, `seed ${seed}`);
  }
});
