import type { AnalysisRunSummary, StepPluginStatus } from '../../api/rollout.ts';
import type { Note } from '../plan.ts';
import type { Life } from '../rollout/life.ts';
import type { Act } from '../rollout/machine.ts';
import { nextNumber, type Release } from '../rollout/release.ts';
import { pluginAt } from './statuses.ts';
import { runOf } from './stored.ts';

/**
 * The life after an act, with what that means for steps: a new template and a retry begin without statuses;
 * behind a point of no return a person's word is needed, and ends it. `cause` is why a pause begins.
 */
export function stepsAfter(
  before: Life,
  after: Life,
  act: Act,
  about: { readonly release: Release; readonly cause: string | null },
): { readonly life: Life; readonly notes: readonly Note[] } {
  const { release, cause } = about;
  const { noReturn } = before;
  switch (act.type) {
    case 'startOver': {
      const isBack = release.hash === before.stable;
      const life = { ...after, plugins: [], noReturn: isBack ? null : noReturn };
      const isOlder = isBack || release.current !== null;
      return { life, notes: noReturn !== null && isOlder ? [backNote(release, noReturn.step)] : [] };
    }
    case 'abort': {
      const notes = noReturn === null ? [] : [backNote(release, noReturn.step)];
      return { life: { ...after, noReturn: null }, notes };
    }
    case 'retry':
      return { life: { ...after, plugins: [] }, notes: [] };
    case 'promote':
      return { life: { ...after, noReturn: null }, notes: [] };
    case 'pause':
      if (act.params.reason !== 'PointOfNoReturn' || noReturn === null) return { life: after, notes: [] };
      return { life: { ...after, noReturn: { ...noReturn, cause: cause ?? '' } }, notes: [] };
    case 'resume':
      return { life: noReturn === null ? after : withAnotherTry(after), notes: [] };
    case 'skipSteps':
    case 'completeStep':
    case 'forgetAbort':
    case 'forgetFull':
      return { life: after, notes: [] };
    default:
      return act satisfies never;
  }
}

/** A person who goes on behind a point of no return wants another look at what has failed. */
function withAnotherTry(life: Life): Life {
  const { cause: _, ...noReturn } = life.noReturn ?? { step: 0, at: '' };
  const failed = life.step === null ? null : runOf(life, life.step);
  return {
    ...life,
    noReturn,
    stepRun: unlessFailed(life.stepRun),
    backgroundRun: unlessFailed(life.backgroundRun),
    plugins: life.plugins.filter((status) => status !== failed || status.phase !== 'Failed'),
  };
}

function unlessFailed(run: AnalysisRunSummary | null): AnalysisRunSummary | null {
  return run?.status === 'Failed' || run?.status === 'Error' ? null : run;
}

function backNote(release: Release, step: number): Note {
  const what = `The Job of step ${step + 1} has succeeded and was marked as a point of no return`;
  const message = `${what}: revision ${nextNumber(release)} is left, and what serves then may not fit what the Job has done`;
  return { type: 'Warning', reason: 'PointOfNoReturn', message };
}

/** Why the plugin step in work ends the release, in the words of the status; null where it does not. */
export function failedStep(life: Life): string | null {
  const run: StepPluginStatus | null = life.step === null ? null : runOf(life, life.step);
  if (run?.phase !== 'Failed') return null;
  return `Step Plugin ${run.index + 1} (${run.name}) failed: ${run.message ?? ''}`;
}

/** True once the plugin step in work is over and was successful. */
export function isStepDone(release: Release, life: Life): boolean {
  if (pluginAt(release, life) === null || life.step === null) return false;
  return runOf(life, life.step)?.phase === 'Successful';
}
