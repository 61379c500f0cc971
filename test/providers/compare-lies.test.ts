import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnalysisRunStatus } from '../../src/api/analysis.ts';
import type { CompareConfig } from '../../src/api/compare.ts';
import type { HttpOutcome, HttpRequest } from '../../src/providers/http.ts';
import { chanceOf } from '../core/compare/traffic.ts';
import { playRun, START } from './support/compared-run.ts';

// Whole runs on a metrics source that fails and lies in every way that was thought of: what it answers is drawn.

const config: CompareConfig = {
  source: { prometheus: { address: 'http://p:9090' } },
  counters: { total: 't{h="{{hash}}"}', bad: 'b{h="{{hash}}"}' },
  canary: { hash: 'c' },
  control: { hash: 's' },
  provenWhen: { ratio: 2 },
  onUndecided: 'Inconclusive',
  onNoTraffic: 'Inconclusive',
};
type Answer = (request: HttpRequest) => HttpOutcome | string;

/** Plays a run for at most an hour. */
async function play(answer: Answer): Promise<AnalysisRunStatus> {
  const fetch = async (request: HttpRequest): Promise<HttpOutcome> => {
    const got = answer(request);
    return typeof got === 'string' ? { kind: 'answer', status: 200, headers: {}, body: got } : got;
  };
  return playRun({ config, fetch, seconds: 3600 });
}

/** What a true source answers: requests a second and the part that fails, of canary and stable version. */
function truth(canary: readonly [number, number], stable: readonly [number, number]): Answer {
  const of = ([perSecond, badRate]: readonly [number, number], at: number) => {
    const total = Math.max(0, Math.floor((perSecond * (at - START + 3_600_000)) / 1000));
    return [total, Math.floor(total * badRate)];
  };
  return (request) => {
    const form = new URLSearchParams(request.body ?? '');
    const isRange = request.url.endsWith('query_range');
    const end = Number(form.get(isRange ? 'end' : 'time')) * 1000;
    const times = isRange ? [end - 30_000, end - 15_000, end] : [end];
    const result = [0, 1, 2, 3].map((i) => {
      const samples = times.map((at) => {
        const counts = [...of(canary, at), ...of(stable, at)];
        return [at / 1000, String(counts[i] ?? 0)];
      });
      const values = isRange ? { values: samples } : { value: samples[0] };
      return { metric: { sluice_counter: String(i), pod: 'a' }, ...values };
    });
    return body(result, isRange);
  };
}

function body(result: readonly unknown[], isRange: boolean): string {
  return JSON.stringify({ status: 'success', data: { resultType: isRange ? 'matrix' : 'vector', result } });
}

interface Drawn {
  readonly metric: Record<string, string>;
  readonly value?: [number, string];
  readonly values?: [number, string][];
}

/** Ways to spoil an answer. */
const LIES: readonly ((told: string, chance: () => number) => HttpOutcome | string)[] = [
  () => ({ kind: 'failure', code: 'timeout', message: 'too late' }),
  () => ({ kind: 'answer', status: 500, headers: {}, body: 'oops' }),
  () => '<html>please log in</html>',
  (told, chance) => told.slice(0, Math.floor(chance() * told.length)),
  () => '{"status":"success","data":{"resultType":"vector","result":[]}}',
  () => '{"status":"success","data":{"resultType":"vector","result":{"a":1}}}',
  () => '{"status":"success","data":null}',
  (told) => spoiled(told, (series) => ({ ...series, metric: { ...series.metric, sluice_counter: '9' } })),
  // About another time.
  (told) => spoiled(told, (series) => moved(series, -600)),
  (told) => spoiled(told, (series) => moved(series, 600)),
  // Going backwards, or anywhere.
  (told, chance) => spoiled(told, (series) => counting(series, () => Math.floor(1e9 * chance()))),
  (told) => spoiled(told, (series) => counting(series, (count) => -count)),
  (told) => spoiled(told, (series) => counting(series, () => 0)),
  (told) => spoiled(told, (series) => counting(series, () => Number.NaN)),
  (told) => spoiled(told, (series) => counting(series, () => Number.POSITIVE_INFINITY)),
];

/** Answers that are true as far as they go. */
const HALF_TRUE: typeof LIES = [
  // Partly missing.
  (told, chance) => spoiled(told, (series) => (chance() < 0.5 ? null : series)),
  // Of other series.
  (told, chance) =>
    spoiled(told, (series) => ({
      ...series,
      metric: { ...series.metric, pod: String(Math.floor(3 * chance())) },
    })),
];

function spoiled(told: string, spoil: (series: Drawn) => Drawn | null): string {
  const answer = JSON.parse(told) as { data: { result: readonly Drawn[] } };
  const result = answer.data.result.map(spoil).filter((series) => series !== null);
  return JSON.stringify({ ...answer, data: { ...answer.data, result } });
}

function moved(series: Drawn, seconds: number): Drawn {
  return samplesOf(series, ([at, count]) => [at + seconds, count]);
}

function counting(series: Drawn, change: (count: number) => number): Drawn {
  return samplesOf(series, ([at, count]) => [at, String(change(Number(count))).replace('Infinity', '+Inf')]);
}

function samplesOf(series: Drawn, change: (sample: [number, string]) => [number, string]): Drawn {
  return {
    ...series,
    ...(series.value === undefined ? {} : { value: change(series.value) }),
    ...(series.values === undefined ? {} : { values: series.values.map(change) }),
  };
}

function lying(told: Answer, seed: number, lies: typeof LIES, part: number): Answer {
  const chance = chanceOf(seed);
  return (request) => {
    const answer = told(request);
    const lie = lies[Math.floor(chance() * lies.length)];
    return typeof answer !== 'string' || lie === undefined || chance() >= part ? answer : lie(answer, chance);
  };
}

const good = truth([20, 0.02], [180, 0.02]);
const bad = truth([20, 0.06], [180, 0.02]);

void test('a true source: a good canary is proven, and a bad one fails', async () => {
  assert.equal((await play(good)).phase, 'Successful');
  assert.equal((await play(bad)).phase, 'Failed');
});

void test('one that only lies never promotes, and nothing that it says breaks anything', async () => {
  for (let seed = 0; seed < 80; seed += 1) {
    const { phase, message = '' } = await play(lying(good, seed, LIES, 1));
    assert.notEqual(phase, 'Successful', `seed ${seed}: ${message}`);
  }
});

void test('one that lies now and then promotes a bad canary no more often than it may be by chance', async () => {
  let promoted = 0;
  for (let seed = 0; seed < 150; seed += 1)
    if ((await play(lying(bad, seed, [...LIES, ...HALF_TRUE], 0.3))).phase === 'Successful') promoted += 1;
  assert.ok(promoted <= 8, `${promoted} of 150`);
});
