import type { Counters } from '../../src/core/compare/counters.ts';
import type { Reading } from '../../src/core/compare/reading.ts';
import type { Count } from '../../src/core/compare/tally.ts';
import { type Chance, chanceOf, poisson } from '../../test/core/compare/traffic.ts';
import {
  BEFORE_SECONDS,
  BEYOND,
  intervalOf,
  RELEASE_SECONDS,
  SCRAPE,
  type Service,
  type Sides,
  STEP_SECONDS,
  STEPS,
} from './service.ts';

/** A release that goes by its steps to the end, whatever happens. */
export interface Life {
  readonly service: Service;
  /** By scrapes. */
  readonly intervals: readonly Sides[];
  /** What somebody reads who asks for counters at every scrape, from before the release on. */
  readonly readings: readonly Reading[];
}

/** The life of a service that a seed stands for. */
export function lifeOf(service: Service, seed: number): Life {
  const chance = chanceOf(seed);
  const counters = service.trouble === 'churn' ? new PodCounters(chance) : new SumCounters();
  const lasting = service.trouble === BEYOND ? new Lasting(chance) : null;
  const intervals: Sides[] = [];
  const readings: Reading[] = [];
  for (let t = SCRAPE - BEFORE_SECONDS; t <= RELEASE_SECONDS; t += SCRAPE) {
    const weight = weightAt(t);
    const drawn = intervalOf(service, t, weight, chance);
    const sides = lasting?.spread(drawn) ?? drawn;
    counters.add(sides);
    readings.push({ at: t * 1000, weight, ...counters.read() });
    if (t > 0) intervals.push(sides);
  }
  return { service, intervals, readings };
}

/** Failures of clumps that go on for a minute: each happens in the interval of its clump, or in one soon after. */
class Lasting {
  readonly #chance: Chance;
  /** What is still to happen, of this interval and those after it. */
  readonly #due = { canary: [0, 0, 0, 0], stable: [0, 0, 0, 0] };

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  spread(sides: Sides): Sides {
    return { canary: this.#spread('canary', sides.canary), stable: this.#spread('stable', sides.stable) };
  }

  #spread(side: keyof Sides, { bad, total }: Count): Count {
    const due = this.#due[side];
    for (let i = 0; i < bad; i += 1) {
      const when = Math.floor(this.#chance() * due.length);
      due[when] = (due[when] ?? 0) + 1;
    }
    const now = due.shift() ?? 0;
    due.push(0);
    return { bad: now, total: total - bad + now };
  }
}

/** The canary's weight in the interval that ends at second `t`, in percent. */
export function weightAt(t: number): number {
  return t <= 0 ? 0 : (STEPS[Math.ceil(t / STEP_SECONDS) - 1] ?? 0);
}

/** Counters that are read. */
export interface Scraped {
  readonly canary: Counters;
  readonly stable: Counters;
}

/** Counters of two versions of one pod each, which never restarts. */
export class SumCounters {
  readonly #sums = { canary: { bad: 0, total: 0 }, stable: { bad: 0, total: 0 } };

  add(sides: Sides): void {
    for (const side of ['canary', 'stable'] as const) {
      this.#sums[side].bad += sides[side].bad;
      this.#sums[side].total += sides[side].total;
    }
  }

  read(): Scraped {
    const side = ({ bad, total }: Count): Counters => ({ bad: { pod: bad }, total: { pod: total } });
    return { canary: side(this.#sums.canary), stable: side(this.#sums.stable) };
  }
}

interface Pod {
  name: string;
  bad: number;
  total: number;
}

const PODS = { canary: 3, stable: 6 };
/** Chances that within one interval a pod is replaced, or restarts and counts from 0 again. */
const REPLACED = 0.02;
const RESTARTED = 0.03;

/**
 * Counters of versions of several pods that come and go. What a pod has counted since the last scrape is lost
 * with it.
 */
class PodCounters {
  readonly #chance: Chance;
  #created = 0;
  readonly #pods: { readonly canary: Pod[]; readonly stable: Pod[] };

  constructor(chance: Chance) {
    this.#chance = chance;
    this.#pods = {
      canary: Array.from({ length: PODS.canary }, () => this.#pod()),
      stable: Array.from({ length: PODS.stable }, () => this.#pod()),
    };
  }

  #pod(): Pod {
    this.#created += 1;
    return { name: `pod-${this.#created}`, bad: 0, total: 0 };
  }

  add(sides: Sides): void {
    for (const side of ['canary', 'stable'] as const) {
      const pods = this.#pods[side];
      this.#share(pods, sides[side]);
      pods.forEach((pod, i) => {
        const drawn = this.#chance();
        if (drawn < REPLACED) pods[i] = this.#pod();
        else if (drawn < REPLACED + RESTARTED) Object.assign(pod, { bad: 0, total: 0 });
      });
    }
  }

  /** Each pod gets its part, by chance. */
  #share(pods: readonly Pod[], { bad, total }: Count): void {
    let good = total - bad;
    pods.forEach((pod, i) => {
      const part = 1 / (pods.length - i);
      const own = part === 1 ? good : Math.min(good, poisson(good * part, this.#chance));
      good -= own;
      pod.total += own;
    });
    for (let i = 0; i < bad; i += 1) {
      const pod = pods[Math.floor(this.#chance() * pods.length)];
      if (pod === undefined) continue;
      pod.bad += 1;
      pod.total += 1;
    }
  }

  read(): Scraped {
    const side = (pods: readonly Pod[]): Counters => ({
      bad: Object.fromEntries(pods.map(({ name, bad }) => [name, bad])),
      total: Object.fromEntries(pods.map(({ name, total }) => [name, total])),
    });
    return { canary: side(this.#pods.canary), stable: side(this.#pods.stable) };
  }
}
