import { fnv1a } from '../../src/core/hash/fnv.ts';
import { median } from '../statistics.ts';
import { lifeOf } from './life.ts';
import type { Judged } from './rules.ts';
import { BEYOND, type Service, TROUBLES } from './service.ts';

/** What a rule made of many lives of one service. */
export interface Outcome {
  /** The part of them that was rolled back, in percent. */
  readonly rolledBack: number;
  /** The middle of the minutes after which; null where there were none. */
  readonly minutes: number | null;
  /** Failed requests because of the canary, on the average. */
  readonly excess: number;
}

/** One service, and what each rule made of it. */
export interface Cell {
  readonly service: Service;
  /** By the names of rules. */
  readonly outcomes: Readonly<Record<string, Outcome>>;
}

const SIZES: readonly (readonly [perSecond: number, badRate: number])[] = [
  [10, 0.001],
  [10, 0.01],
  [100, 0.001],
  [100, 0.01],
  [1000, 0.001],
  [1000, 0.01],
];

/** Services whose release is as good as what they have, in each trouble. */
export const HEALTHY: readonly Service[] = TROUBLES.flatMap((trouble) =>
  SIZES.map(([perSecond, badRate]) => ({ perSecond, badRate, ratio: 1, trouble })),
);

/** Such as are in the trouble that is too much. */
export const TROUBLED: readonly Service[] = SIZES.map(([perSecond, badRate]) => ({
  perSecond,
  badRate,
  ratio: 1,
  trouble: BEYOND,
}));

/** Services whose release fails more often. */
export const FAULTY: readonly Service[] = SIZES.flatMap(([perSecond, badRate]) =>
  [1.5, 2, 5, 10].map((ratio): Service => ({ perSecond, badRate, ratio, trouble: 'none' })),
);

/** What is wanted of a measurement. */
export interface Wanted {
  readonly rules: readonly Judged[];
  /** Lives of each service. */
  readonly runs: number;
  readonly seed: number;
}

/** Plays many lives of a service, each judged by all rules. The same seed gives the same lives. */
export function measure(service: Service, { rules, runs, seed }: Wanted): Cell {
  const found = rules.map(() => ({ minutes: [] as number[], excess: 0 }));
  for (let run = 0; run < runs; run += 1) {
    const own = seedOf(service, seed, run);
    const life = lifeOf(service, own);
    rules.forEach(({ judge }, i) => {
      const { at, excess } = judge(life, own);
      const sums = found[i];
      if (sums === undefined) return;
      sums.excess += excess;
      if (at !== null) sums.minutes.push(at / 60);
    });
  }
  const outcome = ({ minutes, excess }: (typeof found)[number]): Outcome => ({
    rolledBack: (100 * minutes.length) / runs,
    minutes: minutes.length === 0 ? null : median(minutes),
    excess: excess / runs,
  });
  return {
    service,
    outcomes: Object.fromEntries(rules.map(({ name }, i) => [name, outcome(found[i] ?? EMPTY)])),
  };
}

const EMPTY = { minutes: [], excess: 0 };

/** Lives of one service have nothing to do with those of another. */
function seedOf({ perSecond, badRate, ratio, trouble }: Service, seed: number, run: number): number {
  return fnv1a(`${seed}/${perSecond}/${badRate}/${ratio}/${trouble}/${run}`);
}
