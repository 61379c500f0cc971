import type { AnalysisRun, AnalysisRunStatus, Measurement } from '../../api/analysis.ts';
import type { Experiment, ExperimentSpec } from '../../api/experiment.ts';
import { ANNOTATION, API_VERSION, LABEL } from '../../api/keys.ts';
import type { Manifest, StringMap } from '../../api/meta.ts';
import { ownerReference } from '../owner.ts';
import { isCompleted, isFinished } from './measurement.ts';
import { underWay } from './record.ts';
import { retentionOf } from './rules.ts';
import { whyRunFailed } from './why.ts';

/** An Experiment that a metric wants. */
export interface ExperimentDraft {
  /** An object name that says which run and which metric it is of. */
  readonly name: string;
  readonly metric: string;
  readonly spec: ExperimentSpec;
}

/** Under which key the metadata of a measurement say which Experiment it is. */
export const EXPERIMENT_KEY = 'experiment';

/** The Experiment of a run's metric: the run owns it, and the controller of the run sees it. */
export function experimentManifest(
  { metadata }: Pick<Manifest, 'metadata'>,
  { name, metric, spec }: ExperimentDraft,
): Experiment {
  const { [LABEL.instanceId]: instance, [LABEL.podTemplateHash]: hash } = metadata.labels ?? {};
  const labels: StringMap = {
    ...(instance === undefined ? {} : { [LABEL.instanceId]: instance }),
    ...(hash === undefined ? {} : { [LABEL.podTemplateHash]: hash }),
  };
  return {
    apiVersion: API_VERSION,
    kind: 'Experiment',
    metadata: {
      name,
      namespace: metadata.namespace ?? '',
      ...(Object.keys(labels).length === 0 ? {} : { labels }),
      annotations: {
        [ANNOTATION.analysisRunName]: metadata.name,
        [ANNOTATION.analysisRunMetricName]: metric,
      },
      ownerReferences: [{ ...ownerReference(metadata), kind: 'AnalysisRun' }],
    },
    spec,
  };
}

/** Claims that an Experiment was made for a run. */
export function isOfRun({ metadata }: Experiment, run: { readonly uid: string }): boolean {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  return owner?.kind === 'AnalysisRun' && owner.uid === run.uid;
}

/** Claims that an Experiment has not ended, and that nobody has asked it to. */
export function isOpen({ metadata, spec, status }: Experiment): boolean {
  const isLeft = metadata.deletionTimestamp === undefined && spec?.terminate !== true;
  return isLeft && !isCompleted(status?.phase);
}

/** Metrics whose measurement under way is an Experiment that has ended, or that somebody has deleted. */
export function metricsOfEnded(
  status: AnalysisRunStatus | undefined,
  experiments: readonly Experiment[],
): ReadonlySet<string> {
  const ended = new Set(
    experiments
      .filter(
        ({ metadata, status: its }) => isCompleted(its?.phase) || metadata.deletionTimestamp !== undefined,
      )
      .map(({ metadata }) => metadata.name),
  );
  const results = (status?.metricResults ?? []).filter((result) => {
    const last = underWay(result);
    return last !== null && ended.has(experimentIn(last) ?? '');
  });
  return new Set(results.map(({ name }) => name));
}

const MOST_REASONS = 3;
const LONGEST_REASON = 500;

/**
 * Why an Experiment did not succeed: what those of its analyses found that are as bad as it is. `runs` are
 * its own. Empty where it was good, or where its pods are to blame.
 */
export function reasonsOf({ status }: Experiment, runs: readonly AnalysisRun[]): readonly string[] {
  const { phase, analysisRuns = [] } = status ?? {};
  if (phase === undefined || phase === 'Successful') return [];
  return (
    analysisRuns
      .filter((analysis) => analysis.phase === phase)
      .flatMap(({ analysisRun }) => runs.find(({ metadata }) => metadata.name === analysisRun) ?? [])
      .flatMap((run) => whyRunFailed(run))
      .slice(0, MOST_REASONS)
      // When it was measured is told of the measurement.
      .map((why) => why.replace(/ at \d\d:\d\d:\d\d UTC$/, ''))
      .map((why) => (why.length > LONGEST_REASON ? `${why.slice(0, LONGEST_REASON)}…` : why))
  );
}

/** What is to be done about the Experiments that a run owns. */
export interface SpareExperiments {
  /** To be ended. */
  readonly end: readonly Experiment[];
  /** To be deleted. */
  readonly discard: readonly Experiment[];
}

/**
 * Experiments of a run that nobody needs any more. Where nothing new is measured those that go on are ended.
 * Of those that have ended as many are kept for each metric as its measurements are. `status` must be stored
 * already.
 */
export function spareExperiments(
  { spec }: Pick<AnalysisRun, 'spec'>,
  { status, isEnding }: { readonly status: AnalysisRunStatus; readonly isEnding: boolean },
  experiments: readonly Experiment[],
): SpareExperiments {
  const measurements = (status.metricResults ?? []).flatMap((result) => result.measurements ?? []);
  const working = new Set(measurements.filter((one) => !isFinished(one)).map(experimentIn));
  const ended = experiments.filter(
    ({ metadata, status: its }) =>
      isCompleted(its?.phase) && metadata.deletionTimestamp === undefined && !working.has(metadata.name),
  );
  const byMetric = Map.groupBy(
    ended,
    ({ metadata }) => metadata.annotations?.[ANNOTATION.analysisRunMetricName] ?? '',
  );
  return {
    end: isEnding ? experiments.filter(isOpen) : [],
    discard: [...byMetric].flatMap(([metric, mine]) =>
      mine.toSorted(byAge).slice(retentionOf(spec.measurementRetention, metric)),
    ),
  };
}

/** Newest first. */
function byAge(a: Experiment, b: Experiment): number {
  const [first = '', second = ''] = [a, b].map(({ metadata }) => metadata.creationTimestamp);
  return first === second ? numberOf(b) - numberOf(a) : first < second ? 1 : -1;
}

/** The number at the end of an Experiment's name, where creation times have whole seconds only. */
function numberOf({ metadata }: Experiment): number {
  return Number(/[-.](\d+)$/.exec(metadata.name)?.[1] ?? 0);
}

function experimentIn({ metadata }: Measurement): string | undefined {
  return metadata?.[EXPERIMENT_KEY];
}
