import { logBeta, logBetaInc, logGamma, logGammaQ } from './gamma.ts';
import { logNormalBelow } from './normal.ts';
import type { Interval } from './split.ts';

/** What a test of both directions says, and one that looks for more only. */
export interface Sides {
  readonly two: number;
  readonly one: number;
}

/**
 * Evidence against "a share `theta` of `n` events falls on the canary", by a Beta(a, b) prior. `one` looks
 * for more than that. Logarithms.
 */
export function betaEvidence(
  { x, n }: { readonly x: number; readonly n: number },
  theta: number,
  prior: { readonly a: number; readonly b: number },
): Sides {
  const { a, b } = prior;
  const two = logBeta(a + x, b + n - x) - logBeta(a, b) - x * Math.log(theta) - (n - x) * Math.log1p(-theta);
  // The chance of more than theta is I of the mirrored arguments: no difference of near equals.
  const one = two + logBetaInc(b + n - x, a + x, 1 - theta) - logBetaInc(b, a, 1 - theta);
  return { two, one };
}

/**
 * The same with shares that change: one prior Beta(a, b) on the canary's share of bad events, at a reference
 * share of requests. By Simpson's rule in log-odds. Logarithms.
 */
export function movingShareEvidence(
  intervals: readonly Interval[],
  reference: number,
  prior: { readonly a: number; readonly b: number },
): Sides {
  const odds = (p: number) => Math.log(p / (1 - p));
  const shift = odds(reference);
  const density = (u: number): number => {
    const logRatio = u - shift;
    const gain = intervals.reduce(
      (sum, { canaryBad, bad, share }) =>
        sum + canaryBad * logRatio - bad * Math.log1p(share * Math.expm1(logRatio)),
      0,
    );
    const log = prior.a * u - (prior.a + prior.b) * Math.log1p(Math.exp(u)) - logBeta(prior.a, prior.b);
    return Math.exp(gain + log);
  };
  const [low, high] = [shift - REACH, shift + REACH];
  return {
    two: Math.log(simpson(density, low, high)),
    one: Math.log(simpson(density, shift, high)) - logBetaInc(prior.b, prior.a, 1 - reference),
  };
}

const REACH = 30;
const PANELS = 12_000;

function simpson(f: (at: number) => number, from: number, to: number): number {
  const width = (to - from) / PANELS;
  let sum = f(from) + f(to);
  for (let i = 1; i < PANELS; i += 1) sum += f(from + i * width) * (i % 2 === 0 ? 2 : 4);
  return (sum * width) / 3;
}

/** Evidence against a rate of `limit` for each unit of `exposure`, by a Gamma(a, b) prior. Logarithms. */
export function poissonEvidence(
  { x, exposure }: { readonly x: number; readonly exposure: number },
  limit: number,
  prior: { readonly a: number; readonly b: number },
): Sides {
  const { a, b } = prior;
  const two =
    a * Math.log(b) -
    logGamma(a) +
    logGamma(a + x) -
    (a + x) * Math.log(b + exposure) +
    limit * exposure -
    x * Math.log(limit);
  return { two, one: two + logGammaQ(a + x, (b + exposure) * limit) - logGammaQ(a, b * limit) };
}

/** A difference of means and its variance. */
export interface Difference {
  readonly delta: number;
  readonly variance: number;
}

/** Two sides' counts. */
export interface Counted {
  readonly canary: { readonly bad: number; readonly total: number };
  readonly stable: { readonly bad: number; readonly total: number };
}

/** The difference of two proportions. `pooled` is never without variance once anything bad has happened. */
export function proportions({ canary, stable }: Counted): {
  readonly own: Difference;
  readonly pooled: Difference;
} {
  const [c, s] = [canary.bad / canary.total, stable.bad / stable.total];
  const all = (canary.bad + stable.bad) / (canary.total + stable.total);
  const delta = c - s;
  return {
    own: { delta, variance: (c * (1 - c)) / canary.total + (s * (1 - s)) / stable.total },
    pooled: { delta, variance: all * (1 - all) * (1 / canary.total + 1 / stable.total) },
  };
}

/**
 * Evidence against "the difference is `offset`" by a normal prior of standard deviation `tau`: for means that
 * are normal enough, at one weight. Not for rare errors, and never pooled over steps. Logarithms.
 * Source: https://arxiv.org/abs/1512.04922
 */
export function normalEvidence({ delta, variance }: Difference, tau: number, offset = 0): Sides {
  const [t, v, d] = [tau * tau, variance, delta - offset];
  const two = 0.5 * Math.log(v / (v + t)) + (t * d * d) / (2 * v * (v + t));
  return { two, one: Math.LN2 + two + logNormalBelow(d * Math.sqrt(t / (v * (v + t)))) };
}

/** Half of the width of the range of differences that `normalEvidence` does not refute at level `alpha`. */
export function normalHalfWidth(variance: number, tau: number, alpha: number): number {
  const [t, v] = [tau * tau, variance];
  return Math.sqrt(((v * (v + t)) / t) * Math.log((v + t) / (v * alpha * alpha)));
}

/** The chance of ever reaching such evidence without cause: at most `1/e`. */
export function chanceOf(logE: number): number {
  return Math.min(1, Math.exp(-logE));
}
