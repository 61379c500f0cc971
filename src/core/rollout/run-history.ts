import { LABEL } from '../../api/keys.ts';
import type { Manifest } from '../../api/meta.ts';
import type { Release } from './release.ts';
import { isFinished } from './runs.ts';

/** An AnalysisRun or an Experiment. */
type Finished = Pick<Manifest, 'metadata'> & { readonly status?: { readonly phase?: string } };

/**
 * Finished runs, or experiments, that may go: those whose ReplicaSet is gone or going, and those beyond the
 * newest few successful and the newest few others (`spec.analysis`, 5 each by default).
 */
export function surplusRuns<Run extends Finished>(runs: readonly Run[], release: Release): readonly Run[] {
  const finished = runs.filter((run) => isFinished(run) && run.metadata.deletionTimestamp === undefined);
  const kept = finished.filter((run) => hasReplicaSet(run, release));
  const orphaned = finished.filter((run) => !kept.includes(run));
  const history = release.rollout.spec.analysis;
  const successful = kept.filter((run) => run.status?.phase === 'Successful');
  const others = kept.filter((run) => run.status?.phase !== 'Successful');
  return [
    ...orphaned,
    ...beyond(successful, history?.successfulRunHistoryLimit ?? 5),
    ...beyond(others, history?.unsuccessfulRunHistoryLimit ?? 5),
  ];
}

function hasReplicaSet(run: Finished, release: Release): boolean {
  const hash = run.metadata.labels?.[LABEL.podTemplateHash];
  const owner = release.all.find((revision) => revision.hash === hash);
  return owner !== undefined && owner.replicaSet.metadata.deletionTimestamp === undefined;
}

function beyond<Run extends Finished>(runs: readonly Run[], limit: number): readonly Run[] {
  const newestFirst = [...runs].sort((a, b) => (createdAt(a) < createdAt(b) ? 1 : -1));
  return newestFirst.slice(Math.max(0, limit));
}

function createdAt(run: Finished): string {
  return run.metadata.creationTimestamp ?? '';
}
