import type { Reading } from '../../../src/core/compare/reading.ts';

/** A seeded source of chance: mulberry32. */
export type Chance = () => number;

export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A Poisson number; from a mean of 50 on a rounded normal one. */
export function poisson(mean: number, chance: Chance): number {
  if (mean >= 50) {
    const normal = Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal));
  }
  const limit = Math.exp(-mean);
  let [count, product] = [0, chance()];
  while (product > limit) {
    count += 1;
    product *= chance();
  }
  return count;
}

/** A service and what befalls it. */
export interface Service {
  readonly perSecond: number;
  readonly badRate: number;
  /** How many times as often the canary fails. */
  readonly ratio: number;
  /** From this second on. */
  readonly ratioFrom?: number;
  /** Errors come in clumps of so many. */
  readonly clump?: number;
  /** Both sides fail 20 times as often from minute 8 to 13. */
  readonly incident?: boolean;
  /** Seconds of scrapes before the release. */
  readonly before?: number;
}

export const STEP_SECONDS = 300;
export const STEPS = [5, 10, 25, 50];
export const SCRAPE = 15;

/** A release of 20 minutes at 5, 10, 25 and 50 percent, scraped every 15 seconds. */
export function* release(service: Service, chance: Chance): Generator<Reading> {
  const { perSecond, badRate, ratio, ratioFrom = 0, clump = 1, incident = false, before = 0 } = service;
  const sums = { canary: { total: 0, bad: 0 }, stable: { total: 0, bad: 0 } };
  for (let t = 0 - before; t <= STEPS.length * STEP_SECONDS; t += SCRAPE) {
    const weight = t <= 0 ? 0 : (STEPS[Math.floor((t - 1) / STEP_SECONDS)] ?? 0);
    const rate = badRate * (incident && t > 480 && t <= 780 ? 20 : 1);
    for (const side of ['canary', 'stable'] as const) {
      const share = side === 'canary' ? weight / 100 : 1 - weight / 100;
      const total = share === 0 ? 0 : poisson(perSecond * SCRAPE * share, chance);
      const times = side === 'canary' && t > ratioFrom ? ratio : 1;
      const bad = clump * poisson((total * Math.min(1, rate * times)) / clump, chance);
      sums[side].total += total;
      sums[side].bad += Math.min(total, bad);
    }
    const { canary, stable } = sums;
    yield {
      at: t * 1000,
      weight,
      canary: { total: { '': canary.total }, bad: { '': canary.bad } },
      stable: { total: { '': stable.total }, bad: { '': stable.bad } },
    };
  }
}
