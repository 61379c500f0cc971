import type { AnalysisPhase } from '../../api/analysis.ts';
import type { Experiment, ExperimentStatus } from '../../api/experiment.ts';
import { notSupportedYet, validateExperiment } from '../../api/validate/index.ts';
import { isWorse } from '../analysis/assess.ts';
import { isCompleted } from '../analysis/measurement.ts';
import type { Change, Note } from '../plan.ts';
import { earlier, formatInstant, type Instant, parseInstant } from '../time.ts';
import { analysisStatus, isVerdict } from './analyses.ts';
import { changesOf, emptiedAt } from './changes.ts';
import { conditionsOf, invalidConditions } from './conditions.ts';
import { durationOf } from './duration.ts';
import { analysisNotes, transitionNotes } from './notes.ts';
import { type Part, partsOf } from './parts.ts';
import { endedStatus, hasEnded, isBad, progressDeadline, refusalNotes, templateStatus } from './templates.ts';
import type { ExperimentWorld } from './world.ts';

/** What one pass concludes about an experiment. */
export interface ExperimentDecision {
  readonly status: ExperimentStatus;
  /** Told of the experiment, once the status is stored. */
  readonly notes: readonly Note[];
  /** Told of the rollout that the experiment is a step of. */
  readonly ownerNotes: readonly Note[];
  /** The writes that follow, in the order in which they are safe; each is fenced. */
  readonly todo: readonly Change[];
  /** When to decide again if nothing changes before; null: never. */
  readonly wakeAt: Instant | null;
}

/**
 * What one experiment needs now. Total, synchronous and without side effects: the same world and instant give
 * the same decision. An experiment that has ended stays as it ended until its status is taken away.
 */
export function decide(world: ExperimentWorld, now: Instant): ExperimentDecision {
  const { experiment } = world;
  const issues = [...validateExperiment(experiment), ...notSupportedYet(experiment)];
  if (issues.length > 0) {
    const message = issues.map((issue) => issue.message).join('; ');
    const status = { ...experiment.status, conditions: invalidConditions(experiment, message, now) };
    return { status, notes: [], ownerNotes: [], todo: [], wakeAt: null };
  }
  const parts = partsOf(world);
  const status = statusOf(world, parts, now);
  const before = experiment.status ?? {};
  return {
    status,
    notes: [...refusalNotes(world, parts, status.templateStatuses ?? []), ...transitionNotes(before, status)],
    ownerNotes: analysisNotes(before, status).map((note) => ({ ...note, type: 'Warning' })),
    todo: changesOf(world, parts, status, now),
    wakeAt: wakeAt(world, parts, status, now),
  };
}

function statusOf(world: ExperimentWorld, parts: readonly Part[], now: Instant): ExperimentStatus {
  const { experiment } = world;
  const { phase: stored, availableAt: since } = experiment.status ?? {};
  const isOver = isCompleted(stored);
  const isStopped = isOver || experiment.spec.terminate === true;
  const templates = parts.map((part) => templateStatus(world, part, now));
  const isReady = !isStopped && templates.every(({ status }) => status === 'Running');
  const availableAt = since ?? (isReady ? formatInstant(now) : undefined);
  const speaking = { parts, availableAt: parseInstant(availableAt) };
  const stage = { isBegun: availableAt !== undefined && !isStopped, isOver };
  const analyses = (experiment.spec.analyses ?? []).map((one) => analysisStatus(world, one, speaking, stage));
  const next: ExperimentStatus = {
    templateStatuses: templates,
    ...(availableAt === undefined ? {} : { availableAt }),
    ...(analyses.length === 0 ? {} : { analysisRuns: analyses }),
  };
  const ending = isOver ? null : endingOf(experiment, next, now);
  const isEnding = isStopped || ending !== null;
  const last = isEnding ? ended(world, parts, next, now) : next;
  const { phase, message } = isOver
    ? { phase: stored ?? 'Pending', message: experiment.status?.message }
    : phaseOf(last, { isEnding, message: ending ?? '' });
  return {
    ...last,
    conditions: conditionsOf(experiment, phase, now),
    phase,
    ...(message === undefined || message === '' ? {} : { message }),
  };
}

/** The same where no pods are wanted any more, and no run that is not there yet. */
function ended(
  world: ExperimentWorld,
  parts: readonly Part[],
  status: ExperimentStatus,
  now: Instant,
): ExperimentStatus {
  const runs = new Set(world.runs.map(({ metadata }) => metadata.name));
  return {
    ...status,
    templateStatuses: parts.flatMap((part, i) => {
      const known = status.templateStatuses?.[i];
      return known === undefined ? [] : [endedStatus(part, known, now)];
    }),
    ...(status.analysisRuns === undefined
      ? {}
      : {
          analysisRuns: status.analysisRuns.map((one) =>
            isVerdict(one.phase) || runs.has(one.analysisRun)
              ? one
              : ({ name: one.name, analysisRun: '', phase: '' } as const),
          ),
        }),
  };
}

/** Why an experiment ends that nobody has stopped, in the words of its status; null: it goes on. */
function endingOf(experiment: Experiment, status: ExperimentStatus, now: Instant): string | null {
  if (status.templateStatuses?.some(isBad) === true) return '';
  if (status.analysisRuns?.some(({ phase }) => isVerdict(phase) && phase !== 'Successful') === true)
    return '';
  const availableAt = parseInstant(status.availableAt);
  if (availableAt === null) return null;
  const required = (experiment.spec.analyses ?? []).filter((one) => one.requiredForCompletion === true);
  const passed = required.every(({ name }) =>
    status.analysisRuns?.some((run) => run.name === name && run.phase === 'Successful'),
  );
  const duration = durationOf(experiment);
  if (!passed) return null;
  if (duration === null) return required.length === 0 ? null : 'Required AnalysisRuns completed';
  return now >= availableAt + duration ? '' : null;
}

/** How the experiment as a whole stands: as the worst of its parts, and not over before all of them are. */
function phaseOf(
  { templateStatuses = [], analysisRuns = [], availableAt }: ExperimentStatus,
  { isEnding, message }: { readonly isEnding: boolean; readonly message: string },
): { readonly phase: AnalysisPhase; readonly message?: string | undefined } {
  const outcomes: readonly { readonly phase: AnalysisPhase; readonly message?: string | undefined }[] = [
    ...templateStatuses.flatMap(({ status, message: why }) =>
      status === 'Failed' || status === 'Error' ? [{ phase: status, message: why }] : [],
    ),
    ...analysisRuns.flatMap(({ phase, message: why }) =>
      phase !== '' && isVerdict(phase) && phase !== 'Successful' ? [{ phase, message: why }] : [],
    ),
  ];
  const [first, ...others] = outcomes;
  if (first !== undefined)
    return others.reduce((worst, one) => (isWorse(one.phase, worst.phase) ? one : worst), first);
  const isMeasuring = analysisRuns.some((run) => run.analysisRun !== '' && !isVerdict(run.phase));
  if (isEnding && !isMeasuring) return { phase: 'Successful', message };
  return { phase: availableAt === undefined ? 'Pending' : 'Running' };
}

function wakeAt(
  world: ExperimentWorld,
  parts: readonly Part[],
  status: ExperimentStatus,
  now: Instant,
): Instant | null {
  const templates = status.templateStatuses ?? [];
  const availableAt = parseInstant(status.availableAt);
  const duration = durationOf(world.experiment);
  const isOpen = !isCompleted(status.phase) && templates.every((template) => !hasEnded(template));
  const moments = [
    isOpen && availableAt !== null && duration !== null ? availableAt + duration : null,
    ...templates.map((template) => progressDeadline(world, template)),
    ...parts.map((part, i) => emptiedAt(world, part, templates[i], now)),
  ];
  return moments.filter((at) => at === null || at > now).reduce(earlier, null);
}
