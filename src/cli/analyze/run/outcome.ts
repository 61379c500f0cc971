import type { AnalysisRun, Measurement, MetricResult } from '../../../api/analysis.ts';
import { describeDuration } from '../../../api/duration.ts';
import { isCompared } from '../../../core/analysis/compare/party.ts';
import { whyRunFailed } from '../../../core/analysis/why.ts';
import { type Instant, type Milliseconds, parseInstant } from '../../../core/time.ts';
import type { Played } from './play.ts';

/** What a run came to. `Error`: nobody could measure, or the run could not go on. */
export type Verdict = 'Successful' | 'Failed' | 'Inconclusive' | 'Error';

/** What came of one run. */
export interface Outcome {
  readonly name: string;
  readonly verdict: Verdict;
  /** Why, a sentence for each metric that failed the run; of a success only what comparisons say. */
  readonly reasons: readonly string[];
  readonly startedAt: Instant;
  readonly lastedMs: Milliseconds;
  readonly run: AnalysisRun;
  /** Every measurement of each metric, in the order of the spec. */
  readonly metrics: readonly MetricOutcome[];
}

/** What came of one metric. */
export interface MetricOutcome {
  readonly name: string;
  /** Null: it was not measured. */
  readonly result: MetricResult | null;
  readonly measurements: readonly Measurement[];
}

/** Exit codes: the worst of several runs counts, a failure most. */
export const EXIT: Readonly<Record<Verdict, number>> = {
  Successful: 0,
  Failed: 1,
  Error: 2,
  Inconclusive: 3,
};

/** From worst to best. */
export const WORST_FIRST: readonly Verdict[] = ['Failed', 'Error', 'Inconclusive', 'Successful'];

/** The exit code for several runs. */
export function exitCode(verdicts: readonly Verdict[]): number {
  return EXIT[WORST_FIRST.find((verdict) => verdicts.includes(verdict)) ?? 'Inconclusive'];
}

/** What a run that was played came to, at `endedAt`. One that measured nothing is no success. */
export function outcomeOf({ run, taken, end }: Played, endedAt: Instant): Outcome {
  const { phase = '', startedAt: begun, metricResults = [] } = run.status ?? {};
  const startedAt = parseInstant(begun) ?? endedAt;
  const lastedMs = Math.max(0, endedAt - startedAt);
  const metrics = run.spec.metrics.map(({ name }) => ({
    name,
    result: metricResults.find((result) => result.name === name) ?? null,
    measurements: taken.flatMap(({ metric, measurement }) => (metric === name ? [measurement] : [])),
  }));
  const base = { name: run.metadata.name, startedAt, lastedMs, run, metrics };
  const open = (reason: string): Outcome => ({ ...base, verdict: 'Inconclusive', reasons: [reason] });
  if (end === 'unfinished') return open('it is not over: the rest of its time has not come yet');
  if (end === 'stopped') return open(`it was not over after ${describeDuration(lastedMs)}`);
  const isMeasured = metrics.some(({ result }) => result?.dryRun !== true && (result?.count ?? 0) > 0);
  if (phase === 'Successful') {
    const reasons = saidBy(run);
    return isMeasured ? { ...base, verdict: phase, reasons } : open('nothing was measured that counts');
  }
  const verdict = phase === 'Failed' || phase === 'Inconclusive' ? phase : 'Error';
  return { ...base, verdict, reasons: whyRunFailed(run) };
}

/** Success may mean that nothing was decided. */
function saidBy({ spec, status }: AnalysisRun): readonly string[] {
  return spec.metrics.filter(isCompared).flatMap(({ name }) => {
    const { message = '' } = status?.metricResults?.find((result) => result.name === name) ?? {};
    return message === '' ? [] : [`${name}: ${message}`];
  });
}
