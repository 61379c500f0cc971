import type { AnalysisRunSpec } from '../../../api/analysis.ts';
import type { CompareConfig } from '../../../api/compare.ts';
import { describeDuration } from '../../../api/duration.ts';
import { partyWith } from '../../../core/analysis/compare/comparison.ts';
import { COMPARE, isCompared, planFor } from '../../../core/analysis/compare/party.ts';
import { type ReleaseSides, unnamedSides } from '../../../core/analysis/compare/sides.ts';
import { limitsOf } from '../../../core/analysis/limits.ts';
import { look, newJudge } from '../../../core/compare/judge.ts';
import { grouped, percent, plainNumber, times } from '../../../core/compare/numbers.ts';
import type { MetricPlan, Plan } from '../../../core/compare/plan.ts';
import { leastFound, type Situation, secondsToFind } from '../../../core/compare/power.ts';
import type { Reading } from '../../../core/compare/reading.ts';
import type { Instant, Milliseconds } from '../../../core/time.ts';
import { count } from '../../../providers/compare/compare.ts';
import { queriesOf } from '../../../providers/compare/queries.ts';
import { type Asking, askingFor } from './ask.ts';
import type { Piece } from './play.ts';
import type { Session } from './session.ts';

/** What a metric that compares can see, with the traffic of the half hour before. */
export interface Power {
  readonly metric: string;
  /** A text says why it is not known. */
  readonly situation: Situation | string;
  /** How long it looks, and how often. */
  readonly lastsMs: Milliseconds;
  readonly everyMs: Milliseconds;
  /** Bad requests that the canary must have had. */
  readonly minEvents: number;
}

const HISTORY_MS = 30 * 60_000;
/** As a run itself looks at the time before it. */
const FINEST_MS = 15_000;

/** What the metrics of a run can see that compare; empty where none does. */
export async function powersAt(session: Session, piece: Piece, at: Instant): Promise<readonly Power[]> {
  const { stage, share, signal } = session;
  if (!piece.spec.metrics.some(isCompared)) return [];
  const asking = await askingFor({ stage, piece }, signal);
  return powersOf(asking, { ...piece, share }, at);
}

/** What each metric that compares can see if the canary gets this part of the traffic, from 0 to 1. */
async function powersOf(
  asking: Asking,
  about: { readonly spec: AnalysisRunSpec; readonly release: ReleaseSides | null; readonly share: number },
  at: Instant,
): Promise<readonly Power[]> {
  const powers: Power[] = [];
  for (const metric of asking.metrics.filter(isCompared)) {
    const party = partyWith({ ...about.spec, metrics: asking.metrics }, metric.name);
    const plan = party === null ? null : planFor(party, metric.name);
    const own = plan?.metrics[0];
    // How long the others take to see something was never measured.
    const isKnown = own?.test.kind === 'rateRatio' || own?.test.kind === 'exceedance';
    if (plan === null || own === undefined || !isKnown || own.direction !== 'increase') continue;
    const config = metric.provider.plugin?.[COMPARE] as CompareConfig;
    const { count: looksToTake, interval } = limitsOf(metric);
    const stepMs = Math.max(interval ?? 0, FINEST_MS);
    const looks = await historyOf(config, about.release, asking, { at, stepMs });
    powers.push({
      metric: metric.name,
      situation: typeof looks === 'string' ? looks : situationFrom(plan, own, { looks, share: about.share }),
      lastsMs: (looksToTake ?? 1) * (interval ?? 0),
      everyMs: interval ?? 0,
      minEvents: own.minEvents,
    });
  }
  return powers;
}

/** What was counted before, oldest first; a text says why that is not known. */
async function historyOf(
  config: CompareConfig,
  release: ReleaseSides | null,
  { ask, mask }: Asking,
  { at, stepMs }: { readonly at: Instant; readonly stepMs: Milliseconds },
): Promise<readonly Reading[] | string> {
  if (config.mode === 'delta') return 'its source is asked by windows';
  const asked = ask(at);
  const read = queriesOf(config, release ?? unnamedSides(asked.subject.run.namespace), {});
  if (read.kind === 'problem') return read.message;
  const to = Math.floor(at);
  const when = { kind: 'range', from: to - Math.floor(HISTORY_MS / stepMs) * stepMs, to, stepMs } as const;
  const counted = await count(config, { queries: read.queries, when }, asked);
  if (counted.kind === 'error') return mask(counted.message);
  return counted.looks.filter(({ stable }) => stable !== null);
}

const QUIET = 'no bad requests of the stable version are known of the half hour before';

/** What the judge itself makes of the time before a release. */
function situationFrom(
  plan: Plan,
  { margin, weight }: MetricPlan,
  { looks, share }: { readonly looks: readonly Reading[]; readonly share: number },
): Situation | string {
  const [first, last] = [looks[0], looks.at(-1)];
  if (first === undefined || last === undefined) return QUIET;
  const before = looks.reduce(
    (state, one) => look(plan, state, one),
    newJudge(plan, { startedAt: last.at, zeroAtStart: false }),
  );
  // With the first look of a release it is said what was usual.
  const [state] = look(plan, before, { ...last, at: last.at + 1 }).metrics;
  const seconds = (last.at - first.at) / 1000;
  if (state === undefined || seconds <= 0 || state.usual.bad === 0) return QUIET;
  return {
    perSecond: state.usual.total / seconds,
    badRate: state.usual.bad / state.usual.total,
    share,
    margin,
    // Alone it must gather what all of them would have gathered together.
    alpha: plan.alpha * weight,
    phi: state.phi,
  };
}

/** Ratios that people ask about. */
const RATIOS = [5, 2] as const;
const LONGEST_S = 7 * 86_400;

/** A power in a sentence: what is seen in which time, and what at all while it looks. */
export function powerLine(power: Power): string {
  const { metric, situation, lastsMs } = power;
  if (typeof situation === 'string') return `${metric}: what it can see is not known: ${situation}`;
  const { perSecond, badRate, share, margin } = situation;
  const traffic = `at ${rate(perSecond)} requests a second, ${percent(badRate)} of them bad, and a weight of ${percent(share)}`;
  const seen = RATIOS.map((ratio) => {
    const seconds = secondsFor(ratio * margin, situation, power);
    const time = seconds > LONGEST_S ? 'not in a week' : `in ${describeDuration(seconds * 1000)}`;
    return `${plainNumber(ratio * margin)}x as many ${time}`;
  });
  const least = leastFound(lastsMs / 1000, 80, situation);
  const half = leastFound(lastsMs / 1000, 50, situation);
  return (
    `${metric}: ${traffic} it sees ${seen.join(' and ')}, with a chance of 80%; ` +
    `in ${describeDuration(lastsMs)} it sees ${ratioText(least)} or more (${ratioText(half)} with 50%)`
  );
}

/** The same for machines. Seconds are null where it takes more than a week. */
export function powerFacts(power: Power): object {
  const { metric, situation, lastsMs } = power;
  if (typeof situation === 'string') return { metric, situation: null, reason: situation };
  const seconds = RATIOS.map((ratio) => {
    const needed = Math.round(secondsFor(ratio * situation.margin, situation, power));
    return [`${plainNumber(ratio * situation.margin)}x`, needed > LONGEST_S ? null : needed];
  });
  const least = (chance: 80 | 50) => {
    const found = leastFound(lastsMs / 1000, chance, situation);
    return Number.isFinite(found) ? Number(found.toPrecision(3)) : null;
  };
  return {
    metric,
    situation,
    secondsToFind: Object.fromEntries(seconds) as Readonly<Record<string, number | null>>,
    leastFound: { seconds: lastsMs / 1000, with80: least(80), with50: least(50) },
  };
}

/** At a look. Evidence alone is not enough: so many bad requests must have been there at all. */
function secondsFor(ratio: number, situation: Situation, { minEvents, everyMs }: Power): number {
  const { perSecond, share, badRate } = situation;
  const events = minEvents / (perSecond * share * badRate * ratio);
  const every = Math.max(everyMs / 1000, 1);
  return Math.ceil(Math.max(events, secondsToFind(ratio, situation)) / every) * every;
}

function ratioText(ratio: number): string {
  return Number.isFinite(ratio) ? times(ratio) : 'nothing';
}

function rate(perSecond: number): string {
  return perSecond < 10 ? plainNumber(perSecond) : grouped(perSecond);
}
