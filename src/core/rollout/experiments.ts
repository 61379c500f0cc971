import type { AnalysisPhase } from '../../api/analysis.ts';
import type { Experiment } from '../../api/experiment.ts';
import { isCompleted } from '../analysis/measurement.ts';
import type { ExperimentsTarget } from '../plan.ts';
import type { World } from '../world.ts';
import { experimentOf } from './experiment-manifest.ts';
import type { Life } from './life.ts';
import { nextNumber, type Release } from './release.ts';
import { surplusRuns } from './run-history.ts';
import { isAhead, mayAnalyse } from './runs.ts';

/** The experiment of the step in work. */
export interface StepExperiment {
  readonly name: string;
  /** As it was last seen; empty where nothing has been seen of it. */
  readonly phase: AnalysisPhase | '';
  readonly message?: string;
}

/** The life with the phase that its experiment has now. */
export function refreshExperiment(world: World, life: Life): Life {
  const { experiment } = life;
  if (experiment === null) return life;
  const { phase = '', message } = found(world, experiment.name)?.status ?? {};
  const text = message === undefined || message === '' ? {} : { message };
  return { ...life, experiment: { name: experiment.name, phase, ...text } };
}

/** The life with a name for the experiment that must be under way now: written down before it is made. */
export function claimExperiment(world: World, release: Release, life: Life): Life {
  const index = life.step;
  const step = index === null ? undefined : release.steps[index]?.experiment;
  if (index === null || step === undefined || !mayAnalyse(release, life))
    return { ...life, experiment: null };
  const base = `${release.rollout.metadata.name}-${release.hash}-${nextNumber(release)}-${index}`;
  const known = life.experiment;
  // Of another step, where a person has moved on from that one.
  const isOfStep = known !== null && (known.name === base || known.name.startsWith(`${base}-`));
  if (isOfStep) return life;
  const name = life.pauses.length > 0 ? null : freeName(world, base);
  return { ...life, experiment: name === null ? null : { name, phase: '' } };
}

/** An experiment of this name that still goes on was made by an earlier pass whose status was lost. */
function freeName(world: World, base: string): string {
  for (let i = 0; ; i++) {
    const name = i === 0 ? base : `${base}-${i}`;
    const other = found(world, name);
    if (other === undefined || isOpen(other)) return name;
  }
}

function found({ experiments }: World, name: string): Experiment | undefined {
  return experiments.find(({ metadata }) => metadata.name === name);
}

function isOpen({ spec, status }: Experiment): boolean {
  return spec.terminate !== true && !isCompleted(status?.phase);
}

/** The experiments to make, to end and to throw away for this life. */
export function experimentsTarget(world: World, release: Release, life: Life): ExperimentsTarget {
  const wanted = life.experiment;
  const isMade = wanted === null || found(world, wanted.name) !== undefined;
  const others = world.experiments.filter(({ metadata }) => metadata.name !== wanted?.name);
  const known = others.filter((one) => !isAhead(one, release));
  return {
    create: isMade || isCompleted(wanted.phase) ? [] : experimentOf(release, life, wanted.name),
    terminate: known.filter(isOpen),
    discard: surplusRuns(known, release),
  };
}

/** Why a failed experiment ends the release, in the words of the status; null where it does not. */
export function failedExperiment({ experiment }: Life): string | null {
  if (experiment?.phase !== 'Failed' && experiment?.phase !== 'Error') return null;
  return `Experiment analysis phase is error/failed: ${experiment.message ?? ''}`;
}

/** True where an experiment was inconclusive and nobody has decided yet. */
export function isUnsure({ experiment, pauses, controllerPause }: Life): boolean {
  const isTold = pauses.some(({ reason }) => reason === 'InconclusiveExperiment');
  const isLifted = controllerPause && pauses.length === 0;
  return experiment?.phase === 'Inconclusive' && !isTold && !isLifted;
}
