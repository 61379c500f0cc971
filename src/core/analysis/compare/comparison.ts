import type { AnalysisRunSpec, Metric, MetricResult } from '../../../api/analysis.ts';
import type { JsonObject } from '../../../api/meta.ts';
import { anew, type JudgeState, look, newJudge, settled } from '../../compare/judge.ts';
import { conditionsOf } from '../../compare/notes.ts';
import type { Plan } from '../../compare/plan.ts';
import type { Reading as Counted } from '../../compare/reading.ts';
import { describe, evidenceOf } from '../../compare/words.ts';
import type { Milliseconds } from '../../time.ts';
import { limitsOf } from '../limits.ts';
import type { ValueReading } from '../reading.ts';
import { latest } from '../record.ts';
import { isDryRun } from '../rules.ts';
import { KEPT, keep, keptIn } from './kept.ts';
import { isCompared, type Party, partyOf, planFor } from './party.ts';
import { unnamed } from './standing.ts';

/**
 * One metric that compares canary and stable, between two measurements: what it knows already, and how it
 * takes what was counted. It says nothing of the verdict, which is that of all such metrics of a run.
 */
export interface Comparison {
  /** False until the first look: then what was before the release is of use, too. */
  readonly hasBegun: boolean;
  /** What was noted at the last look; empty before the first. */
  readonly memo: JsonObject;
  /** Time between two looks. */
  readonly intervalMs: Milliseconds;
  /**
   * Takes what was counted, oldest first. The last of the first look is the beginning: what comes after
   * counts as evidence. `memo` is kept until the next. `next` says whose counters those of the next look are:
   * the same, which is the default, or those of other pods, which count from where they stand then.
   */
  take(counted: readonly Counted[], memo: JsonObject, next?: 'same' | 'other'): ValueReading;
}

/** The metrics of a run that are judged together with this one; null where it does not compare. */
export function partyWith(
  { metrics, dryRun }: Pick<AnalysisRunSpec, 'metrics' | 'dryRun'>,
  name: string,
): Party | null {
  const isDry = (metric: Metric) => isDryRun(dryRun, metric.name);
  const own = metrics.find((metric) => metric.name === name);
  if (own === undefined || !isCompared(own)) return null;
  const mates = metrics.filter((metric) => isDry(metric) === isDry(own));
  const read = partyOf(mates, (metric) => `metrics[${metrics.indexOf(metric)}]`);
  return read.kind === 'party' ? read.party : null;
}

/** The comparison of a metric, as its result has it; null where the metric does not compare. */
export function comparisonOf(
  spec: Pick<AnalysisRunSpec, 'metrics' | 'dryRun'>,
  metric: Metric,
  result: MetricResult | undefined,
): Comparison | null {
  const party = partyWith(spec, metric.name);
  const plan = party === null ? null : planFor(party, metric.name);
  if (plan === null) return null;
  const kept = keptIn(plan, latest(result));
  const { count, interval } = limitsOf(metric);
  const lastsMs = count === null || interval === null ? null : (count - 1) * interval;
  return {
    hasBegun: kept !== null,
    memo: kept?.memo ?? {},
    intervalMs: interval ?? 0,
    take: (counted, memo, next) => {
      const startedAt = counted.at(-1)?.at ?? 0;
      const before = kept?.state ?? newJudge(plan, { startedAt, zeroAtStart: false });
      const looked = counted.reduce((soFar, one) => look(plan, soFar, one), before);
      const begun = kept === null ? settled(plan, looked) : looked;
      const state = next === 'other' ? anew(begun) : begun;
      const reading = readingOf(plan, { state, memo }, lastsMs);
      const message = beginning(kept?.state ?? null, state, next === 'other');
      return message === null ? reading : { ...reading, message };
    },
  };
}

/** What is said of a look before which nothing was counted; null: it is no such. */
function beginning(before: JudgeState | null, after: JudgeState, isOther: boolean): string | null {
  if (isOther) return 'the fresh baseline is there, and compared with from the next look on';
  const stands = (state: JudgeState | null) => state?.metrics.some(({ last }) => last !== null) === true;
  return before === null || (!stands(before) && stands(after)) ? 'compared from now on' : null;
}

function readingOf(
  plan: Plan,
  { state, memo }: { readonly state: JudgeState; readonly memo: JsonObject },
  lastsMs: Milliseconds | null,
): ValueReading {
  const { metric: _, ...evidence } = evidenceOf(plan, state) ?? { metric: '' };
  const conditions = conditionsOf(plan, state, lastsMs);
  const value = { ...evidence, ...(conditions.length === 0 ? {} : { conditions }) };
  return {
    kind: 'value',
    // It holds no secrets: numbers, hashes and the names of series' hashes.
    value: JSON.parse(JSON.stringify(value)) as ValueReading['value'],
    text: JSON.stringify(value),
    message: unnamed(plan.metrics[0]?.name ?? '', describe(plan, state, 'running', lastsMs)),
    metadata: { [KEPT]: keep(plan, { state, memo }) },
  };
}
