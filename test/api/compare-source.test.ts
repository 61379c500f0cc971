import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CompareConfig } from '../../src/api/compare.ts';
import { type CompareSource, delayOf, resolutionOf, SOURCES } from '../../src/api/compare-source.ts';
import type { Json } from '../../src/api/meta.ts';
import { compareConfig } from '../../src/api/schema/compare.ts';
import { readConfig } from '../../src/api/schema/step-plugins.ts';
import { comparisonIssues } from '../../src/core/analysis/compare/party.ts';
import { resolveMetrics } from '../../src/core/analysis/resolve.ts';

// What is refused of how a comparison asks for its counters.

/** A query that every source takes. */
const query = 'q{{hash}} {{window}} {{from}} {{to}} .as_count()';
const counters = { total: query, bad: query };
const delta = (more: object = {}) => ({ mode: 'delta', counters, ...more });
const by = (source: object, more: object = {}) => delta({ source, ...more });

function issuesOf(config: object): string {
  const read = readConfig<CompareConfig>(compareConfig, config, 'c');
  return read.kind === 'config'
    ? ''
    : read.issues.map(({ path, message }) => `${path}: ${message}`).join('; ');
}

const rows: readonly (readonly [string, object, string])[] = [
  ['nothing', {}, ''],
  ['counters as they are', { counters: { total: 't{{hash}}', bad: 'b{{hash}}' } }, ''],
  [
    'sums',
    { counters: { total: 'sum by (a) (t)', bad: 'increase(b[1m])' } },
    'c.counters.total: must select counters as they are, without rate(), increase() or sum(); ' +
      'c.counters.bad: must select counters as they are, without rate(), increase() or sum()',
  ],
  [
    'another source, as they are',
    { source: { datadog: {} }, counters: { total: 't', bad: 'b' } },
    'c.source.datadog: needs mode: delta',
  ],
  ['windows of counters as they are', { resolution: '1m' }, 'c.resolution: needs mode: delta'],
  ['no mode', { mode: 'rates' }, 'c.mode: Invalid option: expected one of "raw"|"delta"'],
  ['windows of Prometheus', delta(), ''],
  [
    'what Prometheus would answer in the same way for any window',
    delta({ counters: { total: 'increase(t{{hash}}[1m])', bad: query } }),
    'c.counters.total: must ask for one window, by {{window}}',
  ],
  [
    'half a window',
    by({ influxdb: {} }, { counters: { total: 'range(start: {{from}})', bad: 'b' } }),
    'c.counters.total: must ask for one window, by {{to}}; ' +
      'c.counters.bad: must ask for one window, by {{from}} and {{to}}',
  ],
  ['a query from an argument', by({ loki: {} }, { counters: { total: '{{args.a}}', bad: query } }), ''],
  [
    'rates of Datadog',
    by({ datadog: {} }, { counters: { total: 'sum:a{*}', bad: 'sum:b{*}.rollup(sum, 60)' } }),
    'c.counters.total: must count, by .as_count() or .rollup(sum)',
  ],
  [
    'no counters',
    { mode: 'delta', preset: 'istio' },
    'c.counters: is needed by mode: delta: presets are counters as they are',
  ],
  [
    'buckets',
    delta({ test: 'exceedance', counters: { buckets: query } }),
    'c.counters.buckets: is none of total and bad, which mode: delta takes; ' +
      'c.test: needs mode: raw; with mode: delta count slow requests as bad',
  ],
  ['a label of pods', delta({ podLabel: 'pod' }), 'c.podLabel: is for presets'],
  [
    'half a minute of CloudWatch',
    by({ cloudWatch: {} }, { resolution: '30s' }),
    'c.resolution: must be whole minutes for CloudWatch',
  ],
  [
    'half a second',
    delta({ resolution: '500ms' }),
    'c.resolution: must be a duration of whole seconds, up to 1h',
  ],
  ['two hours', delta({ resolution: '2h' }), 'c.resolution: must be a duration of whole seconds, up to 1h'],
  ['two sources', by({ datadog: {}, graphite: {} }), 'c.source: must name one source'],
  ['no source', by({}), ''],
  ['a source of nobody', by({ splunk: {} }), 'c.source.splunk: unknown field'],
  ['fields of nobody', by({ cloudWatch: { region: 'a' } }), 'c.source.cloudWatch.region: unknown field'],
  ['a query beside the counters', by({ newRelic: { query: 'q' } }), 'c.source.newRelic.query: unknown field'],
  [
    'no index',
    by({ elasticsearch: {} }),
    'c.source.elasticsearch.index: Invalid input: expected string, received undefined',
  ],
  [
    'no address',
    by({ loki: { address: 'loki:3100' } }),
    'c.source.loki.address: must be a URL with http or https',
  ],
  [
    'all at once',
    { mode: 'delta', counters: { total: 't' }, margin: 0 },
    'c.margin: must be a number from 1 to 100; c.counters.total: must ask for one window, by {{window}}',
  ],
  ['no counters at all', { counters: 'all' }, 'c.counters: Invalid input: expected record, received string'],
];

void describe('how counters are asked for', () => {
  for (const [name, config, want] of rows) void test(name, () => assert.equal(issuesOf(config), want));

  const sources: readonly CompareSource[] = [
    { prometheus: { address: 'http://p' } },
    { datadog: { apiVersion: 'v2', secretRef: { name: 'a' }, requestTimeout: '5s' } },
    { cloudWatch: {} },
    { influxdb: { profile: 'a' } },
    { newRelic: { profile: 'a', timeout: 20 } },
    { graphite: { address: 'http://g' } },
    { loki: { address: 'http://l', tenant: 'a', secretRef: { name: 'a' }, timeout: '5s' } },
    { elasticsearch: { index: 'a', timeField: 't', headers: [{ key: 'a', value: 'b' }] } },
  ];
  void test('every source is taken with its fields', () => {
    assert.deepEqual(
      sources.map((source) => Object.keys(source)[0]),
      Object.keys(SOURCES),
    );
    for (const source of sources) assert.equal(issuesOf(by(source)), '');
  });
});

void test('a template is told what its queries lack, though they have placeholders', () => {
  const plugin = { 'sluice/compare': delta({ counters: { total: 't{{hash}}', bad: query } }) as Json };
  const metric = { name: 'm', interval: '1m', provider: { plugin } };
  const [issue] = comparisonIssues([metric], () => 'metrics[0]');
  assert.match(issue?.path ?? '', /counters\.total$/);
  assert.equal(issue?.message, 'must ask for one window, by {{window}}');
});

void test('placeholders of the window are left for each look, and arguments are filled in', () => {
  const own = { mode: 'delta', counters: { total: `${query} {{args.a}}`, bad: query } };
  const metric = { name: 'm', interval: '1m', provider: { plugin: { 'sluice/compare': own } } };
  const read = resolveMetrics({ metrics: [metric], args: [{ name: 'a', value: 'x' }] }, null);
  assert.ok(read.kind === 'metrics');
  const filled = read.metrics[0]?.provider.plugin?.['sluice/compare'] as unknown as CompareConfig;
  assert.deepEqual(filled.counters, { total: `${query} x`, bad: query });
});

// mode and source, then resolution and delay in seconds
const defaults: readonly (readonly [CompareConfig, number, number])[] = [
  [{}, 1, 15],
  [{ mode: 'delta' }, 1, 15],
  [{ mode: 'delta', source: { cloudWatch: {} } }, 60, 180],
  [{ mode: 'delta', source: { datadog: {} } }, 60, 60],
  [{ mode: 'delta', source: { influxdb: {} } }, 1, 60],
  [{ mode: 'delta', source: { datadog: {} }, resolution: '5m', evaluationDelay: '90s' }, 300, 90],
];
void test('how fine windows are, and how long ago', () => {
  for (const [config, resolution, delay] of defaults) {
    assert.equal(resolutionOf(config), 1000 * resolution);
    assert.equal(delayOf(config), 1000 * delay);
  }
});
