import { logGammaQ } from './gamma.ts';

/** The chance that a standard normal number is at most `z`. */
export function normalBelow(z: number): number {
  return z > 0 ? 1 - tail(z) : tail(-z);
}

/** Its logarithm, which is exact far below zero too. */
export function logNormalBelow(z: number): number {
  if (z > 0) return Math.log1p(-tail(z));
  return Math.log(0.5) + logGammaQ(0.5, (z * z) / 2);
}

function tail(z: number): number {
  return 0.5 * Math.exp(logGammaQ(0.5, (z * z) / 2));
}

/** The number below which a standard normal number is with chance `p`, for `p` between 0 and 1. */
export function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p <= 0) return Number.NEGATIVE_INFINITY;
  // A first guess that is off by 0.0005 at most, https://en.wikipedia.org/wiki/Abramowitz_and_Stegun 26.2.23,
  const t = Math.sqrt(-2 * Math.log(p));
  const above = 2.515517 + t * (0.802853 + t * 0.010328);
  const below = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308));
  let z = above / below - t;
  // and Newton's steps in the logarithm, which are well-behaved in the tail.
  for (let i = 0; i < 6; i += 1) {
    const log = logNormalBelow(z);
    z -= (log - Math.log(p)) / Math.exp(-(z * z) / 2 - 0.5 * Math.log(2 * Math.PI) - log);
  }
  return z;
}
