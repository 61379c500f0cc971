import type { Random } from '../random.ts';

/**
 * How many of `count` trials succeed with this probability each. The cost does not grow with the count: rare
 * successes are found by the gaps between them.
 */
export function binomial(random: Random, count: number, probability: number): number {
  if (probability > 0.5) return count - binomial(random, count, 1 - probability);
  if (count <= 100 || count * probability > 20) return random.binomial(count, probability);
  if (probability <= 0) return 0;
  // The gaps between successes are geometric.
  const scale = 1 / Math.log1p(-probability);
  let successes = 0;
  for (let at = 0; ; successes++) {
    at += 1 + Math.floor(Math.log(1 - random.next()) * scale);
    if (at > count) return successes;
  }
}

/**
 * How `count` things fall into places, each by its weight. The numbers sum to `count`; a place of weight 0
 * gets none. Needs a positive weight where there is something to fall.
 */
export function multinomial(random: Random, count: number, weights: readonly number[]): readonly number[] {
  let left = count;
  let weightLeft = weights.reduce((sum, weight) => sum + weight, 0);
  if (left > 0 && weightLeft <= 0) throw new RangeError('traffic: nowhere to go');
  const last = weights.findLastIndex((weight) => weight > 0);
  return weights.map((weight, i) => {
    // Rounding must not leave anything over, nor give anything to a place of weight 0.
    const drawn = i === last ? left : binomial(random, left, Math.min(1, weight / weightLeft));
    left -= drawn;
    weightLeft -= weight;
    return weight > 0 ? drawn : 0;
  });
}

/** `count` things dealt out in turn to `places`, beginning anywhere: no two differ by more than one. */
export function inTurn(random: Random, count: number, places: number): readonly number[] {
  const each = Math.floor(count / places);
  const over = count - each * places;
  const first = over === 0 ? 0 : random.int(0, places - 1);
  return Array.from({ length: places }, (_, i) => each + ((i - first + places) % places < over ? 1 : 0));
}
