import type { AnalysisRun, AnalysisRunStatus, Measurement } from '../../api/analysis.ts';
import { ANNOTATION } from '../../api/keys.ts';
import type { Job } from '../../api/workload.ts';
import { outcomeOf } from '../job-outcome.ts';
import { isFinished } from './measurement.ts';
import { underWay } from './record.ts';
import { retentionOf } from './rules.ts';

/** Under which keys the metadata of a measurement say which Job it is. */
export const JOB_KEYS = { name: 'job-name', namespace: 'job-namespace' } as const;

/** Metrics whose measurement under way is a Job that has ended, or that somebody has deleted. */
export function endedMetrics(
  status: AnalysisRunStatus | undefined,
  jobs: readonly Job[],
): ReadonlySet<string> {
  const results = (status?.metricResults ?? []).filter((result) => {
    const last = underWay(result);
    if (last === null) return false;
    const job = jobs.find(({ metadata }) => metadata.name === jobOf(last));
    return job !== undefined && !isGoingOn(job);
  });
  return new Set(results.map(({ name }) => name));
}

/**
 * Jobs of a run that nobody needs any more: all but the newest of each metric, as many as its measurements
 * are kept; and, where nothing new is measured, those that go on and that no measurement tells of. Such a one
 * was made by a controller that could not store it. `status` must be stored already.
 */
export function spareJobs(
  { spec }: Pick<AnalysisRun, 'spec'>,
  { status, isEnding }: { readonly status: AnalysisRunStatus; readonly isEnding: boolean },
  jobs: readonly Job[],
): readonly Job[] {
  const measurements = (status.metricResults ?? []).flatMap((result) => result.measurements ?? []);
  const told = new Set(measurements.map(jobOf));
  const working = new Set(measurements.filter((one) => !isFinished(one)).map(jobOf));
  const isStray = (job: Job) => isEnding && isGoingOn(job) && !told.has(job.metadata.name);
  const byMetric = Map.groupBy(
    jobs,
    ({ metadata }) => metadata.annotations?.[ANNOTATION.analysisRunMetricName],
  );
  const outlived = [...byMetric].flatMap(([metric, mine]) =>
    mine
      .toSorted((a, b) => numberOf(b) - numberOf(a))
      .slice(retentionOf(spec.measurementRetention, metric ?? ''))
      .filter(({ metadata }) => !working.has(metadata.name)),
  );
  return [...new Set([...jobs.filter(isStray), ...outlived])].filter(
    ({ metadata }) => metadata.deletionTimestamp === undefined,
  );
}

function jobOf({ metadata }: Measurement): string | undefined {
  return metadata?.[JOB_KEYS.name];
}

function isGoingOn(job: Job): boolean {
  return job.metadata.deletionTimestamp === undefined && outcomeOf(job).kind === 'running';
}

/** The number at the end of a Job's name. */
function numberOf({ metadata }: Job): number {
  return Number(/\.(\d+)$/.exec(metadata.name)?.[1] ?? 0);
}
