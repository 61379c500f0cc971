import { judgeRanks } from '../../src/core/compare/kayenta.ts';
import { betaEvidence, normalEvidence, proportions } from '../../src/core/compare/mixtures.ts';
import { normalQuantile } from '../../src/core/compare/normal.ts';
import { type Count, sum } from '../../src/core/compare/tally.ts';
import type { Life } from './life.ts';
import { RELEASE_SECONDS, SCRAPE, type Sides, STEP_SECONDS, STEPS } from './service.ts';

/** When a rule rolls a release back, in seconds after its start; null: never. */
export type Rule = (life: Life) => number | null;

/** All but the last look once a minute, at the last minute. */
const MINUTE = 60;
const ALPHA = 0.05;
const NOTHING: Count = { bad: 0, total: 0 };

/** Rolls back when more than `failureLimit` minutes of the canary have less than a part `least` of successes. */
export function successRate(least: number, failureLimit: number): Rule {
  return (life) =>
    failedMinutes(life, ({ canary }) => !(1 - canary.bad / canary.total >= least), failureLimit);
}

/**
 * Rolls back when in more than `failureLimit` minutes the canary fails more than `most` times as often as the
 * stable version. Minutes in which neither fails count as well passed, which is kinder than PromQL's NaN.
 */
export function ratioAtMost(most: number, failureLimit: number): Rule {
  const isFailed = ({ canary, stable }: Sides) =>
    canary.bad / canary.total / (stable.bad / stable.total) > most;
  return (life) => failedMinutes(life, isFailed, failureLimit);
}

function failedMinutes({ intervals }: Life, isFailed: (minute: Sides) => boolean, limit: number) {
  let failed = 0;
  for (let t = MINUTE; t <= RELEASE_SECONDS; t += MINUTE) {
    if (isFailed(between(intervals, t - MINUTE, t))) failed += 1;
    if (failed > limit) return t;
  }
  return null;
}

function between(intervals: readonly Sides[], from: number, to: number): Sides {
  const some = intervals.slice(from / SCRAPE, to / SCRAPE);
  return {
    canary: some.reduce((all, { canary }) => sum(all, canary), NOTHING),
    stable: some.reduce((all, { stable }) => sum(all, stable), NOTHING),
  };
}

/** The z-test of two proportions over all requests up to then, one-sided, at 5 %: each minute, or at the end. */
export function zTest(times: 'eachMinute' | 'once'): Rule {
  return firstMinute(times === 'once' ? RELEASE_SECONDS : MINUTE, (_life, all) => {
    const { delta, variance } = proportions(all).pooled;
    return variance > 0 && delta / Math.sqrt(variance) > normalQuantile(1 - ALPHA);
  });
}

/** The mixture sequential test of the same proportions, pooled over all steps, at 5 %. */
export const mixtureTest: Rule = firstMinute(MINUTE, (_life, all) => {
  const { delta, variance } = proportions(all).pooled;
  if (!(variance > 0)) return false;
  // It is tuned to what is worth detecting: a doubling.
  const tau = all.stable.bad / all.stable.total;
  return tau > 0 && normalEvidence({ delta, variance }, tau).one >= Math.log(1 / ALPHA);
});

const FIRST_RANKED = 3 * MINUTE;

/** Kayenta's judge over the rates of all scrapes, asked again each minute, as nobody should. */
export const ranksEachMinute: Rule = firstMinute(FIRST_RANKED, ({ intervals }, _all, t) => {
  const known = intervals
    .slice(0, t / SCRAPE)
    .filter(({ canary, stable }) => canary.total > 0 && stable.total > 0);
  const x = known.map(({ canary }) => canary.bad / canary.total);
  const y = known.map(({ stable }) => stable.bad / stable.total);
  return judgeRanks({ x, y }, { direction: 'increase' }) === 'High';
});

const CONCENTRATION = 100;

/** The sequential multinomial test of the share of bad requests, anew at each step, at 5 %; of both directions. */
export const shareOfEvents: Rule = ({ intervals }) => {
  let before = 0;
  for (let t = MINUTE; t <= RELEASE_SECONDS; t += MINUTE) {
    const step = Math.ceil(t / STEP_SECONDS) - 1;
    const { canary, stable } = between(intervals, step * STEP_SECONDS, t);
    const share = (STEPS[step] ?? 0) / 100;
    const prior = { a: CONCENTRATION * share, b: CONCENTRATION * (1 - share) };
    const now = betaEvidence({ x: canary.bad, n: canary.bad + stable.bad }, share, prior).two;
    if (before + now >= Math.log(1 / ALPHA)) return t;
    if (t % STEP_SECONDS === 0) before += now;
  }
  return null;
};

/** The first minute from `from` on for which something holds. */
function firstMinute(from: number, isFailed: (life: Life, all: Sides, t: number) => boolean): Rule {
  return (life) => {
    let all: Sides = { canary: NOTHING, stable: NOTHING };
    for (let t = MINUTE; t <= RELEASE_SECONDS; t += MINUTE) {
      const minute = between(life.intervals, t - MINUTE, t);
      all = { canary: sum(all.canary, minute.canary), stable: sum(all.stable, minute.stable) };
      if (t >= from && isFailed(life, all, t)) return t;
    }
    return null;
  };
}
