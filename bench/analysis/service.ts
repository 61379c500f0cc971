import type { Count } from '../../src/core/compare/tally.ts';
import { type Chance, poisson } from '../../test/core/compare/traffic.ts';

/** What befalls a service besides a bad release. Canary and stable suffer alike, but for a slow start. */
export const TROUBLES = ['none', 'incident', 'bursts', 'diurnal', 'churn', 'slowStart'] as const;

/** One of them. */
export type Trouble = (typeof TROUBLES)[number] | typeof BEYOND;

/** Clumps that last for a minute: what the judge cannot measure, and so no part of what it is held to. */
export const BEYOND = 'longBursts';

/** A service, and a release of it. */
export interface Service {
  /** Requests a second, of both versions together. */
  readonly perSecond: number;
  /** The part of requests that fails on the stable version. */
  readonly badRate: number;
  /** How many times as often the canary fails. 1: it is healthy. */
  readonly ratio: number;
  readonly trouble: Trouble;
}

/** The canary and the stable version, of one interval. */
export interface Sides {
  readonly canary: Count;
  readonly stable: Count;
}

/** Seconds between two scrapes. */
export const SCRAPE = 15;
/** The weights of a release, in percent, and seconds at each. */
export const STEPS: readonly number[] = [5, 10, 25, 50];
export const STEP_SECONDS = 300;
/** Seconds of a release that goes by its steps alone. */
export const RELEASE_SECONDS = STEPS.length * STEP_SECONDS;
/** Seconds before it that are known of. */
export const BEFORE_SECONDS = 1800;
/** Seconds for which a canary that starts slowly fails. */
export const COLD_SECONDS = 30;

const INCIDENT = { from: 480, to: 780, times: 20 };
const CLUMP = 5;
const COLD = 20;
/** A day in twenty minutes: requests, and the part of them that fails, rise and fall by so much. */
const DAY = { seconds: 1200, requests: 0.8, bad: 0.6 };

/** What happens in the interval that ends at second `t` of the release, with so much weight on the canary. */
export function intervalOf(service: Service, t: number, weight: number, chance: Chance): Sides {
  const requests = service.perSecond * SCRAPE * requestsAt(service, t);
  const badRate = service.badRate * badAt(service, t);
  const cold = service.trouble === 'slowStart' && t <= COLD_SECONDS ? COLD : 1;
  const clump = service.trouble === 'bursts' || service.trouble === BEYOND ? CLUMP : 1;
  const part = weight / 100;
  return {
    canary: countOf(requests * part, { badRate: badRate * service.ratio * cold, clump }, chance),
    stable: countOf(requests * (1 - part), { badRate, clump }, chance),
  };
}

function requestsAt({ trouble }: Service, t: number): number {
  return trouble === 'diurnal' ? 1 + DAY.requests * Math.sin((2 * Math.PI * t) / DAY.seconds) : 1;
}

function badAt({ trouble }: Service, t: number): number {
  if (trouble === 'incident') return t > INCIDENT.from && t <= INCIDENT.to ? INCIDENT.times : 1;
  return trouble === 'diurnal' ? 1 + DAY.bad * Math.cos((2 * Math.PI * t) / DAY.seconds) : 1;
}

/** Good and bad requests arrive apart: so requests are Poisson and the bad among them binomial. */
function countOf(
  mean: number,
  { badRate, clump }: { readonly badRate: number; readonly clump: number },
  chance: Chance,
): Count {
  const rate = Math.min(1, badRate);
  const bad = clump * poisson((mean * rate) / clump, chance);
  return { bad, total: bad + poisson(mean * (1 - rate), chance) };
}
