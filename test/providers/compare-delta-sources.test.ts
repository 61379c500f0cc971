import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CompareSource, SourceName } from '../../src/api/compare-source.ts';
import { ASKERS } from '../../src/providers/compare/delta-sources.ts';
import type { Span, WindowsAnswer } from '../../src/providers/compare/delta-window.ts';
import { ask, withoutTls } from './support/ask.ts';
import { kits, secret, table } from './support/kits.ts';
import { json, type Received, type Reply, serve, text } from './support/server.ts';

// How each source is asked for what it counted in a window, and what is made of its answer. Servers are real ones
// on this machine; their answers have the form of the recorded ones in the golden files.

/** 2026-11-21T08:00:00Z */
const T = 1_795_248_000_000;
const S = T / 1000;
const WINDOW: Span = { from: T, to: T + 60_000 };

/** What the kit of a provider knows of its Secrets and its environment. */
const KITS = {
  prometheus: kits.prometheus,
  datadog: kits.datadog,
  cloudWatch: kits.cloudWatch,
  influxdb: kits.influxdb,
  newRelic: kits.newRelic,
  graphite: kits.graphite,
  loki: kits['sluice/loki'],
  elasticsearch: kits['sluice/elasticsearch'],
} as const satisfies Readonly<Record<SourceName, unknown>>;

interface Asked {
  readonly source: (url: string) => CompareSource;
  readonly query: string;
  readonly windows?: readonly Span[];
}

async function answered(
  name: SourceName,
  { source, query, windows = [WINDOW] }: Asked,
  replies: readonly Reply[],
): Promise<{ readonly answer: WindowsAnswer; readonly received: readonly Received[] }> {
  await using server = await serve(replies);
  const { secrets, environment } = KITS[name];
  const given = ask(environment?.(server.url) ?? {}, undefined, {
    secrets: secrets(server.url),
    fetch: withoutTls(),
  });
  const question = { source: source(server.url), query, windows, resolutionMs: 60_000 };
  const answer = await ASKERS[name](question, given);
  return { answer, received: server.received };
}

/** In a line: the numbers of each window, or the error (`error!` where trying again cannot help). */
function lineOf(answer: WindowsAnswer): string {
  if (answer.kind === 'error') return `error${answer.retryable ? '' : '!'} ${answer.message}`;
  const rest = answer.rest === null ? '' : `, then ${lineOf(answer.rest)}`;
  return `${answer.windows.map((values) => `[${values.join(' ')}]`).join(' ')}${rest}`;
}

/** What was asked, without what changes from one test to the next. */
function askedOf(request: Received | undefined): string {
  const { url = '', body = '' } = request ?? {};
  return decodeURIComponent(`${url} ${body}`.replaceAll('+', ' '));
}

const ASKED: Readonly<Record<SourceName, Asked>> = {
  prometheus: { source: (address) => ({ prometheus: { address } }), query: 'sum(increase(t[{{window}}]))' },
  datadog: { source: () => ({ datadog: {} }), query: 'sum:hits{version:a}.as_count()' },
  cloudWatch: { source: () => ({ cloudWatch: {} }), query: "SUM(SEARCH('{a} b', 'Sum'))" },
  influxdb: {
    source: () => ({ influxdb: {} }),
    query: 'from(bucket: "b") |> range(start: {{from}}, stop: {{ to }})',
  },
  newRelic: { source: () => ({ newRelic: {} }), query: 'SELECT count(*) FROM T SINCE {{from}} UNTIL {{to}}' },
  graphite: { source: (address) => ({ graphite: { address } }), query: 'target=a.b&from=-1h' },
  loki: {
    source: () => ({ loki: { secretRef: { name: 'loki' } } }),
    query: 'sum(count_over_time({a="b"}[{{window}}]))',
  },
  elasticsearch: {
    source: () => ({ elasticsearch: { index: 'logs-*', secretRef: { name: 'elastic' } } }),
    query: 'version:a AND status:[500 TO *]',
  },
};

const vector = (...samples: readonly (readonly [number, unknown])[]) =>
  json({
    status: 'success',
    data: { resultType: 'vector', result: samples.map((value) => ({ metric: {}, value })) },
  });
const points = (interval: unknown, ...pointlist: readonly unknown[]) =>
  json({ status: 'ok', series: [{ interval, pointlist }] });
const scalar = (...values: readonly unknown[]) =>
  json({
    data: {
      attributes: {
        columns: [
          { type: 'group', values: values.map((_, i) => [`g${i}`]) },
          { type: 'number', values },
        ],
      },
    },
  });
const results = (StatusCode: string, ...all: readonly (readonly [number, unknown][])[]) =>
  json({
    MetricDataResults: all.map((pairs) => ({
      Id: 'counts',
      StatusCode,
      Timestamps: pairs.map(([at]) => at),
      Values: pairs.map(([, value]) => value),
    })),
  });
const rows = (...found: readonly unknown[]) =>
  json({ data: { actor: { account: { nrql: { results: found } } } } });
const csv = (body: string) => text(body, 200, { 'content-type': 'text/csv' });
const hits = (value: unknown, more: object = {}) =>
  json({ timed_out: false, _shards: { failed: 0 }, hits: { total: { value, relation: 'eq' } }, ...more });

/** The answer, what is made of it, and what the request says. */
type Row = readonly [what: string, reply: Reply, want: string | RegExp, request?: RegExp];

const ROWS: Readonly<Record<SourceName, readonly Row[]>> = {
  prometheus: [
    [
      'the end of the window',
      vector([S + 60, '12.5'], [S + 60, '3']),
      '[12.5 3]',
      new RegExp(`^/api/v1/query query=sum\\(increase\\(t\\[60s\\]\\)\\)&time=${S + 60}$`),
    ],
    ['a scalar', json({ status: 'success', data: { resultType: 'scalar', result: [S + 60, '7'] } }), '[7]'],
    ['no series', vector(), '[]'],
    ['what no count is', vector([S + 60, 'NaN'], [S + 60, '+Inf'], [S + 60, '-1']), '[NaN Infinity -1]'],
    ['another time', vector([S, '1']), 'error sluice/compare: the answer is about another time'],
    ['words', vector([S + 60, 'many']), 'error! sluice/compare: a sample is not a number'],
    ['no result', json({ status: 'success', data: {} }), 'error! sluice/compare: the answer has no result'],
  ],
  datadog: [
    [
      'the points of the window alone, of all series',
      json({
        status: 'ok',
        series: [
          {
            interval: 30,
            pointlist: [
              [T - 30_000, 100],
              [T, 4],
              [T + 30_000, 5],
              [T + 60_000, 100],
            ],
          },
          { interval: 60, pointlist: [[T, null]] },
          { interval: 60, pointlist: [[T, 2.5]] },
        ],
      }),
      '[4 5 2.5]',
      new RegExp(`^/base/api/v1/query\\?query=sum:hits.*as_count\\(\\)&from=${S}&to=${S + 60} $`),
    ],
    ['no series', json({ status: 'ok', series: [] }), '[]'],
    [
      'points that are longer than windows',
      points(300, [T, 5]),
      'error! sluice/compare: Datadog counts 300 seconds in a point: set resolution to 300s, or a multiple',
    ],
    ['points of no length', points('x', [T, 5]), /^error! .*resolution/],
    ['a point of words', points(60, [T, 'x']), /^error datadog: .*Datapoint does not have 2 values$/],
    ['an error', json({ status: 'error', error: 'what?' }), /^error datadog: .*in your query: what\?$/],
  ],
  cloudWatch: [
    [
      'the values of the window alone, of all results',
      results(
        'Complete',
        [
          [S + 60, 100],
          [S, 4],
        ],
        [[S, 5]],
      ),
      '[4 5]',
      new RegExp(
        `"StartTime":${S},"EndTime":${S + 60},"MetricDataQueries":\\[\\{"Id":"counts","Expression":"SUM.*","Period":60\\}\\]`,
      ),
    ],
    ['no values', results('Complete', []), '[]'],
    ['a part', results('PartialData', [[S, 4]]), /^error cloudWatch: .*is not whole/],
    ['infinity', results('Complete', [[S, 'Infinity']]), '[Infinity]'],
  ],
  influxdb: [
    [
      'rows',
      csv(table('double', '4', '2.5')),
      '[4 2.5]',
      /range\(start: 2026-11-21T08:00:00Z, stop: 2026-11-21T08:00:59\.999999999Z\)/,
    ],
    ['integers, and nothing', csv(table('long', '4', '')), '[4]'],
    ['no rows', csv(''), '[]'],
    ['words', csv(table('string', 'many')), /^error influxdb: .*a value is not a number$/],
  ],
  newRelic: [
    ['a count', rows({ count: 4 }), '[4]', new RegExp(`SINCE ${T} UNTIL ${T + 60_000}"`)],
    ['groups', rows({ facet: 'a', host: 'a', count: 4 }, { facet: 'b', host: 'b', count: 5 }), '[4 5]'],
    ['a sum of nothing', rows({ sum: null }), '[]'],
    ['no rows', rows(), '[]'],
    [
      'two numbers',
      rows({ a: 1, b: 2 }),
      'error! sluice/compare: a row of New Relic has several numbers: select one count',
    ],
  ],
  graphite: [
    [
      'the points of the window alone, of all series',
      json([
        {
          datapoints: [
            [100, S - 10],
            [4, S],
            [null, S + 10],
            [5, S + 50],
            [100, S + 60],
          ],
        },
        { datapoints: [['2.5', S + 20]] },
      ]),
      '[4 5 2.5]',
      new RegExp(
        `^/render\\?target=a.b&from=${S - 1}&format=json&until=${S + 59}|from=${S - 1}&until=${S + 59}`,
      ),
    ],
    ['no series', json([]), '[]'],
    ['nothing in it', json([{ datapoints: [[null, S]] }]), '[]'],
    ['words', json([{ datapoints: [['many', S]] }]), /^error graphite: .*a datapoint is not a number/],
  ],
  loki: [
    [
      'the end of the window',
      vector([S + 60, '4'], [S + 60, '5']),
      '[4 5]',
      new RegExp(`count_over_time\\(\\{a="b"\\}\\[60s\\]\\)\\)&time=${S + 60}000000001 $`),
    ],
    ['no lines', vector(), '[]'],
    [
      'lines',
      json({ status: 'success', data: { resultType: 'streams', result: [] } }),
      'error! sluice/loki: the query returns lines; count them, for example with count_over_time()',
    ],
  ],
  elasticsearch: [
    [
      'hits',
      hits(4),
      '[4]',
      new RegExp(
        `"filter":\\[\\{"range":\\{"@timestamp":\\{"gte":${T},"lt":${T + 60_000},"format":"epoch_millis"\\}\\}\\},` +
          `\\{"query_string":\\{"query":"version:a AND status:\\[500 TO \\*\\]"\\}\\}\\]`,
      ),
    ],
    ['a part of the shards', hits(4, { _shards: { failed: 1 } }), /^error .*1 shards could not be searched$/],
    ['words', hits('many'), 'error! sluice/compare: the answer holds no numbers'],
  ],
};

for (const [name, all] of Object.entries(ROWS) as [SourceName, readonly Row[]][])
  void describe(`${name} counts`, () => {
    for (const [what, reply, want, request] of all)
      void test(what, async () => {
        const { answer, received } = await answered(name, ASKED[name], [reply]);
        if (typeof want === 'string') assert.equal(lineOf(answer), want);
        else assert.match(lineOf(answer), want);
        if (request !== undefined) assert.match(askedOf(received[0]), request);
        assert.equal(received.length, 1);
      });

    void test('who refuses is told, without secrets', async () => {
      const { answer } = await answered(name, ASKED[name], [json({ message: `no, ${secret}` }, 403)]);
      assert.equal(answer.kind, 'error');
      assert.equal(answer.retryable, false);
      // Graphite knows no secrets.
      if (name !== 'graphite') assert.ok(!answer.message.includes(secret), answer.message);
    });
  });

void test('version 2 of Datadog adds up by itself', async () => {
  const asked = { ...ASKED.datadog, source: () => ({ datadog: { apiVersion: 'v2' } }) as const };
  const { answer, received } = await answered('datadog', asked, [scalar(4, 5)]);
  assert.equal(lineOf(answer), '[4 5]');
  const body = askedOf(received[0]);
  assert.match(body, new RegExp(`"from":${T},"to":${T + 60_000},"queries":\\[\\{"aggregator":"sum"`));
  assert.equal(lineOf((await answered('datadog', asked, [scalar()])).answer), '[]');
});

const three: readonly Span[] = [0, 1, 2].map((i) => ({ from: T + i * 60_000, to: T + (i + 1) * 60_000 }));

void test('Prometheus is asked about several windows at once', async () => {
  const values = [
    [S + 60, '1'],
    [S + 180, '3'],
  ];
  const matrix = json({
    status: 'success',
    data: { resultType: 'matrix', result: [{ metric: {}, values }] },
  });
  const { answer, received } = await answered('prometheus', { ...ASKED.prometheus, windows: three }, [
    matrix,
  ]);
  assert.equal(lineOf(answer), '[1] [] [3]');
  assert.match(askedOf(received[0]), new RegExp(`\\[60s\\].*&start=${S + 60}&end=${S + 180}&step=60$`));
});

void test('others are asked about one after the other, the latest first, until one is not answered', async () => {
  const asked = { ...ASKED.newRelic, windows: three };
  const all = await answered('newRelic', asked, [rows({ n: 3 }), rows({ n: 2 }), rows({ n: 1 })]);
  assert.equal(lineOf(all.answer), '[1] [2] [3]');
  const some = await answered('newRelic', asked, [rows({ n: 3 }), json({}, 500)]);
  assert.match(lineOf(some.answer), /^\[3\], then error newRelic: .* 500$/);
  assert.equal(some.received.length, 2);
  assert.equal((await answered('newRelic', asked, [json({}, 500)])).answer.kind, 'error');
});
