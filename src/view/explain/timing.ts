import type { AnalysisTemplateSpec, Argument, Metric, MetricResult } from '../../api/analysis.ts';
import type { RolloutAnalysis } from '../../api/rollout.ts';
import { flatten } from '../../core/analysis/flatten.ts';
import { type Limits, limitsOf } from '../../core/analysis/limits.ts';
import { isCompleted } from '../../core/analysis/measurement.ts';
import { underWay } from '../../core/analysis/record.ts';
import { turnOf } from '../../core/analysis/schedule.ts';
import { substitute } from '../../core/analysis/substitute.ts';
import type { Instant, Milliseconds } from '../../core/time.ts';

/** How long something takes at least; `endless` where only somebody else ends it. */
export type Span =
  | { readonly kind: 'known'; readonly ms: Milliseconds }
  | { readonly kind: 'endless' }
  | { readonly kind: 'unknown' };

/**
 * How long an analysis that has not begun takes when everything goes well: that of its longest metric. What
 * asking itself takes is not counted.
 */
export function analysisSpan(
  analysis: RolloutAnalysis,
  templates: Readonly<Record<string, AnalysisTemplateSpec | null>>,
): Span {
  const flat = flatten(analysis.templates ?? [], templates);
  if (flat.missing.length > 0 || flat.circles.length > 0) return { kind: 'unknown' };
  const specs = flat.templates.map(({ spec }) => spec);
  const args = [...specs.flatMap((spec) => spec.args ?? []), ...(analysis.args ?? [])];
  const spans = specs
    .flatMap((spec) => spec.metrics ?? [])
    .map((metric): Span => {
      const limits = timingOf(metric, args);
      if (limits === null) return { kind: 'unknown' };
      const left = stillToTake(limits, undefined);
      if (left === null) return { kind: 'endless' };
      return { kind: 'known', ms: limits.initialDelay + (left - 1) * (limits.interval ?? 0) };
    });
  return longest(spans);
}

/** When a metric at work is measured next, and when it has all of its measurements if none goes wrong. */
export interface Due {
  /** Null: not any more, or nobody knows. */
  readonly nextAt: Instant | null;
  readonly span: Span;
}

/** What is due of a metric at work; the span begins now. */
export function dueOf(
  metric: Metric,
  result: MetricResult | undefined,
  run: { readonly startedAt: Instant; readonly isEnding: boolean; readonly args: readonly Argument[] },
  now: Instant,
): Due {
  const limits = timingOf(metric, run.args);
  if (isCompleted(result?.phase)) return { nextAt: null, span: { kind: 'known', ms: 0 } };
  if (limits === null) return { nextAt: null, span: { kind: 'unknown' } };
  // How long a Job takes, nobody knows.
  if (underWay(result) !== null && !run.isEnding)
    return { nextAt: null, span: { kind: stillToTake(limits, result) === null ? 'endless' : 'unknown' } };
  const turn = turnOf(limits, result, { ...run, hasEnded: false }, now);
  if (turn.kind === 'none') return { nextAt: null, span: { kind: 'known', ms: 0 } };
  const nextAt = turn.kind === 'later' ? turn.at : now;
  const left = stillToTake(limits, result);
  if (left === null) return { nextAt, span: { kind: 'endless' } };
  const ms = nextAt - now + Math.max(left - 1, 0) * (limits.interval ?? 0);
  return { nextAt, span: { kind: 'known', ms } };
}

/** The longest of spans; nothing takes no time. */
export function longest(spans: readonly Span[]): Span {
  const worst = spans.find(({ kind }) => kind === 'unknown') ?? spans.find(({ kind }) => kind === 'endless');
  if (worst !== undefined) return worst;
  return { kind: 'known', ms: Math.max(0, ...spans.map((span) => (span.kind === 'known' ? span.ms : 0))) };
}

/** A metric's numbers with its arguments filled in; null where one of them is not known. Later ones win. */
export function timingOf(metric: Metric, args: readonly Argument[]): Limits | null {
  const values = new Map(
    args.flatMap(({ name, value }) => (value === undefined ? [] : [[`args.${name}`, value] as const])),
  );
  const { provider, successCondition: _, failureCondition: __, ...numbers } = metric;
  const filled = substitute(numbers, values, new Set());
  return filled.unresolved.length > 0 ? null : limitsOf({ ...filled.value, provider });
}

/** Measurements that are still needed; null: there is no end. */
function stillToTake({ count, consecutiveSuccess }: Limits, result: MetricResult | undefined): number | null {
  const { count: taken = 0, consecutiveSuccess: inRow = 0 } = result ?? {};
  const byCount = count === null ? null : Math.max(count - taken, 0);
  if (consecutiveSuccess === null) return byCount;
  return Math.min(byCount ?? Number.POSITIVE_INFINITY, Math.max(consecutiveSuccess - inRow, 0));
}
