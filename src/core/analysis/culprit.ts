import type { AnalysisRun } from '../../api/analysis.ts';
import { LABEL } from '../../api/keys.ts';

/**
 * The run that brought an update down: of this version's runs that ended badly the one that the cause of the
 * abort quotes, or else the latest, unless the cause is something else than an analysis.
 */
export function culpritOf(
  runs: readonly AnalysisRun[],
  hash: string | undefined,
  cause: string,
): AnalysisRun | null {
  const bad = runs
    .filter((run) => run.metadata.labels?.[LABEL.podTemplateHash] === hash)
    .filter((run) => ['Failed', 'Error', 'Inconclusive'].includes(run.status?.phase ?? ''))
    .sort((a, b) => (endedAt(a) < endedAt(b) ? 1 : -1));
  const named = bad.find(
    (run) => (run.status?.message ?? '') !== '' && cause.includes(run.status?.message ?? ''),
  );
  return named ?? (/analysis|metric/i.test(cause) ? (bad[0] ?? null) : null);
}

function endedAt(run: AnalysisRun): string {
  return run.status?.completedAt ?? run.metadata.creationTimestamp ?? '';
}

/** Index of the step that a run belongs to; null where it belongs to none. */
export function stepOfRun(run: AnalysisRun | null): number | null {
  const label = run?.metadata.labels?.[LABEL.stepIndex];
  return label === undefined || !/^\d+$/.test(label) ? null : Number(label);
}
