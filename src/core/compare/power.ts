/** What a comparison has to work with. */
export interface Situation {
  /** Requests a second, of both sides. */
  readonly perSecond: number;
  /** The part of requests that fails on the stable version. */
  readonly badRate: number;
  /** The canary's share of requests, between 0 and 1. */
  readonly share: number;
  /** The ratio that is tolerated. */
  readonly margin: number;
  readonly alpha: number;
  /** How many bad events come in a clump. */
  readonly phi: number;
}

// Times measured in simulation, as multiples of ln(1/alpha) over the rate of information.
const TIME_50 = 1.15;
const TIME_80 = 2;

/** Nats of evidence a second, if the canary fails `ratio` times as often as the stable version. */
export function information(ratio: number, { perSecond, badRate, share, margin, phi }: Situation): number {
  const canary = ratio * share;
  const all = canary + 1 - share;
  const gain = canary * Math.log(ratio / margin) + all * Math.log((margin * share + 1 - share) / all);
  return (perSecond * badRate * gain) / phi;
}

/** Seconds after which such a canary is found with chance 80 %. */
export function secondsToFind(ratio: number, situation: Situation): number {
  const rate = information(ratio, situation);
  return rate <= 0 ? Number.POSITIVE_INFINITY : (TIME_80 * Math.log(1 / situation.alpha)) / rate;
}

const MOST = 1000;

/** The least ratio that is found within so many seconds with chance 80 or 50 %. Infinity: over a thousand. */
export function leastFound(seconds: number, chance: 80 | 50, situation: Situation): number {
  const times = chance === 80 ? TIME_80 : TIME_50;
  const needed = (times * Math.log(1 / situation.alpha)) / seconds;
  let [low, high] = [situation.margin, MOST];
  if (information(high, situation) < needed) return Number.POSITIVE_INFINITY;
  for (let i = 0; i < 100; i += 1) {
    const middle = (low + high) / 2;
    if (information(middle, situation) < needed) low = middle;
    else high = middle;
  }
  return high;
}
