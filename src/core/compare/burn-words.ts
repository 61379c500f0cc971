import { describeDuration } from '../../api/duration.ts';
import { type Budget, burnRate, burntIn } from './burn.ts';
import { grouped, percent, plainNumber } from './numbers.ts';
import type { MetricState } from './tally.ts';

/** How fast an error budget is used up. `isOver`: that is why a release pauses. */
export function burnWords(budget: Budget, { burnt }: MetricState, isOver: boolean): string {
  const { objective, pair } = budget;
  const { long, short } = burntIn(burnt, budget);
  const [slow, fast] = [long, short].map((window) => burnRate(window, objective));
  const whose = budget.of === 'canary' ? 'the canary' : 'the service';
  const aim = `the error budget of ${percent(objective)}`;
  if (slow === undefined || slow === null) return `no requests, so nothing of ${aim} is used up.`;
  const spans = [pair.longSeconds, pair.shortSeconds].map((seconds) => describeDuration(1000 * seconds));
  const rates = `${timesAsFast(slow)} over ${spans[0]} and ${timesAsFast(fast ?? 0)} over ${spans[1]}`;
  const counts = `${grouped(long.bad)} of ${grouped(long.total)} requests failed`;
  const limit = `${plainNumber(pair.factor)}x`;
  return isOver
    ? `paused — ${whose} uses up ${aim} too fast: ${rates}, limit ${limit}; ${counts}. That blames nobody, so nothing is rolled back.`
    : `${counts}; ${whose} uses up ${aim} ${rates}; ${limit} in both would pause.`;
}

function timesAsFast(rate: number): string {
  return `${rate < 9.95 ? rate.toFixed(1) : grouped(rate)}x`;
}
