import type { Milliseconds } from '../time.ts';
import { comparedFor, type JudgeState } from './judge.ts';
import { betaEvidence } from './mixtures.ts';
import type { MetricPlan, Plan } from './plan.ts';
import { leastFound, type Situation } from './power.ts';
import type { Flaw } from './reading.ts';
import type { MetricState } from './tally.ts';

/** What is worth knowing of data beside the verdict. It never changes it. */
export type Condition =
  | Flaw
  | 'TrafficShareMismatch'
  | 'Overdispersed'
  | 'SharedIncident'
  | 'NoTraffic'
  | 'LowPower';

/** One metric, how it stands, and what it is judged with. */
export interface Story {
  readonly plan: Plan;
  readonly state: JudgeState;
  readonly metric: MetricPlan;
  readonly of: MetricState;
}

const CLUMPS = 1.5;
const SHARE_EVIDENCE = Math.log(1000);
/** By how much the share must be off, as a part of itself. */
const SHARE_OFF = 0.25;
/** How much worse than usual the stable version must be. */
const INCIDENT = 3;
const FEWEST = 20;

/** The conditions that hold. `lastsMs` is how long metrics are to be compared in all; null: unknown. */
export function conditionsOf(
  plan: Plan,
  state: JudgeState,
  lastsMs: Milliseconds | null,
): readonly Condition[] {
  return plan.metrics.flatMap((metric, i) => {
    const of = state.metrics[i];
    if (of === undefined) return [];
    const weak = unseenBelow({ plan, state, metric, of }, lastsMs);
    return [...dataConditions(metric, of), ...(weak === null ? [] : (['LowPower'] as const))];
  });
}

function dataConditions(metric: MetricPlan, of: MetricState): readonly Condition[] {
  return [
    ...(Object.keys(of.flaws) as readonly Flaw[]),
    ...(of.canary.total === 0 && hasCounted(of) && metric.test.kind !== 'burnRate'
      ? (['NoTraffic'] as const)
      : []),
    ...(isShareOff(metric, of) ? (['TrafficShareMismatch'] as const) : []),
    ...(metric.dispersion === null && of.phi > CLUMPS ? (['Overdispersed'] as const) : []),
    ...(incidentOf(of) === null ? [] : (['SharedIncident'] as const)),
  ];
}

/** Whether there was a look that could have found something: the first only says where counters stand. */
function hasCounted({ looks, countedFrom, flaws }: MetricState): boolean {
  return looks > 0 && (countedFrom !== null || Object.keys(flaws).length > 0);
}

/** Sentences about them. */
export function notesOn(metric: MetricPlan, of: MetricState): readonly string[] {
  const incident = incidentOf(of);
  const { canary, stable } = of;
  const part = (a: number, b: number) => `${((100 * a) / (a + b)).toFixed(1)}%`;
  return [
    ...(incident === null
      ? []
      : [
          `Stable fails ${incident.toFixed(1)}x as often as before the release; the canary has ${part(canary.bad, stable.bad)} of the errors and ${part(canary.total, stable.total)} of the traffic.`,
        ]),
    ...(isShareOff(metric, of)
      ? [
          `Traffic is not split as asked: ${((100 * of.atWeight.canary) / of.atWeight.all).toFixed(1)}% go to the canary (TrafficShareMismatch).`,
        ]
      : []),
    ...(metric.dispersion === null && of.phi > CLUMPS
      ? [`Errors come in clumps of ${of.phi.toFixed(1)} and count for less (Overdispersed).`]
      : []),
  ];
}

/** How many times worse than usual stable is; null where it is not, or that is not known. */
function incidentOf({ usual, stable }: MetricState): number | null {
  if (usual.bad < FEWEST || stable.bad < FEWEST || stable.total === 0) return null;
  const times = stable.bad / stable.total / (usual.bad / usual.total);
  return times >= INCIDENT ? times : null;
}

/** Whether the canary's share of requests is surely and much another than was asked for. */
function isShareOff({ test }: MetricPlan, { weight, atWeight }: MetricState): boolean {
  // Where that is the test there is no need to say it twice.
  if (test.kind === 'throughput') return false;
  if (weight === null || weight <= 0 || weight >= 100 || atWeight.all === 0) return false;
  const wanted = weight / 100;
  if (Math.abs(atWeight.canary / atWeight.all / wanted - 1) < SHARE_OFF) return false;
  const prior = { a: 100 * wanted, b: 100 * (1 - wanted) };
  return betaEvidence({ x: atWeight.canary, n: atWeight.all }, wanted, prior).two >= SHARE_EVIDENCE;
}

/** The canary's share of what was counted, from 0 to 1. */
export function shareOf({ canary, stable }: MetricState): number {
  const all = canary.total + stable.total;
  return all === 0 ? 0 : canary.total / all;
}

/** An increase that a comparison should see. */
const SHOULD_SEE = 5;
/** With less it is not worth saying. */
const FEWEST_BAD = 3;

/**
 * The ratio below which an increase will likely (one in five, and more) go unseen in `lastsMs`. Null: it sees
 * a fivefold one, or nobody knows.
 */
export function unseenBelow(story: Story, lastsMs: Milliseconds | null): number | null {
  const { metric, of } = story;
  const isEvidence = metric.test.kind === 'rateRatio' || metric.test.kind === 'exceedance';
  const situation = situationOf(story);
  if (!isEvidence || situation === null || lastsMs === null || of.stable.bad < FEWEST_BAD) return null;
  const least = leastFound(lastsMs / 1000, 80, situation);
  return least > SHOULD_SEE * metric.margin ? least : null;
}

/** What there is to find something with; null where that cannot be told. */
export function situationOf({ plan, metric, state, of }: Story): Situation | null {
  const seconds = comparedFor(state, of) / 1000;
  const share = of.atWeight.all === 0 ? shareOf(of) : of.atWeight.canary / of.atWeight.all;
  const { canary, stable, phi } = of;
  // It is known for failures only.
  if (metric.direction === 'decrease' || metric.test.kind === 'throughput') return null;
  if (seconds <= 0 || stable.bad === 0 || share <= 0 || share >= 1) return null;
  return {
    perSecond: (canary.total + stable.total) / seconds,
    badRate: stable.bad / stable.total,
    share,
    margin: metric.margin,
    // Alone it must gather what all of them would have gathered together.
    alpha: plan.alpha * metric.weight,
    phi,
  };
}
