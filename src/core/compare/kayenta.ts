import { rankTest, type Samples, shiftRange } from './mann-whitney.ts';
import { normalQuantile } from './normal.ts';

/** How one metric of two samples is judged. Defaults are Kayenta's. */
export interface RankRules {
  /** Which way is bad. Default `either`. */
  readonly direction?: 'increase' | 'decrease' | 'either';
  /** What to do with NaN. Default `remove`. */
  readonly missing?: 'remove' | 'zero';
  /** Whether values far away from the others are left out. Default `keep`. */
  readonly outliers?: 'keep' | 'remove';
  /** Default 3. */
  readonly outlierFactor?: number;
  readonly effect?: 'meanRatio' | 'cles';
  /** Effects that are put up with. Default 1, and 0.5 for `cles`. */
  readonly allowedIncrease?: number;
  readonly allowedDecrease?: number;
  readonly isCritical?: boolean;
  /** Effects from which on a critical metric counts. Default: those allowed. */
  readonly criticalIncrease?: number;
  readonly criticalDecrease?: number;
  /** Whether having no data is a failure. */
  readonly mustHaveData?: boolean;
}

/** What is said of one metric. `TooFew`: too few values to say anything. */
export type RankVerdict = 'Pass' | 'High' | 'Low' | 'NoData' | 'NoDataFail' | 'TooFew';

const CONFIDENCE = 0.98;
const TOLERANCE = 0.25;
/** With fewer the range always ends at the most extreme differences, and chance alone would be a verdict. */
const FEWEST = 5;

/**
 * Judges a metric as Kayenta's NetflixACAJudge does. In two things it differs: fewer than five values a side
 * say nothing, and two samples of one value each are compared by that value, without noise added.
 * Source: https://github.com/spinnaker/kayenta/blob/master/docs/judges.md
 */
export function judgeRanks(given: Samples, rules: RankRules): RankVerdict {
  const samples = { x: prepared(given.x, rules), y: prepared(given.y, rules) };
  const { x, y } = samples;
  if (x.length === 0 || y.length === 0) {
    if (rules.missing === 'zero') return 'Pass';
    return rules.mustHaveData === true && rules.isCritical !== true ? 'NoDataFail' : 'NoData';
  }
  if (areSame(x, y)) return 'Pass';
  const isFlat = new Set(x).size === 1 && new Set(y).size === 1;
  if (!isFlat && Math.min(x.length, y.length) < FEWEST) return 'TooFew';
  const way = isFlat ? Math.sign((x[0] ?? 0) - (y[0] ?? 0)) : wayOf(samples, rules.direction);
  return verdictOf(way, effectOf(samples, rules.effect ?? 'meanRatio'), rules);
}

function prepared(values: readonly number[], rules: RankRules): readonly number[] {
  const { missing = 'remove', outliers = 'keep', outlierFactor = 3 } = rules;
  const known = missing === 'zero' ? values.map((v) => (Number.isNaN(v) ? 0 : v)) : values;
  const finite = known.filter((value) => !Number.isNaN(value));
  return outliers === 'remove' ? withoutOutliers(finite, outlierFactor) : finite;
}

function withoutOutliers(values: readonly number[], factor: number): readonly number[] {
  const sorted = [...values].sort((a, b) => a - b);
  const [q1, q3] = [percentile(sorted, 0.25), percentile(sorted, 0.75)];
  const low = Math.min(percentile(sorted, 0.01), q1 - factor * (q3 - q1));
  const high = Math.max(percentile(sorted, 0.99), q3 + factor * (q3 - q1));
  return values.filter((value) => value >= low && value <= high);
}

/** R's seventh kind of percentile. */
function percentile(sorted: readonly number[], p: number): number {
  const at = p * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? 0;
  return below + (at - Math.floor(at)) * ((sorted[Math.ceil(at)] ?? below) - below);
}

function areSame(x: readonly number[], y: readonly number[]): boolean {
  if (new Set([...x, ...y]).size === 1) return true;
  const [a, b] = [[...x].sort((p, q) => p - q), [...y].sort((p, q) => p - q)];
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

/** 1 for higher, -1 for lower, 0 for neither: whether the shift is surely more than a part of itself. */
function wayOf(samples: Samples, direction: RankRules['direction']): number {
  // Where the range holds 0, or lies on the side that is not asked for, it is not worth its time.
  const [z, q] = [rankTest(samples).z ?? 0, normalQuantile((1 + CONFIDENCE) / 2)];
  if ((z <= q || direction === 'decrease') && (z >= -q || direction === 'increase')) return 0;
  const shift = shiftRange(samples, CONFIDENCE);
  if (shift === null) return 0;
  const bound = TOLERANCE * Math.abs(shift.best);
  if (shift.low > bound) return 1;
  return shift.high < -bound ? -1 : 0;
}

/** NaN where a mean is zero: then it sets no limit. */
export function effectOf(samples: Samples, kind: 'meanRatio' | 'cles'): number {
  const { x, y } = samples;
  if (kind === 'cles') return rankTest(samples).w / (x.length * y.length);
  const [above, below] = [mean(x), mean(y)];
  return above === 0 || below === 0 ? Number.NaN : above / below;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function verdictOf(way: number, effect: number, rules: RankRules): RankVerdict {
  const { direction = 'either', isCritical = false } = rules;
  const usual = rules.effect === 'cles' ? 0.5 : 1;
  const { allowedIncrease = usual, allowedDecrease = usual } = rules;
  const { criticalIncrease = allowedIncrease, criticalDecrease = allowedDecrease } = rules;
  const most = isCritical ? Math.max(allowedIncrease, criticalIncrease) : allowedIncrease;
  const least = isCritical ? Math.min(allowedDecrease, criticalDecrease) : allowedDecrease;
  if (way > 0 && direction !== 'decrease' && !(effect < most)) return 'High';
  if (way < 0 && direction !== 'increase' && !(effect > least)) return 'Low';
  return 'Pass';
}

/** A metric's verdict, and the groups that it counts in. */
export interface Scored {
  readonly verdict: RankVerdict;
  readonly groups: readonly string[];
  readonly isCritical?: boolean;
}

/**
 * The score of all metrics, from 0 to 100, of two decimals. Groups without a weight share what the others
 * leave; one without verdicts counts as 100. A critical metric that does not pass, or no data for half of
 * the metrics, is 0. Too few values count as no data.
 */
export function scoreOf(metrics: readonly Scored[], weights: Readonly<Record<string, number>>): number {
  const failed = metrics.some(({ isCritical = false, verdict }) => isCritical && verdict !== 'Pass');
  const empty = metrics.filter(({ verdict }) => isEmpty(verdict)).length;
  if (failed || (metrics.length > 0 && empty * 2 >= metrics.length)) return 0;
  const groups = [...new Set(metrics.flatMap((metric) => metric.groups))];
  const given = groups.filter((group) => weights[group] !== undefined);
  const rest = 100 - given.reduce((sum, group) => sum + (weights[group] ?? 0), 0);
  const share = rest / Math.max(1, groups.length - given.length);
  const total = groups.reduce((sum, group) => {
    const members = metrics.filter((metric) => metric.groups.includes(group) && !isEmpty(metric.verdict));
    const passed = members.filter(({ verdict }) => verdict === 'Pass').length;
    const score = members.length === 0 ? 100 : (100 * passed) / members.length;
    return sum + (score * (weights[group] ?? share)) / 100;
  }, 0);
  return Math.round(total * 100) / 100;
}

function isEmpty(verdict: RankVerdict): boolean {
  return verdict === 'NoData' || verdict === 'TooFew';
}
