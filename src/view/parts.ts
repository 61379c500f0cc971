import type { AnalysisRun } from '../api/analysis.ts';
import type { Experiment } from '../api/experiment.ts';
import { ANNOTATION } from '../api/keys.ts';
import type { Manifest } from '../api/meta.ts';
import type { Rollout } from '../api/rollout.ts';
import type { Pod, ReplicaSet } from '../api/workload.ts';

/** What a view is made from: raw objects of one namespace. What the rollout does not own is left out. */
export interface RolloutParts {
  readonly rollout: Rollout;
  readonly replicaSets: readonly ReplicaSet[];
  readonly pods: readonly Pod[];
  readonly runs: readonly AnalysisRun[];
  readonly experiments: readonly Experiment[];
}

/** Whether `owner` controls an object. */
export function controls(owner: Manifest, object: Manifest): boolean {
  return (object.metadata.ownerReferences ?? []).some(
    (reference) => reference.controller === true && reference.uid === owner.metadata.uid,
  );
}

/** The revision number of an object; 0 where it has none. */
export function revisionNumber(object: Manifest): number {
  return Number.parseInt(object.metadata.annotations?.[ANNOTATION.revision] ?? '0', 10) || 0;
}
