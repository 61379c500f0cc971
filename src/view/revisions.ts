import type { AnalysisPhase, AnalysisRun } from '../api/analysis.ts';
import type { Experiment } from '../api/experiment.ts';
import type { Manifest } from '../api/meta.ts';
import { type Instant, parseInstant } from '../core/time.ts';
import { analysisLook, type Look } from './look.ts';
import { controls, type RolloutParts, revisionNumber } from './parts.ts';
import { type ReplicaSetView, replicaSetView } from './replica-set.ts';
import { type RunView, runView } from './run.ts';

/** What belongs to one revision. Number 0: what carries no number. */
export interface RevisionView {
  readonly number: number;
  readonly replicaSets: readonly ReplicaSetView[];
  readonly experiments: readonly ExperimentView[];
  readonly runs: readonly RunTree[];
}

/** One analysis run and the experiments that its metrics have. */
export interface RunTree extends RunView {
  readonly experiments: readonly ExperimentView[];
}

/** One experiment and what it started. */
export interface ExperimentView {
  readonly name: string;
  readonly phase: AnalysisPhase | '';
  readonly look: Look;
  readonly message: string;
  readonly createdAt: Instant | null;
  readonly replicaSets: readonly ReplicaSetView[];
  readonly runs: readonly RunTree[];
}

/** The revisions of a rollout, newest first; in each of them newest first too. */
export function revisionsOf(parts: RolloutParts): readonly RevisionView[] {
  const { rollout } = parts;
  const sets = parts.replicaSets.filter((set) => controls(rollout, set));
  const runs = parts.runs.filter((run) => controls(rollout, run));
  const experiments = parts.experiments.filter((experiment) => controls(rollout, experiment));
  const all: readonly Manifest[] = [...sets, ...runs, ...experiments];
  const numbers = [...new Set(all.map(revisionNumber))].sort((a, b) => b - a);
  return numbers.map((number) => {
    const ofRevision = (object: Manifest) => revisionNumber(object) === number;
    return {
      number,
      replicaSets: sets
        .filter(ofRevision)
        .sort(newestFirst)
        .map((set) => replicaSetView(rollout, set, parts.pods)),
      experiments: experiments
        .filter(ofRevision)
        .sort(newestFirst)
        .map((experiment) => experimentView(experiment, parts)),
      runs: runs
        .filter(ofRevision)
        .sort(newestFirst)
        .map((run) => runTree(run, parts)),
    };
  });
}

function experimentView(experiment: Experiment, parts: RolloutParts): ExperimentView {
  const { phase = '', message = '' } = experiment.status ?? {};
  return {
    name: experiment.metadata.name,
    phase,
    look: analysisLook(phase),
    message,
    createdAt: parseInstant(experiment.metadata.creationTimestamp),
    replicaSets: parts.replicaSets
      .filter((set) => controls(experiment, set))
      .sort(newestFirst)
      .map((set) => ({ ...replicaSetView(parts.rollout, set, parts.pods), roles: [] })),
    runs: parts.runs
      .filter((run) => controls(experiment, run))
      .sort(newestFirst)
      .map((run) => runTree(run, parts)),
  };
}

function runTree(run: AnalysisRun, parts: RolloutParts): RunTree {
  return {
    ...runView(run),
    experiments: parts.experiments
      .filter((experiment) => controls(run, experiment))
      .sort(newestFirst)
      .map((experiment) => experimentView(experiment, parts)),
  };
}

function newestFirst(a: Manifest, b: Manifest): number {
  const [left, right] = [a, b].map((object) => parseInstant(object.metadata.creationTimestamp) ?? 0);
  return (right ?? 0) - (left ?? 0) || (a.metadata.name < b.metadata.name ? -1 : 1);
}
