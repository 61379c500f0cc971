import type { AnalysisPhase, AnalysisRun, Metric, MetricResult } from '../../api/analysis.ts';
import { describeDuration } from '../../api/duration.ts';
import type { RolloutStatus } from '../../api/rollout.ts';
import { culpritOf } from '../../core/analysis/culprit.ts';
import { EXPERIMENT_KEY } from '../../core/analysis/experiments.ts';
import { JOB_KEYS } from '../../core/analysis/jobs.ts';
import { isCompleted } from '../../core/analysis/measurement.ts';
import { underWay } from '../../core/analysis/record.ts';
import { isDryRun } from '../../core/analysis/rules.ts';
import {
  expectation,
  measured,
  shownMeasurements,
  whyRunFailed,
  withArguments,
} from '../../core/analysis/why.ts';
import { clockTime, type Instant, parseInstant } from '../../core/time.ts';
import { controls, type RolloutParts } from '../parts.ts';
import type { Reason } from '../reason.ts';
import { dueOf, longest, type Span, timingOf } from './timing.ts';

/** An analysis that matters now. */
export interface Analysis {
  readonly run: string;
  /** Where it stands in the rollout; null where it is over and that is not known any more. */
  readonly role: Role | null;
  readonly phase: AnalysisPhase | '';
  readonly message: string;
  readonly startedAt: Instant | null;
  /** What it found that ends a release, in sentences; empty where nothing went wrong. */
  readonly why: readonly string[];
  /** When it has all measurements if none goes wrong; null: it has no end, or nobody knows. */
  readonly endsAt: Instant | null;
  /** True where it goes on until something else ends it. */
  readonly isEndless: boolean;
  readonly metrics: readonly MetricProgress[];
}

/** The part that an analysis plays. */
export type Role = 'step' | 'background' | 'pre-promotion' | 'post-promotion';

/** How far a metric is. */
export interface MetricProgress {
  readonly name: string;
  readonly phase: AnalysisPhase;
  readonly isDryRun: boolean;
  /** Measurements without error. */
  readonly taken: number;
  /** How many are to be taken; null: it has no end, or nobody knows. */
  readonly of: number | null;
  readonly failed: number;
  readonly inconclusive: number;
  readonly errors: number;
  /** Failures that are put up with; null: any number, or nobody knows. */
  readonly failureLimit: number | null;
  /** What the values should be; empty where no condition says it. */
  readonly expected: string;
  /** The newest values, oldest first, as JSON text. */
  readonly values: readonly MeasuredValue[];
  readonly nextAt: Instant | null;
  /** The same as a sentence. */
  readonly summary: string;
}

/** One value and what it was taken for. */
export interface MeasuredValue {
  readonly value: string;
  readonly phase: AnalysisPhase;
  readonly at: Instant | null;
}

/** The analyses at work, those that nobody has decided about, and after an abort the one that caused it. */
export function analysesOf(
  { rollout, runs }: RolloutParts,
  reason: Reason,
  now: Instant,
): readonly Analysis[] {
  const status = rollout.status ?? {};
  const mine = runs.filter((run) => controls(rollout, run));
  if (reason.kind === 'aborted') {
    const culprit = culpritOf(mine, status.currentPodHash, reason.cause ?? '');
    return culprit === null ? [] : [analysisOf(culprit, roleOf(status, culprit.metadata.name), now)];
  }
  return inStatus(status)
    .filter(({ summary }) => summary.status !== 'Successful')
    .map(({ role, summary }) => {
      const run = mine.find(({ metadata }) => metadata.name === summary.name);
      if (run !== undefined) return analysisOf(run, role, now);
      const { name, status: phase, message = '' } = summary;
      const unknown = { startedAt: null, why: [], endsAt: null, isEndless: false, metrics: [] };
      return { run: name, role, phase, message, ...unknown };
    });
}

function inStatus({ canary, blueGreen }: RolloutStatus) {
  const all = [
    { role: 'step', summary: canary?.currentStepAnalysisRunStatus },
    { role: 'background', summary: canary?.currentBackgroundAnalysisRunStatus },
    { role: 'pre-promotion', summary: blueGreen?.prePromotionAnalysisRunStatus },
    { role: 'post-promotion', summary: blueGreen?.postPromotionAnalysisRunStatus },
  ] as const;
  return all.flatMap(({ role, summary }) => (summary === undefined ? [] : [{ role, summary }]));
}

function roleOf(status: RolloutStatus, name: string): Role | null {
  return inStatus(status).find(({ summary }) => summary.name === name)?.role ?? null;
}

function analysisOf(run: AnalysisRun, role: Role | null, now: Instant): Analysis {
  const { phase = '', message = '' } = run.status ?? {};
  const startedAt = parseInstant(run.status?.startedAt) ?? parseInstant(run.metadata.creationTimestamp);
  const found = run.spec.metrics.map((metric) => progressOf(run, metric, startedAt ?? now, now));
  const span = longest(found.map((one) => one.span));
  const isOver = isCompleted(phase);
  return {
    run: run.metadata.name,
    role,
    phase,
    message,
    startedAt,
    why: ['Failed', 'Error', 'Inconclusive'].includes(phase) ? whyRunFailed(run) : [],
    endsAt: isOver || span.kind !== 'known' ? null : now + span.ms,
    isEndless: !isOver && span.kind === 'endless',
    metrics: found.map((one) => one.progress),
  };
}

function progressOf(
  run: AnalysisRun,
  metric: Metric,
  startedAt: Instant,
  now: Instant,
): { readonly progress: MetricProgress; readonly span: Span } {
  const args = run.spec.args ?? [];
  const result = run.status?.metricResults?.find((one) => one.name === metric.name);
  const limits = timingOf(metric, args);
  const { nextAt, span } = dueOf(
    metric,
    result,
    { startedAt, isEnding: run.spec.terminate === true, args },
    now,
  );
  const progress = {
    name: metric.name,
    phase: result?.phase ?? 'Pending',
    isDryRun: result?.dryRun ?? isDryRun(run.spec.dryRun, metric.name),
    taken: result?.count ?? 0,
    of: limits?.count ?? null,
    failed: result?.failed ?? 0,
    inconclusive: result?.inconclusive ?? 0,
    errors: result?.error ?? 0,
    failureLimit: limits?.failure ?? null,
    expected: expectation(withArguments(metric, args)),
    values: result === undefined ? [] : shownMeasurements(result).map(measuredValue),
    nextAt,
  };
  const news = { values: result === undefined ? '' : measured(result), underWay: sayUnderWay(result) };
  return { progress: { ...progress, summary: sayMetric(progress, news, now) }, span };
}

/** `Job a.m.1 is running`, `Experiment a-m-1 is running`; empty where nothing is under way. */
function sayUnderWay(result: MetricResult | undefined): string {
  const found = underWay(result);
  if (found === null) return '';
  // What says for what it waits.
  if (found.message !== undefined && found.message !== '') return found.message;
  const { [JOB_KEYS.name]: job, [EXPERIMENT_KEY]: experiment } = found.metadata ?? {};
  if (experiment !== undefined) return `Experiment ${experiment} is running`;
  return job === undefined ? 'one is under way' : `Job ${job} is running`;
}

/** `rate: 3 of 5 measurements, 1 failed (limit 2); expected ...; measured ...; the next one in 39s`. */
function sayMetric(
  metric: Omit<MetricProgress, 'summary'>,
  news: { readonly values: string; readonly underWay: string },
  now: Instant,
): string {
  const { name, taken, of, expected, nextAt, phase } = metric;
  const noun = (of ?? taken) === 1 ? 'measurement' : 'measurements';
  const counts = [
    `${taken}${of === null ? '' : ` of ${of}`} ${noun}`,
    metric.failed === 0 ? '' : `${metric.failed} failed (limit ${metric.failureLimit ?? 'none'})`,
    metric.inconclusive === 0 ? '' : `${metric.inconclusive} inconclusive`,
    metric.errors === 0 ? '' : `${metric.errors} could not be taken`,
  ];
  const parts = [
    counts.filter((text) => text !== '').join(', '),
    expected,
    news.values,
    news.underWay,
    nextAt === null ? '' : `${taken === 0 ? 'the first' : 'the next'} one ${inTime(nextAt, now)}`,
    nextAt === null && isCompleted(phase) ? phase : '',
    metric.isDryRun ? 'does not count (dry run)' : '',
  ];
  return `${name}: ${parts.filter((text) => text !== '').join('; ')}`;
}

function inTime(at: Instant, now: Instant): string {
  return at <= now ? 'now' : `at ${clockTime(at)} (in ${describeDuration(at - now)})`;
}

function measuredValue({ value = '', phase, finishedAt }: NonNullable<MetricResult['measurements']>[number]) {
  return { value, phase, at: parseInstant(finishedAt) };
}
