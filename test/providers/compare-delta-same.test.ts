import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Measurement } from '../../src/api/analysis.ts';
import type { CompareConfig } from '../../src/api/compare.ts';
import type { Json } from '../../src/api/meta.ts';
import { comparisonOf } from '../../src/core/analysis/compare/comparison.ts';
import { KEPT } from '../../src/core/analysis/compare/kept.ts';
import type { ReleaseSides } from '../../src/core/analysis/compare/sides.ts';
import { compare } from '../../src/providers/compare/compare.ts';
import type { HttpOutcome, HttpRequest } from '../../src/providers/http.ts';
import { chanceOf } from '../core/compare/traffic.ts';
import { ask } from './support/ask.ts';

// Counters as they are and counts by windows, of one and the same traffic, come to the same evidence at every look.

const T = 1_795_248_000_000;

/** What has happened up to a second: `[canary total, canary bad, stable total, stable bad]`. */
type Traffic = (second: number) => readonly number[];

function trafficOf(seed: number, seconds: number): Traffic {
  const chance = chanceOf(seed);
  const upTo: number[][] = [[0, 0, 0, 0]];
  for (let second = 1; second <= seconds; second += 1) {
    const before = upTo[second - 1] ?? [];
    const [canary, stable] = [Math.floor(chance() * 5), Math.floor(chance() * 40)];
    const bad = (total: number) => Math.floor(total * chance() ** 6);
    const now = [canary, bad(canary), stable, bad(stable)];
    upTo.push(now.map((count, i) => (before[i] ?? 0) + count));
  }
  return (second) => upTo[Math.max(0, second)] ?? [];
}

/** How a source of each kind answers a request; seconds count from T. */
const SOURCES = {
  raw: (traffic: Traffic, { url, body }: HttpRequest): string => {
    const form = new URLSearchParams(body ?? '');
    const isRange = url.endsWith('query_range');
    const at = Number(form.get(isRange ? 'end' : 'time'));
    const result = traffic(at - T / 1000).map((count, i) => ({
      metric: { sluice_counter: String(i) },
      ...(isRange ? { values: [[at, String(count)]] } : { value: [at, String(count)] }),
    }));
    return JSON.stringify({ status: 'success', data: { resultType: isRange ? 'matrix' : 'vector', result } });
  },
  delta: (traffic: Traffic, { body }: HttpRequest): string => {
    const { variables } = JSON.parse(body ?? '') as { variables: { query: string } };
    const [which, from, to] = variables.query.split(' ');
    const index = ['total c', 'bad c', 'total s', 'bad s'].indexOf(which?.replace('-', ' ') ?? '');
    const [before, after] = [from, to].map((at) => traffic((Number(at) - T) / 1000)[index] ?? 0);
    const results = [{ n: (after ?? 0) - (before ?? 0) }];
    return JSON.stringify({ data: { actor: { account: { nrql: { results } } } } });
  },
} as const;

const CONFIGS: Readonly<Record<keyof typeof SOURCES, CompareConfig>> = {
  raw: {
    source: { prometheus: { address: 'http://p' } },
    counters: { total: 't{h="{{hash}}"}', bad: 'b{h="{{hash}}"}' },
  },
  delta: {
    mode: 'delta',
    source: { newRelic: {} },
    resolution: '1s',
    counters: { total: 'total-{{hash}} {{from}} {{to}}', bad: 'bad-{{hash}} {{from}} {{to}}' },
  },
};

const secrets = { 'sluice/newrelic': { 'personal-api-key': 'k', 'account-id': '1' } };

/** A look: how many seconds after T, with which weight, and whether the source is there. */
interface Look {
  readonly at: number;
  readonly weight: number;
  readonly fails: boolean;
}

/** What is said at each look, as far as it is of the evidence. */
async function play(
  kind: keyof typeof SOURCES,
  more: CompareConfig,
  traffic: Traffic,
  looks: readonly Look[],
): Promise<readonly string[]> {
  const sides = { canary: { hash: 'c' }, control: { hash: 's' } };
  const config = { ...CONFIGS[kind], ...sides, evaluationDelay: '15s', dispersion: 1, ...more };
  const plugin = { 'sluice/compare': config as unknown as Json };
  const metric = { name: 'm', interval: '15s', provider: { plugin } };
  const said: string[] = [];
  let kept: readonly Measurement[] = [];
  for (const { at, weight, fails } of looks) {
    const result = { name: 'm', phase: 'Running', measurements: kept } as const;
    const comparison = comparisonOf({ metrics: [metric] }, metric, result);
    assert.ok(comparison !== null);
    const fetch = async (request: HttpRequest): Promise<HttpOutcome> => {
      const status = fails ? 503 : 200;
      return { kind: 'answer', status, headers: {}, body: SOURCES[kind](traffic, request) };
    };
    const now = T + at * 1000;
    const got = await compare.start(config, {
      ...ask({}, undefined, { fetch, secrets }),
      now,
      comparison,
      release: releaseAt(weight),
    });
    if (got.kind === 'value') kept = [{ phase: 'Successful', metadata: got.metadata ?? {} }];
    assert.ok(got.kind === 'error' || got.metadata?.[KEPT] !== undefined);
    said.push(got.kind === 'value' ? got.text : got.kind);
  }
  return said;
}

function releaseAt(weightPercent: number): ReleaseSides {
  const side = { hash: '', service: '' };
  return { namespace: 'shop', rollout: 'web', canary: side, stable: side, routers: [], weightPercent };
}

void describe('windows and counters as they are come to the same', () => {
  const rows: readonly (readonly [string, CompareConfig])[] = [
    ['bad requests', {}],
    ['more than is tolerated, and late', { margin: 1.5, lateOnset: true, absoluteLimit: 0.05 }],
    ['too few orders', { direction: 'decrease' }],
    ['requests against the weight', { test: 'throughput' }],
    ['ranks', { test: 'mannWhitney' }],
  ];
  for (const [name, more] of rows)
    void test(name, async () => {
      for (let seed = 0; seed < 6; seed += 1) {
        const chance = chanceOf(1000 + seed);
        const traffic = trafficOf(seed, 1000);
        const looks = Array.from({ length: 40 }, (_, i): Look => {
          const at = 60 + 15 * i + Math.floor(chance() * 10);
          return { at, weight: i < 20 ? 10 : 20, fails: i > 0 && chance() < 0.2 };
        });
        const raw = await play('raw', more, traffic, looks);
        assert.deepEqual(await play('delta', more, traffic, looks), raw, `seed ${seed}`);
      }
    });
});
