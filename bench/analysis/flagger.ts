import { sum } from '../../src/core/compare/tally.ts';
import { chanceOf } from '../../test/core/compare/traffic.ts';
import { intervalOf, RELEASE_SECONDS, SCRAPE, type Service } from './service.ts';

/** What came of a release. */
export interface Found {
  /** When it was rolled back, in seconds after its start; null: it was not. */
  readonly at: number | null;
  /** Failed requests of the canary that the stable version would not have had, until then or minute 20. */
  readonly excess: number;
}

const MINUTE = 60;
const STEP_WEIGHT = 2.5;
const MOST_WEIGHT = 50;

/**
 * A release by Flagger, whose weight depends on what it sees, so it has a life of its own: each minute in
 * which at least `least` percent succeed adds 2.5 to the weight, each other one counts, and at `threshold` of
 * them it rolls back.
 */
export function flaggerRelease(
  service: Service,
  seed: number,
  { least, threshold }: { readonly least: number; readonly threshold: number },
): Found {
  const chance = chanceOf(seed);
  let [weight, failed, excess] = [STEP_WEIGHT, 0, 0];
  for (let t = MINUTE; t <= RELEASE_SECONDS; t += MINUTE) {
    let canary = { bad: 0, total: 0 };
    for (let end = t - MINUTE + SCRAPE; end <= t; end += SCRAPE)
      canary = sum(canary, intervalOf(service, end, weight, chance).canary);
    excess += canary.bad * (1 - 1 / service.ratio);
    if (100 * (1 - canary.bad / canary.total) >= least) weight = Math.min(MOST_WEIGHT, weight + STEP_WEIGHT);
    else failed += 1;
    if (failed >= threshold) return { at: t, excess };
  }
  return { at: null, excess };
}
