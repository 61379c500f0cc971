import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { AnalysisRunSpec, Measurement } from '../../src/api/analysis.ts';
import type { CompareConfig } from '../../src/api/compare.ts';
import type { Json } from '../../src/api/meta.ts';
import { comparisonOf } from '../../src/core/analysis/compare/comparison.ts';
import type { ReleaseSides } from '../../src/core/analysis/compare/sides.ts';
import { compare } from '../../src/providers/compare/compare.ts';
import { ask } from './support/ask.ts';
import { findPrometheus, type RealPrometheus, startPrometheus } from './support/real-prometheus.ts';

// The question that asks for all counters at once, put to a real Prometheus about an hour that it remembers.

const program = findPrometheus();
const reason = 'no Prometheus here: install the package "prometheus", or name the program in PROMETHEUS';
const skip = program === null && (process.env['CI'] ?? '') === '' ? reason : false;

/** 2026-11-21T08:00:00Z: the release. Counters are scraped every 15 seconds from half an hour before. */
const RELEASE = 1_795_248_000;
const EDGES = ['0.1', '0.5', '+Inf'];

/** Requests of a pod up to a second after the release. */
function linesOf(
  pod: string,
  hash: string,
  perSecond: number,
  badRate: number,
  from: number,
): readonly string[] {
  const lines: string[] = [];
  for (let t = from; t <= 300; t += 15) {
    const total = Math.floor(perSecond * (t - from));
    const labels = `pod="${pod}",namespace="shop",hash="${hash}"`;
    const bad = Math.floor(total * badRate);
    lines.push(`# t{${labels},code="200"} ${total - bad} ${RELEASE + t}`);
    // As with real ones the first error makes the series.
    if (bad > 0) lines.push(`# t{${labels},code="500"} ${bad} ${RELEASE + t}`);
    const slow = Math.floor(total * badRate * 2);
    for (const [i, le] of EDGES.entries())
      lines.push(`# d_bucket{${labels},le="${le}"} ${i === 2 ? total : total - slow} ${RELEASE + t}`);
  }
  return lines;
}

function history(): string {
  const all = [
    ...linesOf('web-beef-1', 'beef', 40, 0.01, -1800),
    ...linesOf('web-beef-2', 'beef', 40, 0.01, -1800),
    ...linesOf('web-c0ffee-1', 'c0ffee', 20, 0.02, 0),
  ].map((line) => line.slice(2));
  const named = (name: string) => all.filter((line) => line.startsWith(`${name}{`));
  return [
    '# TYPE t counter',
    ...named('t').map((line) => line.replace(/^t/, 't_total')),
    '# TYPE d unknown',
    ...named('d_bucket'),
    '# EOF',
    '',
  ].join('\n');
}

let real: RealPrometheus | null = null;
before(async () => {
  if (skip === false) real = await startPrometheus(program ?? 'prometheus', 'global: {}\n', history());
});
after(async () => {
  await real?.[Symbol.asyncDispose]();
});

const release: ReleaseSides = {
  namespace: 'shop',
  rollout: 'web',
  canary: { hash: 'c0ffee', service: '' },
  stable: { hash: 'beef', service: '' },
  routers: [],
  weightPercent: 20,
};

/** What is said look by look, every 15 seconds from the release on. */
async function looks(config: CompareConfig, count: number): Promise<readonly string[]> {
  assert.ok(real !== null, reason);
  const own: CompareConfig = { ...config, source: { prometheus: { address: real.url } } };
  const metric = {
    name: 'm',
    interval: '15s',
    provider: { plugin: { 'sluice/compare': own as unknown as Json } },
  };
  const spec: AnalysisRunSpec = { metrics: [metric] };
  const said: string[] = [];
  let measurements: readonly Measurement[] = [];
  for (let i = 0; i < count; i += 1) {
    const comparison = comparisonOf(spec, metric, { name: 'm', phase: 'Running', measurements });
    assert.ok(comparison !== null);
    const at = (RELEASE + 15 + 15 * i) * 1000;
    const got = await compare.start(own, { ...ask(), now: at, comparison, release });
    if (got.kind !== 'value') return [...said, JSON.stringify(got)];
    said.push(got.message ?? '');
    measurements = [{ phase: 'Successful', metadata: got.metadata ?? {} }];
  }
  return said;
}

const hash = 'hash="{{hash}}"';

void test('errors, of series that come and go', { skip }, async () => {
  const counters = { total: `t_total{${hash}}`, bad: `t_total{${hash},code="500"}` };
  const said = await looks({ counters }, 5);
  assert.match(said[0] ?? '', /^compared from now on$/);
  assert.match(said[1] ?? '', /^6 of 300 canary vs 12 of 1 200 stable requests failed; canary ≈2\.0x/);
  assert.match(said[4] ?? '', /^24 of 1 200 canary vs 48 of 4 800 stable requests failed/);
});

void test('times, by the edge that the stable version kept', { skip }, async () => {
  const said = await looks({ counters: { buckets: `d_bucket{${hash}}` }, test: 'exceedance' }, 3);
  assert.match(said[2] ?? '', /^24 of 600 canary vs 48 of 2 400 stable requests failed/);
});

void test('by the names of pods', { skip }, async () => {
  const pods = 'pod=~"web-{{hash}}-.+"';
  const said = await looks(
    { counters: { total: `t_total{${pods}}`, bad: `t_total{${pods},code=~"5.."}` } },
    2,
  );
  assert.match(said[1] ?? '', /^6 of 300 canary vs 12 of 1 200 stable/);
});

void test('presets are queries that it understands', { skip }, async () => {
  const named = {
    ...release,
    canary: { hash: 'c', service: 'web.v-2' },
    stable: { hash: 's', service: 'web' },
  };
  for (const preset of ['nginx', 'istio', 'linkerd', 'envoy', 'traefik', 'otel-http'] as const)
    for (const kind of ['rateRatio', 'exceedance'] as const) {
      assert.ok(real !== null, reason);
      const own: CompareConfig = { preset, test: kind, source: { prometheus: { address: real.url } } };
      const metric = {
        name: 'm',
        interval: '15s',
        provider: { plugin: { 'sluice/compare': own as unknown as Json } },
      };
      const comparison = comparisonOf({ metrics: [metric] }, metric, undefined);
      assert.ok(comparison !== null);
      const got = await compare.start(own, { ...ask(), comparison, release: named });
      assert.equal(got.kind, 'value', JSON.stringify(got));
    }
});
