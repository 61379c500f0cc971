import type { AnalysisRun, AnalysisTemplateSpec } from '../../api/analysis.ts';
import type { Experiment } from '../../api/experiment.ts';
import type { ReplicaSet, Service } from '../../api/workload.ts';

/**
 * All that a decision about one experiment may look at: one frozen snapshot of caches. Objects are raw, as
 * the API server stores them.
 */
export interface ExperimentWorld {
  readonly experiment: Experiment;
  /** Those that this experiment owns and that are not being deleted. */
  readonly replicaSets: readonly ReplicaSet[];
  /** True of the name of a ReplicaSet or an AnalysisRun that somebody else holds. */
  readonly isTaken: (object: ObjectName) => boolean;
  /** Every Service that a template names, and every one that this experiment owns; null: not there. */
  readonly services: Readonly<Record<string, Service | null>>;
  /** AnalysisRuns that this experiment owns. */
  readonly runs: readonly AnalysisRun[];
  /** Every analysis template that the spec names, directly or through others; keys as of `templateKey`. */
  readonly templates: Readonly<Record<string, AnalysisTemplateSpec | null>>;
  /** What the API server has against what was to be made, by kind and name: `ReplicaSet/web-a`. */
  readonly refusals: ReadonlyMap<string, string>;
  /** Names of Services to which the rollout that owns this experiment sends traffic. */
  readonly routed: ReadonlySet<string>;
}

/** An object of the namespace of an experiment. */
export interface ObjectName {
  readonly kind: string;
  readonly name: string;
}

/** The key of an object in `ExperimentWorld.refusals`. */
export function objectKey({ kind, name }: ObjectName): string {
  return `${kind}/${name}`;
}
