import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { AnalysisRunSpec, Measurement } from '../../src/api/analysis.ts';
import type { CompareConfig } from '../../src/api/compare.ts';
import type { Json } from '../../src/api/meta.ts';
import { comparisonOf } from '../../src/core/analysis/compare/comparison.ts';
import { compare } from '../../src/providers/compare/compare.ts';
import { ask } from './support/ask.ts';
import { findPrometheus, type RealPrometheus, startPrometheus } from './support/real-prometheus.ts';

// Windows, put to a real Prometheus about an hour that it remembers: what it says of each adds up to what there was.

const program = findPrometheus();
const reason = 'no Prometheus here: install the package "prometheus", or name the program in PROMETHEUS';
const skip = program === null && (process.env['CI'] ?? '') === '' ? reason : false;

/** 2026-11-21T08:00:00Z: the release. Counters are scraped every 15 seconds from half an hour before. */
const RELEASE = 1_795_248_000;

/** Requests of a pod, and those of them that were bad, up to ten minutes after the release. */
function linesOf(hash: string, perSecond: number, badRate: number, from: number): readonly string[] {
  const lines: string[] = [];
  for (let t = from; t <= 600; t += 15) {
    const total = perSecond * (t - from);
    lines.push(`t_total{hash="${hash}",code="200"} ${total * (1 - badRate)} ${RELEASE + t}`);
    lines.push(`t_total{hash="${hash}",code="500"} ${total * badRate} ${RELEASE + t}`);
  }
  return lines;
}

let real: RealPrometheus | null = null;
before(async () => {
  const lines = [...linesOf('beef', 80, 0.01, -1800), ...linesOf('c0ffee', 20, 0.01, -15)];
  const history = ['# TYPE t counter', ...lines, '# EOF', ''].join('\n');
  if (skip === false) real = await startPrometheus(program ?? 'prometheus', 'global: {}\n', history);
});
after(async () => {
  await real?.[Symbol.asyncDispose]();
});

/** What is said at each of these seconds after the release, the first of which is the beginning. */
async function looks(
  counters: CompareConfig['counters'],
  seconds: readonly number[],
): Promise<readonly string[]> {
  assert.ok(real !== null, reason);
  const own: CompareConfig = {
    mode: 'delta',
    source: { prometheus: { address: real.url } },
    counters: counters ?? {},
    canary: { hash: 'c0ffee' },
    control: { hash: 'beef' },
  };
  const metric = {
    name: 'm',
    interval: '1m',
    provider: { plugin: { 'sluice/compare': own as unknown as Json } },
  };
  const spec: AnalysisRunSpec = { metrics: [metric] };
  const said: string[] = [];
  let measurements: readonly Measurement[] = [];
  for (const second of seconds) {
    const comparison = comparisonOf(spec, metric, { name: 'm', phase: 'Running', measurements });
    assert.ok(comparison !== null);
    const got = await compare.start(own, { ...ask(), now: (RELEASE + 15 + second) * 1000, comparison });
    if (got.kind !== 'value') return [...said, JSON.stringify(got)];
    said.push(`${got.message} ${got.text}`);
    measurements = [{ phase: 'Successful', metadata: got.metadata ?? {} }];
  }
  return said;
}

const increase = (code: string) => `sum(increase(t_total{hash="{{hash}}"${code}}[{{window}}]))`;

void test('increases of windows add up', { skip }, async () => {
  const counters = { total: increase(''), bad: increase(',code="500"') };
  const said = await looks(counters, [0, 60, 120, 300]);
  assert.match(said[0] ?? '', /^compared from now on .*"phi":1,/);
  assert.match(said[1] ?? '', /^12 of 1 200 canary vs 48 of 4 800 stable requests failed; canary ≈1\.0x/);
  // Two looks that were left out are in the one after them.
  assert.match(said[3] ?? '', /^60 of 6 000 canary vs 240 of 24 000 stable requests failed/);
});

void test('several series are added up, and none is none', { skip }, async () => {
  const counters = { total: increase('').slice(4, -1), bad: increase(',code="404"') };
  const said = await looks(counters, [0, 60]);
  assert.match(said[1] ?? '', /^0 of 1 200 canary vs 0 of 4 800 stable requests failed/);
});

void test('windows without two samples wait for the next', { skip }, async () => {
  const counters = { total: increase(''), bad: increase(',code="500"') };
  const said = await looks(counters, [0, 10, 20, 60]);
  assert.match(said[1] ?? '', /NoData/);
  assert.match(said[3] ?? '', /^12 of 1 200 canary vs 48 of 4 800 stable/);
});
