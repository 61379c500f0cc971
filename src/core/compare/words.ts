import { describeDuration } from '../../api/duration.ts';
import type { Milliseconds } from '../time.ts';
import { burnWords } from './burn-words.ts';
import {
  burnsNow,
  comparedFor,
  type EndReason,
  increaseOf,
  isRankedWorse,
  type JudgeState,
  logE,
  metricLogE,
  missingOf,
  rangeOf,
  seldomBelow,
} from './judge.ts';
import { notesOn, type Story, shareOf, situationOf, unseenBelow } from './notes.ts';
import { clockSpan, grouped, percent, plainNumber, times } from './numbers.ts';
import { piecesOf } from './pieces.ts';
import type { MetricPlan, Plan } from './plan.ts';
import { information, secondsToFind } from './power.ts';
import type { Flaw } from './reading.ts';
import { logEvidence, type RatioRange } from './split.ts';
import type { MetricState } from './tally.ts';

/** What stands of the evidence, in numbers: for machines, and for gauges. */
export interface Evidence {
  /** Of the metric that says most. */
  readonly metric: string;
  readonly e: number;
  readonly threshold: number;
  /** Null where nothing bad happened, or on the canary only. */
  readonly ratio: number | null;
  readonly ci: readonly [number, number | null] | null;
  readonly canary: { readonly bad: number; readonly total: number };
  readonly control: { readonly bad: number; readonly total: number };
  readonly phi: number;
  /** The canary's share of requests. */
  readonly share: number;
  /** Bad requests that the stable version would not have had, or good ones that it would. */
  readonly excess: number;
  /** Minutes until the evidence is enough, if all goes on as up to now; null: it will not be, or is. */
  readonly etaMin: number | null;
}

const MOST_E = 1e300;

/** The evidence up to now. */
export function evidenceOf(plan: Plan, state: JudgeState): Evidence | null {
  const leading = leadingOf(plan, state);
  if (leading === null) return null;
  const { metric, of } = leading;
  const range = rangeOf(of);
  return {
    metric: metric.name,
    e: rounded(Math.min(MOST_E, Math.exp(logE(plan, state)))),
    threshold: rounded(1 / plan.alpha),
    ratio: range === null || !Number.isFinite(range.best) ? null : rounded(range.best),
    ci:
      range === null ? null : [rounded(range.low), Number.isFinite(range.high) ? rounded(range.high) : null],
    canary: of.canary,
    control: of.stable,
    phi: rounded(of.phi),
    share: rounded(shareOf(of)),
    excess: rounded(metric.direction === 'increase' ? increaseOf(of) * of.canary.total : missingOf(of)),
    etaMin: etaOf({ plan, state, metric, of }, range),
  };
}

/** Minutes, of one digit behind the point. */
function etaOf({ plan, state, metric, of }: Story, range: RatioRange | null): number | null {
  const missing = Math.log(1 / plan.alpha) - logE(plan, state);
  const situation = situationOf({ plan, state, metric, of });
  if (range === null || situation === null || range.best <= metric.margin || missing <= 0) return null;
  const seconds = missing / information(range.best, situation);
  return Number.isFinite(seconds) ? Math.round(seconds / 6) / 10 : null;
}

/** Six digits. */
function rounded(value: number): number {
  return Number(value.toPrecision(6));
}

interface Leading {
  readonly metric: MetricPlan;
  readonly of: MetricState;
}

/** The metric that says most against the canary. */
function leadingOf(plan: Plan, state: JudgeState): Leading | null {
  const each = plan.metrics.flatMap((metric, i) => {
    const of = state.metrics[i];
    return of === undefined ? [] : [{ metric, of, says: weightOf(state, metric, of) }];
  });
  return each.reduce<(typeof each)[number] | null>((a, b) => (a === null || b.says > a.says ? b : a), null);
}

/**
 * How it stands, or how it ended: counts first, the statistic last, then what is worth knowing of data.
 * `lastsMs` is how long one that goes on is to be compared in all; null: unknown.
 */
export function describe(
  plan: Plan,
  state: JudgeState,
  end: EndReason | 'running',
  lastsMs: Milliseconds | null = null,
): string {
  const leading = leadingOf(plan, state);
  if (leading === null) return 'nothing is compared';
  const { metric, of } = leading;
  const said = sentence(
    { plan, state, metric, of },
    end,
    end === 'running' ? lastsMs : comparedFor(state, of),
  );
  return [`${metric.name}: ${said}`, ...notesOn(metric, of)].join(' ');
}

/** Ranks are asked last, so where they fail the canary nothing else did. */
function weightOf(state: JudgeState, metric: MetricPlan, of: MetricState): number {
  if (state.verdict === null && isRankedWorse(metric, of)) return Number.POSITIVE_INFINITY;
  if (state.verdict?.phase === 'Inconclusive' && burnsNow(metric, of)) return Number.POSITIVE_INFINITY;
  return metricLogE(metric, of) + Math.log(metric.weight);
}

function sentence(story: Story, end: EndReason | 'running', lastsMs: Milliseconds | null): string {
  switch (end) {
    case 'worse':
      return failed(story);
    case 'proven':
      return proven(story);
    case 'burning':
      return burning(story);
    case 'undecided':
    case 'running':
      return undecided(story, lastsMs);
    case 'noTraffic':
      return noTraffic(story);
    case 'fewRequests':
      return `only ${grouped(story.of.canary.total)} of the ${grouped(story.plan.minRequests)} canary requests that it takes; not judged.`;
    case 'badData':
      return `no data to judge: ${flawWords(story.of.flaws)}.`;
    default:
      return end satisfies never;
  }
}

function failed({ plan, state, metric, of }: Story): string {
  if (metric.test.kind === 'mannWhitney') return `rolled back — ${ranked(metric, of)}.`;
  const { charge, grounds, damage } = piecesOf(metric, of);
  const over = `over ${clockSpan(comparedFor(state, of))}${atWeight(metric, of)}`;
  const limit = grouped(Math.round(1 / plan.alpha));
  const proof = `Evidence ${evidence(plan, state)}, limit ${limit} (chance of this in a healthy release < ${percent(plan.alpha)})`;
  const slow = metric.test.kind === 'exceedance' ? ` Failed means slower than ${of.chosen ?? ''}.` : '';
  return `rolled back — ${charge}: ${grounds} ${over}. ${proof}. ${damage}${slow}`;
}

function proven({ plan, metric, of }: Story): string {
  const range = rangeOf(of);
  const ratio =
    range === null
      ? ''
      : ` (ratio ${range.best.toFixed(2)}, 95% ${range.low.toFixed(2)}–${range.high.toFixed(2)})`;
  const early = plan.endsWhenProven ? '; step finished early' : '';
  const seldom = seldomBelow(metric);
  if (seldom !== null && logEvidence(of.better) < Math.log(1 / metric.proof.beta))
    return `canary proven to fail less than ${percent(seldom)} of requests: ${grouped(of.canary.bad)} of ${grouped(of.canary.total)}${early}.`;
  const within =
    metric.direction === 'increase'
      ? `within ${plainNumber(metric.proof.ratio)}x of stable`
      : `no lower than ${plainNumber(1 / metric.proof.ratio)}x of stable`;
  return `canary ${within} proven${ratio} after ${grouped(of.canary.total)} canary requests${early}.`;
}

/** Counts, and what their ranks say. */
function ranked(metric: MetricPlan, of: MetricState): string {
  const what = metric.direction === 'increase' ? 'fails more often' : 'has less of them';
  return `${piecesOf(metric, of).counts}; over ${of.rates.length} looks the canary ${what} (Mann-Whitney, 98%)`;
}

function burning({ metric, of }: Story): string {
  return metric.test.kind === 'burnRate' ? burnWords(metric.test.budget, of, true) : '';
}

function undecided(story: Story, lastsMs: Milliseconds | null): string {
  const { plan, state, metric, of } = story;
  if (metric.test.kind === 'burnRate') return burnWords(metric.test.budget, of, false);
  const { counts, ratio } = piecesOf(metric, of);
  if (metric.test.kind === 'mannWhitney')
    return `${counts}; ranked once at the end (${of.rates.length} looks, Mann-Whitney, 98%); undecided.`;
  const limit = grouped(Math.round(1 / plan.alpha));
  const situation = situationOf(story);
  const seconds = situation === null ? Infinity : secondsToFind(2 * metric.margin, situation);
  const time = Number.isFinite(seconds)
    ? ` A canary ${plainNumber(2 * metric.margin)}x as bad would take ≈${describeDuration(seconds * 1000)} to show at this rate and weight.`
    : '';
  return `${counts}${ratio}. Evidence ${evidence(plan, state)} of ${limit} needed to roll back; undecided.${time}${unseen(story, lastsMs)}`;
}

function unseen(story: Story, lastsMs: Milliseconds | null): string {
  const least = unseenBelow(story, lastsMs);
  if (least === null) return '';
  const within = describeDuration(lastsMs ?? 0);
  if (!Number.isFinite(least)) return ` In ${within} hardly any increase would show (LowPower).`;
  return ` In ${within} an increase below ${times(least)} will likely go unseen (LowPower).`;
}

function noTraffic({ of }: Story): string {
  const { canary, stable } = of;
  if (canary.total === 0) return 'the canary had no requests; not judged.';
  if (stable.total === 0) return 'the stable version had no requests to compare with; not judged.';
  return `the canary has no requests any more, after ${grouped(canary.total)}; not judged.`;
}

const FLAW_WORDS: Readonly<Record<Flaw, string>> = {
  NoData: 'without an answer',
  StaleData: 'with an answer that is too old',
  BadQuery: 'with counts that contradict one another',
  BucketMismatch: 'without the bucket that is asked for',
  CounterReset: 'after a counter began anew',
  NoWeight: 'without one known weight',
};

/** What is wrong with data, in words. */
export function flawWords(flaws: MetricState['flaws']): string {
  const each = (Object.keys(FLAW_WORDS) as readonly Flaw[]).flatMap((flaw) => {
    const many = flaws[flaw];
    return many === undefined
      ? []
      : [`${many} ${many === 1 ? 'look' : 'looks'} ${FLAW_WORDS[flaw]} (${flaw})`];
  });
  return each.join(', ');
}

function evidence(plan: Plan, state: JudgeState): string {
  const e = Math.exp(logE(plan, state));
  if (e < 0.1) return 'under 0.1';
  if (e >= 1e6) return 'over a million';
  return e < 10 ? plainNumber(Math.round(e * 10) / 10) : grouped(Math.floor(e));
}

function atWeight({ isFresh }: MetricPlan, { weight }: MetricState): string {
  if (isFresh === true) return ' beside a fresh baseline';
  return weight === null ? '' : ` at ${plainNumber(weight)}%`;
}
