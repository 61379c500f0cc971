import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnalysisRunStatus } from '../../src/api/analysis.ts';
import type { CompareConfig } from '../../src/api/compare.ts';
import type { HttpOutcome, HttpRequest } from '../../src/providers/http.ts';
import { chanceOf } from '../core/compare/traffic.ts';
import { playRun, START } from './support/compared-run.ts';

// Whole runs on a source that counts by windows, and fails and lies: what it answers is drawn. What a count is cannot
// be told from a lie that looks like one, so those that could be true come in part only.

const config: CompareConfig = {
  mode: 'delta',
  source: { newRelic: {} },
  resolution: '1s',
  counters: {
    total: 'total {{hash}} {{from}} {{to}}',
    bad: 'bad {{hash}} {{from}} {{to}}',
  },
  canary: { hash: 'c' },
  control: { hash: 's' },
  provenWhen: { ratio: 2 },
  onUndecided: 'Inconclusive',
  onNoTraffic: 'Inconclusive',
};
const secrets = { 'sluice/newrelic': { 'personal-api-key': 'k', 'account-id': '1' } };

type Answer = (query: string) => HttpOutcome;

/** Plays a run for at most twenty minutes. */
async function play(answer: Answer): Promise<AnalysisRunStatus> {
  const fetch = async ({ body }: HttpRequest): Promise<HttpOutcome> => {
    const { variables } = JSON.parse(body ?? '') as { variables: { query: string } };
    return answer(variables.query);
  };
  return playRun({ config, fetch, secrets, seconds: 1200 });
}

function rows(results: unknown): HttpOutcome {
  const body = JSON.stringify({ data: { actor: { account: { nrql: { results } } } } });
  return { kind: 'answer', status: 200, headers: {}, body };
}

/** What a true source answers: requests a second and the part that fails, of canary and stable version. */
function truth(canary: readonly [number, number], stable: readonly [number, number]): Answer {
  return (query) => {
    const [counter, hash, from, to] = query.split(' ');
    const [perSecond, badRate] = hash === 'c' ? canary : stable;
    const upTo = (at: number) => {
      const total = Math.floor(((at - START) / 1000) * perSecond);
      return counter === 'total' ? total : Math.floor(total * badRate);
    };
    return rows([{ n: upTo(Number(to)) - upTo(Number(from)) }]);
  };
}

type Lie = (query: string, told: HttpOutcome, chance: () => number) => HttpOutcome;

/** Answers that cannot be true. */
const LIES: readonly Lie[] = [
  () => ({ kind: 'failure', code: 'timeout', message: 'too late' }),
  () => ({ kind: 'answer', status: 500, headers: {}, body: 'oops' }),
  () => ({ kind: 'answer', status: 200, headers: {}, body: '<html>please log in</html>' }),
  (_, told, chance) =>
    told.kind === 'answer'
      ? { ...told, body: told.body.slice(0, Math.floor(chance() * (told.body.length - 1))) }
      : told,
  () => rows([]),
  () => rows('none'),
  () => rows([{ n: -5 }]),
  () => rows([{ n: 1e300 }]),
  () => rows([{ n: 'NaN' }]),
  () => rows([{ n: 1, m: 2 }]),
  () => rows([{ n: 0 }]),
  (query) => rows([{ n: query.startsWith('bad') ? 1e6 : 1000 }]),
];

/** Answers that may be, as far as anybody can tell. */
const HALF_TRUE: readonly Lie[] = [
  // Of a part of the hosts, or of some twice.
  (_, told, chance) => scaled(told, 0.5 + chance()),
  // Anything.
  (_, __, chance) => rows([{ n: Math.floor(1e4 * chance()) }]),
];

function scaled(told: HttpOutcome, by: number): HttpOutcome {
  if (told.kind !== 'answer') return told;
  return { ...told, body: told.body.replace(/"n":(\d+)/, (_, n: string) => `"n":${Number(n) * by}`) };
}

function lying(told: Answer, seed: number, lies: readonly Lie[], part: number): Answer {
  const chance = chanceOf(seed);
  return (query) => {
    const lie = lies[Math.floor(chance() * lies.length)];
    return lie === undefined || chance() >= part ? told(query) : lie(query, told(query), chance);
  };
}

const good = truth([20, 0.02], [180, 0.02]);
const bad = truth([20, 0.06], [180, 0.02]);

void test('a true source: a good canary is proven, and a bad one fails', async () => {
  assert.equal((await play(good)).phase, 'Successful');
  assert.equal((await play(bad)).phase, 'Failed');
});

void test('one that only lies neither promotes nor rolls back', async () => {
  for (let seed = 0; seed < 40; seed += 1) {
    const { phase, message = '' } = await play(lying(good, seed, LIES, 1));
    assert.ok(!['Successful', 'Failed'].includes(phase), `seed ${seed}: ${phase}: ${message}`);
  }
});

void test('one that fails now and then changes no verdict: what it did not say it is asked again', async () => {
  const failing = LIES.slice(0, 4);
  for (let seed = 0; seed < 20; seed += 1) {
    assert.equal((await play(lying(good, seed, failing, 0.15))).phase, 'Successful', `seed ${seed}`);
    assert.equal((await play(lying(bad, seed, failing, 0.15))).phase, 'Failed', `seed ${seed}`);
  }
});

void test('one that lies now and then promotes a bad canary no more often than it may be by chance', async () => {
  let promoted = 0;
  for (let seed = 0; seed < 100; seed += 1)
    if ((await play(lying(bad, seed, [...LIES, ...HALF_TRUE], 0.1))).phase === 'Successful') promoted += 1;
  assert.ok(promoted <= 5, `${promoted} of 100`);
});
