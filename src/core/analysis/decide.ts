import type {
  AnalysisPhase,
  AnalysisRun,
  AnalysisRunStatus,
  Measurement,
  Metric,
} from '../../api/analysis.ts';
import { LABEL, ROLLOUT_TYPE } from '../../api/keys.ts';
import type { Note } from '../plan.ts';
import { earlier, formatInstant, type Instant, parseInstant } from '../time.ts';
import { judgedSpec } from './compare/alpha.ts';
import { withStandings } from './compare/views.ts';
import { expiryOf } from './expiry.ts';
import { type Limits, limitsOf } from './limits.ts';
import { isCompleted } from './measurement.ts';
import { assessAll, type MetricView, verdictOf } from './progress.ts';
import { finishedCount, latest, record, type Taken, trim } from './record.ts';
import { resolveMetrics } from './resolve.ts';
import { isDryRun, retentionOf } from './rules.ts';
import { turnOf } from './schedule.ts';
import { summaryOf } from './summary.ts';

/** What one pass concludes about a run. */
export interface RunDecision {
  readonly status: AnalysisRunStatus;
  /** Told only after the status is stored. */
  readonly notes: readonly Note[];
  /** What to measure now. */
  readonly due: readonly Task[];
  /** True where nothing new is measured any more: measurements on their way are not wanted. */
  readonly isEnding: boolean;
  /** True where the run has outlived its time and is to be deleted. */
  readonly isExpired: boolean;
  /** When to look again, apart from what is due; null: never. */
  readonly wakeAt: Instant | null;
}

/** One thing to ask a provider for. */
export interface Task {
  readonly metric: string;
  /** The metric's place in the spec. */
  readonly index: number;
  readonly act: 'start' | 'resume' | 'terminate';
  /** See `Taken`. */
  readonly after: number;
  /** The measurement that is under way; null to start one. */
  readonly previous: Measurement | null;
}

/**
 * Where a run stands once these measurements have come in, and what to measure next. Decided again from the
 * start in every pass. What a status has already is not recorded twice, and a run that has ended never
 * changes. `ended` are metrics whose measurement under way is known to have ended: they are asked at once.
 */
export function decide(
  run: AnalysisRun,
  now: Instant,
  taken: readonly Taken[],
  ended: ReadonlySet<string> = NONE,
): RunDecision {
  if (isCompleted(run.status?.phase)) return over(run, now);
  const resolved = resolveMetrics(judgedSpec(run), null);
  if (resolved.kind === 'problem') return refuse(run, resolved.message, now);
  const startedAt = run.status?.startedAt ?? formatInstant(now);
  const alone = resolved.metrics.map((metric) => viewOf(run, metric, taken));
  const before = withStandings(alone, run.metadata.labels?.[LABEL.rolloutType] !== ROLLOUT_TYPE.background);
  const terminate = run.spec.terminate === true;
  const first = assessAll(before, terminate);
  const isEnding = terminate || first.views.some(isVeto);
  // A metric that ends badly ends the others, too.
  const last = isEnding ? assessAll(first.views, true) : first;
  const verdict = verdictOf(last.views, { isEnding, terminate });
  const notes = [...first.notes, ...(isEnding ? last.notes : [])];
  const isOver = isCompleted(verdict.phase);
  const status = statusOf(run, last.views, verdict, startedAt, now);
  const next = planOf(last.views, { startedAt: parseInstant(startedAt) ?? now, isEnding, ended }, now);
  return {
    status,
    notes: isOver ? [...notes, completion(verdict.phase)] : notes,
    due: next.due,
    isEnding,
    isExpired: false,
    wakeAt: isOver ? expiryOf({ ...run, status }) : next.wakeAt,
  };
}

const NONE: ReadonlySet<string> = new Set();

/** What to ask for now, and when something will be due that is not yet. */
function planOf(
  views: readonly MetricView[],
  run: { readonly startedAt: Instant; readonly isEnding: boolean; readonly ended: ReadonlySet<string> },
  now: Instant,
): Pick<RunDecision, 'due' | 'wakeAt'> {
  const due: Task[] = [];
  let wakeAt: Instant | null = null;
  for (const [index, { metric, limits, result }] of views.entries()) {
    const turn = turnOf(limits, result, { ...run, hasEnded: run.ended.has(metric.name) }, now);
    if (turn.kind === 'later') wakeAt = earlier(wakeAt, turn.at);
    if (turn.kind !== 'due') continue;
    const previous = turn.act === 'start' ? null : (latest(result) ?? null);
    due.push({ metric: metric.name, index, act: turn.act, after: finishedCount(result), previous });
  }
  return { due, wakeAt };
}

/** Ends a run that cannot go on, with a message that says why. */
export function refuse(run: AnalysisRun, message: string, now: Instant): RunDecision {
  const { startedAt } = run.status ?? {};
  const status: AnalysisRunStatus = {
    ...run.status,
    phase: 'Error',
    message,
    // A run that was refused before it began has no times, as in the original.
    ...(startedAt === undefined ? {} : { completedAt: formatInstant(now) }),
  };
  return {
    status,
    notes: [completion('Error')],
    due: [],
    isEnding: true,
    isExpired: false,
    wakeAt: expiryOf({ ...run, status }),
  };
}

function over(run: AnalysisRun, now: Instant): RunDecision {
  const expiry = expiryOf(run);
  const isExpired = expiry !== null && expiry <= now;
  return {
    status: run.status ?? { phase: '' },
    notes: [],
    due: [],
    isEnding: true,
    isExpired,
    wakeAt: isExpired ? null : expiry,
  };
}

function viewOf(run: AnalysisRun, metric: Metric, taken: readonly Taken[]): MetricView {
  const { name } = metric;
  const limits: Limits = limitsOf(metric);
  const dryRun = isDryRun(run.spec.dryRun, name);
  const known = run.status?.metricResults?.find((result) => result.name === name);
  if (isCompleted(known?.phase)) return { metric, limits, isDryRun: dryRun, result: known, standing: null };
  const news = taken.filter((one) => one.metric === name);
  const recorded = news.reduce((result, one) => record(result, one, dryRun), known);
  const keep = retentionOf(run.spec.measurementRetention, name);
  const result = recorded === undefined ? undefined : trim(recorded, keep);
  return { metric, limits, isDryRun: dryRun, result, standing: null };
}

function isVeto({ isDryRun: dryRun, result }: MetricView): boolean {
  return !dryRun && result !== undefined && isCompleted(result.phase) && result.phase !== 'Successful';
}

function statusOf(
  run: AnalysisRun,
  views: readonly MetricView[],
  verdict: { readonly phase: AnalysisPhase; readonly message?: string },
  startedAt: string,
  now: Instant,
): AnalysisRunStatus {
  const { message: _, runSummary: _runs, metricResults = [], ...known } = run.status ?? {};
  const fresh = new Map(views.map(({ metric, result }) => [metric.name, result]));
  const kept = metricResults.map((result) => fresh.get(result.name) ?? result);
  const begun = new Set(metricResults.map(({ name }) => name));
  const added = views.flatMap(({ metric, result }) =>
    result === undefined || begun.has(metric.name) ? [] : [result],
  );
  const results = [...kept, ...added];
  const counted = (dryRun: boolean) =>
    views.filter((view) => view.isDryRun === dryRun).map(({ result }) => result);
  return {
    ...known,
    ...verdict,
    startedAt,
    ...(results.length === 0 ? {} : { metricResults: results }),
    ...(counted(false).length === 0 ? {} : { runSummary: summaryOf(counted(false)) }),
    dryRunSummary: summaryOf(counted(true)),
    ...(isCompleted(verdict.phase) ? { completedAt: formatInstant(now) } : {}),
  };
}

function completion(phase: AnalysisPhase): Note {
  return {
    type: phase === 'Failed' || phase === 'Error' ? 'Warning' : 'Normal',
    reason: `AnalysisRun${phase}`,
    message: `Analysis Completed. Result: ${phase}`,
  };
}
