import { expectedOf, increaseOf, rangeOf } from './judge.ts';
import { grouped, spread, times } from './numbers.ts';
import type { MetricPlan } from './plan.ts';
import type { RatioRange } from './split.ts';
import type { MetricState } from './tally.ts';

/** What sentences about a metric are put together from: another for each way that can be worse. */
export interface Pieces {
  /** What was counted. */
  readonly counts: string;
  /** How the canary is beside the stable version, if that is known: with a semicolon before it. Or empty. */
  readonly ratio: string;
  /** The same as an accusation. */
  readonly charge: string;
  /** The counts that go with it. */
  readonly grounds: string;
  /** What it comes to, in requests. */
  readonly damage: string;
}

/** The pieces for a metric. */
export function piecesOf(metric: MetricPlan, of: MetricState): Pieces {
  return metric.direction === 'increase' && metric.test.kind !== 'throughput'
    ? ofFailures(of)
    : ofOthers(metric, of);
}

function ofFailures(of: MetricState): Pieces {
  const { canary, stable } = of;
  const range = rangeOf(of);
  const known = range !== null && Number.isFinite(range.best);
  const whole = `${grouped(canary.bad)} of ${grouped(canary.total)}`;
  const other = `${grouped(stable.bad)} of ${grouped(stable.total)}`;
  return {
    counts: `${whole} canary vs ${other} stable requests failed`,
    ratio:
      range === null
        ? ''
        : known
          ? `; canary ≈${times(range.best)} (95% ${spread(range)})`
          : '; nothing failed on stable',
    charge: known
      ? `canary fails ${times(range.best)} as often as stable (95% ${spread(range)})`
      : 'canary fails and stable does not',
    grounds: `${whole} vs ${other} requests`,
    damage: `Extra failed requests: ${grouped(Math.round(increaseOf(of) * canary.total))}.`,
  };
}

function ofOthers(metric: MetricPlan, of: MetricState): Pieces {
  const range = rangeOf(of);
  const ratio = range === null ? 'none' : `${fine(range.best)} (95% ${fineSpread(range)})`;
  const off = expectedOf(of) - judgedOf(of);
  const isShare = metric.test.kind === 'throughput';
  const counts = isShare ? shares(of) : `${parts(of)} counted`;
  return {
    counts,
    ratio: range === null ? '' : `; canary ≈${ratio}`,
    charge: `canary has ${ratio} of the requests that ${isShare ? 'its weight says' : 'should be counted'}`,
    grounds: isShare ? `${shares(of)},` : parts(of),
    damage: `${off < 0 ? 'Too many' : 'Missing'}: ${grouped(Math.round(Math.abs(off)))}.`,
  };
}

function parts({ canary, stable }: MetricState): string {
  const [whole, other] = [canary, stable].map(({ bad, total }) => `${grouped(bad)} of ${grouped(total)}`);
  return `${whole} canary vs ${other} stable requests`;
}

/** Of the intervals that are judged only. */
function shares(of: MetricState): string {
  const all = of.strata.reduce((sum, { bad }) => sum + bad, 0);
  const had = judgedOf(of);
  return `${grouped(had)} canary requests and ${grouped(all - had)} stable ones; ${grouped(expectedOf(of))} would be its part`;
}

function judgedOf({ strata }: MetricState): number {
  return strata.reduce((sum, { canaryBad }) => sum + canaryBad, 0);
}

/** Ratios below 1 need more digits than those above. */
function fine(value: number): string {
  return value < 2 ? `${value.toFixed(2)}x` : times(value);
}

function fineSpread(range: RatioRange): string {
  if (!Number.isFinite(range.high)) return `over ${fine(range.low)}`;
  return range.high < 2 ? `${range.low.toFixed(2)}–${range.high.toFixed(2)}x` : spread(range);
}
