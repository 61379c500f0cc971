import {
  type BurnConfig,
  burnWindows,
  type CompareConfig,
  type CompareOutcome,
  defaultMargin,
  wayOf,
} from '../../api/compare.ts';
import { parseDuration } from '../../api/duration.ts';
import type { Issue } from '../../api/meta.ts';
import { at } from '../../api/path.ts';
import type { Milliseconds } from '../time.ts';
import { type Budget, CANARY_PAIR } from './burn.ts';

/** What is compared, and how: a configuration with every default filled in. */
export interface Plan {
  readonly alpha: number;
  /** At least one. The weights of those that gather evidence sum to 1; others have none. */
  readonly metrics: readonly MetricPlan[];
  /** Whether the proof of health of all metrics ends it early. */
  readonly endsWhenProven: boolean;
  readonly onUndecided: CompareOutcome;
  readonly onNoTraffic: CompareOutcome;
  readonly minRequests: number;
  readonly waitMs: Milliseconds;
}

/** One metric of a plan. */
export interface MetricPlan {
  readonly name: string;
  readonly test: Test;
  /** Which way is worse. */
  readonly direction: 'increase' | 'decrease';
  readonly margin: number;
  readonly proof: { readonly ratio: number; readonly beta: number };
  readonly minEvents: number;
  readonly minAbsoluteIncrease: number;
  /** Null: whatever the canary does counts only beside the stable version. */
  readonly absoluteLimit: number | null;
  /** Null: measured before the release. */
  readonly dispersion: number | null;
  readonly lateOnset: boolean;
  readonly weight: number;
  /** What happens before is left out. */
  readonly warmUpMs: Milliseconds;
  /** The stable side is a fresh copy of the stable version. */
  readonly isFresh?: true;
}

/** What is a bad request. `edge` null: chosen from what was before the release. */
export type Test =
  | { readonly kind: 'rateRatio' }
  | { readonly kind: 'exceedance'; readonly edge: number | null }
  /** Requests, of which the canary should have the part that its weight says. */
  | { readonly kind: 'throughput' }
  /** A gate that pauses: it says nothing of the canary. */
  | { readonly kind: 'burnRate'; readonly budget: Budget }
  /** Rates of bad requests by their ranks: no evidence while it runs, one look at the end. */
  | { readonly kind: 'mannWhitney' };

/** A metric as it is configured. */
export interface Configured {
  readonly name: string;
  readonly config: CompareConfig;
  /** The metric's `initialDelay`. */
  readonly warmUpMs: Milliseconds;
  /** Where the configuration stands, for issues. */
  readonly path: string;
}

/** A plan, or everything that keeps the metrics from being judged together. */
export type PlanRead =
  | { readonly kind: 'plan'; readonly plan: Plan }
  | { readonly kind: 'issues'; readonly issues: readonly Issue[] };

/** The chance that a healthy release is ever failed, where nobody says one. */
export const DEFAULT_ALPHA = 0.01;
/** Where a configuration without a budget has come this far: three nines. */
const OBJECTIVE = 0.999;
const PROOF = { ratio: 2, beta: 0.05 };
const MOST_METRICS = 20;
/** From mildest to strictest. */
const STRICTNESS: readonly CompareOutcome[] = ['Successful', 'Inconclusive', 'Failed'];

/**
 * What metrics that are judged together come to. They share one alpha; of other fields that concern all of
 * them the strictest counts.
 */
export function planOf(metrics: readonly Configured[]): PlanRead {
  const alpha = metrics[0]?.config.alpha ?? DEFAULT_ALPHA;
  const issues = [
    ...metrics.flatMap(({ config, path }) =>
      (config.alpha ?? DEFAULT_ALPHA) === alpha
        ? []
        : [
            {
              path: at(path, 'alpha'),
              message: `must be ${alpha} as in ${metrics[0]?.name ?? ''}: all share it`,
            },
          ],
    ),
    ...baselineIssues(metrics),
    ...metrics
      .filter(({ name }, i) => metrics.findIndex((other) => other.name === name) < i)
      .map(({ path, name }) => ({ path, message: `there is another metric ${name}` })),
    ...(metrics.length > 0 && metrics.length <= MOST_METRICS
      ? []
      : [{ path: '', message: `needs 1 to ${MOST_METRICS} metrics, and there are ${metrics.length}` }]),
  ];
  if (issues.length > 0) return { kind: 'issues', issues };
  const configs = metrics.map(({ config }) => config);
  const plan: Plan = {
    alpha,
    metrics: metrics.map((metric) => metricPlan(metric, configs)),
    // What looks once at the end must get there. A gate holds up nothing.
    endsWhenProven:
      configs.some(hasEvidence) &&
      configs.every(
        (config) => config.test === 'burnRate' || (config.provenWhen !== undefined && hasEvidence(config)),
      ),
    onUndecided: strictest(configs.map(({ onUndecided = 'Successful' }) => onUndecided)),
    onNoTraffic: strictest(configs.map(({ onNoTraffic = 'Inconclusive' }) => onNoTraffic)),
    minRequests: Math.max(...configs.map(({ minRequests = 1 }) => minRequests)),
    waitMs: Math.max(...configs.map(({ waitAtMost = '0s' }) => parseDuration(waitAtMost) ?? 0)),
  };
  return { kind: 'plan', plan };
}

/** A run has one fresh copy, for all of its metrics that ask for one. */
function baselineIssues(metrics: readonly Configured[]): readonly Issue[] {
  const [first, ...others] = metrics.filter(({ config }) => config.baseline !== undefined);
  const textOf = ({ config }: Configured) =>
    JSON.stringify(Object.entries(config.baseline ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return others.flatMap((other) =>
    first === undefined || textOf(other) === textOf(first)
      ? []
      : [
          {
            path: at(other.path, 'baseline'),
            message: `must be as in ${first.name}: one fresh copy is for all metrics`,
          },
        ],
  );
}

function metricPlan({ name, config, warmUpMs }: Configured, all: readonly CompareConfig[]): MetricPlan {
  const { margin = defaultMargin(config), dispersion = 'auto', le = 'auto', provenWhen } = config;
  return {
    name,
    test: testOf(config, le === 'auto' ? null : le),
    direction: wayOf(config),
    margin,
    proof: {
      // Without a wish of the user's: twice what is tolerated.
      ratio: provenWhen?.ratio ?? margin * PROOF.ratio,
      beta: provenWhen?.beta ?? PROOF.beta,
    },
    minEvents: config.minEvents ?? 3,
    minAbsoluteIncrease: config.minAbsoluteIncrease ?? 0,
    absoluteLimit: config.absoluteLimit ?? null,
    dispersion: dispersion === 'auto' ? null : dispersion,
    lateOnset: config.lateOnset ?? false,
    weight: weightOf(config, all),
    warmUpMs,
    // Absent where it is not, so that plans of before are still the same.
    ...(config.baseline === undefined ? {} : { isFresh: true as const }),
  };
}

function testOf({ test: kind = 'rateRatio', burn }: CompareConfig, edge: number | null): Test {
  if (kind === 'exceedance') return { kind, edge };
  return kind === 'burnRate' ? { kind, budget: budgetOf(burn ?? { objective: OBJECTIVE }) } : { kind };
}

function budgetOf(burn: BurnConfig): Budget {
  const { objective, of = 'service', factor = CANARY_PAIR.factor } = burn;
  const { longMs, shortMs } = burnWindows(burn);
  return { objective, of, pair: { longSeconds: longMs / 1000, shortSeconds: shortMs / 1000, factor } };
}

/**
 * Critical metrics share one half of the weight and the others the other, if there are both. What gathers no
 * evidence has none.
 */
function weightOf(config: CompareConfig, all: readonly CompareConfig[]): number {
  if (!hasEvidence(config)) return 0;
  const isCritical = (one: CompareConfig) => one.critical ?? false;
  const weighed = all.filter(hasEvidence);
  const kin = weighed.filter((one) => isCritical(one) === isCritical(config));
  const sum = kin.reduce((total, { weight = 1 }) => total + weight, 0);
  return ((config.weight ?? 1) / sum) * (kin.length === weighed.length ? 1 : 0.5);
}

/** Ranks and gates gather none. */
function hasEvidence({ test }: CompareConfig): boolean {
  return test !== 'mannWhitney' && test !== 'burnRate';
}

function strictest(outcomes: readonly CompareOutcome[]): CompareOutcome {
  return outcomes.reduce((a, b) => (STRICTNESS.indexOf(b) > STRICTNESS.indexOf(a) ? b : a), 'Successful');
}
