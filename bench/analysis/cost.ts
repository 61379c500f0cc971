import { look, newJudge } from '../../src/core/compare/judge.ts';
import { planOf } from '../../src/core/compare/plan.ts';
import { restored, stored } from '../../src/core/compare/stored.ts';
import { lifeOf } from './life.ts';
import { FRAME } from './ours.ts';
import { SCRAPE } from './service.ts';

/** What judging many releases at once costs. */
export interface Cost {
  readonly judged: number;
  /** CPU time of one look: read the state from JSON, add a reading, write it as JSON. */
  readonly microsecondsPerLook: number;
  /** Of one core, for all of them with a look each 15 seconds; in percent. */
  readonly percentOfCore: number;
  /** The length of a state as JSON, on the average. */
  readonly bytes: number;
}

const JUDGED = 1000;
const LIVES = 20;

/**
 * Measures it: a thousand releases of pods that come and go (nine at a time), with two metrics each, go on by
 * so many looks.
 */
export function cost(looks: number, seed: number): Cost {
  const read = planOf([
    { name: 'errors', config: {}, warmUpMs: 0, path: '' },
    { name: 'failures', config: {}, warmUpMs: 0, path: '' },
  ]);
  if (read.kind === 'issues') throw new Error('two metrics without a configuration are no plan');
  const { plan } = read;
  const service = { perSecond: 100, badRate: 0.001, ratio: 1, trouble: 'churn' } as const;
  const lives = Array.from({ length: LIVES }, (_, i) => lifeOf(service, seed + i).readings);
  const states = Array.from({ length: JUDGED }, () => JSON.stringify(stored(plan, newJudge(plan, FRAME))));
  const first = lives[0]?.findIndex(({ at }) => at === 0) ?? 0;
  const before = process.cpuUsage();
  for (let i = 0; i < looks; i += 1)
    for (let run = 0; run < JUDGED; run += 1) {
      const reading = lives[run % LIVES]?.[first + i];
      const state = restored(plan, JSON.parse(states[run] ?? ''));
      if (reading === undefined || state === null) throw new Error('a state is not one');
      states[run] = JSON.stringify(stored(plan, look(plan, state, reading)));
    }
  const { user, system } = process.cpuUsage(before);
  const microsecondsPerLook = (user + system) / (looks * JUDGED);
  return {
    judged: JUDGED,
    microsecondsPerLook,
    percentOfCore: (100 * microsecondsPerLook * JUDGED) / (SCRAPE * 1e6),
    bytes: states.reduce((sum, text) => sum + text.length, 0) / JUDGED,
  };
}
